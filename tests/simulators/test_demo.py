"""The tour that ``make demo`` gives, without its pauses, and with the commands it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from sandbox.cli.demo import PAUSE_SECONDS, SCENES

MAKEFILE = Path(__file__).parents[2] / "Makefile"


TOLD = [
    "SCIM connector base URL",
    "Concluded: provisioned",
    "$ scim-sandbox token rotate",
    "token_retired",
    "Concluded: refused: the answer is 401: Unauthorized",
    "$ scim-sandbox explain",
    "token-retired",
    "The fix: the new token",
    "Concluded: provisioned",
    "Nothing is lost, and nothing is late.",
    "That was the tour.",
]
"""In this order."""


def test_the_tour_goes_scene_by_scene_to_its_end_and_leaves_nothing_behind(tmp_path: Path) -> None:
    tour = typed("demo", "--no-pause", folder=tmp_path)

    assert tour.returncode == 0, tour.stdout + tour.stderr
    assert tour.stderr == ""
    position = 0
    for text in TOLD:
        position = tour.stdout.find(text, position)
        assert position >= 0, text
    assert re.findall(r"^(\d)/9 ", tour.stdout, re.MULTILINE) == [str(number) for number in range(1, len(SCENES) + 1)]
    port = re.search(r"http://127[.]0[.]0[.]1:(\d+)/scim/v2", tour.stdout)
    assert port is not None
    answer = typed("status", "--url", f"http://127.0.0.1:{port[1]}", folder=tmp_path)
    assert answer.returncode == 1
    assert "no sandbox answers" in answer.stderr


def typed(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Type a command, in an environment whose own sandbox must not be touched."""
    environ = {**os.environ, "SCIM_SANDBOX_URL": "http://127.0.0.1:9", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *words],
        cwd=folder,
        env=environ,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def test_it_takes_two_minutes_with_its_pauses() -> None:
    assert 60 <= len(SCENES) * PAUSE_SECONDS * 1.5 <= 120


def test_make_gives_it() -> None:
    assert re.search(
        r"^demo: .*\n\t@\$\(PY\) -m sandbox demo \$\(ARGS\)$", MAKEFILE.read_text(encoding="utf-8"), re.MULTILINE
    )
