"""The command line as a whole: it is quick, it says what it can do, and it refuses in a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from sandbox import __version__
from sandbox.cli import main
from sandbox.settings import KNOBS

HEAVY = {"flask", "werkzeug", "tinydb", "faker", "httptools", "filelock", "urllib.request"}


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return every command, as words."""
    found = []
    for name, command in group.commands.items():
        found += commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]
    return found


@pytest.mark.parametrize("words", [(), *commands()], ids=lambda words: " ".join(words) or "alone")
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    script = (
        "import sys\nfrom sandbox.cli import main\n"
        f"main({[*words, '--help']!r}, standalone_mode=False)\n"
        "print(*sys.modules, file=sys.stderr)"
    )

    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert answer.stdout.startswith("Usage: ")
    assert HEAVY & set(answer.stderr.split()) == set()


def test_serve_has_the_flag_of_every_knob() -> None:
    text = CliRunner().invoke(main, ["serve", "--help"]).output

    assert [knob.flag for knob in KNOBS.values() if f"  {knob.flag} " not in text] == []


@pytest.mark.parametrize(
    ("flag", "default"),
    [("--port", "4630"), ("--prefix", "/scim/v2, /scim"), ("--state", ".sandbox")],
)
def test_help_shows_a_default_as_it_would_be_given(flag: str, default: str) -> None:
    text = " ".join(CliRunner().invoke(main, ["serve", "--help"]).output.split())

    assert f"[default: {default}]" in text.split(f" {flag} ")[1].split(" --")[0]


def test_python_m_sandbox_is_the_same_command(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "sandbox", "--version"], capture_output=True, text=True, check=True, cwd=tmp_path
    )

    assert answer.stdout == f"scim-sandbox, version {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [["no-such-verb"], ["serve", "--no-such-flag"], ["serve", "extra"], ["clock", "advance"]],
    ids=["a verb", "a flag", "an argument", "a missing argument"],
)
def test_wrong_usage_ends_with_two(arguments: list[str]) -> None:
    answer = CliRunner().invoke(main, arguments)

    assert answer.exit_code == 2
    assert "Error: " in answer.stderr
