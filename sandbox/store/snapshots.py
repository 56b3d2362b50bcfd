"""Named snapshots of an account: the whole state in a file each, in the form that plain TinyDB opens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.store.copies import Copier
from sandbox.store.document_file import encoded_document, read_document
from sandbox.store.errors import StateAccessError
from sandbox.store.files import OpenFile, open_unbuffered, write_whole
from sandbox.store.layout import HEAD

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class Snapshots:
    """The snapshots of one account: files in a folder, or without a folder in memory."""

    def __init__(self, account: Path | None, *, open_file: OpenFile = open_unbuffered) -> None:
        """Keep them below the folder of the account."""
        self._folder = None if account is None else account / "snapshots"
        self._open_file = open_file
        self._copier = Copier()
        self._in_memory: dict[str, dict[str, Any]] = {}

    def names(self) -> list[str]:
        """Return the names of all snapshots, in order."""
        if self._folder is None:
            return sorted(self._in_memory)
        if not self._folder.is_dir():
            return []
        return sorted(path.stem for path in self._folder.glob("*.json") if _NAME.fullmatch(path.stem))

    def save(self, name: str, state: Mapping[str, Any]) -> None:
        """Keep an exported state under *name*, in the place of one of that name.

        Raises:
            ValueError: when *name* cannot be the name of a file.
            StateWriteError: when the disk refuses; a snapshot of that name stays as it was.
        """
        check_name(name)
        if self._folder is None:
            self._in_memory[name] = self._copier.copy(state)
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateAccessError(self._folder, error) from error
        picture = [
            (table, [(int(number), row) for number, row in rows.items()])
            for table, rows in state.items()
            if table != HEAD
        ]
        write_whole(self._path(name), encoded_document(state[HEAD]["1"], picture), self._open_file)

    def read(self, name: str) -> dict[str, Any] | None:
        """Return the state kept under *name*, for ``Store.import_state``; ``None`` when there is none.

        Raises:
            StateError: when the file is damaged, newer, or of something else.
        """
        if not _NAME.fullmatch(name):
            return None
        if self._folder is None:
            return self._copier.copy(self._in_memory.get(name))  # type: ignore[no-any-return]
        if not self._path(name).is_file():
            return None
        head, tables = read_document(self._path(name))
        rows = {table: {str(number): row for number, row in rows.items()} for table, rows in tables.items()}
        return {HEAD: {"1": head.as_row()}, **rows}

    def delete(self, name: str) -> bool:
        """Remove the snapshot of that name; tell whether there was one."""
        if self._folder is None:
            return self._in_memory.pop(name, None) is not None
        if not _NAME.fullmatch(name) or not self._path(name).is_file():
            return False
        try:
            self._path(name).unlink()
        except OSError as error:
            raise StateAccessError(self._path(name), error) from error
        return True

    def _path(self, name: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{name}.json"


def check_name(name: str) -> None:
    """Pass when a snapshot can have this name; ``ValueError`` says what it may be."""
    if not _NAME.fullmatch(name):
        raise ValueError("the name of a snapshot is 1 to 64 of A-Z, a-z, 0-9, - and _, as before-import")
