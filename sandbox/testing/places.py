"""Where the accounts of tests are: in a sandbox of this process, or in one that runs already."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, Protocol
from urllib.parse import quote

from sandbox.accounts import FIRST_NAME
from sandbox.app import create_app, open_sandbox, unreadable_recorder
from sandbox.moments import moment_text
from sandbox.running import random_value
from sandbox.serving import Server
from sandbox.settings import Settings
from sandbox.steering import WSGI, ControlApi, SteeringError, over_wsgi
from sandbox.testing.arguments import ArgumentError

LOCAL_URL = "http://localhost"
"""The address of a sandbox that is only called within this process."""
_FOUNDING = ("users", "groups", "seed", "frozen")


class Place(Protocol):
    """A sandbox that has accounts of tests."""

    @property
    def control(self) -> ControlApi:
        """Its control API."""

    @property
    def url(self) -> str:
        """Where it serves."""

    @property
    def wsgi(self) -> WSGI:
        """The application itself."""

    def found(self, arguments: Mapping[str, Any]) -> str:
        """Make the account of a test, and return its name."""

    def close(self) -> None:
        """Let go of what this process holds."""


class OwnPlace:
    """A sandbox in this process, kept nowhere. It listens, at a port that is free, once somebody asks where."""

    def __init__(self, settings: Settings) -> None:
        """Open it with the accounts of a first start.

        Raises:
            SettingsError: when a quirk is to be changed that there is not.
        """
        self._settings = settings
        self._running = open_sandbox(settings)
        self.wsgi: WSGI = create_app(self._running)
        self._starting = Lock()
        self._server: Server | None = None
        self._thread: Thread | None = None

    @property
    def control(self) -> ControlApi:
        """Its control API, called without a socket; what it shows is addressed as clients see it."""
        url = LOCAL_URL if self._server is None else self._server.url
        return ControlApi(base=f"{url}/_sandbox", origin="in this process", carry=over_wsgi(self.wsgi))

    @property
    def url(self) -> str:
        """Where it serves."""
        with self._starting:
            if self._server is None:
                self._server = self._listening()
                self._thread = Thread(target=self._server.serve, name=self._server.url, daemon=True)
                self._thread.start()
            return self._server.url

    def found(self, arguments: Mapping[str, Any]) -> str:
        """Make the account of a test as the only one.

        It has the first account's name, so the people of a seed are the same each time; its token is a new one, so
        that a client which an earlier test left behind is not let in.
        """
        for account in self.control.call("GET", "/accounts")["items"]:
            remove(self, account["name"])
        body = {"name": FIRST_NAME, "token": random_value().text, **_founding(arguments)}
        return str(self.control.call("POST", "/accounts", body)["name"])

    def close(self) -> None:
        """Stop serving, and forget everything."""
        with self._starting:
            if self._server is not None and self._thread is not None:
                self._server.stop()
                self._thread.join()
            self._running.close()

    def _listening(self) -> Server:
        settings, told = self._settings, unreadable_recorder(self._running)
        return Server(self.wsgi, settings.host, 0, settings.max_body_bytes, on_unreadable=told)


class RunningPlace:
    """A sandbox that runs already, perhaps with accounts of others: a test's has a name that nobody else takes."""

    def __init__(self, control: ControlApi) -> None:
        """Look whom it serves.

        Raises:
            SteeringError: when no sandbox answers, or it wants another control key.
        """
        self.control = control
        self.url = control.base.removesuffix("/_sandbox")
        self.dialect = str(control.call("GET", "/dialect")["name"])

    @property
    def wsgi(self) -> WSGI:
        """Refuse: it is another process."""
        raise ArgumentError(f"the sandbox at {self.url} is not in this process, so it has no .wsgi; use .url")

    def found(self, arguments: Mapping[str, Any]) -> str:
        """Make the account of a test.

        Raises:
            ArgumentError: when the test is for another dialect.
        """
        asked = arguments.get("dialect", self.dialect)
        if asked != self.dialect:
            raise ArgumentError(f"dialect: the sandbox at {self.url} speaks {self.dialect}, and this asks for {asked}")
        body = {"name": f"test-{secrets.token_hex(6)}", **_founding(arguments)}
        return str(self.control.call("POST", "/accounts", body)["name"])

    def close(self) -> None:
        """Leave it running."""


def remove(place: Place, account: str) -> None:
    """Remove an account, if it is still there."""
    with suppress(SteeringError):
        place.control.call("DELETE", f"/accounts/{quote(account, safe='')}")


def settings_of(arguments: Mapping[str, Any]) -> Settings:
    """Return the settings of a sandbox in this process."""
    return Settings(**{**arguments, "ephemeral": True, "port": 0})


def _founding(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the control API takes to make an account."""
    body = {name: arguments[name] for name in _FOUNDING if name in arguments}
    return {**body, "clock": moment_text(arguments["clock"])} if "clock" in arguments else body
