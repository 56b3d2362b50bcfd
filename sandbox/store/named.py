"""Named values in memory: clock, keyring, the facts of the account. Only a commit changes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.store.changes import Rows
from sandbox.store.layout import Row


def check_named(number: int, row: Any) -> None:
    """Pass when *row* is a named value; ``ValueError`` when not."""
    is_named = isinstance(row, dict) and isinstance(row.get("name"), str) and "value" in row
    if not is_named:
        raise ValueError(f'Settings {number} is not a row with "name" and "value"')


class Named:
    """The rows of the table ``Settings``."""

    def __init__(self) -> None:
        """Start with none."""
        self._rows: dict[int, Row] = {}
        self._numbers: dict[str, int] = {}
        self.edition = object()
        """Another one after each commit that changes something here."""

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last(self) -> int:
        """The highest number in use, or 0."""
        return max(self._rows, default=0)

    def row(self, number: int) -> Row | None:
        """Return the row of that number; not a copy."""
        return self._rows.get(number)

    def items(self) -> Iterable[tuple[int, Row]]:
        """Return each number with its row; not copies."""
        return self._rows.items()

    def number(self, name: str) -> int | None:
        """Return the number of the row with that name."""
        return self._numbers.get(name)

    def apply(self, rows: Rows) -> None:
        """Put and remove rows."""
        self.edition = object()
        for number, new in rows.items():
            old = self._rows.pop(number, None) if new is None else self._rows.get(number)
            if old is not None:
                self._numbers.pop(old["name"], None)
            if new is not None:
                self._rows[number] = new
                self._numbers[new["name"]] = number
