"""The folder of the whole state: one process at a time, only if it is ours, and lifted to the current format."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.store import (
    StateAccessError,
    StateDamagedError,
    StateError,
    StateForeignError,
    StateLockedError,
    StateVersionError,
    account_folder,
    account_names,
    lock_state,
    remove_account,
)
from sandbox.store.document_file import FORMAT
from tests.store.samples import files_in

HOLD = """
import sys
from pathlib import Path
from sandbox.store import lock_state
with lock_state(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


def test_a_new_folder_is_made_and_marked(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "state"

    with lock_state(state):
        marker = json.loads((state / "sandbox.json").read_text())
        assert marker == {"product": "4me SCIM sandbox", "format": FORMAT}
    lock_state(state).release()


def test_a_folder_is_used_by_one_at_a_time_and_the_holder_named(tmp_path: Path) -> None:
    lock = lock_state(tmp_path)

    with pytest.raises(StateLockedError, match=f"in use by the process with id {os.getpid()}"):
        lock_state(tmp_path)
    lock.release()
    lock.release()
    with lock_state(tmp_path):
        pass


def test_another_process_is_kept_out_until_this_one_ends(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(StateLockedError, match=f"process with id {holder.pid}"):
            lock_state(tmp_path)
        holder.kill()
        holder.wait()

    with lock_state(tmp_path):
        assert (tmp_path / ".holder").read_text() == f"{os.getpid()}\n"


def test_a_holder_that_is_not_known_is_another_process(tmp_path: Path) -> None:
    with lock_state(tmp_path):
        (tmp_path / ".holder").write_text("")
        with pytest.raises(StateLockedError, match="in use by another process"):
            lock_state(tmp_path)


@pytest.mark.parametrize(
    ("marker", "kind", "sentence"),
    [
        pytest.param('{"product": "4me SCIM sandbox", "format": 3}', StateVersionError, "has format 3", id="newer"),
        pytest.param(
            '{"product": "other", "format": 1}', StateForeignError, "is a state of 'other'", id="another product"
        ),
        pytest.param(
            '{"product": "other", "format": 7}', StateForeignError, "is a state of 'other'", id="another, newer"
        ),
        pytest.param("{}", StateForeignError, "is not a state", id="another marker"),
        pytest.param("[]", StateForeignError, "is not a state", id="a list"),
        pytest.param("{", StateDamagedError, "not JSON", id="damaged"),
        pytest.param(
            '{"product": "4me SCIM sandbox", "format": 0}', StateDamagedError, "0 is not a format", id="no format"
        ),
    ],
)
def test_a_folder_with_another_marker_is_refused_and_left_alone(
    tmp_path: Path, marker: str, kind: type[StateError], sentence: str
) -> None:
    (tmp_path / "sandbox.json").write_text(marker)

    with pytest.raises(kind, match=sentence):
        lock_state(tmp_path)
    assert files_in(tmp_path) == {"sandbox.json": marker.encode()}


def test_a_folder_with_other_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("do not overwrite")

    with pytest.raises(StateForeignError, match=r"it holds 'thesis\.txt'"):
        lock_state(tmp_path)
    assert files_in(tmp_path) == {"thesis.txt": b"do not overwrite"}


def test_a_folder_with_only_git_files_is_taken(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*\n")

    with lock_state(tmp_path):
        pass


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("notes")

    with pytest.raises(StateAccessError, match="cannot be read and written"):
        lock_state(tmp_path / "state")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StateAccessError, match="write access"):
            lock_state(tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_an_older_format_is_lifted_step_by_step(tmp_path: Path) -> None:
    lock_state(tmp_path, current=1).release()

    steps = {
        1: lambda folder: (folder / "one").write_text("1"),
        2: lambda folder: (folder / "two").write_text((folder / "one").read_text() + "2"),
    }
    with lock_state(tmp_path, upgrades=steps, current=3):
        assert (tmp_path / "two").read_text() == "12"
    assert json.loads((tmp_path / "sandbox.json").read_text())["format"] == 3
    with pytest.raises(StateVersionError, match=r"has format 3, and this version .* up to 2"):
        lock_state(tmp_path, upgrades=steps, current=2)


def test_an_upgrade_that_fails_goes_on_from_where_it_was(tmp_path: Path) -> None:
    lock_state(tmp_path, current=1).release()
    calls = []

    def fail(_: Path) -> None:
        calls.append("failed")
        raise OSError(28, "No space left on device")

    with pytest.raises(StateAccessError):
        lock_state(tmp_path, upgrades={1: lambda _: calls.append("first"), 2: fail}, current=3)
    with lock_state(tmp_path, upgrades={1: fail, 2: lambda _: calls.append("second")}, current=3):
        assert calls == ["first", "failed", "second"]


def test_it_is_noted_that_the_first_accounts_are_made(tmp_path: Path) -> None:
    with lock_state(tmp_path, current=1) as state:
        assert not state.is_founded
        state.mark_founded()

    with lock_state(tmp_path, upgrades={1: lambda _: None}, current=2) as state:
        assert state.is_founded


def test_accounts_are_folders_of_their_own(tmp_path: Path) -> None:
    assert account_names(tmp_path) == []
    for name in ("widget-qa", "widget"):
        account_folder(tmp_path, name).mkdir(parents=True)
    (tmp_path / "accounts" / "notes.txt").write_text("")

    assert account_names(tmp_path) == ["widget", "widget-qa"]
    remove_account(tmp_path, "widget")
    remove_account(tmp_path, "widget")
    assert account_names(tmp_path) == ["widget-qa"]
    assert sorted(path.name for path in (tmp_path / "accounts").iterdir()) == ["notes.txt", "widget-qa"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "A", "-a", "a" * 64, "a.b"])
def test_a_name_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="is not the name of an account"):
        account_folder(tmp_path, name)
