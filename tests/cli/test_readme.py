"""What the README tells a newcomer to type, typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Start
from tests.cli.test_main import commands

README = Path(__file__).parents[2] / "README.md"
PROGRAM = f"{sys.executable} -m sandbox"
BLOCKS = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


ROWS = re.findall(r"^\| `scim-sandbox ([^`]+)` \| (.+) \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
"""The table of verbs: each command with what it does."""


def run(script: str, start: Start, folder: Path) -> str:
    """Run the commands of a block against a running sandbox and return what they print."""
    running = start("--state", str(folder / "state"))
    typed = re.sub(r"^(?:\.venv/bin/)?scim-sandbox|\.venv/bin/scim-sandbox", PROGRAM, script, flags=re.MULTILINE)
    typed = typed.replace("http://127.0.0.1:4630", running.url)
    environ = {**os.environ, "SCIM_SANDBOX_URL": running.url, "TOKEN": running.token, "SCIM": f"{running.url}/scim/v2"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", typed],
        env=environ,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("place", "told"),
    [
        pytest.param(
            1,
            [
                '"totalResults":3',
                '"totalResults":0',
                '"displayName":"Jane Doe"',
                '"scimType":"uniqueness"',
                "invalidFilter",
            ],
            id="the first session",
        ),
        pytest.param(2, ["401", "1 character short"], id="asking why"),
        pytest.param(3, ["current", "token_retired", '{"message":"Unauthorized"}'], id="the rotation"),
        pytest.param(
            4,
            [
                "organization-unknown",
                "joe@widget.example",
                "time-zone-by-offset",
                "field of the person",
                "not mapped by default",
            ],
            id="what becomes of it",
        ),
        pytest.param(5, ["mapping.toml", "widget has the rules of widget-qa"], id="rules of your own"),
        pytest.param(
            6,
            [
                "before keeps 3 users, 1 group",
                "0 users, 0 groups",
                "- User 1",
                "4 removed",
                "widget has 3 users",
                "20 users, 2 groups",
            ],
            id="starting clean",
        ),
        pytest.param(7, ["tried keeps 3 users", "widget has 3 users"], id="from QA to production"),
        pytest.param(8, ["token  ", "2026-01-01T01:00:00Z", "ci is deleted"], id="an account for a test"),
        pytest.param(9, ["SCIM connector base URL", "provisioned", "day 29"], id="playing the client"),
    ],
)
def test_the_commands_do_what_the_readme_says(place: int, told: list[str], start: Start, tmp_path: Path) -> None:
    printed = run(BLOCKS[place], start, tmp_path)

    positions = [printed.find(text) for text in told]
    assert -1 not in positions, printed
    assert positions == sorted(positions)


def test_the_first_block_is_the_two_commands_that_make_has() -> None:
    goals = re.findall(r"^make (\w+)", BLOCKS[0], re.MULTILINE)

    assert goals == ["run", "test"]
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{goal}:", makefile, re.MULTILINE) for goal in goals)


def verb_of(command: str) -> tuple[str, ...]:
    """Return the words of a command that name its verb."""
    words = command.split()
    return next(tuple(words[:length]) for length in (3, 2, 1) if tuple(words[:length]) in commands())


def test_the_table_has_every_verb_once_and_no_other() -> None:
    assert sorted(verb_of(command) for command, _ in ROWS) == sorted(commands())


def test_every_command_in_the_table_does_what_it_is_there_for(start: Start, tmp_path: Path) -> None:
    script = "\n".join(f"echo '== {command}'\nscim-sandbox {command}" for command, _ in ROWS if command != "serve")

    printed = run(script, start, tmp_path)

    outputs = re.split("^== .*$", printed, flags=re.MULTILINE)[1:]
    assert len(outputs) == len(ROWS) - 1
    assert all(output.strip() for output in outputs)
