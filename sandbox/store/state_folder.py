"""The folder that ``--state`` names: whose it is, in which format, and who has it open."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sandbox.store.document_file import FORMAT, check_head, head_of
from sandbox.store.errors import (
    StateAccessError,
    StateDamagedError,
    StateForeignError,
    StateLockedError,
)
from sandbox.store.files import write_whole
from sandbox.store.upgrades import move_keyrings

MARKER = "sandbox.json"
"""Says that the folder is ours, and in which format."""
LOCK = ".lock"
HOLDER = ".holder"
"""Says which process has the lock, as a number."""

OTHERS_ALLOWED = {LOCK, HOLDER, f"{MARKER}.tmp", ".gitignore", ".gitkeep", ".DS_Store"}
"""What may be in a folder that is not ours yet."""

Upgrade = Callable[[Path], None]

UPGRADES: Mapping[int, Upgrade] = {1: move_keyrings}
"""For each older format what lifts a folder to the next one."""


class StateLock:
    """The right to use a state folder; given back by ``release`` or at the end of a ``with`` block."""

    def __init__(self, folder: Path, lock: FileLock) -> None:
        """Hold *lock*."""
        self.folder = folder
        self._lock = lock

    @property
    def is_founded(self) -> bool:
        """Whether its first accounts were all made once; from then on, one that is not there was deleted."""
        return _marked(self.folder).get("founded") is True

    def mark_founded(self) -> None:
        """Note that the first accounts are made.

        Raises:
            StateWriteError: when the disk refuses.
        """
        _mark(self.folder, founded=True)

    def release(self) -> None:
        """Let others use the folder; a second time it does nothing."""
        if self._lock.is_locked:
            with suppress(OSError):
                (self.folder / HOLDER).unlink()
            self._lock.release()

    def __enter__(self) -> StateLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock_state(folder: Path, *, upgrades: Mapping[int, Upgrade] = UPGRADES, current: int = FORMAT) -> StateLock:
    """Make *folder* ours when it is new, lock it for this process, and lift it to the current format.

    Raises:
        StateError: when it is in use, of something else, of a newer version, or cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _check_ours(folder, current)
        lock = FileLock(folder / LOCK, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise StateLockedError(folder, _holder(folder)) from error
    except OSError as error:
        raise StateAccessError(folder, error) from error
    held = StateLock(folder, lock)
    try:
        _take(folder, upgrades, current)
    except BaseException as error:
        held.release()
        if isinstance(error, OSError):
            raise StateAccessError(folder, error) from error
        raise
    return held


def _check_ours(folder: Path, current: int) -> int | None:
    """Return the format of a state folder, or ``None`` of a new one."""
    marker = folder / MARKER
    if not marker.exists():
        others = sorted(each.name for each in folder.iterdir() if each.name not in OTHERS_ALLOWED)
        if others:
            raise StateForeignError(folder, f"is no state of the 4me SCIM sandbox: it holds {others[0]!r}")
        return None
    try:
        row: Any = json.loads(marker.read_text(encoding="utf-8"))
    except ValueError as error:
        raise StateDamagedError(marker, "this is not JSON") from error
    check_head(row, marker, current)
    return int(row["format"])


def _take(folder: Path, upgrades: Mapping[int, Upgrade], current: int) -> None:
    """Write who holds the folder, and bring it to the current format."""
    (folder / HOLDER).write_text(f"{os.getpid()}\n", encoding="ascii")
    found = _check_ours(folder, current)
    if found is None:
        _mark(folder, format=current)
        return
    for version in range(found, current):
        upgrades[version](folder)
        _mark(folder, format=version + 1)


def _marked(folder: Path) -> dict[str, Any]:
    """Return what the marker of a folder of ours says; nothing where there is none yet."""
    marker = folder / MARKER
    return dict(json.loads(marker.read_text(encoding="utf-8"))) if marker.exists() else {}


def _mark(folder: Path, **changes: Any) -> None:
    text = json.dumps({**head_of(), **_marked(folder), **changes}, indent=2)
    write_whole(folder / MARKER, [f"{text}\n".encode("ascii")])


def _holder(folder: Path) -> int | None:
    try:
        return int((folder / HOLDER).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
