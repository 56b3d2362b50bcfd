"""Changing the state: everything inside of one transaction happens, or nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from sandbox.store.contents import Stored
from sandbox.store.draft import Draft
from sandbox.store.layout import MEMBERS, SETTINGS, MemberKey, Row, exact_mark, folded_mark, number_of
from sandbox.store.links import reference_of, referred
from sandbox.store.loading import without_collection
from sandbox.store.snapshots import Snapshot

if TYPE_CHECKING:
    from sandbox.store.store import Store


class Transaction:
    """The verbs of a change; reads see what is staged. One that is opened inside of another becomes a part of it.

    While it is open, other threads wait with their changes and searches, but not with ``Store.read``. When its block
    ends, one line goes to the journal, and only then memory changes; when the block raises, nothing happened.
    """

    def __init__(self, store: Store) -> None:
        """Belong to *store*; entering opens it."""
        self._store = store
        self._around: Transaction | None = None
        self._staged: Draft | None = None

    def __enter__(self) -> Transaction:
        self._around, self._staged = self._store.enter(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._store.leave(self._around, None if kind else self._staged)

    @property
    def draft(self) -> Draft:
        """What is staged so far; only while no other transaction is open inside of this one."""
        if self._staged is None or self._store.innermost is not self:
            raise RuntimeError("this transaction is over, or another one is open inside of it")
        return self._staged

    def read(self, collection: str, resource_id: str) -> Row | None:
        """Return a copy of a document, or ``None``."""
        row = self._row(collection, resource_id)
        return None if row is None else self._store.copier.copy(row)

    def look(self, collection: str, resource_id: str) -> Mapping[str, Any] | None:
        """Return a document itself, or ``None``. It is shared by all who read it: look, do not change."""
        return self.draft.contents(collection).look(resource_id)

    def look_by_key(self, collection: str, value: str) -> Mapping[str, Any] | None:
        """Return the document itself whose key is *value* in any case, or ``None``: look, do not change."""
        contents = self.draft.contents(collection)
        owner = contents.owner(folded_mark(value))
        return None if owner is None else contents.row(owner)

    def has(self, collection: str, resource_id: str) -> bool:
        """Tell whether there is a resource with this id."""
        return self._row(collection, resource_id) is not None

    def by_key(self, collection: str, value: str) -> Row | None:
        """Return a copy of the document whose key is *value* in any case, or ``None``."""
        owner = self.draft.contents(collection).owner(folded_mark(value))
        return None if owner is None else self.read(collection, str(owner))

    def equal(self, collection: str, index: str, value: Any) -> list[str]:
        """Return the ids of the resources whose value in an index of equal values is *value*, in order."""
        mark = exact_mark(value)
        contents = self.draft.contents(collection)
        return [] if mark is None else [str(number) for number in sorted(contents.equal(index, mark))]

    def edition(self, *tables: str) -> tuple[object, ...]:
        """Return what is equal to a later answer as long as no row of these tables changes, nor is staged."""
        edition = self.draft.edition
        return tuple([edition(name) for name in tables])

    def put(self, collection: str, document: Mapping[str, Any]) -> Stored:
        """Store a document under its ``id``, new or in the place of the one with that id.

        Raises:
            UniquenessError: when its key is taken.
        """
        number = number_of(document["id"])
        if number is None:
            raise ValueError(f"{document['id']!r} is not an id of this store")
        self.draft.contents(collection)
        self._store.table(collection).put(number, document)
        row = self._row(collection, document["id"])
        assert row is not None
        return Stored(row)

    def adopt(self, collection: str, document: Row) -> None:
        """Store a document without a copy: whoever made it lets go of it, and changes nothing in it any more.

        It may share parts with a document that was looked at.

        Raises:
            UniquenessError: when its key is taken.
        """
        draft = self.draft
        draft.contents(collection)
        draft.put(collection, int(document["id"]), document)

    def drop(self, collection: str, resource_id: str) -> bool:
        """Remove a resource and all its memberships; tell whether it was there."""
        if self._row(collection, resource_id) is None:
            return False
        return bool(self._store.table(collection).remove(doc_ids=[int(resource_id)]))

    def link(self, group_id: str, member: Mapping[str, Any]) -> bool:
        """Let somebody be a member of a group, with what *member* says beside ``value``; tell whether that is new.

        Raises:
            LookupError: when there is no such group.
        """
        return bool(self.link_all(group_id, [member]))

    def link_all(self, group_id: str, members: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Let each of these be a member of a group, in this order; return those for whom that changes anything.

        Raises:
            LookupError: when there is no such group.
        """
        if not members:
            return []
        if not self.has(self.draft.layout.membership.groups, group_id):
            raise LookupError(f"there is no group {group_id!r}")
        links, copy = self.draft.links, self._store.copier.copy
        new = []
        for member in members:
            row = {"group": group_id, **member}
            number = links.number(group_id, referred(member))
            if number is None or links.row(number) != row:
                links.put(number or links.last + 1, copy(row))
                new.append(member)
        return new

    def unlink(self, group_id: str, member: MemberKey) -> bool:
        """Let somebody be a member no longer; tell whether that changed anything."""
        links = self.draft.links
        number = links.number(group_id, reference_of(member))
        if number is not None:
            links.drop(number)
        return number is not None

    def members(self, group_id: str) -> list[Row]:
        """Return the members of a group, in the order of linking."""
        return members_in(self.draft, group_id)

    def is_member(self, group_id: str, member: MemberKey) -> bool:
        """Tell whether somebody is a member of a group."""
        return self.draft.links.number(group_id, reference_of(member)) is not None

    def groups_of(self, member: MemberKey) -> list[str]:
        """Return the ids of the groups somebody is in, in the order of linking."""
        links = self.draft.links
        rows = [links.row(number) for number in links.of_member(reference_of(member))]
        return [row["group"] for row in rows if row is not None]

    def next_id(self, collection: str) -> str:
        """Give out an id. It is not given out again, unless this transaction is undone."""
        self.draft.contents(collection)
        number = self.draft.next_number(collection)
        self.draft.give_out(collection, number)
        return str(number)

    def setting(self, name: str) -> Any:
        """Return a copy of a named value, or ``None``."""
        number = self.draft.named.number(name)
        row = None if number is None else self.draft.named.row(number)
        return None if row is None else self._store.copier.copy(row["value"])

    def set(self, name: str, value: Any) -> None:
        """Name a JSON value; ``None`` removes the name."""
        number = self.draft.named.number(name)
        settings = self._store.table(SETTINGS)
        if value is not None:
            settings.put(number or self.draft.named.last + 1, {"name": name, "value": value})
        elif number is not None:
            settings.remove(doc_ids=[number])

    def clear(self, *, keep_ids: bool = True) -> None:
        """Remove every resource and membership; named values stay, and ids go on unless *keep_ids* is false."""
        collections = [each.name for each in self.draft.layout.collections]
        self.draft.clear([*collections, MEMBERS], {} if keep_ids else dict.fromkeys(collections, 0))

    def snapshot(self) -> Snapshot:
        """Return the users, groups and memberships as they would be if the transaction ended now."""
        return self.draft.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        """Put a snapshot in the place of every resource and membership; named values stay. Ids go on from its own."""
        with without_collection():
            self.draft.replace(snapshot.tables, snapshot.last)

    def undo(self) -> None:
        """Let nothing happen of what is staged, and stage nothing more."""
        self._staged = None

    def _row(self, collection: str, resource_id: str) -> Row | None:
        return self.draft.contents(collection).look(resource_id)


def members_in(draft: Draft, group_id: str) -> list[Row]:
    """Return the members of a group without naming the group."""
    rows = [draft.links.row(number) for number in draft.links.of_group(group_id)]
    return [{name: value for name, value in row.items() if name != "group"} for row in rows if row is not None]
