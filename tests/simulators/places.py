"""Service providers for the simulators, each over real connections: the sandbox, and one written by others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import Any

from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import load_default_provider

from sandbox.app import create_app, open_sandbox
from sandbox.running import RunningSandbox
from sandbox.serving import Server
from sandbox.serving.environ import WSGI
from sandbox.settings import Settings
from tests.conftest import START

Place = tuple[str, str]
"""An endpoint and a token."""

OTHER = "scim2-server"
"""What the place of others is called."""


@contextmanager
def served(app: WSGI) -> Iterator[str]:
    """Serve an application; give its URL."""
    server = Server(app, "127.0.0.1", 0, 10_000_000)
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield server.url
    finally:
        server.stop()
        thread.join()


@contextmanager
def sandbox_place(**settings: Any) -> Iterator[Place]:
    """Serve a sandbox that keeps nothing and whose clock stands still; give the place of its first account."""
    defaults = {"ephemeral": True, "users": 2, "groups": 1, "clock": START, "frozen": True}
    with closing(open_sandbox(Settings(**{**defaults, **settings}))) as running, served(create_app(running)) as url:
        yield place_of(running, url)


@contextmanager
def other_place() -> Iterator[Place]:
    """Serve python-scim's scim2-server with a token, as its own command does."""
    app = BearerTokenApplication(InMemoryStorage(), load_default_provider(), bearer_tokens=["other-token"])
    with served(app) as url:
        yield f"{url}/v2", "other-token"


def place_of(running: RunningSandbox, url: str, account: int = 0) -> Place:
    """Return the place of an account."""
    facts = running.facts(url)["accounts"][account]
    return facts["endpoints"][0], facts["token"]
