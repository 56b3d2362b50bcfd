"""Sandboxes on which the examples of findings are played: known people, and tokens lost in every way."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.test import run_wsgi_app

from sandbox.app import create_app, open_sandbox
from sandbox.diagnosis.examples import ExampleRequest
from sandbox.recorder import Exchange
from sandbox.running import RunningAccount, RunningSandbox
from sandbox.settings import Settings
from tests.conftest import START
from tests.web.world import GROUPS, Answer

CONTROL_KEY = "the-control-key-of-this-sandbox"
TOKEN = "0123456789abcdef" * 4
HOST = "127.0.0.1:4630"

PEOPLE: list[dict[str, Any]] = [
    {
        "userName": "ann@widget.example",
        "displayName": "Ann",
        "title": "Clerk",
        "locale": "en-GB",
        "emails": [{"value": "ann@widget.example", "type": "work", "primary": True}],
    },
    {"userName": "bob@widget.example", "externalId": "B2", "name": {"givenName": "Bob", "familyName": "Bee"}},
    {"userName": "cid@widget.example", "active": False, "title": "Clerk"},
    *({"userName": f"user{number}@widget.example", "displayName": f"User {number}"} for number in range(4, 31)),
]


class Golden:
    """A running sandbox, asked byte for byte."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.app = create_app(sandbox)
        self.variables = _lost_tokens(sandbox)

    @property
    def bearer(self) -> dict[str, str]:
        """The header with the current token."""
        return {"Authorization": f"Bearer {self.variables['token']}"}

    @property
    def account(self) -> RunningAccount:
        """The first account."""
        return self.sandbox.accounts["widget"]

    def exchanges(self) -> list[Exchange]:
        """Return every exchange of every account, in order."""
        listed = [each for account in self.sandbox.accounts.values() for each in account.recorder.exchanges()]
        return sorted(listed, key=lambda each: each.number)

    def report(self) -> dict[str, Any]:
        """Return the report on the clients of the first account."""
        answer = self.ask("GET", "/_sandbox/accounts/widget/report", {"X-Sandbox-Control-Key": CONTROL_KEY})
        assert answer.status == 200, answer.body
        return dict(json.loads(answer.body))

    def play(self, requests: Iterable[ExampleRequest]) -> list[Exchange]:
        """Send requests and return the exchanges that came of them."""
        before = len(self.exchanges())
        for request in requests:
            self.send(request)
        return self.exchanges()[before:]

    def send(self, request: ExampleRequest) -> Answer:
        """Send one request, with the right token unless it says otherwise."""
        headers = {"Authorization": "Bearer {{token}}", "User-Agent": "golden client", **request.headers}
        filled = {name: self.filled(value) for name, value in headers.items() if value}
        body = b"" if request.body is None else self.filled(request.body).encode("latin-1", "replace")
        return self.ask(request.method, self.filled(request.target), filled, body, request.http_version)

    def ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes = b"", version: str = "HTTP/1.1"
    ) -> Answer:
        """Ask anything."""
        path, _, query = target.removeprefix(f"http://{HOST}").partition("?")
        named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        content_type = named.pop("HTTP_CONTENT_TYPE", None)
        environ = {
            "REQUEST_METHOD": method,
            "REQUEST_URI": target,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path.encode("latin-1")).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "4630",
            "SERVER_PROTOCOL": version,
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(body),
            **({"CONTENT_LENGTH": str(len(body))} if body else {}),
            **({"CONTENT_TYPE": content_type} if content_type else {}),
            "HTTP_HOST": HOST,
            **named,
        }
        answered, status, answer_headers = run_wsgi_app(self.app, environ, buffered=True)
        return Answer(int(status[:3]), dict(answer_headers), b"".join(answered))

    def filled(self, text: str) -> str:
        """Return a text with the variables' values in it."""
        for name, value in self.variables.items():
            text = text.replace(f"{{{{{name}}}}}", value)
        return text


@contextmanager
def golden(**changes: Any) -> Iterator[Golden]:
    """Open a sandbox with the people and groups of the examples; *changes* are settings."""
    kept = {"ephemeral": True} if "state" not in changes else {}
    defaults = {"users": 0, "groups": 0, "clock": START, "frozen": True, "control_key": CONTROL_KEY, **kept}
    sandbox = open_sandbox(Settings(**{**defaults, **changes}))
    try:
        directory = sandbox.accounts["widget"].directory
        if not sandbox.accounts["widget"].store.count("Users"):
            for collection, bodies in (("Users", PEOPLE), ("Groups", GROUPS)):
                for body in bodies:
                    directory.create(collection, body)
        yield Golden(sandbox)
    finally:
        sandbox.close()


def _lost_tokens(sandbox: RunningSandbox) -> dict[str, str]:
    """Let tokens end in every way, and return them with the current one and what becomes of it."""
    account = sandbox.accounts["widget"]
    ended = {}
    current = account.keyring.current
    assert current is not None
    ended["retired_token"] = current.value
    revoked = account.rotate(timedelta())
    ended["revoked_token"] = revoked.value
    ended["retiring_token"] = account.rotate(timedelta(days=30)).value
    account.revoke(revoked.id)
    token = account.rotate(timedelta(days=30)).value
    other = sandbox.accounts["widget-qa"].keyring.current
    assert other is not None
    return {
        **ended,
        "token": token,
        "token_first_half": token[:40],
        "token_second_half": token[40:],
        "token_mistyped": token[:20] + ("0" if token[20] != "0" else "1") + token[21:],
        "token_in_capitals": token.upper(),
        "token_in_base64": b64encode(token.encode()).decode(),
        "token_as_basic": b64encode(f"{token}:x".encode()).decode(),
        "token_of_widget_qa": other.value,
        "control_key": CONTROL_KEY,
        "personal_access_token": "aB3" * 37 + "z",
        "bytes_of_no_text": "\xff\xfe",
        "nine_thousand_letters": "z" * 9_000,
    }
