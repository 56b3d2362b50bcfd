"""Everything that a transaction has staged. Nothing here touches memory or disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sandbox.store.changes import Changes
from sandbox.store.draft_tables import DraftContents, DraftLinks, DraftNamed, DraftTable
from sandbox.store.layout import MEMBERS, SETTINGS, Layout, Row
from sandbox.store.memory import Memory
from sandbox.store.snapshots import Snapshot


class Draft:
    """Staged rows over memory, or over the draft of the transaction around."""

    def __init__(self, below: Memory | Draft) -> None:
        """Start with nothing over *below*."""
        self._below = below
        self.layout: Layout = below.layout
        self._collections: dict[str, DraftContents] = {}
        self._links: DraftLinks | None = None
        self._named: DraftNamed | None = None
        self._last: dict[str, int] = {}

    def contents(self, name: str) -> DraftContents:
        """Return the documents of a collection; ``LookupError`` when there is none of that name."""
        staged = self._collections.get(name)
        if staged is None:
            staged = self._collections[name] = DraftContents(self._below.contents(name))
        return staged

    @property
    def links(self) -> DraftLinks:
        """The memberships."""
        if self._links is None:
            self._links = DraftLinks(self._below.links)
        return self._links

    @property
    def named(self) -> DraftNamed:
        """The named values."""
        if self._named is None:
            self._named = DraftNamed(self._below.named)
        return self._named

    def table(self, name: str) -> DraftTable:
        """Return a table; ``LookupError`` when there is none of that name."""
        return self.links if name == MEMBERS else self.named if name == SETTINGS else self.contents(name)

    def edition(self, name: str) -> object:
        """Return what stays the same object as long as nothing changes in a table, nor is staged."""
        staged = self._links if name == MEMBERS else self._named if name == SETTINGS else self._collections.get(name)
        return self._below.edition(name) if staged is None else staged.edition

    def last(self, name: str) -> int:
        """Return the highest id a collection ever gave out."""
        return self._last[name] if name in self._last else self._below.last(name)

    def give_out(self, name: str, number: int) -> None:
        """Note that an id is given out: it is not given out again."""
        if number > self.last(name):
            self._last[name] = number

    def next_number(self, name: str) -> int:
        """Return the number that the next row of a table gets."""
        if name == MEMBERS:
            return self.links.last + 1
        return 1 + (self.named.last if name == SETTINGS else self.last(name))

    def put(self, name: str, number: int, row: Row) -> None:
        """Stage a row of any table.

        Raises:
            UniquenessError: when its key is taken.
            ValueError: when it is not a row of that table.
        """
        self.table(name).put(number, row)
        if name in self._collections:
            self.give_out(name, number)

    def drop(self, name: str, number: int) -> None:
        """Stage that a row goes; a group and whoever can be a member take their memberships along, from both ends."""
        self.table(name).drop(number)
        membership = self.layout.membership
        if name not in (membership.groups, membership.members):
            return
        is_group = name == membership.groups
        for linked in list(self.links.of_member(f"g{number}" if is_group else str(number))):
            self.links.drop(linked)
        for linked in list(self.links.of_group(str(number))) if is_group else ():
            self.links.drop(linked)

    def clear(self, names: Iterable[str], last: Mapping[str, int]) -> None:
        """Stage that tables are emptied, and from where on ids are given out."""
        for name in names:
            self.table(name).clear()
        self._last.update(last)

    def replace(self, tables: Mapping[str, Mapping[int, Row]], last: Mapping[str, int]) -> None:
        """Stage that these rows, which are checked, are all that the collections and the memberships have."""
        names = [*(each.name for each in self.layout.collections), MEMBERS]
        self.clear(names, last)
        for name in names:
            self.table(name).fill(tables.get(name, {}))

    def snapshot(self) -> Snapshot:
        """Return the users, groups and memberships as they would be."""
        names = [each.name for each in self.layout.collections]
        tables = {name: dict(sorted(self.table(name).items())) for name in (*names, MEMBERS)}
        return Snapshot(tables, {name: self.last(name) for name in names})

    def changes(self) -> Changes:
        """Return everything staged."""
        tables: dict[str, DraftTable] = dict(self._collections)
        if self._links is not None:
            tables[MEMBERS] = self._links
        if self._named is not None:
            tables[SETTINGS] = self._named
        return Changes(
            rows={name: table.rows for name, table in tables.items() if table.rows},
            cleared=frozenset(name for name, table in tables.items() if table.is_cleared),
            last=self._last,
        )

    def take_over(self, changes: Changes) -> None:
        """Stage what a transaction inside of this one has staged; two resources may have swapped keys."""
        self.clear(changes.cleared, changes.last)
        for name, rows in changes.rows.items():
            table = self.table(name)
            for number in rows:
                table.drop(number)
            for number, row in rows.items():
                if row is not None:
                    table.put(number, row)
