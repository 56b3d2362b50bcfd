"""Groups over HTTP, as 4me answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import Client

from sandbox.clock import Clock
from sandbox.dialect import read_dialect

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def people(client: Client) -> list[str]:
    """Create three users and return their ids."""
    return [client.post("/Users", json={"userName": f"u{n}@widget.example"}).json()["id"] for n in range(3)]


def members(client: Client, group_id: str) -> list[str]:
    """Return the ids of a group's members, in order."""
    return [member["value"] for member in client.get(f"/Groups/{group_id}").json().get("members", [])]


def create(client: Client, name: str, ids: list[str]) -> str:
    """Create a group and return its id."""
    body = {"displayName": name, "members": [{"value": each} for each in ids]}
    return str(client.post("/Groups", json=body).json()["id"])


@pytest.mark.quirk("group_list_omits")
def test_a_list_of_groups_shows_no_members_and_one_group_does(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people)

    assert "members" not in client.get("/Groups").json()["Resources"][0]
    assert members(client, group_id) == people


@pytest.mark.quirk("members_display")
@pytest.mark.quirk("members_type")
def test_a_member_is_shown_by_its_user_name_and_without_a_type(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people[:1])

    shown = client.get(f"/Groups/{group_id}").json()["members"]

    assert shown == [
        {
            "display": "u0@widget.example",
            "value": people[0],
            "$ref": f"http://localhost:4630/scim/v2/Users/{people[0]}",
        }
    ]


@pytest.mark.quirk("put_members")
def test_a_put_replaces_members_only_when_it_sends_them(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people[:2])

    client.put(f"/Groups/{group_id}", json={"displayName": "Everybody"})
    assert members(client, group_id) == people[:2]

    client.put(f"/Groups/{group_id}", json={"members": [{"value": people[2]}]})
    assert members(client, group_id) == people[2:]


@pytest.mark.quirk("member_operation")
def test_a_resource_shaped_patch_adds_members_and_deletes_those_it_marks(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people[:2])
    body = {"members": [{"value": people[2]}, {"value": people[0], "operation": "delete"}]}

    changed = client.patch(f"/Groups/{group_id}", json=body)

    assert changed.status_code == 200
    assert members(client, group_id) == people[1:]


def test_a_member_operation_that_is_neither_add_nor_delete_is_refused(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people)

    refused = client.patch(f"/Groups/{group_id}", json={"members": [{"value": people[0], "operation": "drop"}]})

    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    assert members(client, group_id) == people


@pytest.mark.parametrize("empty", [pytest.param([], id="an empty list"), pytest.param(None, id="null")])
def test_a_resource_shaped_patch_with_no_members_removes_nobody(
    client: Client, people: list[str], empty: object
) -> None:
    group_id = create(client, "All", people)

    assert client.patch(f"/Groups/{group_id}", json={"members": empty}).status_code == 200
    assert members(client, group_id) == people


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(
            {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "{0}"}]}, id="by a value list"
        ),
        pytest.param({"op": "remove", "path": 'members[value eq "{0}"]'}, id="by a value path"),
    ],
)
def test_both_ways_to_remove_a_member_remove_only_that_one(
    client: Client, people: list[str], operation: dict[str, object]
) -> None:
    group_id = create(client, "All", people)
    path = str(operation["path"]).replace("{0}", people[1])
    value = {"value": [{"value": people[1]}]} if "value" in operation else {}

    body = {"schemas": [PATCH_OP], "Operations": [{"op": operation["op"], "path": path, **value}]}
    assert client.patch(f"/Groups/{group_id}", json=body).status_code == 200

    assert members(client, group_id) == [people[0], people[2]]
    assert client.patch(f"/Groups/{group_id}", json=body).status_code == 200


def test_adding_a_member_who_is_there_changes_nothing(client: Client, people: list[str], clock: Clock) -> None:
    group_id = create(client, "All", people)
    clock.advance(timedelta(hours=1))
    body = {"Operations": [{"op": "Add", "path": "members", "value": [{"value": each} for each in people]}]}

    meta = client.patch(f"/Groups/{group_id}", json=body).json()["meta"]

    assert members(client, group_id) == people
    assert meta["lastModified"] == meta["created"]


@pytest.mark.quirk("unknown_member")
def test_a_member_who_does_not_exist_is_refused_and_nothing_changes(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people[:1])
    operations = [
        {"op": "replace", "path": "displayName", "value": "Renamed"},
        {"op": "add", "path": "members", "value": [{"value": people[1]}, {"value": "999"}]},
    ]

    refused = client.patch(f"/Groups/{group_id}", json={"Operations": operations})

    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    assert "'999'" in refused.json()["detail"]
    assert members(client, group_id) == people[:1]
    assert client.get(f"/Groups/{group_id}").json()["displayName"] == "All"


def test_a_group_may_be_a_member_beside_the_user_with_the_same_id(client: Client, people: list[str]) -> None:
    inner = create(client, "Inner", [])
    assert inner == people[0]
    nested = [{"value": inner, "type": "Group"}, {"value": people[0], "type": "User"}]
    outer = client.post("/Groups", json={"displayName": "Outer", "members": nested}).json()["id"]

    shown = client.get(f"/Groups/{outer}").json()["members"]
    assert [member["display"] for member in shown] == ["Inner", "u0@widget.example"]
    assert [group["value"] for group in client.get(f"/Users/{people[0]}").json()["groups"]] == [outer]

    client.patch(f"/Groups/{outer}", json={"members": [{"value": inner, "type": "Group", "operation": "delete"}]})
    assert [member["display"] for member in client.get(f"/Groups/{outer}").json()["members"]] == ["u0@widget.example"]


def test_a_deactivated_user_stays_a_member(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people)

    client.delete(f"/Users/{people[0]}")

    assert members(client, group_id) == people


def test_deleting_a_group_removes_it_for_good(client: Client, people: list[str]) -> None:
    group_id = create(client, "All", people)

    assert client.delete(f"/Groups/{group_id}").status_code == 204
    assert client.get(f"/Groups/{group_id}").status_code == 404
    assert create(client, "all", []) != group_id


def test_a_display_name_that_is_taken_in_another_case_is_refused(client: Client) -> None:
    create(client, "All", [])

    refused = client.post("/Groups", json={"displayName": "ALL"})

    assert (refused.status_code, refused.json()["scimType"]) == (409, "uniqueness")


@pytest.mark.quirk("key_order")
def test_the_keys_of_a_group_come_in_the_documented_order(client: Client, people: list[str]) -> None:
    body = {"displayName": "All", "groupType": "Team", "externalId": "x", "members": [{"value": people[0]}]}

    created = client.post("/Groups", json=body).json()

    assert list(created) == ["schemas", "id", "externalId", "displayName", "groupType", "members", "meta"]
    assert read_dialect("4me").choices.key_order["Groups"] == tuple(created)
