"""Clients on several libraries, talking to the application without a socket."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
import requests

from sandbox.testing import Sandbox
from sandbox.testing.requests_adapter import WsgiAdapter
from tests.testing.conftest import body_of

USERS = "http://sandbox/scim/v2/Users"


@pytest.fixture
def session(own: Sandbox) -> requests.Session:
    """A session of requests that is answered in this process."""
    session = requests.Session()
    session.mount("http://sandbox/", WsgiAdapter(own.wsgi))
    session.headers.update({**own.headers, "Content-Type": "application/scim+json"})
    return session


def test_requests_gets_status_headers_and_body(session: requests.Session, own: Sandbox) -> None:
    answer = session.get(USERS, params={"filter": 'userName eq "jane@widget.example"'})

    assert (answer.status_code, answer.reason, answer.json()["totalResults"]) == (200, "OK", 0)
    assert answer.headers["content-type"].startswith("application/")
    assert answer.headers["X-Sandbox-Exchange"] == own.exchanges[0].id
    assert own.exchanges[0]["target"].startswith("/scim/v2/Users?filter=userName+eq+%22jane")

    refused = session.get(f"{USERS}/no-such")
    with pytest.raises(requests.HTTPError, match="404 Client Error: NOT FOUND"):
        refused.raise_for_status()


TEXT = '{"userName": "jane@widget.example"}'
BODIES = [
    pytest.param({"json": body_of("jane")}, id="JSON"),
    pytest.param({"data": TEXT}, id="text"),
    pytest.param({"data": TEXT.encode()}, id="bytes"),
    pytest.param({"data": BytesIO(TEXT.encode())}, id="a file"),
    pytest.param({"data": iter([TEXT[:9].encode(), TEXT[9:].encode()])}, id="parts"),
]


@pytest.mark.parametrize("body", BODIES)
def test_requests_sends_a_body_in_any_form(session: requests.Session, own: Sandbox, body: dict[str, Any]) -> None:
    assert session.post(USERS, **body).status_code == 201
    assert "jane@widget.example" in [user["userName"] for user in own.users]
