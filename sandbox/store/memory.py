"""The whole state of one account in memory. A commit is applied here, and nowhere else is anything made stale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Any

from sandbox.store.changes import Changes, RowChange
from sandbox.store.contents import Contents, Stored, check_rows
from sandbox.store.layout import MEMBERS, SETTINGS, Layout, Row
from sandbox.store.links import Links, Reference, check_link, ends
from sandbox.store.named import Named, check_named

Tables = Mapping[str, Mapping[int, Row]]
"""Rows by table and number, as a file or an export holds them."""

Live = Contents | Links | Named


class Memory:
    """Every table of a state, with the highest id that each collection ever gave out."""

    def __init__(self, layout: Layout) -> None:
        """Start with nothing."""
        self.layout = layout
        self.collections = {each.name: Contents(each) for each in layout.collections}
        self.links = Links()
        self.named = Named()
        self.last_ids = {each.name: 0 for each in layout.collections}

    @property
    def table_names(self) -> tuple[str, ...]:
        """The tables in the order of the file."""
        return (SETTINGS, *self.collections, MEMBERS)

    def table(self, name: str) -> Live:
        """Return a table; ``LookupError`` when there is none of that name."""
        if name == MEMBERS:
            return self.links
        if name == SETTINGS:
            return self.named
        return self.contents(name)

    def contents(self, name: str) -> Contents:
        """Return a collection; ``LookupError`` when there is none of that name."""
        if name not in self.collections:
            raise LookupError(f"the store has no table {name!r}; there are {', '.join(self.table_names)}")
        return self.collections[name]

    def edition(self, name: str) -> object:
        """Return what is another object after each commit that changes something in a table."""
        return self.table(name).edition

    def last(self, name: str) -> int:
        """Return the highest id a collection ever gave out, or 0."""
        return self.last_ids[name]

    def picture(self) -> list[tuple[str, Iterable[tuple[int, Mapping[str, Any]]]]]:
        """Return references to every row as it is now; rows are never changed in place. Under the lock."""
        tables: list[tuple[str, Iterable[tuple[int, Mapping[str, Any]]]]] = [(SETTINGS, list(self.named.items()))]
        tables += [(name, _in_order(list(contents.resources.values()))) for name, contents in self.collections.items()]
        return [*tables, (MEMBERS, list(self.links.items()))]

    def row_changes(self, changes: Changes) -> Iterator[RowChange]:
        """Yield what a commit that is not applied yet changes row by row; of one that starts over, nothing."""
        if changes.cleared:
            return
        for name, rows in changes.rows.items():
            table = self.table(name)
            for number, new in rows.items():
                yield name, number, table.row(number), new

    def apply(self, changes: Changes) -> Memory:
        """Make a commit what is read from now on, and return the memory that has it.

        It is this one; or, where tables are cleared, another one, and this one stays as it was for those who read it.
        It cannot fail: whoever staged the commit has checked it.
        """
        if changes.cleared:
            return self._started_over(changes)
        links: list[tuple[str, Reference]] = []
        if MEMBERS in changes.rows:
            links += ends(self.links.row(number) for number in changes.rows[MEMBERS])
            links += ends(iter(changes.rows[MEMBERS].values()))
        shown = list(self._changes_for_others(changes))
        for name, rows in changes.rows.items():
            self.table(name).apply(rows)
        if shown or links:
            self._renew(shown, links)
        self.last_ids.update(changes.last)
        return self

    def _started_over(self, changes: Changes) -> Memory:
        """Return a new memory, with what is cleared made anew and all the rest taken over."""
        fresh = Memory(self.layout)
        for name in self.table_names:
            table = fresh.table(name)
            if name not in changes.cleared:
                table.apply(dict(self.table(name).items()))
            table.apply(changes.rows.get(name, {}))
        fresh.last_ids = {**self.last_ids, **changes.last}
        return fresh

    def _changes_for_others(self, changes: Changes) -> Iterator[tuple[str, str]]:
        """Yield the resources of which something changes that others show."""
        for name, rows in changes.rows.items():
            contents = self.collections.get(name)
            if contents is None or not contents.layout.shown_by_others:
                continue
            shown = contents.layout.shown
            for number, new in rows.items():
                if shown(contents.row(number)) != shown(new):
                    yield name, str(number)

    def _renew(self, shown: list[tuple[str, str]], links: list[tuple[str, Reference]]) -> None:
        """Give a new ``Stored`` to everything that shows what changed.

        This comes last: whoever reads without the lock must not compute an answer from half a commit and leave it in a
        ``Stored`` that stays.
        """
        stale: dict[str, set[str]] = {name: set() for name in self.collections}
        for group_id, reference in links:
            stale[self.layout.membership.groups].add(group_id)
            self._add_member(stale, reference)
        for name, resource_id in shown:
            self._add_showing(stale, name, resource_id)
        for name, resource_ids in stale.items():
            self.collections[name].renew(resource_ids)

    def _add_member(self, stale: dict[str, set[str]], reference: Reference) -> None:
        membership = self.layout.membership
        if reference.startswith("g"):
            stale[membership.groups].add(reference[1:])
        else:
            stale[membership.members].add(reference)

    def _add_showing(self, stale: dict[str, set[str]], name: str, resource_id: str) -> None:
        """Add whatever shows a resource: its groups, its members, and what refers to it by an index."""
        groups = self.layout.membership.groups
        if name == groups:
            for reference in self.links.references(resource_id):
                self._add_member(stale, reference)
            stale[groups].update(self.links.groups(f"g{resource_id}"))
        else:
            stale[groups].update(self.links.groups(resource_id))
        for collection in self.layout.collections:
            for index, target in collection.references.items():
                if target == name:
                    numbers = self.collections[collection.name].equal(index, resource_id)
                    stale[collection.name].update(map(str, numbers))


def _in_order(resources: list[Stored]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    numbered = [(int(each.document["id"]), each.document) for each in resources]
    yield from sorted(numbered, key=itemgetter(0))


def load(layout: Layout, tables: Tables, last: Mapping[str, Any]) -> Memory:
    """Return the state that *tables* hold.

    Raises:
        ValueError: when they contradict the layout; the sentence says where.
    """
    memory = Memory(layout)
    check_tables(layout, tables)
    for name in memory.table_names:
        memory.table(name).apply(dict(sorted(tables.get(name, {}).items())))
    memory.last_ids = last_of(layout, tables, last)
    return memory


def last_of(layout: Layout, tables: Tables, last: Mapping[str, Any]) -> dict[str, int]:
    """Return the highest id that each collection ever gave out; ``ValueError`` when *last* does not hold numbers."""
    highest = {}
    for collection in layout.collections:
        number = last.get(collection.name, 0)
        if not isinstance(number, int) or number < 0:
            raise ValueError(f'"last" of {collection.name} is not a number')
        highest[collection.name] = max(number, *tables.get(collection.name, {}), 0)
    return highest


def check_tables(layout: Layout, tables: Tables) -> None:
    """Pass when *tables* can be a state of this layout; ``ValueError`` says what cannot."""
    known = {SETTINGS, MEMBERS, *(each.name for each in layout.collections)}
    unknown = sorted(set(tables) - known)
    if unknown:
        raise ValueError(f"the table {unknown[0]!r} is not known")
    for collection in layout.collections:
        check_rows(collection, tables.get(collection.name, {}))
    pairs = set()
    for number, row in tables.get(MEMBERS, {}).items():
        check_link(number, row)
        pairs.add(next(ends(iter([row]))))
    if len(pairs) != len(tables.get(MEMBERS, {})):
        raise ValueError("Members has two rows for the same member of the same group")
    names = set()
    for number, row in tables.get(SETTINGS, {}).items():
        check_named(number, row)
        names.add(row["name"])
    if len(names) != len(tables.get(SETTINGS, {})):
        raise ValueError("Settings has two rows of the same name")
