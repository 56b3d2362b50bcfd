"""Showing resources: order, schemas, addresses, and the attributes a client asks for."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from sandbox.dialect import Dialect
from sandbox.scim.errors import InvalidValueError
from sandbox.scim.projection import SchemasRule, Selection, Shape, make_selection, read_selection, represent
from sandbox.scim.schema import CORE_GROUP_URN, CORE_USER_URN, Attribute, ResourceType
from tests.scim.dialects import CUSTOM_FIELDS, DIALECTS, ENTERPRISE, FOURME, RFC7644

Json = dict[str, Any]

BASE = "http://localhost:4630/scim/v2"
SHAPE = Shape(base_url=BASE, instant_text=lambda text: f"at {text}", schemas=SchemasRule.DECLARED)

USER: Json = {
    "meta": {"created": "2026-03-02T09:00:00Z", "lastModified": "2026-03-02T10:00:00Z"},
    CUSTOM_FIELDS: {"badge": "B-7", "floor": 3},
    ENTERPRISE: {"manager": {"value": "7", "$ref": "Users/7", "displayName": "Boss"}, "department": "Sales"},
    "groups": [{"value": "1", "$ref": "Groups/1", "display": "Staff", "type": "direct"}],
    "emails": [{"value": "jane@widget.example", "type": "work", "primary": True}, {"value": "j@x"}],
    "active": True,
    "title": "Buyer",
    "displayName": "Jane Doe",
    "name": {"familyName": "Doe", "givenName": "Jane"},
    "userName": "jane@widget.example",
    "externalId": "E-5",
    "id": "5",
}
"""A complete user, in an order that is nobody's."""

GROUP: Json = {
    "id": "1",
    "meta": {"created": "2026-03-02T09:00:00Z", "lastModified": "2026-03-02T09:00:00Z"},
    "members": [{"display": "ann@x", "value": "2", "$ref": "Users/2"}, {"value": "9"}],
    "displayName": "Staff",
    "groupType": "Team",
    "externalId": "G-1",
}


def shown(document: Json, dialect: Dialect = FOURME, shape: Shape = SHAPE, **query: str) -> Json:
    """Return a resource as it is shown, and see that the document is as it was."""
    resource_type = dialect.resource_types["Groups" if "members" in document else "Users"]
    before = deepcopy(document)

    result = represent(document, resource_type, shape, read_selection(query, resource_type))

    assert document == before, "the document was changed in place"
    return result


# The whole resource


@pytest.mark.quirk("key_order")
def test_a_user_of_4me_has_its_attributes_in_the_order_of_the_examples() -> None:
    assert list(shown(USER)) == [
        *(
            "schemas",
            "id",
            "externalId",
            "userName",
            "meta",
            "name",
            "displayName",
            "title",
            "active",
            "emails",
            "groups",
        ),
        *(ENTERPRISE, CUSTOM_FIELDS),
    ]
    assert list(shown(USER)["meta"]) == ["resourceType", "created", "lastModified", "location"]
    assert list(shown(USER)[ENTERPRISE]) == ["department", "manager"]


@pytest.mark.quirk("key_order")
def test_a_group_of_4me_has_its_attributes_in_the_order_of_the_examples() -> None:
    assert list(shown(GROUP)) == ["schemas", "id", "externalId", "displayName", "groupType", "members", "meta"]


def test_the_strict_dialect_shows_common_attributes_first() -> None:
    assert list(shown(GROUP, RFC7644))[:5] == ["schemas", "id", "externalId", "meta", "displayName"]


def test_meta_is_computed_from_what_is_stored() -> None:
    assert shown(USER)["meta"] == {
        "resourceType": "User",
        "created": "at 2026-03-02T09:00:00Z",
        "lastModified": "at 2026-03-02T10:00:00Z",
        "location": f"{BASE}/Users/5",
    }
    assert shown(GROUP)["meta"]["location"] == f"{BASE}/Groups/1"
    assert shown(GROUP)["meta"]["resourceType"] == "Group"


def test_a_version_is_shown_when_there_is_one() -> None:
    versioned = {**USER, "meta": {**USER["meta"], "version": 'W/"1"'}}

    assert list(shown(versioned)["meta"])[-1] == "version"
    assert shown(versioned)["meta"]["version"] == 'W/"1"'


def test_references_become_absolute_where_there_are_any() -> None:
    user, group = shown(USER), shown(GROUP)

    assert user["groups"] == [{"value": "1", "$ref": f"{BASE}/Groups/1", "display": "Staff", "type": "direct"}]
    assert user[ENTERPRISE]["manager"]["$ref"] == f"{BASE}/Users/7"
    assert group["members"] == [{"display": "ann@x", "value": "2", "$ref": f"{BASE}/Users/2"}, {"value": "9"}]


@pytest.mark.quirk("schemas")
def test_schemas_are_all_that_are_declared_or_only_those_in_use() -> None:
    bare = {name: value for name, value in USER.items() if name != ENTERPRISE}
    in_use = replace(SHAPE, schemas=SchemasRule.IN_USE)

    assert shown(bare)["schemas"] == shown(USER)["schemas"] == [CORE_USER_URN, ENTERPRISE]
    assert shown(bare, shape=in_use)["schemas"] == [CORE_USER_URN]
    assert shown(USER, shape=in_use)["schemas"] == [CORE_USER_URN, ENTERPRISE]
    assert shown(GROUP)["schemas"] == [CORE_GROUP_URN]


def test_what_no_schema_has_is_not_shown() -> None:
    assert "colour" not in shown({**USER, "colour": "red"})
    assert CUSTOM_FIELDS not in shown(USER, RFC7644)


@pytest.mark.rfc("7643 §7")
def test_what_is_never_returned_is_not_shown_even_when_asked_for() -> None:
    document = {**USER, "password": "s3cret"}

    assert "password" not in shown(document)
    assert "password" not in shown(document, attributes="password")


@pytest.mark.rfc("7643 §7")
def test_what_is_returned_on_request_is_shown_when_asked_for() -> None:
    users = FOURME.resource_types["Users"]
    quiet = Attribute(name="title", returned="request")
    attributes = tuple(quiet if each.name == "title" else each for each in users.schema.attributes)
    resource_type = ResourceType(name="User", collection="Users", schema=replace(users.schema, attributes=attributes))

    def names(query: dict[str, str]) -> set[str]:
        return set(represent(USER, resource_type, SHAPE, read_selection(query, resource_type)))

    assert "title" not in names({})
    assert "title" not in names({"excludedAttributes": "emails"})
    assert names({"attributes": "title"}) == {"schemas", "id", "title"}


# attributes and excludedAttributes


@pytest.mark.rfc("7644 §3.9")
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        pytest.param("userName", {"userName": USER["userName"]}, id="one"),
        pytest.param("USERNAME", {"userName": USER["userName"]}, id="other case"),
        pytest.param(" userName , title ", {"userName": USER["userName"], "title": "Buyer"}, id="two, with blanks"),
        pytest.param("id", {}, id="what is there anyway"),
        pytest.param("nickName", {}, id="what the user has not"),
        pytest.param("colour", {}, id="unknown"),
        pytest.param(",", {}, id="nothing but a comma"),
        pytest.param("name", {"name": USER["name"]}, id="complex"),
        pytest.param("name.givenName", {"name": {"givenName": "Jane"}}, id="sub-attribute"),
        pytest.param("name.givenName,name", {"name": USER["name"]}, id="sub-attribute and the whole"),
        pytest.param("name.givenName,name.familyName", {"name": USER["name"]}, id="two sub-attributes"),
        pytest.param("name.middleName", {}, id="sub-attribute the user has not"),
        pytest.param("emails.type", {"emails": [{"type": "work"}]}, id="part of several values"),
        pytest.param("emails.value", {"emails": [{"value": "jane@widget.example"}, {"value": "j@x"}]}, id="of each"),
        pytest.param(f"{CORE_USER_URN}:title", {"title": "Buyer"}, id="by the core URN"),
        pytest.param(f"{ENTERPRISE}:department", {ENTERPRISE: {"department": "Sales"}}, id="extension attribute"),
        pytest.param(
            f"{ENTERPRISE}:manager.value", {ENTERPRISE: {"manager": {"value": "7"}}}, id="deep in an extension"
        ),
        pytest.param(f"{ENTERPRISE}:costCenter", {}, id="extension attribute the user has not"),
        pytest.param("meta.location", {"meta": {"location": f"{BASE}/Users/5"}}, id="part of meta"),
    ],
)
def test_only_what_is_asked_for_is_shown_beside_what_always_is(dialect: Dialect, asked: str, kept: Json) -> None:
    always = {"schemas": [CORE_USER_URN, ENTERPRISE], "id": "5"}

    assert shown(USER, dialect, attributes=asked) == {**always, **kept}


def test_a_whole_extension_can_be_asked_for() -> None:
    assert shown(USER, attributes=ENTERPRISE) == {**shown(USER, attributes="id"), ENTERPRISE: shown(USER)[ENTERPRISE]}
    assert shown(USER, attributes=ENTERPRISE.upper()) == shown(USER, attributes=ENTERPRISE)


def test_custom_fields_can_be_asked_for_and_left_out_one_by_one() -> None:
    whole = shown(USER)

    assert shown(USER, attributes=f"{CUSTOM_FIELDS}:floor")[CUSTOM_FIELDS] == {"floor": 3}
    assert shown(USER, attributes=CUSTOM_FIELDS)[CUSTOM_FIELDS] == USER[CUSTOM_FIELDS]
    assert shown(USER, excludedAttributes=f"{CUSTOM_FIELDS}:floor") == {**whole, CUSTOM_FIELDS: {"badge": "B-7"}}


@pytest.mark.rfc("7644 §3.9")
@pytest.mark.parametrize(
    ("excluded", "changed"),
    [
        pytest.param("title", {"title": None}, id="one"),
        pytest.param("TITLE, emails", {"title": None, "emails": None}, id="two, in other case"),
        pytest.param("id,schemas", {}, id="what is always there"),
        pytest.param("colour", {}, id="unknown"),
        pytest.param("name.givenName", {"name": {"familyName": "Doe"}}, id="sub-attribute"),
        pytest.param("name.givenName,name.familyName", {"name": None}, id="every sub-attribute"),
        pytest.param("name.givenName,name", {"name": None}, id="sub-attribute and the whole"),
        pytest.param("emails.value", {"emails": [{"type": "work", "primary": True}]}, id="part of several values"),
        pytest.param("meta", {"meta": None}, id="meta"),
        pytest.param(ENTERPRISE, {ENTERPRISE: None}, id="extension"),
        pytest.param(
            f"{ENTERPRISE}:department",
            {ENTERPRISE: {"manager": {"value": "7", "$ref": f"{BASE}/Users/7", "displayName": "Boss"}}},
            id="extension attribute",
        ),
        pytest.param("manager,department", {ENTERPRISE: None}, id="every extension attribute"),
        pytest.param("groups", {"groups": None}, id="groups"),
    ],
)
def test_what_is_excluded_is_left_out(excluded: str, changed: Json) -> None:
    expected = {name: value for name, value in {**shown(USER), **changed}.items() if value is not None}

    assert shown(USER, excludedAttributes=excluded) == expected


def test_a_custom_field_is_not_taken_for_the_attribute_of_that_name() -> None:
    document = {**USER, CUSTOM_FIELDS: {"title": "x"}}

    assert shown(document, excludedAttributes="title")[CUSTOM_FIELDS] == {"title": "x"}
    assert CUSTOM_FIELDS not in shown(document, attributes="title")


def test_members_are_left_out_as_entra_asks() -> None:
    assert "members" not in shown(GROUP, excludedAttributes="members")
    assert shown(GROUP, attributes="members.value")["members"] == [{"value": "2"}, {"value": "9"}]


@pytest.mark.parametrize("query", [{}, {"attributes": ""}, {"attributes": " ", "excludedAttributes": ""}])
def test_without_names_the_whole_resource_is_shown(query: dict[str, str]) -> None:
    assert read_selection(query, FOURME.resource_types["Users"]) is None


def test_both_parameters_at_once_are_refused() -> None:
    with pytest.raises(InvalidValueError, match="attributes and excludedAttributes exclude each other"):
        read_selection({"attributes": "id", "excludedAttributes": "meta"}, FOURME.resource_types["Users"])


@pytest.mark.parametrize(
    ("names", "excluded", "expected"),
    [
        pytest.param(["members"], True, True, id="excluded"),
        pytest.param(["members.value"], True, False, id="a part excluded"),
        pytest.param(["displayName"], True, False, id="another excluded"),
        pytest.param(["members"], False, False, id="asked for"),
        pytest.param(["members.value"], False, False, id="a part asked for"),
        pytest.param(["displayName"], False, True, id="another asked for"),
        pytest.param([], False, True, id="nothing asked for"),
    ],
)
def test_a_selection_knows_what_need_not_be_computed(names: list[str], excluded: bool, expected: bool) -> None:
    selection = make_selection(names, FOURME.resource_types["Groups"], excluded=excluded)

    assert isinstance(selection, Selection)
    assert selection.leaves_out("members") is expected


@pytest.mark.quirk("bare_extension_names")
def test_an_attribute_of_an_extension_is_named_without_its_urn_at_4me_only() -> None:
    for dialect, kept in ((FOURME, 1), (RFC7644, 0)):
        selection = make_selection(["department"], dialect.resource_types["Users"], excluded=False)
        assert len(selection.paths) == kept
