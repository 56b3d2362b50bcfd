"""What the state keeps is shared, not copied: a write makes a new document and leaves the one before as it was."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from sandbox.scim.operations import PATCH_OP_URN
from sandbox.scim.schema import ENTERPRISE_URN
from tests.conftest import Connect, OpenSandbox

BOSS = {"userName": "boss@widget.example"}
ANN = {
    "userName": "ann@widget.example",
    "externalId": "A1",
    "name": {"givenName": "Ann", "familyName": "Bee"},
    "emails": [{"value": "ann@widget.example", "type": "work", "primary": True}, {"value": "ann@home.example"}],
    ENTERPRISE_URN: {"department": "Sales", "manager": {"value": "1"}},
}


def patch_op(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH_OP_URN], "Operations": list(operations)}


@pytest.mark.parametrize("dialect", ["4me", "rfc7644"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("PUT", "/Users/2", {"userName": "ann@widget.example", "name": {"givenName": "Anna"}}, id="PUT"),
        pytest.param(
            "PATCH",
            "/Users/2",
            patch_op(
                {"op": "replace", "path": "name.givenName", "value": "Anna"},
                {"op": "replace", "path": 'emails[type eq "work"].value', "value": "anna@widget.example"},
                {"op": "add", "path": "emails", "value": [{"value": "anna@new.example", "primary": True}]},
                {"op": "remove", "path": f"{ENTERPRISE_URN}:department"},
                {"op": "add", "value": {"name": {"middleName": "B."}, ENTERPRISE_URN: {"costCenter": "7"}}},
            ),
            id="PATCH with operations",
        ),
        pytest.param("DELETE", "/Users/2", None, id="DELETE"),
        pytest.param("DELETE", "/Users/1?hard=true", None, id="DELETE of the manager"),
    ],
)
def test_a_write_leaves_the_document_before_it_as_it_was(
    start_sandbox: OpenSandbox, connect: Connect, dialect: str, method: str, path: str, body: Any
) -> None:
    sandbox = start_sandbox(dialect=dialect)
    client = connect(sandbox)
    for user in (BOSS, ANN):
        assert client.post("/Users", json=user).status_code == 201
    stored = sandbox.accounts["widget"].store.read("Users", "2")
    assert stored is not None
    before = deepcopy(stored.document)

    assert client.request(method, path, json=body).is_success

    assert stored.document == before
    newest = sandbox.accounts["widget"].store.read("Users", "2")
    assert newest is None or newest.document != before


def test_a_partial_resource_leaves_the_document_before_it_as_it_was(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    sandbox = start_sandbox()
    client = connect(sandbox)
    for user in (BOSS, ANN):
        client.post("/Users", json=user)
    stored = sandbox.accounts["widget"].store.read("Users", "2")
    assert stored is not None
    before = deepcopy(stored.document)
    body = {"name": {"givenName": "Anna"}, "emails": [{"value": "ann@home.example", "primary": True}]}

    assert client.patch("/Users/2", json={**body, "meta": {"attributes": ["externalId"]}}).is_success

    assert stored.document == before
