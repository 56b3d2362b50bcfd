"""The collections and documents that the tests of the store use, and a disk that can be full."""

from __future__ import annotations

import errno
import shutil
import threading
from pathlib import Path
from typing import Any, BinaryIO

from sandbox.store import Collection, Layout, Snapshot, Store
from sandbox.store.files import open_unbuffered

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

LAYOUT = Layout(
    collections=(
        Collection(
            "Users",
            key=("userName",),
            equal={
                "externalId": ("externalId",),
                "active": ("active",),
                "manager": (ENTERPRISE, "manager", "value"),
            },
            ordered={"meta.created": ("meta", "created"), "meta.lastModified": ("meta", "lastModified")},
            shown_by_others=(("userName",), ("displayName",)),
            references={"manager": "Users"},
        ),
        Collection(
            "Groups",
            key=("displayName",),
            equal={"externalId": ("externalId",)},
            ordered={"meta.created": ("meta", "created"), "meta.lastModified": ("meta", "lastModified")},
            shown_by_others=(("displayName",),),
        ),
    )
)


def user(number: int, name: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a document with the id *number*."""
    instant = f"2026-01-01T00:{number // 60 % 60:02d}:{number % 60:02d}Z"
    return {
        "id": str(number),
        "userName": name or f"person.{number}@widget.example",
        "emails": [{"value": f"person.{number}@widget.example", "type": "work"}],
        "meta": {"created": instant, "lastModified": instant},
        **more,
    }


def managed(number: int, manager: int, **more: Any) -> dict[str, Any]:
    """Return a user with a manager."""
    return {**user(number, **more), ENTERPRISE: {"manager": {"value": str(manager)}}}


def group(number: int, name: str | None = None) -> dict[str, Any]:
    """Return a group with the id *number*."""
    return {"id": str(number), "displayName": name or f"Group {number}", "meta": {"created": "2026-01-01T00:00:00Z"}}


def add(store: Store, *documents: dict[str, Any], collection: str = "Users") -> None:
    """Store documents in one transaction."""
    with store.transaction() as transaction:
        for document in documents:
            transaction.put(collection, document)


def names(store: Store) -> list[str]:
    """Return every userName in the order of ids."""
    return [str(stored.document["userName"]) for stored in store.search("Users", order="id").items]


def exported(store: Store) -> dict[str, Any]:
    """Return a copy of everything that a store has: every table, and the highest id of each collection."""
    tables = {
        name: {row.doc_id: dict(row) for row in store.tinydb.table(name)} for name in sorted(store.tinydb.tables())
    }
    return {**tables, "last": store.snapshot().last}


def restore(store: Store, snapshot: Snapshot) -> None:
    """Put a snapshot in the place of everything."""
    with store.transaction() as transaction:
        transaction.restore(snapshot)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return the content of every file in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def wait_for_compaction() -> None:
    """Return when no snapshot is being written."""
    for thread in threading.enumerate():
        if thread.name == "compaction":
            thread.join()


def after_a_crash(folder: Path) -> Path:
    """Return a copy of the files as they are now: what a process that ends at once leaves behind.

    Nothing may write meanwhile, or the copy is of no single moment.
    """
    copy = folder.with_name(f"{folder.name}-crashed")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    return copy


class Disk:
    """A disk with room for so many more bytes; ``None`` is plenty."""

    def __init__(self, room: int | None = None, *, can_shrink: bool = True) -> None:
        self.room = room
        self.can_shrink = can_shrink
        self.is_read_only = False
        self.written = 0

    def open(self, path: Path, mode: str) -> BinaryIO:
        """Open a file on this disk."""
        if self.is_read_only:
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return FileOnDisk(open_unbuffered(path, mode), self)  # type: ignore[return-value]


class FileOnDisk:
    """A file whose writes are cut off where the disk is full, as the operating system does it."""

    def __init__(self, file: BinaryIO, disk: Disk) -> None:
        self._file = file
        self._disk = disk

    def write(self, part: bytes) -> int:
        room = self._disk.room
        fitting = part if room is None else part[:room]
        if room is not None:
            self._disk.room = room - len(fitting)
        if part and not fitting:
            raise OSError(errno.ENOSPC, "No space left on device")
        self._disk.written += len(fitting)
        return self._file.write(fitting)

    def truncate(self, size: int) -> int:
        if not self._disk.can_shrink:
            raise OSError(errno.EIO, "Input/output error")
        return self._file.truncate(size)

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> FileOnDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
