"""How the card types this program: as a newcomer can."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from sandbox.cli.program import NAME, program_here

PROGRAMS = Path(sys.executable).parent


def test_its_name_does_where_a_shell_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(PROGRAMS))

    assert program_here() == NAME


def test_elsewhere_it_is_the_path_from_the_folder_one_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(PROGRAMS.parent.parent)

    typed = program_here()

    assert Path(typed).resolve() == Path(shutil.which(NAME, path=str(PROGRAMS)) or "").resolve()
    assert not Path(typed).is_absolute()


@pytest.mark.parametrize("folder", [PROGRAMS, PROGRAMS.anchor], ids=["in its own folder", "above everything"])
def test_it_can_be_typed_in_every_folder(folder: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(folder)

    assert "/" in program_here().replace(os.sep, "/")


def test_a_python_without_the_program_runs_the_module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "my python"))

    assert program_here() == f"'{tmp_path / 'my python'}' -m sandbox"
