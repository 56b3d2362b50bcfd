"""Exchanges on the disk: JSON lines in two segments that take turns, so that the folder never grows beyond both.

The newest segment is appended to; when it is full it takes the place of the older one. Nothing here is needed to serve:
what is damaged is dropped with a line in the log, and a disk that refuses is told of once.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from sandbox.recorder.exchange import Exchange, number_of, read_exchange

logger = logging.getLogger("sandbox")

FORMAT = 1
NEWEST, OLDER = "exchanges.jsonl", "exchanges.1.jsonl"
_TAIL_BYTES = 262_144
"""How much of the end of a segment is read to learn the last number."""


class KeptExchanges:
    """The exchanges of one account in a folder of their own."""

    def __init__(self, folder: Path, *, limit: int, limit_bytes: int) -> None:
        """Keep to *folder*; each of two segments has at most *limit* exchanges and about *limit_bytes*."""
        self._folder = folder
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._file: BinaryIO | None = None
        self._lines = 0
        self._bytes = 0
        self._refused = False
        self._first_of_run: int | None = None

    def next_number(self) -> int:
        """Return the number after every one that is on the disk; 1 when nothing is or can be read."""
        return max([1, *(number for name in (OLDER, NEWEST) for number in self._numbers_of(self._folder / name))])

    def earlier(self) -> list[Exchange]:
        """Return what an earlier run has left, oldest first, at most as many as are kept."""
        found: list[Exchange] = []
        for name in (OLDER, NEWEST):
            path = self._folder / name
            with suppress(FileNotFoundError):
                found += self._read(path)
        first = self._first_of_run
        return [each for each in found if first is None or each.number < first][-self._limit :]

    def append(self, exchanges: list[Exchange]) -> None:
        """Write exchanges behind those that are there."""
        if self._first_of_run is None:
            self._first_of_run = exchanges[0].number
        try:
            for exchange in exchanges:
                self._write(_line(exchange.as_json()), exchange.number)
            if self._file is not None:
                self._file.flush()
            self._refused = False
        except OSError as error:
            self._tell(error)

    def clear(self, next_number: int) -> None:
        """Remove every exchange; the next one that is written goes on at *next_number*."""
        self._first_of_run = None
        try:
            self._leave()
            for name in (OLDER, NEWEST):
                (self._folder / name).unlink(missing_ok=True)
            self._begin(next_number)
        except OSError as error:
            self._tell(error)

    def close(self) -> None:
        """Let go of the file; a second time it does nothing."""
        with suppress(OSError):
            self._leave()

    def _write(self, line: bytes, number: int) -> None:
        if self._file is None:
            self._open(number)
        if self._lines >= self._limit or (self._lines and self._bytes + len(line) > self._limit_bytes):
            self._leave()
            (self._folder / NEWEST).replace(self._folder / OLDER)
            self._begin(number)
        assert self._file is not None
        self._file.write(line)
        self._lines += 1
        self._bytes += len(line)

    def _open(self, number: int) -> None:
        """Go on with the newest segment, behind a line that a crash has torn."""
        path = self._folder / NEWEST
        if not path.exists():
            self._begin(number)
            return
        content = path.read_bytes()
        self._file = _opened(path)
        if not content.endswith(b"\n"):
            self._file.write(b"\n")
        self._lines = content.count(b"\n")
        self._bytes = len(content)

    def _begin(self, number: int) -> None:
        """Begin a segment, with a head that says at which number it does."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = _opened(self._folder / NEWEST)
        self._file.write(_line({"format": FORMAT, "next": number}))
        self._file.flush()
        self._lines = self._bytes = 0

    def _leave(self) -> None:
        if self._file is not None:
            file, self._file = self._file, None
            file.close()

    def _tell(self, error: OSError) -> None:
        if not self._refused:
            logger.warning("exchanges cannot be written to %s: %s; they stay in memory", self._folder, error)
        self._refused = True
        self.close()

    def _read(self, path: Path) -> Iterator[Exchange]:
        """Yield the exchanges of a segment, passing over lines that are none."""
        dropped = 0
        for number, line in enumerate(path.read_bytes().splitlines()):
            try:
                row = json.loads(line)
                if number == 0 and row.get("format") == FORMAT:
                    continue
                yield read_exchange(row)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                dropped += 1 if line else 0
        if dropped:
            logger.warning("%s: %d lines are no exchanges and are passed over", path, dropped)

    @staticmethod
    def _numbers_of(path: Path) -> Iterator[int]:
        """Yield what the head and the last line of a segment say about the next number."""
        try:
            with path.open("rb") as file:
                head = file.readline(_TAIL_BYTES)
                file.seek(max(path.stat().st_size - _TAIL_BYTES, 0))
                lines = file.read().splitlines()
        except OSError:
            return
        for line in (head, *reversed(lines)):
            number = _next_after(line)
            if number is not None:
                yield number


def _next_after(line: bytes) -> int | None:
    """Return the number after the one that a line tells of, or ``None`` when it tells of none."""
    try:
        row = json.loads(line)
        return int(row["next"]) if "next" in row else number_of(row["id"]) + 1
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _line(row: Mapping[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _opened(path: Path) -> BinaryIO:
    """Open a segment at its end; nobody else may read it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb")
