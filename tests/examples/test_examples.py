"""The examples, run as their first lines say."""

from __future__ import annotations

import importlib.util
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

HERE = Path(__file__).parent
FEATURE = HERE / "behave" / "provisioning.feature"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder of the examples."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SCIM_", "PYTEST_"))}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    return subprocess.run(command, cwd=HERE, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_with_pytest() -> None:
    options = ["-p", "no:schemathesis", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(HERE)]

    done = run(sys.executable, "-m", "pytest", *options, "with_pytest.py")

    assert "2 passed" in done.stdout, done.stdout


def test_with_unittest() -> None:
    done = run(sys.executable, "-m", "unittest", "with_unittest")

    assert "Ran 2 tests" in done.stderr
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("sh") is None or shutil.which("curl") is None, reason="sh or curl is not installed")
def test_with_a_shell() -> None:
    sandbox = [sys.executable, "-m", "sandbox", "run", "--users", "0", "--groups", "0", "--quiet", "--fail-on", "slip"]

    done = run(*sandbox, "--", "sh", "with_shell.sh")

    assert (done.returncode, done.stdout) == (0, "2 people, and nothing to mend\n"), done.stderr


@pytest.mark.skipif(importlib.util.find_spec("behave") is None, reason="behave is not installed")
def test_with_behave() -> None:
    done = run(sys.executable, "-m", "behave", "behave")

    assert "1 scenario passed, 0 failed" in done.stdout, done.stdout


Step = tuple[str, Callable[..., None]]


def steps(monkeypatch: pytest.MonkeyPatch) -> list[Step]:
    """Return the steps of the example, with their patterns, as behave would register them."""
    found: list[Step] = []
    behave = ModuleType("behave")
    for keyword in ("given", "when", "then"):
        setattr(behave, keyword, lambda pattern: lambda function: found.append((pattern, function)))
    monkeypatch.setitem(sys.modules, "behave", behave)
    monkeypatch.setattr(sys, "path", [*sys.path])
    runpy.run_path(str(HERE / "behave" / "steps" / "provisioning.py"))
    return found


def arguments_of(pattern: str, text: str) -> dict[str, Any] | None:
    """Return what a step's text says where its pattern leaves room, or ``None`` when it is not that step."""
    names = dict(re.findall(r"{(\w+):?(\w*)}", pattern))
    found = re.fullmatch(re.sub(r"{(\w+):?\w*}", r"(?P<\1>\\w+)", pattern), text)
    if found is None:
        return None
    return {name: int(value) if names[name] == "d" else value for name, value in found.groupdict().items()}


def test_the_hooks_and_steps_for_behave_do_what_the_feature_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "client", raising=False)
    registered = steps(monkeypatch)
    hooks = runpy.run_path(str(HERE / "behave" / "environment.py"))
    lines = re.findall(r"^ +(?:Given|When|Then|And) (.*)$", FEATURE.read_text(encoding="utf-8"), re.MULTILINE)
    context = SimpleNamespace()

    hooks["before_scenario"](context, None)
    done = []
    for line in lines:
        for pattern, function in registered:
            arguments = arguments_of(pattern, line)
            if arguments is not None:
                function(context, **arguments)
                done.append(line)
    hooks["after_scenario"](context, None)

    assert done == lines
    assert len(lines) == 4
    assert not context.sandbox.is_open
