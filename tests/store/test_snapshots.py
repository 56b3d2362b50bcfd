"""Named snapshots: the whole state in a file that plain TinyDB opens."""

from __future__ import annotations

from pathlib import Path

import pytest
from tinydb import TinyDB

from sandbox.store import Snapshots, StateDamagedError, StateWriteError, Store
from tests.store.samples import Disk, add, files_in, group, names, user


@pytest.fixture(params=["memory", "file"])
def snapshots(request: pytest.FixtureRequest, tmp_path: Path) -> Snapshots:
    """Return no snapshots yet, in memory and on files alike."""
    return Snapshots(None if request.param == "memory" else tmp_path / "widget")


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with something of everything."""
    add(store, user(1), user(2, "Zoë"))
    add(store, group(1), collection="Groups")
    with store.transaction() as transaction:
        transaction.link("1", {"value": "2"})
        transaction.set("clock", 1)
    return store


def test_a_snapshot_brings_everything_back(filled: Store, snapshots: Snapshots) -> None:
    before = filled.export_state()
    snapshots.save("before-import", filled.export_state())
    with filled.transaction() as transaction:
        transaction.clear()

    kept = snapshots.read("before-import")
    assert kept is not None
    filled.import_state(kept)

    assert names(filled) == [user(1)["userName"], "Zoë"]
    assert filled.export_state() == before


def test_what_was_saved_or_read_is_not_what_is_kept(filled: Store, snapshots: Snapshots) -> None:
    state = filled.export_state()
    snapshots.save("a", state)
    state["Users"].clear()
    for _ in range(2):
        kept = snapshots.read("a")
        assert kept is not None
        assert len(kept["Users"]) == 2
        kept["Users"]["1"].clear()
        kept["Users"].pop("2")


def test_snapshots_are_listed_replaced_and_deleted(filled: Store, snapshots: Snapshots) -> None:
    assert snapshots.names() == []
    for name in ("b", "a", "b"):
        snapshots.save(name, filled.export_state())

    assert snapshots.names() == ["a", "b"]
    assert snapshots.delete("a")
    assert not snapshots.delete("a")
    assert snapshots.names() == ["b"]
    assert snapshots.read("a") is None


@pytest.mark.parametrize("name", ["", ".", "../a", "a/b", "-a", "a.json", "a b", "a" * 65])
def test_a_name_that_is_no_file_name_is_refused(filled: Store, snapshots: Snapshots, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 of"):
        snapshots.save(name, filled.export_state())
    assert snapshots.read(name) is None
    assert not snapshots.delete(name)


def test_plain_tinydb_opens_a_snapshot(tmp_path: Path, filled: Store) -> None:
    Snapshots(tmp_path).save("a", filled.export_state())

    with TinyDB(tmp_path / "snapshots" / "a.json", access_mode="r") as database:
        assert len(database.table("Users")) == 2


def test_a_damaged_snapshot_is_named(tmp_path: Path, filled: Store) -> None:
    snapshots = Snapshots(tmp_path)
    snapshots.save("a", filled.export_state())
    (tmp_path / "snapshots" / "a.json").write_text('{"Users": {}')

    with pytest.raises(StateDamagedError, match=r"a\.json, line 1"):
        snapshots.read("a")


def test_a_snapshot_that_does_not_fit_on_the_disk_leaves_the_one_before(tmp_path: Path, filled: Store) -> None:
    disk = Disk()
    snapshots = Snapshots(tmp_path, open_file=disk.open)
    snapshots.save("a", filled.export_state())
    before = files_in(tmp_path / "snapshots")
    add(filled, user(3))
    disk.room = 100

    with pytest.raises(StateWriteError):
        snapshots.save("a", filled.export_state())
    assert files_in(tmp_path / "snapshots") == before
