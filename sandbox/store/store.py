"""The state of one account: in memory, in a journal, and in a snapshot that plain TinyDB opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import RLock
from typing import Any, cast

from sandbox.store.contents import Stored
from sandbox.store.copies import Copier
from sandbox.store.document_file import Picture, head_of, read_tables
from sandbox.store.draft import Draft
from sandbox.store.errors import StateClosedError, StateDamagedError
from sandbox.store.files import OpenFile, open_unbuffered
from sandbox.store.folder import FILE_NAME, AccountFolder
from sandbox.store.layout import HEAD, Layout, MemberKey, Row, exact_mark, folded_mark
from sandbox.store.links import reference_of
from sandbox.store.loading import without_collection
from sandbox.store.memory import Memory, check_tables, last_of, load
from sandbox.store.query import Found, Query, has_scan
from sandbox.store.search import NEWEST_FIRST, OLDEST_FIRST, page_of, plan
from sandbox.store.tables import StateDatabase, StateStorage, StateTable
from sandbox.store.transaction import Transaction

COMPACT_AFTER_BYTES = 16 << 20
"""The least size of the journals at which a new snapshot is written while serving."""

DURABILITIES = ("flush", "fsync")

Order = str | Callable[[Stored], Any]
"""``-id`` newest first, ``id`` oldest first, or a key to sort by."""


class Store:
    """The users and groups of one account, who is a member of what, and named values."""

    def __init__(self, layout: Layout, memory: Memory, folder: AccountFolder | None) -> None:
        """Take over a state that is loaded; ``Store.open`` loads it."""
        self.copier = Copier()
        self._layout = layout
        self._memory = memory
        self._folder = folder
        self._lock = RLock()
        self._is_closed = False
        self._is_broken = False
        self.innermost: Transaction | None = None
        """The open transaction, without those around it. Under the lock."""
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
            return cls(layout, Memory(layout), None)
        files = AccountFolder(
            folder, open_file=open_file, durable=durability == "fsync", compact_after_bytes=compact_after_bytes
        )
        with without_collection():
            tables, last = files.recover()
            try:
                memory = load(layout, tables, last)
            except ValueError as error:
                raise StateDamagedError(folder / FILE_NAME, str(error)) from error
        store = cls(layout, memory, files)
        files.start(store._picture)
        return store

    def close(self) -> None:
        """Write everything into the snapshot and let go of the files; a second time it does nothing.

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
            self._folder.close(None if self._is_broken else self._picture)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, collection: str, resource_id: str) -> Stored | None:
        """Return a resource, or ``None``. Never waits for a transaction."""
        return self._memory.contents(collection).resources.get(resource_id)

    def by_key(self, collection: str, value: str) -> Stored | None:
        """Return the resource whose key is *value* in any case, or ``None``."""
        with self._lock:
            contents = self._memory.contents(collection)
            owner = contents.owner(folded_mark(value))
            return None if owner is None else contents.resources[str(owner)]

    def equal(self, collection: str, index: str, value: Any) -> list[str]:
        """Return the ids of the resources whose value in an index of equal values is *value*, in order."""
        mark = exact_mark(value)
        with self._lock:
            numbers = self._memory.contents(collection).equal(index, mark)
            return [] if mark is None else [str(number) for number in sorted(numbers)]

    def count(self, collection: str) -> int:
        """Return how many resources a collection has."""
        return len(self._memory.contents(collection))

    def search(
        self,
        collection: str,
        query: Query | None = None,
        *,
        order: Order = NEWEST_FIRST,
        skip: int = 0,
        limit: int | None = None,
    ) -> Found:
        """Return a page of the resources that *query* finds, all without a query, and how many there are.

        Inside of a transaction it finds what was committed before.

        Args:
            collection: ``Users`` or ``Groups``.
            query: terms, merges of them, scans.
            order: ``-id``, ``id``, or a key to sort by; equal keys are in the order of ids.
            skip: how many to leave out at the beginning.
            limit: how many to return at most; ``None`` is all the rest, 0 only counts.

        Raises:
            LookupError: when there is no such collection or index, or the index does not answer the operator.
        """
        if isinstance(order, str) and order not in (NEWEST_FIRST, OLDEST_FIRST):
            raise ValueError(f"order is {NEWEST_FIRST!r}, {OLDEST_FIRST!r} or a key, not {order!r}")
        descending = order == NEWEST_FIRST
        if query is not None and has_scan(query):
            items = self._scan(collection, query)
            if descending:
                items.reverse()
        else:
            by_id = isinstance(order, str)
            with self._lock:
                total, items = page_of(
                    self._memory.contents(collection),
                    query,
                    descending=descending,
                    skip=skip if by_id else 0,
                    limit=limit if by_id else None,
                )
            if by_id:
                return Found(total, items)
        if not isinstance(order, str):
            items.sort(key=order)
        return Found(len(items), items[skip:] if limit is None else items[skip : skip + limit])

    def members(self, group_id: str) -> list[Row]:
        """Return copies of the members of a group, in the order of linking: ``[{"value": "7", "type": "User"}]``."""
        with self._lock:
            links = self._memory.links
            rows = [links.row(number) for number in links.of_group(group_id)]
        return [{name: value for name, value in row.items() if name != "group"} for row in rows if row is not None]

    def linked(self, group_id: str) -> list[tuple[Row, Stored | None]]:
        """Return each member of a group with its resource, ``None`` when that is gone, in the order of linking.

        The rows are the store's own: look, do not change.
        """
        membership = self._layout.membership
        with self._lock:
            links = self._memory.links
            groups = self._memory.contents(membership.groups).resources
            members = self._memory.contents(membership.members).resources
            rows = [row for number in links.of_group(group_id) if (row := links.row(number)) is not None]
            return [(row, (groups if row.get("type") == "Group" else members).get(row["value"])) for row in rows]

    def is_member(self, group_id: str, member: MemberKey) -> bool:
        """Tell whether somebody is a member of a group."""
        with self._lock:
            return self._memory.links.number(group_id, reference_of(member)) is not None

    def groups_of(self, member: MemberKey) -> list[str]:
        """Return the ids of the groups somebody is in, in the order of linking."""
        with self._lock:
            return list(self._memory.links.groups(reference_of(member)))

    def setting(self, name: str) -> Any:
        """Return a copy of a named value, or ``None``."""
        with self._lock:
            number = self._memory.named.number(name)
            row = None if number is None else self._memory.named.row(number)
        return None if row is None else self.copier.copy(row["value"])

    def reading(self) -> AbstractContextManager[object]:
        """Open a context in which several reads see one state; keep it short, others wait."""
        return self._lock

    def transaction(self) -> Transaction:
        """Return a transaction to open with ``with``; inside of another one it becomes a part of it."""
        return Transaction(self)

    def export_state(self) -> dict[str, Any]:
        """Return a copy of everything, as JSON in the form of the snapshot file."""
        with self._lock:
            last, picture = self._picture()
        tables = {name: {str(number): self.copier.copy(row) for number, row in rows} for name, rows in picture}
        return {HEAD: {"1": head_of(last=last)}, **tables}

    def import_state(self, state: Mapping[str, Any]) -> None:
        """Put a state that was exported in the place of everything, in one step; ids go on from where it was.

        Raises:
            StateError: when it is no such state, or the write is refused; then nothing is changed.
        """
        place = "the state to import"
        head, tables = read_tables(self.copier.copy(state), place)
        try:
            check_tables(self._layout, tables)
            last = last_of(self._layout, tables, head.last)
        except ValueError as error:
            raise StateDamagedError(place, str(error)) from error
        with without_collection(), self.transaction() as transaction:
            transaction.draft.clear(self._memory.table_names, last)
            for name, rows in tables.items():
                for number, row in rows.items():
                    transaction.draft.put(name, number, row)

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
            with without_collection() if changes.is_large else nullcontext():
                self._memory.apply(changes)
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

    def _scan(self, collection: str, query: Query) -> list[Stored]:
        with self._lock:
            candidates, test = plan(self._memory.contents(collection), query)
        return [stored for stored in candidates if test(stored)]
