"""Profiles of hypothesis, and the sandbox that tests talk to: the real app on real files, with a clock they control.

``HYPOTHESIS_PROFILE=ci`` and ``deep`` look further than the default.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx2
import pytest
from hypothesis import settings
from werkzeug.datastructures import Headers
from werkzeug.test import create_environ, run_wsgi_app

from sandbox.app import create_app, open_sandbox
from sandbox.clock import Clock
from sandbox.moments import read_moment
from sandbox.running import RunningAccount, RunningSandbox
from sandbox.serving import Server
from sandbox.settings import Settings

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("deep", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

HOST = "http://localhost:4630"
START = read_moment("2026-03-02T09:00:00Z")
"""When the clock of a test stands still, unless the test says otherwise."""


class InProcess(httpx2.BaseTransport):
    """Carries requests to a WSGI application without a socket, path, query and headers byte for byte."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        path, _, query = request.url.raw_path.partition(b"?")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw]
        environ = create_environ(method=request.method, headers=Headers(headers), input_stream=BytesIO(request.read()))
        environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
        environ["QUERY_STRING"] = query.decode("latin-1")
        environ["REQUEST_URI"] = request.url.raw_path.decode("latin-1")
        body, status, answered = run_wsgi_app(self._app, environ, buffered=True)
        return httpx2.Response(int(status[:3]), headers=list(answered), content=b"".join(body))


OpenSandbox = Callable[..., RunningSandbox]
Connect = Callable[..., httpx2.Client]
Serve = Callable[[RunningSandbox], str]


MARKED = pytest.StashKey[frozenset[str]]()
"""The names in the ``quirk`` marks of all tests that were collected, chosen or not."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which quirks have a test."""
    config.stash[MARKED] = frozenset(
        name for item in items for mark in item.iter_markers("quirk") for name in mark.args
    )


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[OpenSandbox]:
    """Open sandboxes on a temporary folder: empty, frozen at ``START``, or as the settings say."""
    with ExitStack() as stack:

        def start(**changes: object) -> RunningSandbox:
            defaults = {"state": tmp_path / "state", "users": 0, "groups": 0, "clock": START, "frozen": True}
            sandbox = open_sandbox(Settings(**{**defaults, **changes}))
            stack.callback(sandbox.close)
            return sandbox

        yield start


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connect to a sandbox as a provisioning client does: at a prefix, with an account's token."""
    with ExitStack() as stack:

        def connect(
            sandbox: RunningSandbox, prefix: str = "/scim/v2", account: str = "widget", token: str | None = None
        ) -> httpx2.Client:
            current = sandbox.accounts[account].keyring.current
            value = token or (current.value if current else "")
            transport = InProcess(create_app(sandbox))
            headers = {"Authorization": f"Bearer {value}"}
            return stack.enter_context(httpx2.Client(transport=transport, base_url=HOST + prefix, headers=headers))

        yield connect


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve sandboxes over real connections, each on a port of its own; return the URL."""
    with ExitStack() as stack:

        def serve(sandbox: RunningSandbox) -> str:
            server = Server(create_app(sandbox), "127.0.0.1", 0, sandbox.settings.max_body_bytes)
            thread = Thread(target=server.serve)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.stop)
            return server.url

        yield serve


@pytest.fixture
def sandbox(start_sandbox: OpenSandbox, request: pytest.FixtureRequest) -> RunningSandbox:
    """Return an empty sandbox; a parameter of a test says other settings."""
    return start_sandbox(**getattr(request, "param", {}))


@pytest.fixture
def account(sandbox: RunningSandbox) -> RunningAccount:
    """Return the first account."""
    return next(iter(sandbox.accounts.values()))


@pytest.fixture
def clock(account: RunningAccount) -> Clock:
    """Return the first account's clock, frozen at ``START``."""
    return account.clock


@pytest.fixture
def client(sandbox: RunningSandbox, connect: Connect) -> httpx2.Client:
    """Return a provisioning client of the first account, at ``/scim/v2``."""
    return connect(sandbox)


@pytest.fixture
def owner(sandbox: RunningSandbox, connect: Connect) -> httpx2.Client:
    """Return the owner's connection to the control API."""
    return connect(sandbox, "/_sandbox")
