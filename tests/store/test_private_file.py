"""The file that only its owner may read: written whole, or as it was."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sandbox.store import (
    PrivateFile,
    StateDamagedError,
    StateError,
    StateForeignError,
    StateVersionError,
    StateWriteError,
)
from tests.store.samples import Disk, files_in


def test_a_value_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    file = PrivateFile(tmp_path / "keyring.json")
    assert file.read() is None

    for value in ({"current": "ab"}, {"current": "ë"}):
        file.write(value)
        assert file.read() == PrivateFile(tmp_path / "keyring.json").read() == value

    assert list(files_in(tmp_path)) == ["keyring.json"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "keyring.json").stat().st_mode) == 0o600


def test_without_a_path_nothing_is_kept() -> None:
    file = PrivateFile(None)

    file.write({"current": "ab"})

    assert file.read() is None


def test_a_write_that_does_not_fit_on_the_disk_leaves_what_was_there(tmp_path: Path) -> None:
    PrivateFile(tmp_path / "keyring.json").write("first")
    disk = Disk(room=30)

    with pytest.raises(StateWriteError):
        PrivateFile(tmp_path / "keyring.json", open_file=disk.open).write("second")

    assert PrivateFile(tmp_path / "keyring.json").read() == "first"
    assert list(files_in(tmp_path)) == ["keyring.json"]


def test_what_a_crash_left_unfinished_is_removed_and_nobody_else_could_read_it(tmp_path: Path) -> None:
    unfinished = tmp_path / "keyring.json.tmp"
    unfinished.write_text("half a sec")
    PrivateFile(tmp_path / "keyring.json").write("whole")
    unfinished.write_text("half a sec")

    assert PrivateFile(tmp_path / "keyring.json").read() == "whole"

    assert list(files_in(tmp_path)) == ["keyring.json"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "keyring.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param("{", StateDamagedError, id="no-json"),
        pytest.param("[]", StateForeignError, id="a-list"),
        pytest.param('{"keyring": {}}', StateForeignError, id="of-nobody"),
        pytest.param('{"product": "4me SCIM sandbox", "format": 2}', StateDamagedError, id="without-the-value"),
        pytest.param('{"product": "4me SCIM sandbox", "format": 99, "keyring": {}}', StateVersionError, id="newer"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, content: str, kind: type[StateError]) -> None:
    (tmp_path / "keyring.json").write_text(content)

    with pytest.raises(kind, match=r"keyring\.json"):
        PrivateFile(tmp_path / "keyring.json").read()
