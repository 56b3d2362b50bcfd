"""Named snapshots: users, groups and memberships in a file that plain TinyDB opens."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from sandbox.store import (
    SnapshotFacts,
    Snapshots,
    StateDamagedError,
    StateError,
    StateForeignError,
    StateVersionError,
    StateWriteError,
    Store,
)
from tests.store.samples import LAYOUT, Disk, add, exported, files_in, group, names, restore, user

NOON = "2026-06-01T12:00:00Z"


@pytest.fixture(params=["memory", "file"])
def snapshots(request: pytest.FixtureRequest, tmp_path: Path) -> Snapshots:
    """Return no snapshots yet, in memory and on files alike."""
    return Snapshots(None if request.param == "memory" else tmp_path / "widget", LAYOUT)


@pytest.fixture
def filled(store: Store) -> Store:
    """Return a store with something of everything."""
    add(store, user(1), user(2, "Zoë"))
    add(store, group(1), collection="Groups")
    with store.transaction() as transaction:
        transaction.link("1", {"value": "2"})
        transaction.set("clock", 1)
    return store


def test_a_snapshot_brings_the_directory_back_and_nothing_else(filled: Store, snapshots: Snapshots) -> None:
    before = exported(filled)
    snapshots.save("before-import", filled.snapshot(), NOON)
    with filled.transaction() as transaction:
        transaction.clear()
        transaction.set("clock", 2)

    kept = snapshots.read("before-import")
    assert kept is not None
    restore(filled, kept)

    assert names(filled) == [user(1)["userName"], "Zoë"]
    assert filled.setting("clock") == 2
    assert exported(filled) == {**before, "Settings": exported(filled)["Settings"]}


def test_a_snapshot_can_be_restored_into_another_store(tmp_path: Path, filled: Store, snapshots: Snapshots) -> None:
    snapshots.save("a", filled.snapshot(), NOON)
    kept = snapshots.read("a")
    assert kept is not None

    with Store.open(tmp_path / "other", LAYOUT) as other:
        restore(other, kept)

    with Store.open(tmp_path / "other", LAYOUT) as other:
        assert names(other) == names(filled)
        assert other.members("1") == filled.members("1")


def test_snapshots_are_listed_replaced_and_deleted(filled: Store, snapshots: Snapshots) -> None:
    assert snapshots.names() == []
    for name in ("b", "a", "b"):
        saved = snapshots.save(name, filled.snapshot(), NOON)
        assert saved == snapshots.facts(name) == SnapshotFacts(name, NOON, {"Users": 2, "Groups": 1})

    assert snapshots.names() == ["a", "b"]
    assert snapshots.delete("a")
    assert not snapshots.delete("a")
    assert snapshots.names() == ["b"]
    assert snapshots.read("a") is snapshots.facts("a") is None


@pytest.mark.parametrize("name", ["", ".", "../a", "a/b", "-a", "a.json", "a b", "a" * 65])
def test_a_name_that_is_no_file_name_is_refused(filled: Store, snapshots: Snapshots, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 64 of"):
        snapshots.save(name, filled.snapshot(), NOON)
    assert snapshots.read(name) is snapshots.facts(name) is None
    assert not snapshots.delete(name)


def test_plain_tinydb_opens_a_snapshot(tmp_path: Path, filled: Store) -> None:
    Snapshots(tmp_path / "snapshots", LAYOUT).save("a", filled.snapshot(), NOON)

    with TinyDB(tmp_path / "snapshots" / "a.json", access_mode="r") as database:
        assert len(database.table("Users")) == 2
        assert len(database.table("Settings")) == 0


def test_the_file_of_a_whole_account_is_a_snapshot_too(tmp_path: Path, filled: Store) -> None:
    snapshots = Snapshots(tmp_path / "other" / "snapshots", LAYOUT)
    with Store.open(tmp_path / "whole", LAYOUT) as store:
        restore(store, filled.snapshot())
        with store.transaction() as transaction:
            transaction.set("clock", 7)
    (tmp_path / "other" / "snapshots").mkdir(parents=True)
    (tmp_path / "whole" / "directory.json").rename(tmp_path / "other" / "snapshots" / "by-hand.json")

    assert snapshots.facts("by-hand") == SnapshotFacts("by-hand", None, {"Users": 2, "Groups": 1})
    assert snapshots.read("by-hand") == filled.snapshot()


Edit = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        pytest.param(lambda s: s.pop("_sandbox"), StateForeignError, id="not ours"),
        pytest.param(lambda s: s["_sandbox"]["1"].update(format=9), StateVersionError, id="newer"),
        pytest.param(lambda s: s["Users"]["1"].update(id="2"), StateDamagedError, id="another id"),
        pytest.param(
            lambda s: s["Users"]["2"].update(userName=s["Users"]["1"]["userName"]), StateDamagedError, id="twice"
        ),
        pytest.param(lambda s: s.update(Users=7), StateDamagedError, id="no table"),
    ],
)
def test_a_snapshot_that_cannot_be_used_is_named(
    tmp_path: Path, filled: Store, edit: Edit, kind: type[StateError]
) -> None:
    snapshots = Snapshots(tmp_path / "snapshots", LAYOUT)
    snapshots.save("a", filled.snapshot(), NOON)
    path = tmp_path / "snapshots" / "a.json"
    content = json.loads(path.read_text())
    edit(content)
    path.write_text(json.dumps(content))

    with pytest.raises(kind, match=r"a\.json"):
        snapshots.read("a")


def test_a_snapshot_that_is_cut_off_is_named_with_the_line(tmp_path: Path, filled: Store) -> None:
    snapshots = Snapshots(tmp_path / "snapshots", LAYOUT)
    snapshots.save("a", filled.snapshot(), NOON)
    (tmp_path / "snapshots" / "a.json").write_text('{"Users": {}')

    for look in (snapshots.read, snapshots.facts):
        with pytest.raises(StateDamagedError, match=r"a\.json, line 1"):
            look("a")


def test_a_snapshot_that_does_not_fit_on_the_disk_leaves_the_one_before(tmp_path: Path, filled: Store) -> None:
    disk = Disk()
    snapshots = Snapshots(tmp_path / "snapshots", LAYOUT, open_file=disk.open)
    snapshots.save("a", filled.snapshot(), NOON)
    before = files_in(tmp_path / "snapshots")
    add(filled, user(3))
    disk.room = 100

    with pytest.raises(StateWriteError):
        snapshots.save("a", filled.snapshot(), NOON)
    assert files_in(tmp_path / "snapshots") == before
