"""The verbs about snapshots: a directory kept, compared, put back, and taken to another account."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest

from sandbox.cli.snapshot import differences
from tests.cli.conftest import TOKEN, Steer


@pytest.fixture
def client(facts: dict[str, Any]) -> Iterator[httpx.Client]:
    """A provisioning client of the first account."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"{facts['url']}/scim/v2", headers=headers) as client:
        yield client


def test_a_snapshot_is_saved_listed_compared_restored_and_deleted(steer: Steer, client: httpx.Client) -> None:
    assert steer("snapshot", "list").output == "no snapshots; save one with: scim-sandbox snapshot save NAME\n"
    assert steer("snapshot", "save", "before").output == "before keeps 3 users, 1 group\n"
    client.patch("/Users/1", json={"title": "Chief"})
    client.post("/Users", json={"userName": "jane@widget.example"})
    client.delete("/Groups/1")

    shown = steer("snapshot", "diff", "before").output.splitlines()

    assert shown[0].startswith("~ User 1  ")
    assert shown[1].startswith("    title  ")
    assert shown[1].endswith(' → "Chief"')
    assert shown[2] == "+ User 4  jane@widget.example"
    assert shown[3].startswith("- Group 1  ")
    assert shown[4:] == ["", "1 added, 1 removed, 1 changed since before"]
    assert steer("snapshot", "restore", "before").output == "widget has 3 users, 1 group\n"
    assert steer("snapshot", "diff", "before").output == "0 added, 0 removed, 0 changed since before\n"
    assert "before  " in steer("snapshot", "list").output
    assert steer("snapshot", "delete", "before").output == "the snapshot before is deleted\n"
    assert "no snapshots" in steer("snapshot", "list").output


def test_two_snapshots_are_compared(steer: Steer, client: httpx.Client) -> None:
    steer("snapshot", "save", "one")
    client.post("/Users", json={"userName": "jane@widget.example"})
    steer("snapshot", "save", "two")
    steer("reset", "empty")

    answer = json.loads(steer("snapshot", "diff", "one", "two", "--json").output)

    assert [(each["change"], each["name"]) for each in answer["items"]] == [("added", "jane@widget.example")]
    assert steer("snapshot", "diff", "two", "one").output.splitlines()[-1].endswith("from two to one")


def test_what_was_tried_in_qa_is_taken_to_production(steer: Steer, client: httpx.Client, facts: dict[str, Any]) -> None:
    qa = facts["accounts"][1]
    headers = {"Authorization": f"Bearer {qa['token']}"}
    httpx.post(f"{qa['endpoints'][0]}/Users", json={"userName": "tried@widget.example"}, headers=headers)
    steer("snapshot", "save", "tried", "--account", qa["name"])

    restored = steer("snapshot", "restore", "tried", "--from", qa["name"])

    assert restored.output == "widget has 4 users, 1 group\n"
    found = client.get("/Users", params={"filter": 'userName eq "tried@widget.example"'}).json()
    assert found["totalResults"] == 1
    assert json.loads(steer("status", "--account", "widget", "--json").output)["environment"] == "production"
    assert client.get("/Users").status_code == 200, "production keeps its own token"


def test_values_that_come_and_go_are_told_one_by_one() -> None:
    values = [{"path": "emails", "before": [{"value": "a"}], "after": [{"value": "b"}]}]
    members = [
        {"path": "members", "before": [], "after": [{"value": "7", "display": "jo"}, {"value": "8", "display": None}]}
    ]
    urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    more = [
        {"path": f"{urn}:manager.value", "before": None, "after": "7"},
        {"path": "active", "before": True, "after": False},
    ]
    item = {"change": "changed", "type": "Group", "id": "3", "name": "Zoë"}
    answer = {"before": "a", "after": "b", "added": 0, "removed": 0, "changed": 1, "total": 1}

    text = differences({**answer, "items": [{**item, "attributes": [*values, *members, *more]}]})

    assert text.splitlines() == [
        "~ Group 3  Zoë",
        '    emails  - {"value": "a"}',
        '    emails  + {"value": "b"}',
        "    members  + 7 jo",
        "    members  + 8",
        '    manager.value  nothing → "7"',
        "    active  true → false",
        "",
        "0 added, 0 removed, 1 changed from a to b",
    ]
