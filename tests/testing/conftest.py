"""A provisioning client in Python, as small as one can be."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2 as httpx
import pytest

from sandbox.testing import Sandbox


def body_of(name: str) -> dict[str, object]:
    """Return a body that creates a user, with nothing wrong in it."""
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": f"{name}@widget.example",
        "name": {"givenName": name.title(), "familyName": "Doe"},
    }


def create(client: httpx.Client, name: str) -> httpx.Response:
    """Create a user as a client should: look first whether there is one."""
    client.get("/Users", params={"filter": f'userName eq "{name}@widget.example"'})
    return client.post("/Users", json=body_of(name))


def client_of(sandbox: Sandbox) -> httpx.Client:
    """Return a client that talks over a socket."""
    headers = {**sandbox.headers, "Content-Type": "application/scim+json"}
    return httpx.Client(base_url=sandbox.endpoint, headers=headers)


@pytest.fixture
def own() -> Iterator[Sandbox]:
    """A sandbox that was started for one test, with three users."""
    with Sandbox(users=3, groups=1) as sandbox:
        yield sandbox
