"""The files of one account: a snapshot, the journals after it, and how they become one state again.

``directory.json`` holds everything up to a commit, and a generation number G. What was committed since is in
``journal-G.jsonl``, and in ``journal-G+1.jsonl`` and so on while a next snapshot is being written. Journals of earlier
generations are left over from a crash after the rename; they say nothing new.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

from sandbox.store.changes import Changes
from sandbox.store.document_file import Picture, encoded_document, head_of, read_document
from sandbox.store.errors import StateAccessError, StateDamagedError, StateError, StateWriteError
from sandbox.store.files import OpenFile, temporary, write_whole
from sandbox.store.journal import Commit, Journal, journal_path, journals_in, read_commits, repair_end
from sandbox.store.layout import Row

logger = logging.getLogger("sandbox")

FILE_NAME = "directory.json"
REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)

Tables = dict[str, dict[int, Row]]
TakePicture = Callable[[], tuple[dict[str, int], Picture]]
"""Returns the last ids and the tables as they are; called under the lock."""


class AccountFolder:
    """The folder of one account while it is open."""

    def __init__(self, path: Path, *, open_file: OpenFile, durable: bool, compact_after_bytes: int) -> None:
        """Make the folder when it is missing.

        Raises:
            StateAccessError: when that is refused.
        """
        self._path = path
        self._file = path / FILE_NAME
        self._open_file = open_file
        self._durable = durable
        self._compact_after = compact_after_bytes
        self._due_at = compact_after_bytes
        self._journal: Journal | None = None
        self._generation = 1
        """Of the journal that is written now."""
        self._snapshot = 1
        """The generation of the snapshot."""
        self._commit = 0
        self._behind = 0
        """Bytes in journals that are full, and not yet in a snapshot."""
        self._repair: tuple[Path, Commit | None] | None = None
        self._thread: Thread | None = None
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StateAccessError(path, error) from error

    def recover(self) -> tuple[Tables, dict[str, Any]]:
        """Return the tables and the last ids that the files hold; nothing is changed.

        Raises:
            StateError: when they cannot be read, or contradict each other.
        """
        try:
            journals = journals_in(self._path)
            if self._file.exists():
                return self._replay(journals)
        except OSError as error:
            raise StateAccessError(self._path, error) from error
        if journals:
            name = next(iter(journals.values())).name
            raise StateDamagedError(self._file, f"this file is missing beside {name}")
        return {}, {}

    def _replay(self, journals: dict[int, Path]) -> tuple[Tables, dict[str, Any]]:
        head, tables = read_document(self._file)
        if head.generation < 1:
            raise StateDamagedError(self._file, "this is not the snapshot of an account: it has no generation")
        last = dict(head.last)
        self._generation = self._snapshot = head.generation
        self._commit = head.commit
        later = {generation: path for generation, path in journals.items() if generation >= head.generation}
        sizes = {generation: path.stat().st_size for generation, path in later.items()}
        last_written = max((generation for generation, size in sizes.items() if size), default=0)
        for generation, path in later.items():
            commit = None
            for commit in read_commits(path, is_last=generation >= last_written):
                self._follow(commit, path)
                replay(commit.changes, tables, last)
            if generation == last_written:
                self._repair = (path, commit)
            self._generation = generation
        self._behind = sum(size for generation, size in sizes.items() if generation != self._generation)
        self._due_at = max(self._compact_after, self._file.stat().st_size)
        return tables, last

    def _follow(self, commit: Commit, path: Path) -> None:
        if commit.number != self._commit + 1:
            what = (
                f"commit {commit.number} stands where {self._commit + 1} was expected: lines or a journal are missing"
            )
            raise StateDamagedError(path, what, commit.line)
        self._commit = commit.number

    def start(self, take_picture: TakePicture) -> None:
        """Begin to write: start a new folder, cut a torn end, open the journal, remove what a crash left over.

        Raises:
            StateError: when the folder cannot be written.
        """
        try:
            if not self._file.exists():
                self._write_snapshot(*self._picture(self._generation, take_picture))
            if self._repair is not None:
                repair_end(*self._repair)
            self._journal = self._new_journal(self._generation)
        except StateWriteError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and cause.errno in REFUSED:
                raise StateAccessError(self._path, cause) from error
            raise
        except OSError as error:
            raise StateAccessError(self._path, error) from error
        self._remove_left_over()

    def rewrite(self, tables: Tables, last: dict[str, Any]) -> None:
        """Put *tables* in the place of what was recovered: in the snapshot alone, without a journal beside it.

        Raises:
            StateWriteError: when the disk refuses; what was recovered is kept.
        """
        head = head_of(generation=self._generation + 1, commit=self._commit, last=last)
        self._write_snapshot(head, [(name, rows.items()) for name, rows in tables.items()])
        self._remove_left_over()

    def append(self, changes: Changes) -> None:
        """Write a commit; when this returns it survives. Under the lock.

        Raises:
            StateWriteError: when the disk refuses; nothing is changed.
        """
        self._open_journal.append(self._commit + 1, changes)
        self._commit += 1

    @property
    def is_due(self) -> bool:
        """Tell whether the journals are long enough for a new snapshot."""
        return self._thread is None and self._written >= self._due_at

    def compact_in_background(self, lock: AbstractContextManager[Any], take_picture: TakePicture) -> None:
        """Start to write a new snapshot while commits go on. Under the lock."""
        self._thread = Thread(target=self._compact, args=(lock, take_picture), name="compaction", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._thread = None
            self._put_off()

    def close(self, take_picture: TakePicture | None) -> None:
        """Write everything into the snapshot, so that plain TinyDB finds it there, and remove the journals.

        Without *take_picture* the files stay as they are. Not under the lock: a compaction may still need it.

        Raises:
            StateWriteError: when the snapshot cannot be written; the journals keep what it lacks.
        """
        thread = self._thread
        if thread is not None:
            thread.join()
        journal = self._open_journal
        has_news = self._written > 0
        journal.close()
        if take_picture is None:
            return
        if has_news:
            self._write_snapshot(*self._picture(self._generation + 1, take_picture))
            self._remove_left_over()
        else:
            with suppress(OSError):
                journal.path.unlink()

    @property
    def _open_journal(self) -> Journal:
        assert self._journal is not None, "start comes first"
        return self._journal

    @property
    def _written(self) -> int:
        return self._behind + self._open_journal.size

    def _new_journal(self, generation: int) -> Journal:
        return Journal(journal_path(self._path, generation), open_file=self._open_file, durable=self._durable)

    def _compact(self, lock: AbstractContextManager[Any], take_picture: TakePicture) -> None:
        """Start the next journal, write the snapshot that comes before it, and drop the journals before that."""
        try:
            self._open_journal.sync()
            with lock:
                self._rotate()
                head, picture = self._picture(self._generation, take_picture)
            size = self._write_snapshot(head, picture)
            with lock:
                self._behind, self._due_at = 0, max(self._compact_after, size)
            self._remove_left_over()
        except (OSError, StateError) as error:
            logger.warning("The journal could not be shortened, and is kept: %s", error)
            with lock:
                self._put_off()
        finally:
            self._thread = None

    def _rotate(self) -> None:
        """Start the next journal, when all of this one is on the disk."""
        full = self._open_journal
        full.mend()
        full.sync()
        self._journal = self._new_journal(self._generation + 1)
        self._generation += 1
        self._behind += full.size
        full.close()

    def _put_off(self) -> None:
        """Try to compact again when as much was written again."""
        self._due_at = self._written + self._compact_after

    def _picture(self, generation: int, take_picture: TakePicture) -> tuple[dict[str, Any], Picture]:
        """Return the head and the tables of a snapshot as of now. Under the lock."""
        last, picture = take_picture()
        return head_of(generation=generation, commit=self._commit, last=last), picture

    def _write_snapshot(self, head: dict[str, Any], picture: Picture) -> int:
        """Replace the snapshot, and return its size in bytes."""
        size = write_whole(self._file, encoded_document(head, picture), self._open_file)
        self._snapshot = head["generation"]
        return size

    def _remove_left_over(self) -> None:
        """Remove unfinished snapshots, and journals that a snapshot has taken in."""
        with suppress(OSError):
            temporary(self._file).unlink(missing_ok=True)
        for generation, path in journals_in(self._path).items():
            if generation < self._snapshot:
                with suppress(OSError):
                    path.unlink()


def replay(changes: Changes, tables: Tables, last: dict[str, Any]) -> None:
    """Bring plain tables to where they were after a commit."""
    for name in changes.cleared:
        tables[name] = {}
    for name, rows in changes.rows.items():
        table = tables.setdefault(name, {})
        for number, row in rows.items():
            if row is None:
                table.pop(number, None)
            else:
                table[number] = row
    last.update(changes.last)
