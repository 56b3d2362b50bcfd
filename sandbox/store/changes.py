"""What one commit changes, as rows of tables; the only thing that reaches the journal and memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.store.layout import Row

Rows = Mapping[int, Row | None]
"""New rows by their number; ``None`` where the row goes."""
RowChange = tuple[str, int, Row | None, Row | None]
"""Table, number, the row before, the row after; ``None`` for no row. Not copies: look, do not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """One commit."""

    rows: Mapping[str, Rows] = field(default_factory=dict)
    """For each table what changes in it."""
    cleared: frozenset[str] = frozenset()
    """The tables that are emptied before."""
    last: Mapping[str, int] = field(default_factory=dict)
    """For each collection the highest id that was ever given out, where it changes."""

    @property
    def is_large(self) -> bool:
        """Tell whether a table changes in more than a thousand rows."""
        return any(len(rows) > 1_000 for rows in self.rows.values())

    def __bool__(self) -> bool:
        return bool(self.rows or self.cleared or self.last)
