"""What the pages say, held against the code: tables are complete, and what is to be typed works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.client_forms import usual_forms
from sandbox.testing import Sandbox
from sandbox.testing.arguments import ACCOUNT_ARGUMENTS, SANDBOX_ARGUMENTS
from sandbox.testing.exchanges import Exchange, Exchanges
from tests.reference import PAGES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TESTING = (ROOT / "sandbox" / "testing" / "README.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "tests" / "examples"
QUIETLY = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_ADDOPTS": "-p no:schemathesis -p no:cacheprovider"}


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of code in a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def section(title: str) -> str:
    """Return a section of the README."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_lists_what_the_code_has_is_as_the_code_is(name: str) -> None:
    written = (ROOT / name).read_text(encoding="utf-8")

    assert written == PAGES[name](), f"{name} is not as the code is any more; python -m tests.reference writes it anew"


def test_the_readme_leads_to_every_page() -> None:
    for page in (*PAGES, "sandbox/testing/README.md", "sandbox/serving/HTTPS.md", "sandbox/README.md"):
        assert f"]({page})" in README


LINKING = ["README.md", *(each.relative_to(ROOT).as_posix() for each in ROOT.glob("sandbox/**/*.md"))]


@pytest.mark.parametrize("page", LINKING)
def test_links_lead_to_what_is_there(page: str) -> None:
    folder = (ROOT / page).parent
    links = re.findall(r"\]\(([^)#\s]+)", (ROOT / page).read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (folder / link).exists()] == []


def test_the_readme_goes_the_way_of_a_newcomer() -> None:
    wanted = ["The first minute", "Connect your client", "A first session", "In your tests", "Every verb", "Changes"]
    titles = re.findall(r"^## (.*)$", README, re.MULTILINE)

    assert [title for title in titles if title in wanted] == wanted
    assert README.index("Ask why.") < README.index("Rehearse the yearly rotation")


def test_the_readme_names_what_each_client_calls_endpoint_and_token() -> None:
    rows = {
        row.split(" | ")[0]: row for row in re.findall(r"^\| (.*) \|$", section("Connect your client"), re.MULTILINE)
    }

    for form in usual_forms():
        for field in form.usual_fields:
            if form.is_cloud and ("{{endpoint}}" in field.value or "{{token}}" in field.value):
                assert f"*{field.field}*" in rows[form.name]


def names_of(*kinds: type) -> Iterator[str]:
    """Yield the public names of classes that tests use."""
    for kind in kinds:
        yield from (name for name in vars(kind) if not name.startswith("_"))


def test_the_page_for_tests_names_all_that_a_test_can_use() -> None:
    with Sandbox() as sandbox:
        used = [*names_of(Sandbox, Exchanges, Exchange, type(sandbox.clock), type(sandbox.tokens)), *SANDBOX_ARGUMENTS]
    prose = re.sub(r"^```.*?^```", "", TESTING, flags=re.DOTALL | re.MULTILINE)
    words = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", prose))))

    assert sorted(set(used) - words - {"is_open", "id", "is_write"}) == []
    for option in ("--scim-sandbox-url", "--scim-sandbox-control-key", "SCIM_SANDBOX_URL", "scim_sandbox_url"):
        assert option in TESTING
    assert set(ACCOUNT_ARGUMENTS) < set(SANDBOX_ARGUMENTS)


def run_tests(text: str, folder: Path, *arguments: str) -> str:
    """Run a file of tests that finds the client of the examples, and return what pytest says."""
    (folder / "test_client.py").write_text(text, encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("SCIM_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    environ = {**variables, **QUIETLY, "PYTHONPATH": str(EXAMPLES)}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout


def test_the_four_lines_are_a_green_test_in_an_empty_folder(tmp_path: Path) -> None:
    first, _ = blocks(section("In your tests"), "python")

    assert len([line for line in first.splitlines() if line]) == 4
    assert "1 passed" in run_tests(first, tmp_path)


def test_the_tests_on_the_page_for_tests_are_green(tmp_path: Path) -> None:
    tests = [block for block in blocks(TESTING, "python") if "def test_" in block]

    printed = run_tests("import pytest\nfrom client import Client\n" + "\n".join(tests), tmp_path, "--strict-markers")

    assert f"{len(tests)} passed" in printed, printed
    assert len(tests) == 2


PROGRAMS = [block for block in [*blocks(README, "python"), *blocks(TESTING, "python")] if "def test_" not in block]


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_the_programs_in_the_pages_run(number: int) -> None:
    exec(compile(PROGRAMS[number], "a block", "exec"), {"Sandbox": Sandbox})


@pytest.mark.skipif(
    shutil.which("bash") is None or shutil.which("curl") is None, reason="bash or curl is not installed"
)
def test_the_command_that_runs_a_command_works(tmp_path: Path) -> None:
    (script,) = blocks(section("In your tests"), "sh")

    done = subprocess.run(
        ["bash", "-euc", script.replace("scim-sandbox", f"{sys.executable} -m sandbox", 1)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert '"totalResults":3' in done.stdout
    assert (tmp_path / "report.xml").read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_the_command_on_the_page_of_the_store_reads_a_state(tmp_path: Path) -> None:
    page = (ROOT / "sandbox" / "store" / "README.md").read_text(encoding="utf-8")
    (reads,) = re.findall(r"^python (-c .*)$", page, re.MULTILINE)
    makes = "-m sandbox run --state .sandbox --users 3 --groups 0 --quiet -- true"

    done = subprocess.run(
        ["bash", "-euc", f"{sys.executable} {makes}\n{sys.executable} {reads}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr


def test_the_application_on_the_page_of_the_server_is_cut_as_it_says() -> None:
    (block,) = blocks((ROOT / "sandbox" / "serving" / "README.md").read_text(encoding="utf-8"), "python")
    names: dict[str, Any] = {"body": b"x" * 200}

    exec(compile(block, "a block", "exec"), names)

    wire = type("Wire", (), {"drop": lambda _: None})()
    parts = names["app"]({"sandbox.connection": wire}, lambda *_: None)
    assert [len(part) for part in parts] == [100]
