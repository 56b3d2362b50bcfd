"""A state of an older format: taken over whole, also when a crash interrupts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.store import PrivateFile, Snapshots, StateDamagedError, Store, account_folder, lock_state
from tests.store.samples import LAYOUT, add, after_a_crash, names, user

OLD, NEW = "0f" * 32, "1e" * 32
"""Tokens that were in use in the state of format 1."""


def format_1(state: Path) -> Path:
    """Make a state of format 1, killed in the middle: tokens in the snapshot and in the journal; return its account."""
    lock_state(state, current=1).release()
    folder = account_folder(state, "widget")
    with Store.open(folder, LAYOUT) as store:
        add(store, user(1))
        set_keyring(store, OLD)
    store = Store.open(folder, LAYOUT)
    set_keyring(store, NEW)
    add(store, user(2))
    crashed = after_a_crash(folder)
    store.close()
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    crashed.rename(folder)
    return folder


def set_keyring(store: Store, value: str) -> None:
    with store.transaction() as transaction:
        transaction.set("clock", {"offset_us": 0})
        transaction.set("keyring", {"current": {"value": value}})


def files_with(text: str, folder: Path) -> list[str]:
    """Return the names of the files below *folder* that hold a text."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes())


def test_tokens_leave_the_directory_and_the_journal_for_a_file_of_their_own(tmp_path: Path) -> None:
    folder = format_1(tmp_path)
    assert files_with(OLD, tmp_path) == ["directory.json"]
    assert files_with(NEW, tmp_path) == ["journal-2.jsonl"]

    lock_state(tmp_path).release()

    assert (files_with(OLD, tmp_path), files_with(NEW, tmp_path)) == ([], ["keyring.json"])
    assert PrivateFile(folder / "keyring.json").read() == {"current": {"value": NEW}}
    assert json.loads((tmp_path / "sandbox.json").read_text())["format"] == 2
    with Store.open(folder, LAYOUT) as store:
        assert names(store) == [user(1)["userName"], user(2)["userName"]]
        assert (store.setting("clock"), store.setting("keyring")) == ({"offset_us": 0}, None)


def test_tokens_leave_the_snapshots(tmp_path: Path) -> None:
    folder = format_1(tmp_path)
    (folder / "snapshots").mkdir()
    content: dict[str, Any] = json.loads((folder / "directory.json").read_text())
    (folder / "snapshots" / "a.json").write_text(json.dumps(content))

    lock_state(tmp_path).release()

    assert files_with(OLD, tmp_path) == []
    kept = Snapshots(folder / "snapshots", LAYOUT).read("a")
    assert kept is not None
    assert kept.count("Users") == 1


@pytest.mark.parametrize("times", [1, 2])
def test_an_upgrade_that_was_interrupted_is_done_again(tmp_path: Path, times: int) -> None:
    folder = format_1(tmp_path)
    journal = (folder / "journal-2.jsonl").read_bytes()

    for _ in range(times):
        lock_state(tmp_path).release()
        (folder / "journal-2.jsonl").write_bytes(journal)
        marker = json.loads((tmp_path / "sandbox.json").read_text())
        (tmp_path / "sandbox.json").write_text(json.dumps({**marker, "format": 1}))
    lock_state(tmp_path).release()

    assert files_with(NEW, tmp_path) == ["keyring.json"]
    with Store.open(folder, LAYOUT) as store:
        assert store.count("Users") == 2


def test_a_stray_folder_is_passed_over(tmp_path: Path) -> None:
    format_1(tmp_path)
    account_folder(tmp_path, "stray").mkdir()

    lock_state(tmp_path).release()

    assert list(account_folder(tmp_path, "stray").iterdir()) == []


def test_damage_stops_the_upgrade_and_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    folder = format_1(tmp_path)
    (folder / "directory.json").write_text("{")

    with pytest.raises(StateDamagedError, match=r"directory\.json"):
        lock_state(tmp_path)
    assert json.loads((tmp_path / "sandbox.json").read_text())["format"] == 1
    assert (folder / "directory.json").read_text() == "{"
