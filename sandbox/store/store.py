"""The state of one account: in memory, in a journal, and in a snapshot that plain TinyDB opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any, cast

from sandbox.store.changes import RowChange
from sandbox.store.copies import Copier
from sandbox.store.document_file import Picture
from sandbox.store.draft import Draft
from sandbox.store.errors import StateClosedError, StateDamagedError
from sandbox.store.files import OpenFile, open_unbuffered
from sandbox.store.folder import FILE_NAME, AccountFolder
from sandbox.store.layout import SETTINGS, Layout, Row
from sandbox.store.loading import without_collection
from sandbox.store.memory import Memory, load
from sandbox.store.reader import Reader
from sandbox.store.snapshots import Snapshot
from sandbox.store.tables import StateDatabase, StateStorage, StateTable
from sandbox.store.transaction import Transaction

COMPACT_AFTER_BYTES = 16 << 20
"""The least size of the journals at which a new snapshot is written while serving."""

DURABILITIES = ("flush", "fsync")


class Store(Reader):
    """The users and groups of one account, who is a member of what, and named values; reads are of the newest state."""

    def __init__(self, memory: Memory, folder: AccountFolder | None) -> None:
        """Take over a state that is loaded; ``Store.open`` loads it."""
        self._lock = RLock()
        super().__init__(memory, self._lock)
        self.copier = Copier()
        self._folder = folder
        self._is_closed = False
        self._is_broken = False
        self.innermost: Transaction | None = None
        """The open transaction, without those around it. Under the lock."""
        self.on_commit: Callable[[Iterator[RowChange]], None] | None = None
        """Is told of each commit what it changes row by row, under the lock, and may leave that unread."""
        self.tinydb = StateDatabase(self, storage=StateStorage)
        """The state as TinyDB tables: every operation is a transaction, or a part of the one that is open."""
        self._tables = {name: cast(StateTable, self.tinydb.table(name)) for name in memory.table_names}

    @classmethod
    def open(
        cls,
        folder: Path | None,
        layout: Layout,
        *,
        durability: str = "flush",
        compact_after_bytes: int = COMPACT_AFTER_BYTES,
        open_file: OpenFile = open_unbuffered,
    ) -> Store:
        """Return the state that *folder* holds; without a folder, one that is only in memory.

        Args:
            folder: belongs to one account and, by the lock of its state (``lock_state``), to one process.
            layout: what the collections are, and what is indexed.
            durability: ``flush`` survives the end of the process, ``fsync`` also that of the machine.
            compact_after_bytes: how long the journals may be before a new snapshot is written; or as long as that is.
            open_file: opens what is written.

        Raises:
            StateError: when the files cannot be used: damaged, newer, of something else, or not writable.
        """
        if durability not in DURABILITIES:
            raise ValueError(f"durability is one of {', '.join(DURABILITIES)}, not {durability!r}")
        if folder is None:
            return cls(Memory(layout), None)
        files = AccountFolder(
            folder, open_file=open_file, durable=durability == "fsync", compact_after_bytes=compact_after_bytes
        )
        with without_collection():
            tables, last = files.recover()
            try:
                memory = load(layout, tables, last)
            except ValueError as error:
                raise StateDamagedError(folder / FILE_NAME, str(error)) from error
        store = cls(memory, files)
        files.start(store._picture)
        return store

    def close(self, *, is_kept: bool = True) -> None:
        """Write everything into the snapshot and let go of the files; a second time it does nothing.

        Without *is_kept* the files are let go of as they are: they are to be removed.

        Raises:
            StateWriteError: when the snapshot cannot be written; the journal keeps what it lacks.
        """
        with self._lock:
            if self.innermost is not None:
                raise RuntimeError("a transaction is open")
            if self._is_closed:
                return
            self._is_closed = True
        if self._folder is not None:
            self._folder.close(None if self._is_broken or not is_kept else self._picture)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def setting(self, name: str) -> Any:
        """Return a copy of a named value, or ``None``."""
        with self._lock:
            number = self._memory.named.number(name)
            row = None if number is None else self._memory.named.row(number)
        return None if row is None else self.copier.copy(row["value"])

    def transaction(self) -> Transaction:
        """Return a transaction to open with ``with``; inside of another one it becomes a part of it."""
        return Transaction(self)

    def reader(self) -> Reader:
        """Return what reads the state as it is now, and goes on reading it when another is put in its place."""
        return Reader(self._memory, self._lock)

    def snapshot(self) -> Snapshot:
        """Return the users, groups and memberships as they are now."""
        with self._lock:
            last, picture = self._picture()
        tables = {name: cast(dict[int, Row], dict(rows)) for name, rows in picture if name != SETTINGS}
        return Snapshot(tables, last)

    @contextmanager
    def joining(self) -> Iterator[Transaction]:
        """Go on with the innermost transaction of this thread, or with one for the length of the context.

        Unlike a transaction inside of another one, what raises in here is not undone before the one around is.
        """
        with self._lock:
            if self.innermost is not None:
                yield self.innermost
            else:
                with self.transaction() as transaction:
                    yield transaction

    @contextmanager
    def joined(self) -> Iterator[Draft]:
        """Open the draft of the innermost transaction of this thread, or of one for the length of the context."""
        with self.joining() as transaction:
            yield transaction.draft

    def table(self, name: str) -> StateTable:
        """Return a table as TinyDB sees it."""
        return self._tables[name]

    def enter(self, transaction: Transaction) -> tuple[Transaction | None, Draft]:
        """Open a transaction: wait for the others, and return the one around it and its empty draft."""
        self._lock.acquire()
        try:
            self._check_open()
            around = self.innermost
            draft = Draft(self._memory if around is None else around.draft)
        except BaseException:
            self._lock.release()
            raise
        self.innermost = transaction
        return around, draft

    def leave(self, around: Transaction | None, draft: Draft | None) -> None:
        """End a transaction: commit *draft*, or hand it to the transaction around; ``None`` undoes."""
        self.innermost = around
        try:
            if draft is not None and around is not None:
                around.draft.take_over(draft.changes())
            elif draft is not None:
                self._commit(draft)
        finally:
            self._lock.release()

    def _commit(self, draft: Draft) -> None:
        changes = draft.changes()
        if not changes:
            return
        if self._folder is not None:
            self._folder.append(changes)
        try:
            if self.on_commit is not None:
                self.on_commit(self._memory.row_changes(changes))
            with without_collection() if changes.is_large else nullcontext():
                self._memory = self._memory.apply(changes)
        except BaseException:
            self._is_broken = True
            raise
        if self._folder is not None and self._folder.is_due:
            self._folder.compact_in_background(self._lock, self._picture)

    def _check_open(self) -> None:
        if self._is_closed:
            raise StateClosedError("the store is closed")
        self._check_whole()

    def _check_whole(self) -> None:
        if self._is_broken:
            raise StateClosedError("a commit was interrupted. Start the sandbox again: its journal is complete")

    def _picture(self) -> tuple[dict[str, int], Picture]:
        self._check_whole()
        return dict(self._memory.last_ids), self._memory.picture()
