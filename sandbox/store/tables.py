"""TinyDB on its extension points: a ``Storage`` and a ``Table`` whose operations cost one row and are all or nothing.

What TinyDB writes goes into the open transaction, or into one of its own. What it hands out is a copy, and what it
takes is copied.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, cast

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table
from tinydb.utils import LRUCache

from sandbox.store.copies import Copier
from sandbox.store.draft import Draft
from sandbox.store.layout import MEMBERS, SETTINGS, Row, number_of


class Stages(Protocol):
    """What takes changes: the store."""

    copier: Copier

    def joined(self) -> AbstractContextManager[Draft]:
        """Open the draft of the innermost transaction of this thread, or of one for the length of the context."""

    def close(self) -> None:
        """Close the files."""


class StateStorage(Storage):
    """The state as TinyDB sees it."""

    def __init__(self, store: Stages) -> None:
        """Read from and write to *store*."""
        self.store = store

    def read(self) -> dict[str, dict[str, Any]]:
        """Return a copy of every table."""
        with self.store.joined() as draft:
            tables = {name: list(draft.table(name).items()) for name in _names(draft)}
        copy = self.store.copier.copy
        return {name: {str(number): copy(row) for number, row in rows} for name, rows in tables.items()}

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Put *data* in the place of every table, in one step; ids go on where they were."""
        with self.store.joined() as draft:
            draft.clear(_names(draft), {})
            for name, rows in data.items():
                staged = StagedRows(draft, name, self.store.copier)
                for number, row in rows.items():
                    staged[int(number)] = row

    def close(self) -> None:
        """Close the store."""
        self.store.close()


class NoCache(LRUCache[Any, Any]):
    """Keeps no results: they would outlive a transaction that is undone, and be handed out to two callers."""

    def set(self, key: Any, value: Any) -> None:
        """Keep nothing."""


class StateTable(Table):
    """A table whose operations cost the rows they name."""

    query_cache_class = NoCache

    _storage: StateStorage

    def put(self, number: int, row: Mapping[str, Any]) -> None:
        """Insert a row, or put it in the place of the one with its number (``upsert`` would merge them)."""
        with self._storage.store.joined() as draft:
            StagedRows(draft, self.name, self._storage.store.copier)[number] = cast(Row, row)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Insert a row and return its number, in one transaction."""
        with self._storage.store.joined():
            return super().insert(document)

    def _get_next_id(self) -> int:
        with self._storage.store.joined() as draft:
            return draft.next_number(self.name)

    def _read_table(self) -> dict[str, Mapping[str, Any]]:
        return RowView(self._storage.store, self.name)  # type: ignore[return-value]

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._storage.store.joined() as draft:
            rows = StagedRows(draft, self.name, self._storage.store.copier)
            updater(rows)
            rows.take_back()


class StateDatabase(TinyDB):
    """TinyDB with our tables."""

    table_class = StateTable


class RowView(Mapping[str, Row]):
    """The rows of a table by their number as text, as TinyDB reads them: a single one, or all at one moment."""

    def __init__(self, store: Stages, name: str) -> None:
        """Read nothing yet."""
        self._store = store
        self._name = name

    def __getitem__(self, key: str) -> Row:
        number = number_of(key)
        with self._store.joined() as draft:
            row = None if number is None else draft.table(self._name).row(number)
        if row is None:
            raise KeyError(key)
        return self._store.copier.copy(row)  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        with self._store.joined() as draft:
            return len(draft.table(self._name))

    def items(self) -> ItemsView[str, Row]:
        """Return every number with a copy of its row."""
        return self._all().items()

    def _all(self) -> dict[str, Row]:
        with self._store.joined() as draft:
            rows = list(draft.table(self._name).items())
        return {str(number): self._store.copier.copy(row) for number, row in rows}


class StagedRows(MutableMapping[int, Row]):
    """The rows of a table while TinyDB changes them."""

    def __init__(self, draft: Draft, name: str, copier: Copier) -> None:
        """Stage into *draft*."""
        self._draft = draft
        self._name = name
        self._table = draft.table(name)
        self._copier = copier
        self._lent: dict[int, Row] = {}

    def __getitem__(self, number: int) -> Row:
        row = self._table.row(number)
        if row is None:
            raise KeyError(number)
        if number not in self._lent:
            self._lent[number] = self._copier.copy(row)
        return self._lent[number]

    def __setitem__(self, number: int, row: Row) -> None:
        self._lent.pop(number, None)
        copied = self._copier.copy(row)
        if self._name not in (MEMBERS, SETTINGS) and "id" not in copied:
            copied = {"id": str(number), **copied}
        self._draft.put(self._name, number, copied)

    def __delitem__(self, number: int) -> None:
        if self._table.row(number) is None:
            raise KeyError(number)
        self._lent.pop(number, None)
        self._draft.drop(self._name, number)

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self._table.row(number) is not None

    def __iter__(self) -> Iterator[int]:
        return iter([number for number, _ in self._table.items()])

    def __len__(self) -> int:
        return len(self._table)

    def clear(self) -> None:
        """Remove every row."""
        for number in self:
            self._draft.drop(self._name, number)

    def take_back(self) -> None:
        """Stage the rows that were handed out and changed in place."""
        for number, row in list(self._lent.items()):
            if row != self._table.row(number):
                self[number] = row


def _names(draft: Draft) -> Iterable[str]:
    return (SETTINGS, *(each.name for each in draft.layout.collections), MEMBERS)
