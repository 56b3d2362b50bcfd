"""Memberships in memory, found from both ends. Only a commit changes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.store.changes import Rows
from sandbox.store.layout import MemberKey, Row

Reference = str
"""A member's id, for a group after a ``g``: one text that is unique over both collections."""


def reference_of(key: MemberKey) -> Reference:
    """Return the reference that a key stands for."""
    if isinstance(key, str):
        return key
    is_group, member_id = key
    return f"g{member_id}" if is_group else member_id


def referred(row: Mapping[str, Any]) -> Reference:
    """Return the reference of a row's member."""
    return f"g{row['value']}" if row.get("type") == "Group" else str(row["value"])


def check_link(number: int, row: Any) -> None:
    """Pass when *row* is a membership; ``ValueError`` when not."""
    is_link = isinstance(row, dict) and isinstance(row.get("group"), str) and isinstance(row.get("value"), str)
    if not is_link:
        raise ValueError(f'Members {number} is not a row with "group" and "value"')


class Links:
    """The rows of the table ``Members``."""

    def __init__(self) -> None:
        """Start with none."""
        self._rows: dict[int, Row] = {}
        self._by_group: dict[str, dict[Reference, int]] = {}
        self._by_member: dict[Reference, dict[str, int]] = {}
        self.last = 0
        """The highest number a row ever had while this was open."""
        self.edition = object()
        """Another one after each commit that changes something here."""

    def __len__(self) -> int:
        return len(self._rows)

    def row(self, number: int) -> Row | None:
        """Return the row of that number; not a copy."""
        return self._rows.get(number)

    def items(self) -> Iterable[tuple[int, Row]]:
        """Return each number with its row, in the order of linking; not copies."""
        return self._rows.items()

    def number(self, group_id: str, reference: Reference) -> int | None:
        """Return the number of the row that links a member to a group."""
        return self._by_group.get(group_id, _NONE).get(reference)

    def of_group(self, group_id: str) -> Iterable[int]:
        """Return the numbers of the rows of a group, in the order of linking."""
        return self._by_group.get(group_id, _NONE).values()

    def rows_of_group(self, group_id: str) -> Iterable[Row]:
        """Return the rows of a group, in the order of linking; not copies."""
        return map(self._rows.__getitem__, self.of_group(group_id))

    def of_member(self, reference: Reference) -> Iterable[int]:
        """Return the numbers of the rows of a member, in the order of linking."""
        return self._by_member.get(reference, _NONE).values()

    def references(self, group_id: str) -> Iterable[Reference]:
        """Return who is in a group."""
        return self._by_group.get(group_id, _NONE)

    def groups(self, reference: Reference) -> Iterable[str]:
        """Return the ids of the groups somebody is in."""
        return self._by_member.get(reference, _NONE)

    def apply(self, rows: Rows) -> None:
        """Put and remove rows."""
        if rows:
            self.edition = object()
        for number, new in rows.items():
            old = self._rows.get(number)
            if old is not None and (new is None or _ends(old) != _ends(new)):
                self._forget(number, old)
            if new is not None:
                self._rows[number] = new
                group_id, reference = _ends(new)
                self._by_group.setdefault(group_id, {})[reference] = number
                self._by_member.setdefault(reference, {})[group_id] = number
                self.last = max(self.last, number)

    def _forget(self, number: int, row: Row) -> None:
        del self._rows[number]
        group_id, reference = _ends(row)
        for index, name, other in (
            (self._by_group, group_id, reference),
            (self._by_member, reference, group_id),
        ):
            rows = index[name]
            if rows.get(other) == number:
                del rows[other]
            if not rows:
                del index[name]


_NONE: dict[str, int] = {}


def ends(rows: Iterator[Row | None]) -> Iterator[tuple[str, Reference]]:
    """Yield the group and the member that each row links."""
    return (_ends(row) for row in rows if row is not None)


def _ends(row: Row) -> tuple[str, Reference]:
    return row["group"], referred(row)
