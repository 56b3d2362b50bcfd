"""What the files hold when a process ends at any moment, and that the next start reads it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from tinydb import Query as Where
from tinydb import TinyDB
from tinydb.table import Document

from sandbox.store import Layout, StateClosedError, Store
from tests.store.samples import LAYOUT, Disk, add, after_a_crash, exported, files_in, group, names, restore, user

OpenStore = Callable[..., Store]


def fill(store: Store) -> None:
    """Make commits of every kind."""
    add(store, user(1), user(2, "Zoë \ud800 \u2028"), user(3))
    add(store, group(1), group(2), collection="Groups")
    with store.transaction() as transaction:
        transaction.link("1", {"value": "3", "type": "User"})
        transaction.link("1", {"value": "1", "type": "User"})
        transaction.link("1", {"value": "2", "type": "Group"})
        transaction.set("clock", {"offset_s": 5})
    with store.transaction() as transaction:
        transaction.drop("Users", "3")
        transaction.put("Users", user(2, "renamed", active=False))
        transaction.next_id("Users")


def test_everything_survives_a_crash(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    fill(store)
    state = exported(store)

    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert exported(recovered) == state
        assert recovered.equal("Users", "active", False) == ["2"]
        assert recovered.groups_of((True, "2")) == ["1"]
        with recovered.transaction() as transaction:
            assert transaction.next_id("Users") == "5"


def test_everything_survives_a_stop_and_ids_go_on(open_store: OpenStore) -> None:
    store = open_store()
    fill(store)
    state = exported(store)
    store.close()

    again = open_store()
    assert exported(again) == state
    with again.transaction() as transaction:
        assert transaction.next_id("Users") == "5"


def test_clearing_and_restoring_survive_a_crash(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    fill(store)
    state, snapshot = exported(store), store.snapshot()
    with store.transaction() as transaction:
        transaction.clear(keep_ids=False)
        transaction.put("Users", user(1, "only"))

    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert names(recovered) == ["only"]
        assert recovered.members("1") == []
    restore(store, snapshot)
    with Store.open(after_a_crash(folder), LAYOUT) as recovered:
        assert exported(recovered) == state


def test_a_stopped_store_is_one_file_that_plain_tinydb_opens(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    fill(store)
    store.close()

    assert [*files_in(folder)] == ["directory.json"]
    with TinyDB(folder / "directory.json", access_mode="r") as database:
        assert len(database.table("Users")) == 2
        assert [found.doc_id for found in database.table("Users").search(Where().active == False)] == [2]  # noqa: E712
        assert database.table("Members").all()[0] == {"group": "1", "value": "1", "type": "User"}
        assert database.table("Settings").all() == [{"name": "clock", "value": {"offset_s": 5}}]


def test_what_plain_tinydb_writes_while_the_store_is_closed_is_read(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    fill(store)
    store.close()

    with TinyDB(folder / "directory.json") as database:
        assert database.table("Users").insert({"id": "3", "userName": "by hand"}) == 3
        database.table("Users").insert(Document({"id": "9", "userName": "another"}, doc_id=9))

    again = open_store()
    assert names(again)[-2:] == ["by hand", "another"]
    with again.transaction() as transaction:
        assert transaction.next_id("Users") == "10"


def test_a_commit_that_is_interrupted_in_memory_is_in_the_journal(folder: Path) -> None:
    add_first = Store.open(folder, LAYOUT)
    add(add_first, user(1))
    add_first.close()
    stumbling = Layout((replace(LAYOUT.collection("Users"), references={"no index": "Users"}), LAYOUT.collections[1]))
    store = Store.open(folder, stumbling)

    with pytest.raises(LookupError):
        add(store, user(2))
    with pytest.raises(StateClosedError, match="its journal is complete"):
        add(store, user(3))
    before = files_in(folder)
    store.close()

    assert files_in(folder) == before
    with Store.open(folder, LAYOUT) as again:
        assert again.count("Users") == 2


def test_the_snapshot_can_be_compared_line_by_line(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    add(store, user(10), user(2), user(1, "Zoë"))
    store.close()
    before = (folder / "directory.json").read_text(encoding="ascii").splitlines()

    store = open_store()
    add(store, user(2, title="Boss"))
    store.close()
    after = (folder / "directory.json").read_text(encoding="ascii").splitlines()

    assert [line.strip() for line in after if line not in before] == [
        '"generation": 3,',
        '"commit": 2,',
        '"lastModified": "2026-01-01T00:00:02Z"},',
        '"title": "Boss"},',
    ]
    assert list(json.loads("\n".join(after))["Users"]) == ["1", "2", "10"]


def test_a_store_that_only_reads_leaves_the_snapshot_as_it_is(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    fill(store)
    store.close()
    before = files_in(folder)

    open_store().close()

    assert files_in(folder) == before


def test_a_torn_last_line_is_dropped_wherever_it_is_torn_and_nothing_else(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    add(store, user(1))
    complete = exported(store)
    add(store, user(2))
    journal = folder / "journal-1.jsonl"
    line_end = journal.read_bytes().index(b"\n") + 1
    whole = journal.read_bytes()

    for cut in range(line_end, len(whole) - 1):
        crashed = after_a_crash(folder)
        (crashed / "journal-1.jsonl").write_bytes(whole[:cut])
        with Store.open(crashed, LAYOUT) as recovered:
            assert exported(recovered) == complete
            assert (crashed / "journal-1.jsonl").read_bytes() == whole[:line_end]
            add(recovered, user(2))
            assert (crashed / "journal-1.jsonl").read_bytes() == whole


def test_a_last_line_that_lacks_only_its_newline_counts(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    add(store, user(1), user(2))
    state = exported(store)
    crashed = after_a_crash(folder)
    journal = crashed / "journal-1.jsonl"
    journal.write_bytes(journal.read_bytes()[:-1])

    with Store.open(crashed, LAYOUT) as recovered:
        assert exported(recovered) == state
        add(recovered, user(3))
        with Store.open(after_a_crash(crashed), LAYOUT) as again:
            assert again.count("Users") == 3


def test_zeros_at_the_end_after_a_power_failure_are_dropped(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    add(store, user(1))
    add(store, user(2))
    whole = (folder / "journal-1.jsonl").read_bytes()
    line_end = whole.index(b"\n") + 1
    for torn in (whole + bytes(500), whole[: line_end + 20] + bytes(80) + b"\n"):
        crashed = after_a_crash(folder)
        (crashed / "journal-1.jsonl").write_bytes(torn)
        with Store.open(crashed, LAYOUT) as recovered:
            assert recovered.count("Users") == (2 if torn.startswith(whole) else 1)


def compaction_moments(folder: Path, open_store: OpenStore) -> list[Path]:
    """Return copies of the folder at each moment of a compaction, made by files that note who opens them."""
    moments: list[Path] = []
    disk = Disk()
    is_open = Event()

    def note() -> None:
        if is_open.is_set():
            moments.append(shutil.copytree(folder, folder.with_name(f"moment-{len(moments)}")))

    def open_file(path: Path, mode: str) -> object:
        note()
        file = disk.open(path, mode)
        note()
        return file

    store = open_store(open_file=open_file, compact_after_bytes=1)
    is_open.set()
    fill(store)
    store.close()
    return [*moments, folder]


def test_every_moment_of_a_compaction_can_be_recovered(folder: Path, open_store: OpenStore) -> None:
    moments = compaction_moments(folder, open_store)
    with Store.open(folder, LAYOUT) as store:
        final = exported(store)

    counts = []
    for moment in moments:
        with Store.open(moment, LAYOUT) as recovered:
            counts.append(recovered.count("Users") + recovered.count("Groups"))
            if recovered.setting("clock"):
                assert recovered.is_member("1", "1")
        assert [*files_in(moment)] == ["directory.json"]
    assert counts[-1] == 4
    with Store.open(moments[-1], LAYOUT) as store:
        assert exported(store) == final
    assert len(moments) >= 5


@pytest.fixture
def generations(folder: Path, open_store: OpenStore) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the snapshot before, the journal after it, the snapshot that takes it in, and the journal after that."""
    store = open_store()
    add(store, user(1))
    store.close()
    before = (folder / "directory.json").read_bytes()
    store = open_store()
    add(store, user(2))
    first = (folder / "journal-2.jsonl").read_bytes()
    store.close()
    after = (folder / "directory.json").read_bytes()
    store = open_store()
    add(store, user(3))
    second = (folder / "journal-3.jsonl").read_bytes()
    store.close()
    return before, first, after, second


@pytest.mark.parametrize(
    ("state", "people"),
    [
        pytest.param({"directory.json": 0, "journal-2.jsonl": 1}, 2, id="before it starts"),
        pytest.param(
            {"directory.json": 0, "journal-2.jsonl": 1, "journal-3.jsonl": None}, 2, id="the journal is started"
        ),
        pytest.param(
            {"directory.json": 0, "journal-2.jsonl": 1, "journal-3.jsonl": 3}, 3, id="commits go on meanwhile"
        ),
        pytest.param(
            {"directory.json": 0, "directory.json.tmp": -2, "journal-2.jsonl": 1, "journal-3.jsonl": 3},
            3,
            id="half of the snapshot is written",
        ),
        pytest.param(
            {"directory.json": 0, "directory.json.tmp": 2, "journal-2.jsonl": 1, "journal-3.jsonl": 3},
            3,
            id="the snapshot is written and not renamed",
        ),
        pytest.param({"directory.json": 2, "journal-2.jsonl": 1, "journal-3.jsonl": 3}, 3, id="the rename is done"),
        pytest.param({"directory.json": 2, "journal-2.jsonl": 1}, 2, id="stopped, and the old journal stays"),
        pytest.param({"directory.json": 2, "journal-3.jsonl": 3}, 3, id="the old journal is removed"),
        pytest.param({"directory.json": 2}, 2, id="stopped"),
    ],
)
def test_a_crash_between_two_steps_of_a_compaction_loses_nothing(
    tmp_path: Path, generations: tuple[bytes, ...], state: dict[str, int | None], people: int
) -> None:
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name, index in state.items():
        content = b"" if index is None else generations[abs(index)]
        (crashed / name).write_bytes(content if index is None or index >= 0 else content[: len(content) // 2])

    with Store.open(crashed, LAYOUT) as store:
        assert store.count("Users") == people
        add(store, user(9))
    assert [*files_in(crashed)] == ["directory.json"]
    with Store.open(crashed, LAYOUT) as store:
        assert store.count("Users") == people + 1


def test_journals_that_were_never_taken_in_are_read_in_their_order(folder: Path, open_store: OpenStore) -> None:
    crashed = folder
    for number in range(1, 12):
        with Store.open(crashed, LAYOUT) as store:
            add(store, user(number), user(1, f"name-{number}"))
            crashed = after_a_crash(crashed)
        (crashed / f"journal-{number + 1}.jsonl").touch()

    with Store.open(crashed, LAYOUT) as again:
        assert names(again)[0] == "name-11"
        assert again.count("Users") == 11


def test_durable_commits_wait_for_the_disk(folder: Path, open_store: OpenStore) -> None:
    store = open_store(durability="fsync")
    fill(store)
    state = exported(store)

    with Store.open(after_a_crash(folder), LAYOUT, durability="fsync") as recovered:
        assert exported(recovered) == state


def test_an_unknown_durability_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="flush, fsync"):
        Store.open(folder, LAYOUT, durability="sometimes")
    assert not folder.exists()


def test_a_store_in_memory_writes_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(None, LAYOUT) as store:
        fill(store)

    assert list(tmp_path.iterdir()) == []
