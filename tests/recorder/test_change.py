"""The state change of a request: a JSON Patch that leads from the directory before to the one after."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from httpx2 import Client

from sandbox.recorder import picture
from sandbox.running import RunningAccount

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def seen(account: RunningAccount) -> dict[str, Any]:
    """Return the directory as patches tell of it."""
    return deepcopy(picture(account.store.snapshot().tables))


def applied(document: dict[str, Any], operations: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a document after a JSON Patch, strictly: a path must be there, or not be there (RFC 6902 §4)."""
    document = deepcopy(document)
    for operation in operations:
        *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
        target = document
        for name in parents:
            target = target[name]
        if operation["op"] == "remove":
            del target[last]
        elif operation["op"] == "replace":
            assert last in target
            target[last] = operation["value"]
        else:
            assert last not in target, operation
            target[last] = operation["value"]
    return document


def op(name: str, path: str, value: Any = None) -> dict[str, Any]:
    return {"op": name, "path": path, "value": value}


WRITES: dict[str, list[Callable[[Client], Any]]] = {
    "a user is created": [lambda it: it.post("/Users", json={"userName": "eve@widget.example", "displayName": "Eve"})],
    "a group is created with members": [
        lambda it: it.post("/Groups", json={"displayName": "New", "members": [{"value": "1"}, {"value": "2"}]})
    ],
    "a value is replaced": [lambda it: it.patch("/Users/1", json={"title": "Chief"})],
    "a value is added deep down": [lambda it: it.patch("/Users/1", json={ENTERPRISE: {"department": "R/D ~ 1"}})],
    "a value is removed": [lambda it: it.patch("/Users/1", json={"title": None})],
    "a user is deactivated": [lambda it: it.delete("/Users/1")],
    "a user who is a member and a manager is removed": [lambda it: it.delete("/Users/2?hard=true")],
    "a member joins": [lambda it: it.patch("/Groups/1", json={"members": [{"value": "3"}]})],
    "a member leaves": [lambda it: it.patch("/Groups/1", json={"members": [{"value": "1", "operation": "delete"}]})],
    "a group becomes a member": [
        lambda it: it.patch("/Groups/1", json={"members": [{"value": "2", "type": "Group"}]}),
        lambda it: it.delete("/Groups/2"),
    ],
    "members are replaced": [
        lambda it: it.put("/Groups/1", json={"displayName": "Staff", "members": [{"value": "3"}]})
    ],
    "a group with members is removed": [lambda it: it.delete("/Groups/1")],
    "everything is replaced": [
        lambda it: it.put("/Users/1", json={"userName": "z@widget.example", "emails": [{"value": "z@widget.example"}]})
    ],
}


@pytest.fixture
def peopled(client: Client) -> Client:
    """Return a client of an account with three users and two groups."""
    for name in ("ann", "bob", "cid"):
        manager = {ENTERPRISE: {"manager": {"value": "2"}}} if name == "cid" else {}
        client.post("/Users", json={"userName": f"{name}@widget.example", "title": "Clerk", **manager})
    client.post("/Groups", json={"displayName": "Staff", "members": [{"value": "1"}, {"value": "2"}]})
    client.post("/Groups", json={"displayName": "Nobody"})
    return client


@pytest.mark.parametrize("name", WRITES)
def test_the_patch_leads_from_before_to_after(name: str, peopled: Client, account: RunningAccount) -> None:
    for write in WRITES[name]:
        before = seen(account)
        assert write(peopled).is_success

        change = list(account.recorder.exchanges()[-1].change)

        assert change
        assert applied(before, change) == seen(account)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda it: it.patch("/Users/1", json={"title": "Clerk"}), id="a PATCH of what is so already"),
        pytest.param(lambda it: it.put("/Users/1", json={"userName": "ann@widget.example"}), id="a PUT of the same"),
        pytest.param(lambda it: it.patch("/Groups/1", json={"members": [{"value": "1"}]}), id="a member who is there"),
        pytest.param(lambda it: it.patch("/Users/1", json={"userName": ""}), id="a write that is refused"),
        pytest.param(lambda it: it.post("/Users", json={"userName": "ANN@widget.example"}), id="a name that is taken"),
        pytest.param(lambda it: it.get("/Users/1"), id="a read"),
    ],
)
def test_what_changes_nothing_has_an_empty_patch(
    write: Callable[[Client], Any], peopled: Client, account: RunningAccount
) -> None:
    before = seen(account)

    write(peopled)

    assert account.recorder.exchanges()[-1].change == ()
    assert seen(account) == before


def test_the_smallest_change_is_told(peopled: Client, account: RunningAccount, clock: Any) -> None:
    peopled.patch("/Users/1", json={"title": "Chief"})

    assert account.recorder.exchanges()[-1].change == (op("replace", "/Users/1/title", "Chief"),)


def test_a_bulk_request_tells_all_its_commits_in_order(start_sandbox: Any, connect: Any) -> None:
    sandbox = start_sandbox(dialect="rfc7644")
    account, client = sandbox.accounts["widget"], connect(sandbox)
    before = seen(account)
    group = {"displayName": "G", "members": [{"value": "bulkId:a"}]}
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"userName": "a@widget.example"}},
        {"method": "POST", "path": "/Groups", "bulkId": "g", "data": group},
        {"method": "DELETE", "path": "/Users/1"},
    ]
    schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]

    answer = client.post("/Bulk", json={"schemas": schemas, "Operations": operations})

    assert [each["status"] for each in answer.json()["Operations"]] == ["201", "201", "204"]
    change = list(account.recorder.exchanges()[-1].change)
    assert [each["op"] for each in change] == ["add", "add", "add", "remove", "remove"]
    assert applied(before, change) == seen(account)


def test_what_happens_between_requests_is_in_no_exchange(peopled: Client, account: RunningAccount) -> None:
    account.directory.create("Users", {"userName": "between@widget.example"})

    peopled.get("/Users/1")

    written, read = account.recorder.exchanges()[-2:]
    assert [each["path"] for each in written.change] == ["/Groups/2"]
    assert read.change == ()


def test_of_a_large_change_the_first_operations_are_kept_and_all_are_counted(
    client: Client, account: RunningAccount
) -> None:
    for number in range(1_005):
        account.directory.create("Users", {"userName": f"u{number}@widget.example"})
    members = [{"value": str(number)} for number in range(1, 1_006)]

    client.post("/Groups", json={"displayName": "Everybody", "members": members})

    exchange = account.recorder.exchanges()[-1]
    assert (len(exchange.change), exchange.change_total) == (1_000, 1_006)
