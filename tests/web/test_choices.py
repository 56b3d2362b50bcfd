"""Choices of a dialect on the wire: the row's own value, and what ``--set`` makes of it."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Client

from sandbox.running import RunningSandbox
from sandbox.scim.schema import ENTERPRISE_URN
from tests.conftest import Connect, OpenSandbox

JANE = {"userName": "jane@widget.example"}
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def client_with(start_sandbox: OpenSandbox, connect: Connect) -> Any:
    """Connect to a sandbox with choices set: ``client_with(max_count="50")``."""

    def client_with(dialect: str = "4me", **choices: str) -> Client:
        return connect(start_sandbox(ephemeral=True, dialect=dialect, set=tuple(choices.items())))

    return client_with


@pytest.mark.quirk("error_shape")
def test_errors_of_scim_are_the_rfc_s_or_the_platform_s(client_with: Any) -> None:
    usual, set_so = (each.get("/Users/9") for each in (client_with(), client_with(error_shape="platform")))

    assert usual.json() == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "404",
        "detail": "User '9' does not exist",
    }
    assert (set_so.status_code, set_so.json()) == (404, {"message": "User '9' does not exist"})


@pytest.mark.quirk("gate_error_shape")
@pytest.mark.quirk("challenge")
def test_a_refused_token_can_be_answered_as_the_rfc_says(client_with: Any) -> None:
    client = client_with(gate_error_shape="scim", challenge="true")

    refused = client.get("/Users", headers={"Authorization": "Bearer x"})

    assert (refused.status_code, refused.json()["status"]) == (401, "401")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.quirk("missing_value_status")
@pytest.mark.quirk("duplicate_status")
def test_missing_and_duplicate_values_have_the_status_of_their_row(client_with: Any) -> None:
    for client, missing, duplicate in (
        (client_with(), 400, 409),
        (client_with(missing_value_status="422", duplicate_status="422"), 422, 422),
    ):
        client.post("/Users", json=JANE)

        assert client.post("/Users", json={"title": "x"}).status_code == missing
        assert client.post("/Groups", json={}).status_code == missing
        assert client.post("/Users", json=JANE).status_code == duplicate


@pytest.mark.quirk("filter_parentheses")
@pytest.mark.quirk("filter_unquoted_booleans")
def test_parentheses_and_bare_booleans_can_be_refused(client_with: Any) -> None:
    usual, strict = client_with(), client_with(filter_parentheses="false", filter_unquoted_booleans="false")

    for text in ('(userName eq "x")', "active eq true"):
        assert usual.get("/Users", params={"filter": text}).status_code == 200
        refused = strict.get("/Users", params={"filter": text})
        assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidFilter")
    assert strict.get("/Users", params={"filter": 'active eq "true"'}).status_code == 200


@pytest.mark.quirk("unsupported_filter")
def test_a_filter_that_is_not_supported_can_be_passed_over(client_with: Any) -> None:
    client = client_with(unsupported_filter="ignore")
    client.post("/Users", json=JANE)

    assert client.get("/Users", params={"filter": 'title eq "x"'}).json()["totalResults"] == 1


@pytest.mark.quirk("media_type_in")
def test_any_media_type_is_read_unless_only_json_s_are(client_with: Any) -> None:
    for client, status in ((client_with(), 201), (client_with(media_type_in="json"), 415)):
        for media_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
            body = f'{{"userName": "{media_type.replace("/", ".")}"}}'.encode()
            assert client.post("/Users", content=body, headers={"Content-Type": media_type}).status_code == status
        for number, headers in enumerate(({"Content-Type": "application/scim+json; charset=utf-8"}, {})):
            assert client.post("/Users", content=b'{"userName": "j%d"}' % number, headers=headers).status_code == 201


@pytest.mark.quirk("meta_host")
def test_locations_can_name_the_account_s_own_host_as_4me_shows(start_sandbox: OpenSandbox, connect: Connect) -> None:
    sandbox = start_sandbox(set=(("meta_host", "account"),))

    production = connect(sandbox).post("/Users", json=JANE).json()
    qa = connect(sandbox, "/scim", account="widget-qa").post("/Users", json=JANE).json()

    assert production["meta"]["location"] == "https://widget.4me.com/scim/v2/Users/1"
    assert qa["meta"]["location"] == "https://widget-qa.4me.qa/scim/v2/Users/1"


@pytest.mark.quirk("time_zone")
@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        pytest.param("Europe/Amsterdam", "2026-03-02T10:00:00+01:00", id="amsterdam"),
        pytest.param("UTC", "2026-03-02T09:00:00+00:00", id="utc"),
        pytest.param("Asia/Kathmandu", "2026-03-02T14:45:00+05:45", id="a quarter of an hour"),
    ],
)
def test_times_are_told_in_the_zone_that_is_set(client_with: Any, zone: str, shown: str) -> None:
    assert client_with(time_zone=zone).post("/Users", json=JANE).json()["meta"]["created"] == shown


@pytest.mark.quirk("location_header")
def test_a_created_resource_says_where_it_is_unless_that_is_off(client_with: Any) -> None:
    created = client_with().post("/Users", json=JANE)

    assert created.headers["Location"] == created.json()["meta"]["location"]
    assert "Location" not in client_with(location_header="false").post("/Users", json=JANE).headers


@pytest.mark.quirk("schemas")
def test_schemas_lists_what_is_declared_or_only_what_is_used(client_with: Any) -> None:
    declared, used = (each.post("/Users", json=JANE).json() for each in (client_with(), client_with(schemas="in_use")))

    assert len(declared["schemas"]) == 2
    assert used["schemas"] == declared["schemas"][:1]


@pytest.mark.quirk("patch_reply")
def test_a_patch_answers_the_resource_unless_it_is_to_answer_nothing(client_with: Any) -> None:
    for client, status in ((client_with(), 200), (client_with(patch_reply="no_content"), 204)):
        client.post("/Users", json=JANE)
        assert client.patch("/Users/1", json={"title": "x"}).status_code == status
    assert client.patch("/Users/1?attributes=title", json={"title": "y"}).json()["title"] == "y"


@pytest.mark.quirk("unsupported_endpoint_status")
@pytest.mark.quirk("search_endpoint")
def test_routes_that_4me_does_not_name(client_with: Any) -> None:
    usual, set_so = client_with(), client_with(unsupported_endpoint_status="404", search_endpoint="true")
    asked = {"filter": 'userName eq "jane@widget.example"', "count": 5}

    assert (usual.get("/Me").status_code, set_so.get("/Me").status_code) == (501, 404)
    assert usual.post("/Users/.search", json=asked).content == b'{"message":"Not Found"}'
    assert usual.post("/.search", json=asked).content == b'{"message":"Not Found"}'
    assert set_so.post("/Users/.search", json=asked).json()["itemsPerPage"] == 5


@pytest.mark.quirk("external_id_unique")
@pytest.mark.quirk("external_id_case_exact")
def test_external_ids_may_repeat_and_compare_with_case(client_with: Any) -> None:
    usual, strict = client_with(), client_with(external_id_unique="true", external_id_case_exact="false")

    for client, status, hits in ((usual, 201, 0), (strict, 409, 1)):
        client.post("/Users", json={**JANE, "externalId": "Ab"})
        assert client.post("/Users", json={"userName": "joe", "externalId": "Ab"}).status_code == status
        found = client.get("/Users", params={"filter": 'externalId eq "aB"'}).json()
        assert found["totalResults"] == hits
    assert strict.put("/Users/1", json={"externalId": "Ab", "title": "x"}).status_code == 200


@pytest.mark.quirk("nested_groups")
def test_a_group_may_be_a_member_unless_that_is_off(client_with: Any) -> None:
    for client, status in ((client_with(), 201), (client_with(nested_groups="false"), 400)):
        client.post("/Groups", json={"displayName": "Inner"})
        outer = {"displayName": "Outer", "members": [{"value": "1", "type": "Group"}]}
        assert client.post("/Groups", json=outer).status_code == status


@pytest.mark.quirk("inactive_members_stay")
@pytest.mark.quirk("second_delete_status")
def test_what_deleting_a_user_leaves_behind(client_with: Any) -> None:
    kept, left = client_with(), client_with(inactive_members_stay="false", second_delete_status="404")

    for client, members, again in ((kept, 1, 204), (left, 0, 404)):
        client.post("/Users", json=JANE)
        client.post("/Groups", json={"displayName": "All", "members": [{"value": "1"}]})
        assert client.delete("/Users/1").status_code == 204
        assert len(client.get("/Groups/1").json().get("members", [])) == members
        assert client.delete("/Users/1").status_code == again


@pytest.mark.quirk("user_list_omits")
@pytest.mark.quirk("group_list_omits")
@pytest.mark.quirk("empty_list_resources")
def test_what_a_list_shows(client_with: Any) -> None:
    usual = client_with()
    set_so = client_with(user_list_omits="name, emails", group_list_omits="", empty_list_resources="false")

    for client in (usual, set_so):
        client.post("/Users", json={**JANE, "name": {"givenName": "Jane"}})
    assert "name" in usual.get("/Users").json()["Resources"][0]
    assert "name" not in set_so.get("/Users").json()["Resources"][0]
    assert "name" in set_so.get("/Users/1").json()
    set_so.post("/Groups", json={"displayName": "All", "members": [{"value": "1"}]})
    assert len(set_so.get("/Groups").json()["Resources"][0]["members"]) == 1
    assert usual.get("/Groups").json()["Resources"] == []
    assert "Resources" not in set_so.get("/Users?startIndex=9").json()


@pytest.mark.quirk("attribute_selection")
def test_a_choice_of_attributes_can_be_passed_over(client_with: Any) -> None:
    usual, set_so = client_with(), client_with(attribute_selection="false")

    for client, shown in ((usual, False), (set_so, True)):
        client.post("/Users", json={**JANE, "title": "x"})
        assert ("title" in client.get("/Users/1?attributes=userName").json()) is shown
        assert ("title" in client.get("/Users?attributes=userName").json()["Resources"][0]) is shown


@pytest.mark.quirk("etag")
def test_versions_play_no_part_at_4me_and_do_in_the_strict_dialect(client_with: Any) -> None:
    usual, strict = client_with(), client_with("rfc7644")

    for client in (usual, strict):
        client.post("/Users", json=JANE)
    assert "version" not in usual.get("/Users/1").json()["meta"]
    assert usual.put("/Users/1", json=JANE, headers={"If-Match": 'W/"old"'}).status_code == 200

    read = strict.get("/Users/1")
    version = read.headers["ETag"]
    assert read.json()["meta"]["version"] == version
    assert strict.get("/Users/1", headers={"If-None-Match": version}).status_code == 304
    assert strict.put("/Users/1", json=JANE, headers={"If-Match": 'W/"old"'}).status_code == 412
    changed = strict.put("/Users/1", json={**JANE, "title": "x"}, headers={"If-Match": version})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != version
    assert strict.delete("/Users/1", headers={"If-Match": version}).status_code == 412


@pytest.mark.quirk("token_overlap_days")
def test_the_overlap_of_a_rotation_is_the_dialect_s_unless_the_owner_says_otherwise(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    for settings, days in (({}, 30), ({"set": (("token_overlap_days", "7"),)}, 7)):
        sandbox = start_sandbox(ephemeral=True, **settings)
        owner = connect(sandbox, "/_sandbox/accounts/widget/tokens")

        rotated = owner.post("/rotate", json={}).json()

        assert [token["days_left"] for token in rotated["items"]] == [None, days]


@pytest.mark.quirk("discovery_token")
def test_discovery_can_be_open_to_all(client_with: Any) -> None:
    client = client_with(discovery_token="false")
    del client.headers["Authorization"]

    assert client.get("/Schemas").json()["totalResults"] == 3
    assert client.get("/Users").status_code == 401


@pytest.mark.quirk("list_order")
def test_lists_can_come_oldest_first(client_with: Any) -> None:
    client = client_with(list_order="oldest_first")
    for number in range(3):
        client.post("/Users", json={"userName": f"u{number}"})

    assert [user["id"] for user in client.get("/Users").json()["Resources"]] == ["1", "2", "3"]


@pytest.mark.quirk("partial_lists")
def test_lists_in_a_partial_resource_replace_or_are_added_by_value(client_with: Any) -> None:
    sent = {"emails": [{"value": "b@x.example", "type": "home"}]}

    for client, values in (
        (client_with(), ["b@x.example"]),
        (client_with(partial_lists="add_by_value"), ["a", "b@x.example"]),
    ):
        client.post("/Users", json={**JANE, "emails": [{"value": "a"}]})
        assert [each["value"] for each in client.patch("/Users/1", json=sent).json()["emails"]] == values


def test_the_rows_are_listed_with_what_is_set(sandbox: RunningSandbox, owner: Client) -> None:
    listed = owner.get("/dialect").json()

    assert (listed["name"], listed["total"]) == ("4me", len(sandbox.dialect.quirks))
    put = next(row for row in listed["items"] if row["field"] == "put")
    assert (put["value"], put["evidence"]) == ("merge", "documented")
    assert put["meaning"] == "they keep their values"


@pytest.mark.quirk("filter_quoted_booleans")
def test_a_boolean_in_quotes_is_4me_s_and_not_the_rfc_s(client_with: Any) -> None:
    asked = {"filter": 'active eq "true"'}

    assert client_with().get("/Users", params=asked).status_code == 200
    refused = client_with("rfc7644").get("/Users", params=asked)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidFilter")
    assert "without quotes" in refused.json()["detail"]


@pytest.mark.quirk("patch_schemas_required")
def test_operations_without_schemas_are_taken_at_4me_only(client_with: Any) -> None:
    body = {"Operations": [{"op": "replace", "path": "title", "value": "x"}]}

    for client, status in ((client_with(), 200), (client_with("rfc7644"), 400)):
        client.post("/Users", json=JANE)
        assert client.patch("/Users/1", json=body).status_code == status
        assert client.patch("/Users/1", json={"schemas": [PATCH_OP], **body}).status_code == 200


@pytest.mark.quirk("patch_op")
def test_operations_can_be_unknown_so_that_a_patch_is_a_partial_resource(client_with: Any) -> None:
    client = client_with(patch_op="false")
    client.post("/Users", json=JANE)

    changed = client.patch(
        "/Users/1", json={"Operations": [{"op": "replace", "path": "title", "value": "x"}], "title": "y"}
    )

    assert changed.json()["title"] == "y"


@pytest.mark.quirk("count_above_max")
@pytest.mark.quirk("count_below_one")
@pytest.mark.quirk("start_index_below_one")
def test_a_page_out_of_range_is_cut_unless_it_is_to_be_refused(client_with: Any) -> None:
    refusing = client_with(count_above_max="refuse", count_below_one="refuse", start_index_below_one="refuse")

    for query in ("count=26", "count=0", "startIndex=0"):
        assert client_with().get(f"/Users?{query}").status_code == 200
        refused = refusing.get(f"/Users?{query}")
        assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")


@pytest.mark.quirk("custom_fields_shown")
def test_custom_fields_are_shown_unless_they_are_hidden(client_with: Any) -> None:
    urn = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"
    for client, shown in ((client_with(), True), (client_with(custom_fields_shown="false"), False)):
        assert (urn in client.post("/Users", json={**JANE, urn: {"a": "b"}}).json()) is shown


@pytest.mark.quirk("inactive_members_stay")
def test_a_user_who_is_made_inactive_by_a_patch_leaves_its_groups_too(client_with: Any) -> None:
    client = client_with(inactive_members_stay="false")
    client.post("/Users", json=JANE)
    client.post("/Groups", json={"displayName": "All", "members": [{"value": "1"}]})

    client.patch("/Users/1", json={"active": False})

    assert "members" not in client.get("/Groups/1").json()


@pytest.mark.quirk("user_filter_attributes")
@pytest.mark.quirk("group_filter_attributes")
@pytest.mark.parametrize(
    ("text", "total"),
    [
        pytest.param("schemas pr", 1, id="schemas"),
        pytest.param('meta.resourceType eq "User"', 1, id="resource type"),
        pytest.param('groups.display eq "All"', 1, id="computed"),
        pytest.param("meta.location pr", None, id="location"),
        pytest.param("groups.$ref pr", None, id="reference"),
    ],
)
def test_the_strict_dialect_filters_on_all_but_addresses(client_with: Any, text: str, total: int | None) -> None:
    client = client_with("rfc7644")
    client.post("/Users", json=JANE)
    client.post("/Groups", json={"displayName": "All", "members": [{"value": "1"}]})

    answer = client.get("/Users", params={"filter": text})

    assert answer.json().get("totalResults") == total
    assert answer.json().get("scimType") == (None if total else "invalidFilter")


def test_bulk_tells_of_each_operation_by_itself(client_with: Any) -> None:
    client = client_with("rfc7644")
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "jane", "data": {**JANE, "title": "bulkId:engineer"}},
        {
            "method": "POST",
            "path": "/Groups",
            "bulkId": "g",
            "data": {"displayName": "All", "members": [{"value": "bulkId:jane"}]},
        },
        {
            "method": "PATCH",
            "path": "/Users/9",
            "data": {"schemas": [PATCH_OP], "Operations": [{"op": "remove", "path": "title"}]},
        },
        {"method": "DELETE", "path": "/Users/bulkId:jane"},
        {"method": "POST", "path": "/Users", "bulkId": "twin", "data": {"title": "no name"}},
    ]
    done = client.post("/Bulk", json={"Operations": operations}).json()["Operations"]

    assert [each["status"] for each in done] == ["201", "201", "404", "204", "400"]
    assert done[2]["location"] == "http://localhost:4630/scim/v2/Users/9"
    assert "location" not in done[4]
    assert "members" not in client.get("/Groups/1").json()
    refused = client.post("/Bulk", json={"Operations": [{}] * 1_001})
    assert (refused.status_code, "1001 operations" in refused.json()["detail"]) == (413, True)


def test_a_resource_is_shown_from_one_state_even_when_it_changes_meanwhile(
    sandbox: RunningSandbox, client: Client
) -> None:
    directory = sandbox.accounts["widget"].directory
    client.post("/Users", json=JANE)
    client.post("/Groups", json={"displayName": "Old"})
    found = directory.read("Groups", "1")

    client.put("/Groups/1", json={"displayName": "New", "members": [{"value": "1"}]})

    shown = found.complete()
    assert (shown["displayName"], len(shown["members"])) == ("New", 1)


@pytest.mark.quirk("unknown_attributes")
@pytest.mark.quirk("read_only_attributes")
@pytest.mark.quirk("other_values")
@pytest.mark.parametrize(
    ("choice", "extra", "scim_type"),
    [
        pytest.param("unknown_attributes", {"colour": "red"}, "invalidValue", id="unknown"),
        pytest.param(
            "unknown_attributes", {ENTERPRISE_URN: {"colour": "red"}}, "invalidValue", id="unknown below a URN"
        ),
        pytest.param("read_only_attributes", {"groups": []}, "mutability", id="read-only"),
        pytest.param(
            "other_values", {"emails": [{"value": "a", "type": "personal"}]}, "invalidValue", id="another type"
        ),
    ],
)
def test_what_4me_passes_over_can_be_refused(client_with: Any, choice: str, extra: Any, scim_type: str) -> None:
    assert client_with().post("/Users", json={**JANE, **extra}).status_code == 201

    refused = client_with(**{choice: "refuse"}).post("/Users", json={"schemas": [], **JANE, **extra})

    assert (refused.status_code, refused.json()["scimType"]) == (400, scim_type)


def test_a_member_is_what_its_reference_leads_to(client_with: Any) -> None:
    client = client_with()
    client.post("/Users", json=JANE)
    client.post("/Groups", json={"displayName": "Inner"})
    inner = {"value": "1", "$ref": "http://localhost:4630/scim/v2/Groups/1"}

    outer = client.post("/Groups", json={"displayName": "Outer", "members": [inner]}).json()

    assert outer["members"] == [{"display": "Inner", **inner}]
