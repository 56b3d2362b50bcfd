"""Completion: a shell learns the verbs from the command itself."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.cli.completion import SHELLS


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_each_shell_asks_the_command(shell: str) -> None:
    answer = CliRunner().invoke(main, ["completion", shell])

    assert answer.exit_code == 0
    assert f"_SCIM_SANDBOX_COMPLETE={shell}_complete" in answer.output


@pytest.mark.parametrize(
    ("words", "incomplete", "expected"),
    [
        pytest.param([], "sn", ["snapshot"], id="a verb"),
        pytest.param(["clock"], "re", ["reset", "resume"], id="a verb below a verb"),
        pytest.param(["accounts", "create", "x", "--environment"], "", ["production", "qa"], id="values"),
        pytest.param(["token", "rotate"], "--ov", ["--overlap"], id="an option"),
    ],
)
def test_verbs_options_and_values_are_completed(words: list[str], incomplete: str, expected: list[str]) -> None:
    found = ShellComplete(main, {}, "scim-sandbox", "_X").get_completions(words, incomplete)

    assert sorted(item.value for item in found) == expected


def test_the_command_answers_a_shell() -> None:
    script = "from sandbox.cli import main; main(prog_name='scim-sandbox')"
    variables = {"_SCIM_SANDBOX_COMPLETE": "bash_complete", "COMP_WORDS": "scim-sandbox sna", "COMP_CWORD": "1"}

    answer = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )

    assert answer.stdout.split() == ["plain,snapshot"]
