"""Writing files so that they survive: whole writes, a sync to the disk, a rename that is there or not."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from sandbox.store.errors import StateWriteError

OpenFile = Callable[[Path, str], BinaryIO]
"""Opens a file without a buffer of its own; tests give one that is full at some byte."""


def open_unbuffered(path: Path, mode: str) -> BinaryIO:
    """Open a file so that every write is one call of the operating system."""
    return open(path, mode, buffering=0)  # type: ignore[return-value]  # noqa: PTH123


def open_private(path: Path, mode: str) -> BinaryIO:
    """Open a new file that only its owner may read, without a buffer of its own."""
    path.unlink(missing_ok=True)
    return open(path, mode, buffering=0, opener=_private)  # type: ignore[return-value]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def write_all(file: BinaryIO, part: bytes) -> None:
    """Write all of *part*, however many calls the operating system needs."""
    rest = memoryview(part)
    while rest:
        rest = rest[file.write(rest) :]


def sync(file: BinaryIO) -> None:
    """Return when the content of *file* is on the disk."""
    getattr(os, "fdatasync", os.fsync)(file.fileno())


def sync_folder(folder: Path) -> None:
    """Return when the names in *folder* are on the disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary(path: Path) -> Path:
    """Return the name that the next version of *path* has until it is complete."""
    return path.with_name(f"{path.name}.tmp")


def write_whole(path: Path, parts: Iterable[bytes], open_file: OpenFile = open_unbuffered) -> int:
    """Put a new file in the place of *path*, or leave it as it is; return the size in bytes.

    Raises:
        StateWriteError: when the disk refuses.
    """
    unfinished = temporary(path)
    size = 0
    try:
        with open_file(unfinished, "wb") as file:
            for part in parts:
                write_all(file, part)
                size += len(part)
            os.fsync(file.fileno())
        unfinished.replace(path)
        sync_folder(path.parent)
    except BaseException as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StateWriteError(path, error) from error
        raise
    return size
