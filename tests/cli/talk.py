"""A sandbox that runs and is steered from the command line, with a client that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner, Result

from sandbox.app import create_app, open_sandbox, unreadable_recorder
from sandbox.cli import main
from sandbox.cli.ready import ready_files
from sandbox.running import RunningSandbox
from sandbox.serving import Server
from sandbox.settings import Settings

TOKEN = "ab12cd34ef567890" * 4


@dataclass(frozen=True)
class Talk:
    """What a test talks to."""

    sandbox: RunningSandbox
    facts: dict[str, Any]
    client: httpx.Client
    """A provisioning client of the first account."""

    def run(self, *arguments: str) -> Result:
        """Run a verb."""
        return CliRunner(catch_exceptions=False).invoke(main, arguments)


@contextmanager
def talking(folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Iterator[Talk]:
    """Serve a sandbox whose ready file is in ``.sandbox`` of *folder*, which becomes the current one."""
    monkeypatch.chdir(folder)
    for name in ("URL", "ACCOUNT", "CONTROL_KEY", "STATE", "JSON", "TOKEN"):
        monkeypatch.delenv(f"SCIM_SANDBOX_{name}", raising=False)
    (folder / ".sandbox").mkdir()
    settings = Settings(**{"ephemeral": True, "users": 3, "groups": 1, "port": 0, "token": TOKEN, **changes})
    with closing(open_sandbox(settings)) as sandbox:
        told = unreadable_recorder(sandbox)
        app = create_app(sandbox)
        server = Server(app, settings.host, settings.port, settings.max_body_bytes, on_unreadable=told)
        thread = Thread(target=server.serve)
        thread.start()
        try:
            facts = sandbox.facts(server.url)
            headers = {"Authorization": f"Bearer {TOKEN}", "User-Agent": "talk"}
            with (
                ready_files([folder / ".sandbox" / "ready.json"], facts),
                httpx.Client(base_url=f"{server.url}/scim/v2", headers=headers) as client,
            ):
                yield Talk(sandbox, facts, client)
        finally:
            server.stop()
            thread.join()
