"""New snapshots while serving: nobody waits long, nothing is lost, and the journal does not grow for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import BinaryIO

import pytest

from sandbox.store import StateWriteError, Store
from sandbox.store.files import open_unbuffered
from tests.store.samples import LAYOUT, Disk, add, after_a_crash, exported, files_in, group, user, wait_for_compaction

OpenStore = Callable[..., Store]


class SlowSnapshot:
    """Files of which the snapshot waits until it may be written."""

    def __init__(self) -> None:
        self.started = Event()
        self.may_go_on = Event()
        self.is_on = False

    def open(self, path: Path, mode: str) -> BinaryIO:
        if self.is_on and path.name.endswith(".tmp"):
            self.started.set()
            assert self.may_go_on.wait(20)
        return open_unbuffered(path, mode)


def test_the_journal_becomes_a_snapshot_when_it_is_long_enough(folder: Path, open_store: OpenStore) -> None:
    store = open_store(compact_after_bytes=2_000)
    add(store, user(1))
    assert {*files_in(folder)} == {"directory.json", "journal-1.jsonl"}
    for number in range(2, 20):
        add(store, user(number))
    wait_for_compaction()

    journals = [name for name in files_in(folder) if name.startswith("journal")]
    assert len(journals) == 1
    assert journals != ["journal-1.jsonl"]
    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert exported(recovered) == exported(store)


def test_the_journal_may_grow_as_long_as_the_snapshot(folder: Path, open_store: OpenStore) -> None:
    store = open_store(compact_after_bytes=10)
    add(store, *[user(number) for number in range(1, 300)])
    wait_for_compaction()
    add(store, user(300))
    wait_for_compaction()

    journals = [name for name in files_in(folder) if name.startswith("journal")]
    assert journals == ["journal-2.jsonl"]


def test_commits_and_reads_go_on_while_the_snapshot_is_written(folder: Path, open_store: OpenStore) -> None:
    slow = SlowSnapshot()
    store = open_store(open_file=slow.open, compact_after_bytes=1)
    slow.is_on = True
    add(store, user(1))
    assert slow.started.wait(20)

    add(store, user(1, "changed meanwhile"), user(2))
    with store.transaction() as transaction:
        transaction.drop("Users", "2")
    assert store.count("Users") == 1
    during = after_a_crash(folder)
    slow.may_go_on.set()
    wait_for_compaction()
    slow.is_on = False

    assert {*files_in(during)} == {"directory.json", "journal-1.jsonl", "journal-2.jsonl"}
    for moment in (during, after_a_crash(folder)):
        with Store.open(moment, LAYOUT) as recovered:
            assert exported(recovered) == exported(store)
            stored = recovered.read("Users", "1")
            assert stored is not None
            assert stored.document["userName"] == "changed meanwhile"


def test_closing_waits_for_the_snapshot_that_is_being_written(folder: Path, open_store: OpenStore) -> None:
    slow = SlowSnapshot()
    store = open_store(open_file=slow.open, compact_after_bytes=1)
    slow.is_on = True
    add(store, user(1))
    assert slow.started.wait(20)
    closing = Thread(target=store.close)
    closing.start()
    slow.may_go_on.set()
    closing.join()

    assert [*files_in(folder)] == ["directory.json"]
    with Store.open(folder, LAYOUT) as again:
        assert again.count("Users") == 1


def test_eight_writers_and_many_compactions_lose_nothing(folder: Path, open_store: OpenStore) -> None:
    store = open_store(compact_after_bytes=1)
    add(store, group(1), collection="Groups")
    failures: list[BaseException] = []

    def write(writer: int) -> None:
        try:
            for turn in range(80):
                with store.transaction() as transaction:
                    new_id = transaction.next_id("Users")
                    transaction.put("Users", user(int(new_id), f"{writer}-{turn}"))
                    transaction.link("1", {"value": new_id})
                if turn % 4 == 0:
                    with store.transaction() as transaction:
                        transaction.drop("Users", new_id)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for_compaction()

    assert failures == []
    assert store.count("Users") == 480
    assert len(store.members("1")) == 480
    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert exported(recovered) == exported(store)
    generations = [int(path.stem.partition("-")[2]) for path in folder.glob("journal-*")]
    assert max(generations) > 1, "no compaction ran beside the writers"


def test_a_snapshot_that_does_not_fit_on_the_disk_leaves_the_journals(
    folder: Path, open_store: OpenStore, caplog: pytest.LogCaptureFixture
) -> None:
    disk = Disk()
    store = open_store(open_file=disk.open, compact_after_bytes=3_000)
    number = 0
    while disk.room is None:
        number += 1
        if disk.written > 3_000:
            disk.room = 600
        add(store, user(number))
    wait_for_compaction()

    assert "could not be shortened" in caplog.text
    assert not (folder / "directory.json.tmp").exists()
    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert recovered.count("Users") == number
    disk.room = None
    for more in range(number + 1, number + 40):
        add(store, user(more))
    wait_for_compaction()
    assert len(list(folder.glob("journal-*"))) == 1
    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert recovered.count("Users") == number + 39


def test_a_journal_with_a_torn_end_is_not_followed_by_another(folder: Path, open_store: OpenStore) -> None:
    disk = Disk()
    store = open_store(open_file=disk.open, compact_after_bytes=1)
    with store.reading():
        add(store, user(1))
        disk.room, disk.can_shrink = 20, False
        with pytest.raises(StateWriteError):
            add(store, user(2))
    wait_for_compaction()

    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert recovered.count("Users") == 1
    disk.room, disk.can_shrink = None, True
    with store.reading():
        add(store, user(2))
        crashed = after_a_crash(folder)
    with Store.open(crashed, LAYOUT) as recovered:
        assert recovered.count("Users") == 2


def test_closing_on_a_full_disk_keeps_the_journal_and_says_so(folder: Path, open_store: OpenStore) -> None:
    disk = Disk()
    store = open_store(open_file=disk.open)
    add(store, user(1))
    disk.room = 0

    with pytest.raises(StateWriteError, match="No space left"):
        store.close()

    with Store.open(folder, LAYOUT) as again:
        assert again.count("Users") == 1
