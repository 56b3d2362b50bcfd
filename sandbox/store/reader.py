"""Reading a state: by id, by key, from indexes, through pages, and who is a member of what."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from sandbox.store.contents import Stored
from sandbox.store.layout import MemberKey, Row, exact_mark, folded_mark
from sandbox.store.links import reference_of
from sandbox.store.memory import Memory
from sandbox.store.query import Found, Query, has_scan
from sandbox.store.search import NEWEST_FIRST, OLDEST_FIRST, page_of, plan

Order = str | Callable[[Stored], Any]
"""``-id`` newest first, ``id`` oldest first, or a key to sort by."""


class Reader:
    """Reads the state that was the newest when it was made, and follows its commits.

    When a commit puts another state in its place (a reset, a restore), it goes on reading the one before, as that was
    last: so whoever reads several things, one after the other, never sees them from different states.
    """

    __slots__ = ("_memory", "_reading")

    def __init__(self, memory: Memory, lock: AbstractContextManager[object]) -> None:
        """Read *memory*, which changes under *lock*."""
        self._memory = memory
        self._reading = lock

    def read(self, collection: str, resource_id: str) -> Stored | None:
        """Return a resource, or ``None``. Never waits for a transaction."""
        return self._memory.contents(collection).resources.get(resource_id)

    def by_key(self, collection: str, value: str) -> Stored | None:
        """Return the resource whose key is *value* in any case, or ``None``."""
        with self._reading:
            contents = self._memory.contents(collection)
            owner = contents.owner(folded_mark(value))
            return None if owner is None else contents.resources[str(owner)]

    def equal(self, collection: str, index: str, value: Any) -> list[str]:
        """Return the ids of the resources whose value in an index of equal values is *value*, in order."""
        mark = exact_mark(value)
        with self._reading:
            numbers = self._memory.contents(collection).equal(index, mark)
            return [] if mark is None else [str(number) for number in sorted(numbers)]

    def count(self, collection: str) -> int:
        """Return how many resources a collection has."""
        return len(self._memory.contents(collection))

    def search(
        self,
        collection: str,
        query: Query | None = None,
        *,
        order: Order = NEWEST_FIRST,
        skip: int = 0,
        limit: int | None = None,
    ) -> Found:
        """Return a page of the resources that *query* finds, all without a query, and how many there are.

        Inside of a transaction it finds what was committed before.

        Args:
            collection: ``Users`` or ``Groups``.
            query: terms, merges of them, scans.
            order: ``-id``, ``id``, or a key to sort by; equal keys are in the order of ids.
            skip: how many to leave out at the beginning.
            limit: how many to return at most; ``None`` is all the rest, 0 only counts.

        Raises:
            LookupError: when there is no such collection or index, or the index does not answer the operator.
        """
        if isinstance(order, str) and order not in (NEWEST_FIRST, OLDEST_FIRST):
            raise ValueError(f"order is {NEWEST_FIRST!r}, {OLDEST_FIRST!r} or a key, not {order!r}")
        descending = order == NEWEST_FIRST
        if query is not None and has_scan(query):
            items = self._scan(collection, query)
            if descending:
                items.reverse()
        else:
            by_id = isinstance(order, str)
            with self._reading:
                total, items = page_of(
                    self._memory.contents(collection),
                    query,
                    descending=descending,
                    skip=skip if by_id else 0,
                    limit=limit if by_id else None,
                )
            if by_id:
                return Found(total, items)
        if not isinstance(order, str):
            items.sort(key=order)
        return Found(len(items), items[skip:] if limit is None else items[skip : skip + limit])

    def members(self, group_id: str) -> list[Row]:
        """Return copies of the members of a group, in the order of linking: ``[{"value": "7", "type": "User"}]``."""
        with self._reading:
            links = self._memory.links
            rows = [links.row(number) for number in links.of_group(group_id)]
        return [{name: value for name, value in row.items() if name != "group"} for row in rows if row is not None]

    def count_members(self, group_id: str) -> int:
        """Return how many members a group has."""
        with self._reading:
            return sum(1 for _ in self._memory.links.of_group(group_id))

    def linked(self, group_id: str, most: int | None = None) -> list[tuple[Row, Stored | None]]:
        """Return the members of a group, or the first *most*, in the order of linking.

        Each comes with its resource, or with ``None`` when that is gone.

        The rows are the store's own: look, do not change.
        """
        with self._reading:
            membership, links = self._memory.layout.membership, self._memory.links
            groups = self._memory.contents(membership.groups).resources
            members = self._memory.contents(membership.members).resources
            rows = islice(links.rows_of_group(group_id), most)
            return [(row, (groups if row.get("type") == "Group" else members).get(row["value"])) for row in rows]

    def is_member(self, group_id: str, member: MemberKey) -> bool:
        """Tell whether somebody is a member of a group."""
        with self._reading:
            return self._memory.links.number(group_id, reference_of(member)) is not None

    def groups_of(self, member: MemberKey) -> list[str]:
        """Return the ids of the groups somebody is in, in the order of linking."""
        with self._reading:
            return list(self._memory.links.groups(reference_of(member)))

    def reading(self) -> AbstractContextManager[object]:
        """Open a context in which several reads see one state; keep it short, others wait."""
        return self._reading

    def _scan(self, collection: str, query: Query) -> list[Stored]:
        with self._reading:
            candidates, test = plan(self._memory.contents(collection), query)
        return [stored for stored in candidates if test(stored)]
