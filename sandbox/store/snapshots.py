"""Named snapshots of an account's users, groups and memberships: a file each, in the form that plain TinyDB opens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.store.document_file import encoded_document, head_of, read_document, read_head_row
from sandbox.store.errors import StateAccessError, StateDamagedError
from sandbox.store.files import OpenFile, open_unbuffered, write_whole
from sandbox.store.layout import SETTINGS, Layout, Row
from sandbox.store.memory import check_tables, last_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class SnapshotNameError(ValueError):
    """A name that no snapshot can have; the sentence says what it may be."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Users, groups and memberships as they were at one moment, without named values.

    It was made by a store, or checked when it was read, so that a store can take it as it is. The rows are shared with
    the store: look, do not change.
    """

    tables: Mapping[str, Mapping[int, Row]]
    """Rows by table and number."""
    last: Mapping[str, int]
    """The highest id that each collection ever gave out."""

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        return len(self.tables.get(table, {}))


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """What a list shows of a snapshot."""

    name: str
    saved_at: str | None
    """The account's time when it was saved; ``None`` for a file that was put there by hand."""
    counts: Mapping[str, int]
    """How many resources it has, by collection."""


class Snapshots:
    """The snapshots of one account: files in a folder, or without a folder in memory."""

    def __init__(self, folder: Path | None, layout: Layout, *, open_file: OpenFile = open_unbuffered) -> None:
        """Keep them in *folder*, which need not be there yet."""
        self._folder = folder
        self._layout = layout
        self._open_file = open_file
        self._in_memory: dict[str, tuple[SnapshotFacts, Snapshot]] = {}

    def names(self) -> list[str]:
        """Return the names of all snapshots, in order."""
        if self._folder is None:
            return sorted(self._in_memory)
        if not self._folder.is_dir():
            return []
        return sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))

    def save(self, name: str, snapshot: Snapshot, saved_at: str) -> SnapshotFacts:
        """Keep a snapshot under *name*, in the place of one of that name.

        Raises:
            SnapshotNameError: when *name* cannot be the name of a file.
            StateWriteError: when the disk refuses; a snapshot of that name stays as it was.
        """
        check_name(name)
        counts = self._counts(snapshot)
        facts = SnapshotFacts(name, saved_at, counts)
        if self._folder is None:
            self._in_memory[name] = (facts, snapshot)
            return facts
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateAccessError(self._folder, error) from error
        head = head_of(last=dict(snapshot.last), saved_at=saved_at, counts=counts)
        picture = [(table, rows.items()) for table, rows in snapshot.tables.items()]
        write_whole(self._path(name), encoded_document(head, picture), self._open_file)
        return facts

    def facts(self, name: str) -> SnapshotFacts | None:
        """Return what a list shows of a snapshot; ``None`` when there is none of that name.

        Raises:
            StateError: when the file is damaged, newer, or of something else.
        """
        if self._folder is None:
            kept = self._in_memory.get(name)
            return None if kept is None else kept[0]
        if not self._has(name):
            return None
        row = read_head_row(self._path(name))
        saved_at, counts = row.get("saved_at"), row.get("counts")
        if not isinstance(saved_at, str) or not isinstance(counts, dict):
            snapshot = self._read(name)
            return SnapshotFacts(
                name, None, {each.name: snapshot.count(each.name) for each in self._layout.collections}
            )
        return SnapshotFacts(name, saved_at, counts)

    def read(self, name: str) -> Snapshot | None:
        """Return the snapshot of that name, for ``Transaction.restore``; ``None`` when there is none.

        Raises:
            StateError: when the file is damaged, newer, or of something else.
        """
        if self._folder is None:
            kept = self._in_memory.get(name)
            return None if kept is None else kept[1]
        return self._read(name) if self._has(name) else None

    def delete(self, name: str) -> bool:
        """Remove the snapshot of that name; tell whether there was one."""
        if self._folder is None:
            return self._in_memory.pop(name, None) is not None
        if not self._has(name):
            return False
        try:
            self._path(name).unlink()
        except OSError as error:
            raise StateAccessError(self._path(name), error) from error
        return True

    def _counts(self, snapshot: Snapshot) -> dict[str, int]:
        return {each.name: snapshot.count(each.name) for each in self._layout.collections}

    def _read(self, name: str) -> Snapshot:
        path = self._path(name)
        head, tables = read_document(path)
        tables = {table: dict(sorted(rows.items())) for table, rows in tables.items() if table != SETTINGS}
        try:
            check_tables(self._layout, tables)
            return Snapshot(tables, last_of(self._layout, tables, head.last))
        except ValueError as error:
            raise StateDamagedError(path, str(error)) from error

    def _has(self, name: str) -> bool:
        return _NAME.fullmatch(name) is not None and self._path(name).is_file()

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}.json"


def check_name(name: Any) -> None:
    """Pass when a snapshot can have this name; ``SnapshotNameError`` says what it may be."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise SnapshotNameError("the name of a snapshot is 1 to 64 of A-Z, a-z, 0-9, - and _, as before-import")
