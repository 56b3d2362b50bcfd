"""Sandboxes as people start them, in processes of their own; and one in this process, for the verbs that steer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner, Result

from sandbox.app import create_app, open_sandbox
from sandbox.cli import main
from sandbox.cli.ready import ready_files
from sandbox.serving import Server
from sandbox.settings import Settings

Start = Callable[..., "Started"]
Steer = Callable[..., Result]

TOKEN = "ab" * 32
"""Of the first account of the sandbox that verbs steer."""


@dataclass
class Started:
    """A process of ``scim-sandbox serve``."""

    process: subprocess.Popen[str]
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it serves."""
        return str(self.facts["url"])

    @property
    def account(self) -> dict[str, Any]:
        """Its first account."""
        return dict(self.facts["accounts"][0])

    @property
    def token(self) -> str:
        """The token of its first account."""
        return str(self.account["token"])

    def client(self) -> httpx.Client:
        """Return a provisioning client of its first account."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.account["endpoints"][0], headers=headers)

    def users(self) -> list[str]:
        """Return the names of its users, as a client sees them."""
        with self.client() as client:
            return [user["userName"] for user in client.get("/Users").json()["Resources"]]

    def line(self) -> str:
        """Return the next line of what it prints."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal and return exit code, rest of stdout, stderr."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture
def environ() -> dict[str, str]:
    """The environment without any setting of a sandbox."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SCIM_SANDBOX_")}


@pytest.fixture
def launch(tmp_path: Path, environ: dict[str, str]) -> Iterator[Start]:
    """Start ``scim-sandbox`` with arguments in ``tmp_path``; whatever still runs at the end is killed."""
    processes: list[subprocess.Popen[str]] = []

    def launch(*arguments: str, **variables: str) -> Started:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", *arguments],
            cwd=tmp_path,
            env={**environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return Started(process)

    yield launch
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def start(launch: Start) -> Start:
    """Start a small sandbox at a free port, and wait until it serves."""

    def start(*arguments: str, **variables: str) -> Started:
        small = ["--port", "0", "--users", "3", "--groups", "1", "--json"]
        started = launch("serve", *small, *arguments, **variables)
        line = started.line()
        if not line:
            _, err = started.process.communicate()
            pytest.fail(f"the sandbox did not start: {err}")
        started.facts = json.loads(line)
        return started

    return start


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("URL", "ACCOUNT", "CONTROL_KEY", "STATE", "JSON"):
        monkeypatch.delenv(f"SCIM_SANDBOX_{name}", raising=False)
    return tmp_path


@pytest.fixture
def settings() -> Settings:
    """What the sandbox is started with."""
    return Settings(ephemeral=True, users=3, groups=1, port=0, token=TOKEN)


@pytest.fixture
def facts(settings: Settings, folder: Path) -> Iterator[dict[str, Any]]:
    """Where a sandbox is that runs, with its ready file in ``.sandbox``."""
    (folder / ".sandbox").mkdir()
    with closing(open_sandbox(settings)) as sandbox:
        server = Server(create_app(sandbox), settings.host, settings.port, settings.max_body_bytes)
        thread = Thread(target=server.serve)
        thread.start()
        try:
            facts = sandbox.facts(server.url)
            with ready_files([folder / ".sandbox" / "ready.json"], facts):
                yield facts
        finally:
            server.stop()
            thread.join()


@pytest.fixture
def steer(facts: dict[str, Any]) -> Steer:
    """Run a verb against it."""

    def steer(*arguments: str, **environ: str) -> Result:
        return CliRunner(env=environ, catch_exceptions=False).invoke(main, arguments)

    assert facts
    return steer
