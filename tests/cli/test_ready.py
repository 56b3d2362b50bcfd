"""The ready file: whole or not there, for its owner only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.cli.ready import ReadyFileError, read_ready_file, ready_files

FACTS = {"control": "http://127.0.0.1:1/_sandbox", "accounts": []}


def test_the_files_are_there_while_the_sandbox_serves_and_gone_after(tmp_path: Path) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.json"]

    with ready_files(paths, FACTS):
        assert [read_ready_file(path) for path in paths] == [FACTS, FACTS]
        assert [path.stat().st_mode & 0o777 for path in paths] == [0o600, 0o600]
        assert sorted(tmp_path.iterdir()) == paths

    assert list(tmp_path.iterdir()) == []


def test_a_file_of_an_earlier_sandbox_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("what a killed sandbox left")
    path.chmod(0o644)

    with ready_files([path], FACTS):
        assert read_ready_file(path) == FACTS
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_another_sandbox_has_written_since_stays(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"

    with ready_files([path], FACTS):
        path.write_text('{"control": "of another"}')

    assert path.read_text() == '{"control": "of another"}'


def test_when_one_file_cannot_be_written_none_is_left(tmp_path: Path) -> None:
    refused = pytest.raises(ReadyFileError, match=r"missing/ready\.json cannot be written: No such file or directory$")

    with refused, ready_files([tmp_path / "ready.json", tmp_path / "missing" / "ready.json"], FACTS):
        pytest.fail("it went on")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_its_place_is_refused_and_leaves_no_temporary_file(tmp_path: Path) -> None:
    (tmp_path / "ready.json").mkdir()

    with pytest.raises(ReadyFileError, match="cannot be written"), ready_files([tmp_path / "ready.json"], FACTS):
        pytest.fail("it went on")

    assert [path.name for path in tmp_path.iterdir()] == ["ready.json"]


def test_no_file_is_no_sandbox(tmp_path: Path) -> None:
    assert read_ready_file(tmp_path / "ready.json") is None


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", json.dumps({"control": 1}), "\udcff"],
    ids=["broken", "a list", "empty", "a number for the control API", "no text"],
)
def test_what_is_no_ready_file_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text(text, errors="surrogateescape")

    with pytest.raises(ReadyFileError, match=r"ready\.json"):
        read_ready_file(path)
