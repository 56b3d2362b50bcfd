"""The servers that are measured, each a process of its own on a port of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

TOKEN = "5a" * 32
PATIENCE_SECONDS = 60

BARE_VIEW = """
import sys
from flask import Flask, Response
from sandbox.serving import Server
body = b"x" * 1_200
app = Flask("bare")
@app.get("/scim/v2/Users/<resource_id>")
def read(resource_id):
    return Response(body, content_type="application/json")
server = Server(app, "127.0.0.1", 0, 1_048_576)
print(server.port, flush=True)
server.serve()
"""
"""A Flask application with one view, on the server that the sandbox runs on: what Flask itself allows."""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    name: str
    port: int
    pid: int
    prefix: str
    """The path before ``/Users``."""
    start_seconds: float = 0.0
    """From the start of the process to its first answer."""

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send one request and return the JSON that is answered."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
        content = None if body is None else json.dumps(body)
        connection.request(method, path if path.startswith("/_sandbox") else self.prefix + path, content, headers)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        if answer.status >= 400:
            raise RuntimeError(f"{self.name}: {method} {path} answered {answer.status} {read[:200]!r}")
        return json.loads(read) if read else None

    def memory_bytes(self) -> int:
        """Return how much memory the process has resident; 0 where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():
            return 0
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024


@contextmanager
def sandbox(*flags: str, name: str = "sandbox", state: Path | None = None) -> Iterator[Running]:
    """Serve a sandbox with these flags, in memory alone unless there is a *state*."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        where = ["--ephemeral"] if state is None else ["--state", str(state)]
        command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--quiet", "--token", TOKEN]
        start = perf_counter()
        with _process([*command, *where, "--ready-file", str(ready), *flags]) as child:
            while not ready.exists():
                _check_alive(child)
                sleep(0.005)
            facts = json.loads(ready.read_text())
            running = Running(name, int(facts["url"].rpartition(":")[2]), child.pid, "/scim/v2")
            running.ask("GET", "/Users?count=1")
            yield Running(name, running.port, child.pid, "/scim/v2", perf_counter() - start)


@contextmanager
def bare_view() -> Iterator[Running]:
    """Serve one bare Flask view."""
    with _process([sys.executable, "-c", BARE_VIEW], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        yield Running("bare Flask view", int(child.stdout.readline()), child.pid, "/scim/v2")


@contextmanager
def scim2_server() -> Iterator[Running]:
    """Serve python-scim's scim2-server as its own command does."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [sys.executable, "-c", "from scim2_server.testserver.cli import main; main()"]
    with _process([*command, "--port", str(port), "--bearer-token", TOKEN], stderr=subprocess.DEVNULL) as child:
        running = Running("scim2-server", port, child.pid, "/v2")
        deadline = perf_counter() + PATIENCE_SECONDS
        while True:
            try:
                running.ask("GET", "/Users?count=1")
                break
            except OSError:
                _check_alive(child)
                if perf_counter() > deadline:
                    raise
                sleep(0.05)
        yield running


@contextmanager
def _process(command: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SCIM_SANDBOX_")}
    child = subprocess.Popen(command, env=environ, **options)
    try:
        yield child
    finally:
        child.terminate()
        child.wait(timeout=PATIENCE_SECONDS)
        if child.stdout is not None:
            child.stdout.close()


def _check_alive(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        raise RuntimeError(f"{child.args!r} ended with {child.returncode}")
