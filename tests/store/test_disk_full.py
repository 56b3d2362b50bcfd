"""A disk that is full at any byte: the write is refused, reads go on, nothing is lost, and it recovers with space."""

# ruff: noqa: PT012 - what a transaction refuses takes more than one statement

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.store import StateWriteError, Store, Transaction
from tests.store.samples import LAYOUT, Disk, add, after_a_crash, exported, group, user


def create(transaction: Transaction) -> None:
    transaction.put("Users", {"id": transaction.next_id("Users"), "userName": "a"})


def create_two(transaction: Transaction) -> None:
    transaction.put("Users", {"id": "2", "userName": "b"})
    transaction.put("Groups", {"id": "1", "displayName": "g"})


def link_and_name(transaction: Transaction) -> None:
    transaction.link("1", {"value": "1"})
    transaction.link("1", {"value": "2"})
    transaction.set("clock", 1)


def drop_and_rename(transaction: Transaction) -> None:
    transaction.drop("Users", "2")
    transaction.put("Users", {"id": "1", "userName": "c"})


def start_over(transaction: Transaction) -> None:
    transaction.clear()
    create(transaction)


STEPS: list[Callable[[Transaction], None]] = [create, create_two, link_and_name, drop_and_rename, start_over]


def run_steps(store: Store, disk: Disk) -> int:
    """Take every step; one that is refused changes nothing and is taken again when there is space."""
    refused = 0
    for step in STEPS:
        before = exported(store)
        try:
            with store.transaction() as transaction:
                step(transaction)
        except StateWriteError:
            refused += 1
            assert exported(store) == before
            disk.room = None
            disk.can_shrink = True
            with store.transaction() as transaction:
                step(transaction)
    return refused


@pytest.fixture(scope="module")
def expected() -> dict[str, object]:
    """Return the state after every step."""
    with Store.open(None, LAYOUT) as store:
        run_steps(store, Disk())
        return exported(store)


def size_of_a_run(folder: Path) -> int:
    disk = Disk()
    with Store.open(folder, LAYOUT, open_file=disk.open) as store:
        run_steps(store, disk)
    return disk.written


def test_a_disk_that_is_full_at_any_byte_loses_nothing(tmp_path: Path, expected: dict[str, object]) -> None:
    size = size_of_a_run(tmp_path / "whole")
    outcomes = {"open": 0, "write": 0, "close": 0}

    for room in range(size):
        folder = tmp_path / f"full-{room}"
        disk = Disk(room, can_shrink=room % 2 == 0)
        try:
            store = Store.open(folder, LAYOUT, open_file=disk.open)
        except StateWriteError:
            outcomes["open"] += 1
            disk.room = None
            store = Store.open(folder, LAYOUT, open_file=disk.open)
        outcomes["write"] += run_steps(store, disk)
        assert exported(store) == expected
        try:
            store.close()
        except StateWriteError:
            outcomes["close"] += 1
        with Store.open(folder, LAYOUT) as again:
            assert exported(again) == expected

    assert sum(outcomes.values()) == size
    assert min(outcomes.values()) > 50


@pytest.mark.parametrize("can_shrink", [True, False], ids=["the rest is cut off", "not even that is possible"])
def test_a_crash_after_a_refused_write_loses_nothing(tmp_path: Path, can_shrink: bool) -> None:
    for room in range(0, 180, 3):
        folder = tmp_path / f"full-{room}"
        disk = Disk()
        with Store.open(folder, LAYOUT, open_file=disk.open) as store:
            add(store, user(1))
            disk.room, disk.can_shrink = room, can_shrink
            with pytest.raises(StateWriteError):
                add(store, user(2))
            with Store.open(after_a_crash(folder), LAYOUT) as recovered:
                assert recovered.count("Users") == 1
                assert exported(recovered) == exported(store)
            disk.room, disk.can_shrink = None, True


def test_a_refused_write_gives_the_same_id_again_and_leaves_memos(folder: Path) -> None:
    disk = Disk()
    with Store.open(folder, LAYOUT, open_file=disk.open) as store:
        add(store, user(1))
        add(store, group(1), collection="Groups")
        before = store.read("Users", "1")
        disk.room = 10
        with pytest.raises(StateWriteError), store.transaction() as transaction:
            assert transaction.next_id("Users") == "2"
            transaction.link("1", {"value": "1"})
        disk.room = None
        assert store.read("Users", "1") is before
        with store.transaction() as transaction:
            assert transaction.next_id("Users") == "2"


def test_a_long_line_that_is_refused_half_way_leaves_the_journal_as_it_was(folder: Path) -> None:
    disk = Disk()
    with Store.open(folder, LAYOUT, open_file=disk.open) as store:
        add(store, user(1))
        journal = folder / "journal-1.jsonl"
        before = journal.read_bytes()
        disk.room = 2_000_000
        with pytest.raises(StateWriteError):
            add(store, *[user(number, note="x" * 1_000) for number in range(2, 4_000)])
        assert journal.read_bytes() == before
        assert store.count("Users") == 1
        disk.room = None
        add(store, *[user(number, note="x" * 1_000) for number in range(2, 4_000)])
        with Store.open(after_a_crash(folder), LAYOUT) as recovered:
            assert recovered.count("Users") == 3_999
