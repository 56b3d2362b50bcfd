"""Reading an identity source from CSV: a row a user, a column an attribute, ``userName`` the key.

``groups`` holds names of groups with semicolons between them, ``manager`` the userName of the manager.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from sandbox.people.diff.source import (
    ACTIVE,
    GROUPS,
    MANAGER,
    USER_NAME,
    Column,
    Source,
    SourceUser,
    check_unique,
    read_column,
)
from sandbox.people.json_places import PlacedError, decoded
from sandbox.scim.errors import quoted
from sandbox.scim.schema import ResourceType


def read_csv(content: bytes, users: ResourceType) -> Source:
    """Return the source that a CSV file holds.

    Raises:
        PlacedError: naming line, column and reason of what does not fit.
    """
    text, notes = decoded(content)
    rows = _rows(text)
    first = next(rows, None)
    if first is None:
        raise PlacedError(1, 1, f"the file is empty: its first line names the columns, {USER_NAME} among them")
    header = _Header.read(first[1], users)
    found = [header.user(line, row) for line, row in rows]
    check_unique(found, header.position_of(USER_NAME))
    columns = {name: column for name, column in zip(header.names, header.columns, strict=True) if column is not None}
    return Source(users=tuple(found), columns=columns, speaks_of_groups=GROUPS in header.names, notes=notes)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty with the line it begins on."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    begins = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise PlacedError(max(begins, 1), 1, f"this is no CSV: {error}") from None
        if row and any(cell.strip() for cell in row):
            yield begins, row
        begins = reader.line_num + 1


@dataclass(frozen=True, slots=True)
class _Header:
    """The first line: which column is which."""

    names: tuple[str, ...]
    columns: tuple[Column | None, ...]
    """For each name its attribute; ``None`` for ``groups`` and ``manager``, which are names of others."""

    @classmethod
    def read(cls, row: list[str], users: ResourceType) -> _Header:
        """Read the names of the columns.

        Raises:
            PlacedError: for one that is unknown or there twice, and when there is no userName.
        """
        names: list[str] = []
        columns: list[Column | None] = []
        for position, cell in enumerate(row, start=1):
            try:
                column = None if cell.strip() in (GROUPS, MANAGER) else read_column(cell.strip(), users)
            except ValueError as error:
                raise PlacedError(1, position, str(error)) from None
            name = cell.strip() if column is None else column.name
            if name in names:
                raise PlacedError(1, position, f"the column {quoted(name)} is there twice", name)
            names.append(name)
            columns.append(column)
        if USER_NAME not in names:
            raise PlacedError(1, 1, f"there is no column {USER_NAME}, which tells the users apart")
        return cls(tuple(names), tuple(columns))

    def position_of(self, name: str) -> int:
        """Return the number of a column (1-based)."""
        return self.names.index(name) + 1

    def user(self, line: int, row: list[str]) -> SourceUser:
        """Return the user of one row."""
        if len(row) != len(self.names):
            position = min(len(row), len(self.names)) + 1
            reason = f"there are {len(row)} cells, but the first line names {len(self.names)} columns"
            raise PlacedError(line, position, reason)
        values: dict[str, str | bool] = {}
        named: dict[str, str] = {}
        for position, (name, column, cell) in enumerate(zip(self.names, self.columns, row, strict=True), start=1):
            if column is None or name == USER_NAME:
                named[name] = cell.strip()
                continue
            try:
                values[name] = column.read(cell)
            except ValueError as error:
                raise PlacedError(line, position, str(error), name) from None
        if not named[USER_NAME]:
            raise PlacedError(line, self.position_of(USER_NAME), "a user needs a name that is not empty", USER_NAME)
        is_active = values.pop(ACTIVE, True) is not False
        return SourceUser(
            user_name=named[USER_NAME],
            line=line,
            values=values,
            groups=_names(named[GROUPS]) if GROUPS in named else None,
            manager=named.get(MANAGER),
            is_active=is_active,
        )


def _names(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in cell.split(";") if name.strip()))
