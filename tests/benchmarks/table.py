"""What was measured, as a Markdown table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Table:
    """A title, a head, and rows of cells."""

    title: str
    head: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Add a row."""
        self.rows.append([f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells])

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [self.head, ["-" * width for width in widths], *self.rows]
        shown = ["| " + " | ".join(map(str.ljust, cells, widths)) + " |" for cells in lines]
        return "\n".join([f"### {self.title}", "", *shown, ""])
