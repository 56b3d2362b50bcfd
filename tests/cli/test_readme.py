"""What the README tells a newcomer to type, typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Start

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def run(script: str, start: Start, folder: Path) -> str:
    """Run the commands of a block against a running sandbox and return what they print."""
    running = start("--state", str(folder / "state"))
    commands = script.replace(".venv/bin/scim-sandbox", f"{sys.executable} -m sandbox").replace(
        "http://127.0.0.1:4630", running.url
    )
    environ = {**os.environ, "SCIM_SANDBOX_URL": running.url, "TOKEN": running.token, "SCIM": f"{running.url}/scim/v2"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
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
        pytest.param(2, ["current", "token_retired", '{"message":"Unauthorized"}'], id="the rotation"),
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
