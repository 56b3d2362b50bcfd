"""The wheel that ``make dist`` makes, installed in an environment that has nothing else of ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import site
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.test_documents import QUIETLY, blocks, section

ROOT = Path(__file__).parent.parent
TOOLS = ("make", "bash", "curl")

pytestmark = [
    pytest.mark.xdist_group("wheel"),
    pytest.mark.skipif(any(shutil.which(tool) is None for tool in TOOLS), reason=f"needs {', '.join(TOOLS)}"),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made once."""
    folder = tmp_path_factory.mktemp("dist")

    subprocess.run(
        ["make", "dist", f"VENV={sys.prefix}", f"DIST={folder}"], cwd=ROOT, check=True, capture_output=True, timeout=110
    )

    (made,) = folder.glob("*.whl")
    return made


@dataclass(frozen=True)
class Environment:
    """A Python environment with the wheel, and an empty folder to work in."""

    programs: Path
    folder: Path

    def run(self, script: str) -> str:
        """Run a script in bash, and return what it prints."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process in it."""
        plain = {
            name: value for name, value in os.environ.items() if not name.startswith(("SCIM_", "PYTEST_", "PYTHON"))
        }
        return {**plain, **QUIETLY, "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}"}

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Serve a sandbox there; yield its card."""
        command = [str(self.programs / "scim-sandbox"), "serve", "--port", "0", "--users", "3", "--groups", "1"]
        with subprocess.Popen(
            command, cwd=self.folder, env=self.variables, stdout=subprocess.PIPE, text=True
        ) as process:
            try:
                assert process.stdout is not None
                lines = [process.stdout.readline()]
                while not lines[-1].startswith("Stop with"):
                    assert lines[-1], "the card ended early"
                    lines.append(process.stdout.readline())
                yield "".join(lines)
            finally:
                process.terminate()


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with this wheel; its dependencies are taken from the environment of these tests."""
    place = tmp_path_factory.mktemp("environment")
    venv.create(place, with_pip=False)
    programs = place / ("Scripts" if os.name == "nt" else "bin")
    python = str(programs / "python")
    ours = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    options = ["--disable-pip-version-check", "--quiet", "--no-deps", "--no-index"]
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", *options, str(wheel)], check=True, timeout=110
    )
    (Path(ours) / "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return Environment(programs, tmp_path_factory.mktemp("empty"))


def tracked(*folders: str) -> set[str]:
    """Return the files of these folders that belong to the project."""
    listed = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return {path.relative_to(ROOT).as_posix() for path in listed if "__pycache__" not in path.parts}


def test_everything_that_the_sandbox_reads_is_in_it(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if not name.startswith("scim_sandbox-")}

    fixtures = {f"sandbox/_{name}" for name in tracked("fixtures")}
    package = {name for name in tracked("sandbox") if not name.startswith("sandbox/web/console/screens/")}
    assert held == fixtures | package
    assert {"sandbox/py.typed", "sandbox/_fixtures/README.md"} < held
    assert any(name.endswith(".html") for name in held)
    assert any("/static/" in name for name in held)


def test_it_says_what_it_is_under_which_licence_and_what_it_brings(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        (folder,) = {name.split("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        about = archive.read(f"{folder}/METADATA").decode()
        entries = archive.read(f"{folder}/entry_points.txt").decode()

    assert "\nName: scim-sandbox\n" in about  # as its command: pipx run needs no more than the name
    assert "Permission is hereby granted, free of charge" in about
    assert {"Provides-Extra: tls", "Provides-Extra: pytest"} <= set(about.splitlines())
    assert "scim-sandbox = sandbox.cli:main" in entries
    assert "scim_sandbox = sandbox.testing.plugin" in entries


def test_the_command_and_the_module_are_those_of_the_wheel(environment: Environment) -> None:
    where = environment.run("python -c 'import sandbox; print(sandbox.__file__)'")

    assert Path(where.strip()).is_relative_to(environment.programs.parent)
    assert environment.run("scim-sandbox --version") == environment.run("python -m sandbox --version")


def test_the_steps_of_the_card_work(environment: Environment) -> None:
    with environment.serving() as card:
        works, refused = re.findall(r"^  (curl .*)$", card, re.MULTILINE)
        assert '"totalResults":3' in environment.run(works)
        assert "401 UNAUTHORIZED" in environment.run(refused).upper()
        assert "1 character short" in environment.run("scim-sandbox explain")
        assert json.loads(environment.run("scim-sandbox status --json"))["total"] == 2
        console = re.search(r"^Console +(.*)$", card, re.MULTILINE)
        assert console is not None
        page = environment.run(f"curl -sL {console[1]}")
        style = re.search(r'href="([^"]+\.css[^"]*)"', page)
        assert style is not None
        assert "{" in environment.run(f"curl -s {console[1].removesuffix('/console')}{style[1]}")


def test_a_first_green_test_takes_four_lines_in_an_empty_folder(environment: Environment) -> None:
    first, _ = blocks(section("In your tests"), "python")
    (environment.folder / "test_client.py").write_text(first, encoding="utf-8")

    assert "1 passed" in environment.run("python -m pytest -q")


def test_the_other_dialect_and_the_findings_find_their_data(environment: Environment) -> None:
    assert environment.run("scim-sandbox run --users 1 --dialect rfc7644 --quiet -- printenv SCIM_ENDPOINT")
    assert "token-missing" in environment.run("scim-sandbox findings")
