"""Users over HTTP, as 4me answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import Client

from sandbox.clock import Clock
from sandbox.moments import read_moment
from sandbox.scim.schema import CORE_USER_URN, ENTERPRISE_URN

JANE = {
    "schemas": [CORE_USER_URN],
    "userName": "jane@widget.example",
    "name": {"givenName": "Jane", "familyName": "Doe"},
}


def test_a_created_user_is_answered_whole_and_read_back_the_same(client: Client) -> None:
    created = client.post("/Users", json=JANE)

    assert created.status_code == 201
    assert created.headers["Location"] == created.json()["meta"]["location"]
    assert client.get(f"/Users/{created.json()['id']}").json() == created.json()


@pytest.mark.quirk("active_default")
def test_a_user_created_without_active_is_active(client: Client) -> None:
    assert client.post("/Users", json=JANE).json()["active"] is True


@pytest.mark.quirk("duplicate_status")
def test_a_user_name_that_is_taken_in_another_case_is_refused(client: Client) -> None:
    client.post("/Users", json=JANE)

    refused = client.post("/Users", json={**JANE, "userName": "JANE@widget.example"})

    assert refused.status_code == 409
    assert refused.json()["scimType"] == "uniqueness"
    assert refused.json()["status"] == "409"


@pytest.mark.quirk("user_delete")
def test_deleting_a_user_keeps_the_record_inactive_and_its_name_taken(client: Client) -> None:
    user_id = client.post("/Users", json=JANE).json()["id"]

    assert client.delete(f"/Users/{user_id}").status_code == 204
    assert client.get(f"/Users/{user_id}").json()["active"] is False
    assert client.post("/Users", json=JANE).status_code == 409
    assert client.delete(f"/Users/{user_id}").status_code == 204


@pytest.mark.quirk("hard_delete_parameter")
def test_a_hard_delete_removes_the_record_from_groups_and_as_manager(client: Client) -> None:
    boss = client.post("/Users", json=JANE).json()["id"]
    report = {"userName": "joe@widget.example", ENTERPRISE_URN: {"manager": boss, "department": "IT"}}
    report_id = client.post("/Users", json=report).json()["id"]
    group_id = client.post("/Groups", json={"displayName": "All", "members": [{"value": boss}]}).json()["id"]

    assert client.delete(f"/Users/{boss}?hard=true").status_code == 204

    assert client.get(f"/Users/{boss}").status_code == 404
    assert client.get(f"/Users/{report_id}").json()[ENTERPRISE_URN] == {"department": "IT"}
    assert "members" not in client.get(f"/Groups/{group_id}").json()
    assert client.post("/Users", json=JANE).status_code == 201


def test_ids_are_never_used_again(client: Client) -> None:
    first = client.post("/Users", json=JANE).json()["id"]
    client.delete(f"/Users/{first}?hard=true")

    assert int(client.post("/Users", json=JANE).json()["id"]) > int(first)


@pytest.mark.quirk("put")
def test_a_put_changes_only_what_it_sends(client: Client) -> None:
    user_id = client.post("/Users", json={**JANE, "title": "Boss", "nickName": "J"}).json()["id"]

    changed = client.put(f"/Users/{user_id}", json={"title": "Chief", "nickName": None, "name": {"familyName": "Roe"}})

    assert changed.status_code == 200
    assert changed.json()["title"] == "Chief"
    assert "nickName" not in changed.json()
    assert changed.json()["name"] == {"givenName": "Jane", "familyName": "Roe"}
    assert changed.json()["userName"] == JANE["userName"]


@pytest.mark.quirk("plain_patch")
def test_a_patch_may_be_a_partial_resource(client: Client) -> None:
    user_id = client.post("/Users", json=JANE).json()["id"]

    changed = client.patch(f"/Users/{user_id}", json={"title": "Chief"})

    assert (changed.status_code, changed.json()["title"]) == (200, "Chief")


@pytest.mark.quirk("noop")
def test_only_a_write_that_changes_something_moves_last_modified(client: Client, clock: Clock) -> None:
    user_id = client.post("/Users", json=JANE).json()["id"]
    clock.advance(timedelta(hours=1))

    same = client.put(f"/Users/{user_id}", json=JANE).json()["meta"]
    changed = client.put(f"/Users/{user_id}", json={"title": "Chief"}).json()["meta"]

    assert same["lastModified"] == same["created"] == "2026-03-02T03:00:00-06:00"
    assert changed["lastModified"] == "2026-03-02T04:00:00-06:00"


@pytest.mark.quirk("time")
@pytest.mark.parametrize(
    ("at", "shown"),
    [
        pytest.param("2026-07-01T12:00:00Z", "2026-07-01T07:00:00-05:00", id="summer"),
        pytest.param("2026-12-01T12:00:00Z", "2026-12-01T06:00:00-06:00", id="winter"),
    ],
)
def test_times_have_the_offset_that_the_zone_has_then(client: Client, clock: Clock, at: str, shown: str) -> None:
    clock.advance_to(read_moment(at))

    assert client.post("/Users", json=JANE).json()["meta"]["created"] == shown


@pytest.mark.quirk("unknown_manager")
def test_a_manager_who_does_not_exist_is_kept_without_a_name(client: Client) -> None:
    created = client.post("/Users", json={**JANE, ENTERPRISE_URN: {"manager": {"value": "999"}}})

    assert created.json()[ENTERPRISE_URN]["manager"] == {"value": "999"}


def test_a_renamed_manager_is_shown_by_the_new_name_at_once(client: Client) -> None:
    boss = client.post("/Users", json={**JANE, "displayName": "Jane"}).json()["id"]
    report = {"userName": "joe@widget.example", ENTERPRISE_URN: {"manager": {"value": boss}}}
    report_id = client.post("/Users", json=report).json()["id"]
    assert client.get(f"/Users/{report_id}").json()[ENTERPRISE_URN]["manager"]["displayName"] == "Jane"

    client.patch(f"/Users/{boss}", json={"displayName": "Janet"})

    assert client.get(f"/Users/{report_id}").json()[ENTERPRISE_URN]["manager"]["displayName"] == "Janet"


@pytest.mark.quirk("user_groups")
def test_a_user_shows_the_groups_it_is_in_by_their_present_names(client: Client) -> None:
    user_id = client.post("/Users", json=JANE).json()["id"]
    group_id = client.post("/Groups", json={"displayName": "Old", "members": [{"value": user_id}]}).json()["id"]
    assert client.get(f"/Users/{user_id}").json()["groups"][0]["display"] == "Old"

    client.patch(f"/Groups/{group_id}", json={"displayName": "New"})

    group = client.get(f"/Users/{user_id}").json()["groups"]
    assert group == [{"value": group_id, "$ref": group[0]["$ref"], "display": "New", "type": "direct"}]
    client.delete(f"/Groups/{group_id}")
    assert "groups" not in client.get(f"/Users/{user_id}").json()


def test_a_password_is_neither_shown_nor_kept(client: Client, tmp_path: object) -> None:
    created = client.post("/Users", json={**JANE, "password": "s3cret-Passw0rd"})

    assert "password" not in created.json()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())  # type: ignore[attr-defined]
    assert b"jane@widget.example" in kept
    assert b"s3cret-Passw0rd" not in kept


def test_attributes_and_urns_count_in_any_case(client: Client) -> None:
    created = client.post("/Users", json={"USERNAME": "x@y.example", ENTERPRISE_URN.upper(): {"DEPARTMENT": "IT"}})

    assert created.json()["userName"] == "x@y.example"
    assert created.json()[ENTERPRISE_URN] == {"department": "IT"}


@pytest.mark.quirk("custom_fields_urn")
@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"cost": "A1", "floor": 3}, id="flat form"),
        pytest.param({"custom_fields": [{"id": "cost", "value": "A1"}, {"id": "floor", "value": 3}]}, id="listed form"),
    ],
)
def test_custom_fields_are_taken_in_both_forms_and_shown_flat(client: Client, sent: dict[str, object]) -> None:
    urn = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"

    created = client.post("/Users", json={**JANE, urn: sent}).json()
    changed = client.patch(f"/Users/{created['id']}", json={urn: {"floor": None, "desk": "9"}}).json()

    assert created[urn] == {"cost": "A1", "floor": 3}
    assert urn not in created["schemas"]
    assert changed[urn] == {"cost": "A1", "desk": "9"}
