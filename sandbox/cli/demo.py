"""``scim-sandbox demo``: two minutes for a shared screen. Okta is connected, the token is rotated, the old one refused.

The tour types what a person would type: every scene is a command of its own, against a sandbox that lives as long as
the tour does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from sandbox.cli.options import Refusal

PAUSE_SECONDS = 5.5
OKTA = ("simulate", "okta", "--people", "8", "--groups", "2")
READY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One command of the tour."""

    says: str
    """What is said before it."""
    words: Sequence[str]
    """The command; ``OLD`` and ``NEW`` are tokens."""
    ends_with: int = 0
    """The exit code that the story wants."""


SCENES = (
    Scene("A sandbox runs. It answers as 4me's SCIM endpoint does; two accounts are seeded with people.", ["status"]),
    Scene(
        "Okta is to provision it. This is what goes into its form, here and at 4me.",
        ["endpoints", "okta", "--mode", "aiw"],
    ),
    Scene(
        "Okta tests the connection, and brings its people over.",
        [*OKTA, "--until", "first", "--token", "OLD"],
    ),
    Scene("A year is over: the token is rotated. The old one is accepted for 30 more days.", ["token", "rotate"]),
    Scene("Nobody tells Okta, and 31 days go by. What fell due is listed.", ["clock", "advance", "31d"]),
    Scene(
        "Okta comes back with the old token.",
        [*OKTA, "--until", "first", "--token", "OLD"],
        ends_with=1,
    ),
    Scene("The sandbox has kept the request, and says why it was refused and what to change.", ["explain"]),
    Scene(
        "The fix: the new token is typed into Okta's form. It finds its people there, and follows what changes.",
        [*OKTA, "--token", "NEW"],
    ),
    Scene(
        "And before it comes to that, the whole year can be rehearsed: here with the new token on day 29.",
        ["rehearse", "rotation", "--client", "okta", "--change-on", "29"],
    ),
)


@click.command()
@click.option("--no-pause", is_flag=True, help="Do not wait between the scenes.")
def demo(no_pause: bool) -> None:
    """Show in two minutes what the sandbox is for: connect, sync, rotate, be refused, fix."""
    with _own_sandbox() as facts:
        tokens = {"OLD": str(facts["accounts"][0]["token"])}
        for number, scene in enumerate(SCENES, start=1):
            click.secho(f"\n{number}/{len(SCENES)}  {scene.says}", bold=True)
            _pause(0 if no_pause else PAUSE_SECONDS / 2)
            if "NEW" in scene.words:
                tokens["NEW"] = _current_token(facts)
            _play(scene, facts, tokens)
            _pause(0 if no_pause else PAUSE_SECONDS)
    click.secho("\nThat was the tour. Your own sandbox: make run", bold=True)


def _play(scene: Scene, facts: dict[str, Any], tokens: dict[str, str]) -> None:
    """Type one command, show what it prints, and hold it to what the story says."""
    words = [tokens.get(word, word) for word in scene.words]
    click.secho(
        "$ scim-sandbox " + " ".join(f"{word[:8]}…" if word in tokens.values() else word for word in words), fg="cyan"
    )
    done = _run(words, facts)
    click.echo(done.stdout.rstrip())
    if done.stderr.strip():
        click.echo(done.stderr.rstrip())
    if done.returncode != scene.ends_with:
        raise Refusal(
            f"the tour ends here: that command was to end with {scene.ends_with}, and ended with {done.returncode}"
        )


def _current_token(facts: dict[str, Any]) -> str:
    return str(json.loads(_run(["token", "show", "--json"], facts).stdout)["token"])


def _run(words: Sequence[str], facts: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """Run a command of ours on the tour's sandbox."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_SANDBOX_")}
    environ |= {"SCIM_SANDBOX_URL": str(facts["url"]), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *words], env=environ, capture_output=True, encoding="utf-8", check=False
    )


@contextmanager
def _own_sandbox() -> Iterator[dict[str, Any]]:
    """Start a sandbox that keeps nothing, give what its ready file says, and stop it.

    Raises:
        Refusal: when it does not start.
    """
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        words = ["serve", "--ephemeral", "--port", "0", "--quiet", "--users", "12", "--groups", "3"]
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *words, "--ready-file", str(ready)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            yield _facts(process, ready)
        finally:
            process.terminate()
            process.communicate()


def _facts(process: subprocess.Popen[str], ready: Path) -> dict[str, Any]:
    """Wait for the ready file and return what it says."""
    for _ in range(int(READY_SECONDS * 20)):
        if ready.exists():
            return dict(json.loads(ready.read_text(encoding="utf-8")))
        if process.poll() is not None:
            raise Refusal(f"the sandbox of the tour did not start: {process.communicate()[1].strip()}")
        _pause(0.05)
    raise Refusal(f"the sandbox of the tour was not ready within {READY_SECONDS:.0f} seconds")


def _pause(seconds: float) -> None:
    time.sleep(seconds)
