"""A sandbox that is asked byte for byte, and whose whole state can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.test import run_wsgi_app

from sandbox.app import create_app, open_sandbox
from sandbox.settings import Settings
from tests.conftest import START

ENDPOINT = "/scim/v2"
SCIM_JSON = "application/scim+json"
TOKEN = "9f" * 32

Headers = Mapping[str, str | bytes | None]

USERS: list[dict[str, Any]] = [
    {
        "userName": "ann@widget.example",
        "displayName": "Ann",
        "emails": [{"value": "ann@widget.example", "type": "work"}],
    },
    {"userName": "bob@widget.example", "externalId": "B2", "name": {"givenName": "Bob", "familyName": "Bee"}},
    {"userName": "cid@widget.example", "active": False, "title": "Clerk"},
]
GROUPS: list[dict[str, Any]] = [
    {"displayName": "Staff", "members": [{"value": "1"}, {"value": "2"}]},
    {"displayName": "Nobody", "externalId": "G2"},
]
"""What ``World.populate`` creates."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class World:
    """A sandbox that speaks *dialect*, in memory or in *folder*, with its application."""

    def __init__(self, dialect: str, folder: Path | None = None) -> None:
        where: dict[str, Any] = {"ephemeral": True} if folder is None else {"state": folder}
        self.dialect = dialect
        self._settings = Settings(
            **where, users=0, groups=0, clock=START, frozen=True, dialect=dialect, token=TOKEN, prefix=(ENDPOINT,)
        )
        self._open()

    def _open(self) -> None:
        self._sandbox = open_sandbox(self._settings)
        self._app = create_app(self._sandbox)

    def close(self) -> None:
        """Let go of the sandbox."""
        self._sandbox.close()

    def restart(self) -> None:
        """Close the sandbox and open it again on what it kept."""
        self.close()
        self._open()

    def advance(self, by: timedelta) -> None:
        """Move the clock of the account forward."""
        self._sandbox.accounts["widget"].clock.advance(by)

    def populate(self) -> None:
        """Create users 1 to 3 and groups 1 and 2, and let an hour pass."""
        for collection, bodies in (("Users", USERS), ("Groups", GROUPS)):
            for body in bodies:
                self.send("POST", f"/{collection}", body)
        self.advance(timedelta(hours=1))

    def send(self, method: str, target: str, body: Any = None, headers: Headers | None = None) -> Answer:
        """Ask the SCIM endpoint as a client does; *body* is bytes, or a value to write as JSON."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        usual: Headers = {"Authorization": f"Bearer {TOKEN}", "Accept": SCIM_JSON, "Content-Type": SCIM_JSON}
        host, mark, path = target.partition("http://host")
        return self.ask(method, path if mark else ENDPOINT + host, {**usual, **(headers or {})}, content)

    def ask(self, method: str, target: str, headers: Headers, content: bytes = b"") -> Answer:
        """Ask anything: *target* is percent-encoded ASCII or text that stands for its bytes in Latin-1."""
        path, _, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "4630",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost:4630",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(content),
            **{_variable(name): _text(value) for name, value in headers.items() if value is not None},
        }
        body, status, answered = run_wsgi_app(self._app, environ, buffered=True)
        return Answer(int(status[:3]), dict(answered), b"".join(body))

    def export(self) -> dict[str, Any]:
        """Return every user and every group as the service provider shows them, one by one."""
        return {
            f"/{collection}/{each['id']}": self.send("GET", f"/{collection}/{each['id']}").json()
            for collection in ("Users", "Groups")
            for each in self._listed(collection)
        }

    def _listed(self, collection: str) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = []
        while True:
            page = self.send("GET", f"/{collection}?startIndex={len(listed) + 1}").json()
            listed += page["Resources"]
            if len(listed) >= page["totalResults"]:
                return listed


def _variable(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{name}"


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
