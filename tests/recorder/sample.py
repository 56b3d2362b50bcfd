"""Exchanges as they pass by, for tests of what keeps them."""

from __future__ import annotations

from typing import Any

from sandbox.recorder import NO_EFFECTS, Noted, Presented, Secrets
from sandbox.recorder.settling import Settler
from tests.conftest import START

NOBODY = Presented("none")


def noted(number: int, **changes: Any) -> Noted:
    """Return an exchange that was just answered."""
    environ = {
        "REQUEST_METHOD": "GET",
        "REQUEST_URI": f"/scim/v2/Users/{number}",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "localhost:4630",
        **changes.pop("environ", {}),
    }
    given: dict[str, Any] = {
        "number": number,
        "at": START,
        "duration_seconds": 0.001,
        "environ": environ,
        "body": b"",
        "status": "200 OK",
        "answer_headers": [("Content-Type", "application/json")],
        "answer": b'{"id":"7"}',
        "presented": NOBODY,
        "refusal": None,
        "effects": NO_EFFECTS,
    }
    return Noted(**{**given, **changes})


def settler(*known: str, former: str | None = None) -> Settler:
    """Return what settles without finding anything; *known* are secret."""
    secrets = Secrets(lambda: known, lambda text: text == former)
    return Settler("widget", secrets, lambda _exchange, _gap: ("unknown", ()))
