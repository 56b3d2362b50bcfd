"""State that cannot be used: the start is refused with what it is and what to do, and every file stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.store import (
    StateAccessError,
    StateDamagedError,
    StateError,
    StateForeignError,
    StateVersionError,
    Store,
)
from tests.store.samples import LAYOUT, Disk, add, after_a_crash, files_in, group, user

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def crashed(folder: Path) -> Path:
    """Return a folder with a snapshot of two users and a journal of three commits."""
    with Store.open(folder, LAYOUT) as store:
        add(store, user(1), user(2))
        add(store, group(1), collection="Groups")
        with store.transaction() as transaction:
            transaction.link("1", {"value": "1"})
            transaction.set("clock", 1)
    with Store.open(folder, LAYOUT) as store:
        for number in (3, 4, 5):
            add(store, user(number))
        return after_a_crash(folder)


def refused(folder: Path, kind: type[StateError], sentence: str) -> None:
    before = files_in(folder)
    with pytest.raises(kind, match=sentence) as error:
        Store.open(folder, LAYOUT)
    assert files_in(folder) == before
    assert re.search(r"Nothing was changed\. .*(Put|Choose|Start)", str(error.value))


def test_the_files_as_they_are_can_be_read(crashed: Path) -> None:
    assert {*files_in(crashed)} == {"directory.json", "journal-2.jsonl"}
    with Store.open(crashed, LAYOUT) as store:
        assert store.count("Users") == 5


@pytest.mark.parametrize("line", [1, 2, 3])
@pytest.mark.parametrize("at", ["start", "middle", "checksum"])
def test_a_changed_byte_in_a_line_is_named(crashed: Path, line: int, at: str) -> None:
    journal = crashed / "journal-2.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    position = {"start": 3, "middle": len(lines[line - 1]) // 2, "checksum": -5}[at]
    changed = bytearray(lines[line - 1])
    changed[position] ^= 1
    lines[line - 1] = bytes(changed)
    journal.write_bytes(b"".join(lines))

    refused(crashed, StateDamagedError, rf"journal-2\.jsonl, line {line}: the line does not")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        pytest.param((0, 2), "line 2: commit 6 stands where 5 was expected", id="a line is missing"),
        pytest.param((1, 2), "line 1: commit 5 stands where 4 was expected", id="the first line is missing"),
        pytest.param((0, 0, 1), "line 2: commit 4 stands where 5 was expected", id="a line is there twice"),
        pytest.param((0, 2, 1), "line 2: commit 6 stands", id="lines have changed places"),
    ],
)
def test_lines_that_do_not_follow_each_other_are_named(crashed: Path, lines: tuple[int, ...], sentence: str) -> None:
    journal = crashed / "journal-2.jsonl"
    whole = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(whole[line] for line in lines))

    refused(crashed, StateDamagedError, rf"journal-2\.jsonl, {sentence}")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda text: b"\n" + text, id="an empty line before"),
        pytest.param(lambda text: text + b"\n", id="an empty line after"),
        pytest.param(lambda text: text.replace(b"\n", b"\n\0\0\0\n", 1), id="zeros in the middle"),
        pytest.param(lambda text: text.replace(b"\n", b"", 1), id="two lines in one"),
        pytest.param(lambda text: text[:40] + b"\n" + text[40:], id="a line torn in the middle"),
        pytest.param(lambda text: b"[]\n" + text, id="another JSON"),
        pytest.param(lambda text: text.replace(b"}\n", b"}\r\n"), id="line ends of Windows"),
    ],
)
def test_damage_that_no_crash_leaves_is_refused(crashed: Path, damage: Callable[[bytes], bytes]) -> None:
    journal = crashed / "journal-2.jsonl"
    journal.write_bytes(damage(journal.read_bytes()))

    refused(crashed, StateDamagedError, r"journal-2\.jsonl, line \d: ")


def test_a_torn_line_that_is_not_the_last_of_all_is_refused(crashed: Path) -> None:
    journal = crashed / "journal-2.jsonl"
    whole = journal.read_bytes()
    later = whole.splitlines(keepends=True)[-1]
    journal.write_bytes(whole[: -len(later)][:-9])
    (crashed / "journal-3.jsonl").write_bytes(later)

    refused(crashed, StateDamagedError, r"journal-2\.jsonl, line 2")


def test_a_journal_that_is_missing_between_others_is_noticed(crashed: Path) -> None:
    journal = crashed / "journal-2.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0])
    (crashed / "journal-4.jsonl").write_bytes(lines[2])

    refused(crashed, StateDamagedError, r"journal-4\.jsonl, line 1: commit 6 stands where 5 was expected")


def test_a_snapshot_that_is_missing_beside_a_journal_is_noticed(crashed: Path) -> None:
    (crashed / "directory.json").unlink()

    refused(crashed, StateDamagedError, r"directory\.json: this file is missing beside journal-2\.jsonl")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(b"", r"line 1: this is not JSON", id="empty"),
        pytest.param(b'{\n "Users": {\n  "1": {', r"line 3: this is not JSON", id="cut off"),
        pytest.param(b"\xff\xfe{}", "this is not UTF-8", id="another encoding"),
        pytest.param(b"[" * 100_000, "nested too deeply", id="nested without end"),
    ],
)
def test_a_snapshot_that_is_no_json_is_named_with_its_line(crashed: Path, content: bytes, sentence: str) -> None:
    (crashed / "directory.json").write_bytes(content)

    refused(crashed, StateDamagedError, sentence)


def edited(folder: Path, edit: Edit) -> None:
    path = folder / "directory.json"
    document = json.loads(path.read_text(encoding="ascii"))
    edit(document)
    path.write_text(json.dumps(document), encoding="ascii")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        pytest.param(
            lambda d: d["Users"].update({"x": {}}), "'x' in Users is not a number", id="a number that is none"
        ),
        pytest.param(lambda d: d["Users"].update({"7": []}), "Users 7 is not a JSON object", id="a row that is none"),
        pytest.param(lambda d: d.update(Users=[]), "", id="an empty table of another form"),
        pytest.param(lambda d: d.update(Users=[1]), "'Users' is not a JSON object", id="a table that is none"),
        pytest.param(lambda d: d["Users"]["1"].update(id="2"), 'not a document with the id "1"', id="another id"),
        pytest.param(
            lambda d: d["Users"]["2"].update(userName="PERSON.1@widget.example"),
            "Users 1 and 2 have the same userName",
            id="a key twice",
        ),
        pytest.param(lambda d: d["Members"].update({"7": {"group": "1"}}), "Members 7 is not a row", id="no member"),
        pytest.param(
            lambda d: d["Members"].update({"7": d["Members"]["1"]}), "two rows for the same member", id="a member twice"
        ),
        pytest.param(lambda d: d["Settings"].update({"7": {}}), "Settings 7 is not a row", id="no setting"),
        pytest.param(
            lambda d: d["Settings"].update({"7": d["Settings"]["1"]}), "two rows of the same name", id="a name twice"
        ),
        pytest.param(lambda d: d.update(Devices={"1": {}}), "the table 'Devices' is not known", id="another table"),
        pytest.param(lambda d: d["_sandbox"]["1"].update(last={"Groups": "x"}), '"last" of Groups', id="no last id"),
        pytest.param(lambda d: d["_sandbox"]["1"].update(last=[]), '"last" in _sandbox', id="no last ids"),
        pytest.param(lambda d: d["_sandbox"]["1"].update(generation=0), "has no generation", id="no generation"),
        pytest.param(lambda d: d["_sandbox"]["1"].update(format="1"), "'1' is not a format", id="no format"),
    ],
)
def test_a_snapshot_that_contradicts_itself_is_refused(crashed: Path, edit: Edit, sentence: str) -> None:
    edited(crashed, edit)

    if sentence:
        refused(crashed, StateDamagedError, sentence)
    else:
        Store.open(crashed, LAYOUT).close()


def test_a_snapshot_of_a_newer_version_is_refused(crashed: Path) -> None:
    edited(crashed, lambda document: document["_sandbox"]["1"].update(format=3))

    refused(crashed, StateVersionError, r"directory\.json has format 3, .* reads formats up to 2.*newer version")


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        pytest.param(lambda d: d.pop("_sandbox"), "is not a state of the 4me SCIM sandbox", id="plain TinyDB"),
        pytest.param(
            lambda d: d["_sandbox"]["1"].update(product="other"), "is a state of 'other'", id="another product"
        ),
    ],
)
def test_a_snapshot_of_something_else_is_refused(crashed: Path, edit: Edit, sentence: str) -> None:
    edited(crashed, edit)

    refused(crashed, StateForeignError, sentence)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "widget").write_text("notes")

    with pytest.raises(StateAccessError, match=r"cannot be read and written .*write access"):
        Store.open(tmp_path / "widget", LAYOUT)
    assert (tmp_path / "widget").read_text() == "notes"


@pytest.mark.parametrize("is_new", [True, False], ids=["a new folder", "a folder with state"])
def test_a_read_only_folder_is_refused(tmp_path: Path, crashed: Path, is_new: bool) -> None:
    disk = Disk()
    disk.is_read_only = True
    folder = tmp_path / "new" if is_new else crashed
    folder.mkdir(exist_ok=True)
    before = files_in(folder)

    with pytest.raises(StateAccessError, match="Read-only file system"):
        Store.open(folder, LAYOUT, open_file=disk.open)
    assert files_in(folder) == before
