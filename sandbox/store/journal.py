"""The journal: one line of JSON for each commit, appended before the commit is acknowledged.

A line is ``{"commit":12,"cleared":[…],"last":{…},"changes":{table:{number:row or null}},"crc":"…"}``. Commits count by
one from journal to journal; the CRC-32, in hexadecimal, is over the bytes of the line before ``,"crc"``.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

from sandbox.store.changes import Changes
from sandbox.store.errors import StateDamagedError, StateWriteError
from sandbox.store.files import OpenFile, open_unbuffered, sync, sync_folder, write_all

PART_BYTES = 1 << 20
"""A long line is written in parts of about this size."""

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False).encode
_NAME = re.compile(r"journal-([1-9][0-9]{0,17})\.jsonl")
_END = re.compile(rb',"crc":"([0-9a-f]{8})"\}\n?\Z')
_END_BYTES = len(b',"crc":"01234567"}\n')


def journal_path(folder: Path, generation: int) -> Path:
    """Return where the journal that follows the snapshot of that generation is."""
    return folder / f"journal-{generation}.jsonl"


def journals_in(folder: Path) -> dict[int, Path]:
    """Return the journals in *folder* by their generation, in order."""
    found = {int(match[1]): path for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))}
    return dict(sorted(found.items()))


def encoded(commit: int, changes: Changes) -> Iterator[bytes]:
    """Yield the line of a commit in parts; a usual commit has one."""
    head: dict[str, Any] = {"commit": commit}
    if changes.cleared:
        head["cleared"] = sorted(changes.cleared)
    if changes.last:
        head["last"] = changes.last
    text = _encode(head)[:-1] + ',"changes":{'
    checksum = 0
    for part in _in_parts(text, changes):
        checksum = crc32(part, checksum)
        yield part
    yield b',"crc":"%08x"}\n' % checksum


def _in_parts(text: str, changes: Changes) -> Iterator[bytes]:
    pieces, size, between = [text], 0, ""
    for table, rows in changes.rows.items():
        pieces.append(f'{between}"{table}":{{')
        comma = ""
        for number, row in rows.items():
            piece = f'{comma}"{number}":{"null" if row is None else _encode(row)}'
            pieces.append(piece)
            comma, size = ",", size + len(piece)
            if size > PART_BYTES:
                yield "".join(pieces).encode("ascii")
                pieces, size = [], 0
        pieces.append("}")
        between = ","
    pieces.append("}")
    yield "".join(pieces).encode("ascii")


@dataclass(frozen=True, slots=True)
class Commit:
    """One line, read."""

    line: int
    number: int
    changes: Changes
    end: int
    """The size of the journal up to here, in bytes."""
    has_newline: bool


def read_commits(path: Path, *, is_last: bool) -> Iterator[Commit]:
    """Yield the commits of a journal.

    The end of the last journal may be torn: a line without its newline, or with zeros in it after a power failure, is a
    write that was never acknowledged. It is left out, and only that.

    Raises:
        StateDamagedError: when any other line is not what the store wrote.
    """
    size, end = path.stat().st_size, 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            end += len(line)
            whole = line.endswith(b"\n") and b"\0" not in line
            try:
                commit, changes = decode(line)
            except ValueError as error:
                if is_last and end == size and not whole:
                    return
                raise StateDamagedError(path, str(error), number) from error
            yield Commit(number, commit, changes, end, line.endswith(b"\n"))


def decode(line: bytes) -> tuple[int, Changes]:
    """Return the number and the changes that a line says.

    Raises:
        ValueError: when the line was not written so; the sentence says what is wrong.
    """
    match = _END.search(line, max(0, len(line) - _END_BYTES))
    if match is None:
        raise ValueError("the line does not end with its checksum")
    if crc32(line[: match.start()]) != int(match[1], 16):
        raise ValueError("the line does not fit its checksum: it was changed, or the disk lost a part of it")
    try:
        read = json.loads(line)
        changes = Changes(
            rows={table: {int(number): row for number, row in rows.items()} for table, rows in read["changes"].items()},
            cleared=frozenset(read.get("cleared", ())),
            last=read.get("last", {}),
        )
        return int(read["commit"]), changes
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the line is not a commit") from error


def repair_end(path: Path, commit: Commit | None) -> None:
    """Cut a torn line off a journal whose last good line is *commit*, and complete a missing newline."""
    end = commit.end if commit else 0
    if path.stat().st_size == end and (commit is None or commit.has_newline):
        return
    with path.open("r+b") as file:
        file.truncate(end)
        if commit is not None and not commit.has_newline:
            file.seek(end)
            file.write(b"\n")


class Journal:
    """One journal, open for appending."""

    def __init__(self, path: Path, *, open_file: OpenFile = open_unbuffered, durable: bool = False) -> None:
        """Open the journal at *path*, or start it; *durable* waits for the disk at each commit.

        Raises:
            OSError: when the folder refuses.
        """
        self.path = path
        self._durable = durable
        self._file = open_file(path, "ab")
        self.size = os.fstat(self._file.fileno()).st_size
        """In bytes, up to the last complete line."""
        self._is_torn = False
        if durable:
            sync_folder(path.parent)

    def append(self, commit: int, changes: Changes) -> None:
        """Write one commit: all of it, or nothing.

        Raises:
            StateWriteError: when the disk refuses; the journal is as before.
        """
        written = 0
        try:
            self.mend()
            for part in joined(encoded(commit, changes)):
                self._is_torn = True
                write_all(self._file, part)
                written += len(part)
            if self._durable:
                sync(self._file)
            self._is_torn = False
        except BaseException as error:
            with suppress(OSError):
                self.mend()
            if isinstance(error, OSError):
                raise StateWriteError(self.path, error) from error
            raise
        self.size += written

    def mend(self) -> None:
        """Cut off what a failed write left behind; ``OSError`` when the disk refuses even that."""
        if self._is_torn:
            self._file.truncate(self.size)
            self._is_torn = False

    def sync(self) -> None:
        """Return when all lines are on the disk; ``OSError`` when they cannot be."""
        sync(self._file)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def joined(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield *parts* with the last two in one, so that a usual line is one write."""
    before = next(parts)
    for part in parts:
        if len(part) <= _END_BYTES:
            before += part
        else:
            yield before
            before = part
    yield before
