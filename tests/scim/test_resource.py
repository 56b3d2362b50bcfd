"""Reading bodies into changes: names, types, empty values, extensions, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.dialect import Dialect
from sandbox.scim.errors import InvalidSyntaxError, InvalidValueError, MissingValueError
from sandbox.scim.resource import assigned, check_object, check_required, read_change
from sandbox.scim.schema import Attribute, Schema
from sandbox.scim.value import STRICT, EmptyTextRule, Reading, read_open, read_value
from tests.scim.dialects import CUSTOM_FIELDS, DIALECTS, ENTERPRISE, FOURME, RFC7644

NAMES = list(DIALECTS)


def change_of(dialect: Dialect, body: dict[str, Any], collection: str = "Users") -> dict[str, Any]:
    """Return what a body changes."""
    return read_change(body, dialect.resource_types[collection], dialect.reading)


@pytest.mark.rfc("7643 §2.1")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("body", "change"),
    [
        pytest.param({"USERNAME": "jane"}, {"userName": "jane"}, id="attribute"),
        pytest.param({"Name": {"GIVENNAME": "Jane"}}, {"name": {"givenName": "Jane"}}, id="sub-attribute"),
        pytest.param({"externalid": "E-5"}, {"externalId": "E-5"}, id="common attribute"),
        pytest.param({ENTERPRISE.upper(): {"Department": "Sales"}}, {ENTERPRISE: {"department": "Sales"}}, id="URN"),
        pytest.param(
            {"emails": [{"VALUE": "j@x", "Type": "work"}]},
            {"emails": [{"value": "j@x", "type": "work"}]},
            id="in a list",
        ),
    ],
)
def test_names_and_urns_count_in_any_case(name: str, body: dict[str, Any], change: dict[str, Any]) -> None:
    assert change_of(DIALECTS[name], body) == change


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"id": "9"}, id="id"),
        pytest.param({"id": None}, id="null id, as OneLogin's templates have"),
        pytest.param({"meta": {"resourceType": "User", "created": "x"}}, id="meta"),
        pytest.param({"schemas": ["urn:scim:schemas:core:2.0"]}, id="schemas that are not the IETF's"),
        pytest.param({"groups": [{"value": "1"}]}, id="groups"),
        pytest.param({"groups": "anything"}, id="groups of the wrong type"),
        pytest.param({"password": "s3cret"}, id="password"),
        pytest.param({"favouriteColour": "red"}, id="unknown attribute"),
        pytest.param({"urn:example:2.0:User": {"a": 1}}, id="unknown extension"),
        pytest.param({"department": None, "manager": None}, id="Entra's nulls without a URN"),
    ],
)
def test_what_is_read_only_unknown_or_a_password_is_left_out(name: str, body: dict[str, Any]) -> None:
    assert change_of(DIALECTS[name], {"title": "Buyer", **body}) == {"title": "Buyer"}


def test_one_primary_value_is_enough_for_the_strict_dialect() -> None:
    emails = [{"value": "a", "primary": False}, {"value": "b", "primary": True}]

    assert change_of(RFC7644, {"emails": emails}) == {"emails": emails}


def test_a_read_only_attribute_of_an_extension_is_left_out() -> None:
    attributes = (Attribute(name="badge"), Attribute(name="seen", mutability="readOnly"))
    extension = Schema(urn="urn:example:2.0:User", name="Example", attributes=attributes)
    resource_type = replace(RFC7644.resource_types["Users"], extensions=(extension,))

    change = read_change({extension.urn: {"badge": "B", "seen": "x"}}, resource_type, RFC7644.reading)

    assert change == {extension.urn: {"badge": "B"}}


@pytest.mark.parametrize("name", NAMES)
def test_read_only_and_unknown_sub_attributes_are_left_out(name: str) -> None:
    body = {
        "name": {"givenName": "Jane", "nickName": "J"},
        ENTERPRISE: {"manager": {"value": "7", "displayName": "Boss", "$ref": "../Users/7"}, "salary": 1},
    }

    change = change_of(DIALECTS[name], body)

    assert change == {"name": {"givenName": "Jane"}, ENTERPRISE: {"manager": {"value": "7"}}}


def test_display_and_ref_of_a_member_are_left_out() -> None:
    body = {"members": [{"value": "5", "display": "Jane", "$ref": None, "type": "User"}]}

    assert change_of(FOURME, body, "Groups") == {"members": [{"value": "5", "type": "User"}]}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        pytest.param(True, True, id="true"),
        pytest.param(False, False, id="false"),
        pytest.param("True", True, id="Entra's True"),
        pytest.param("False", False, id="Entra's False"),
        pytest.param("true", True, id="OneLogin's true"),
        pytest.param("yes", True, id="yes"),
        pytest.param(" T ", True, id="t among blanks"),
        pytest.param("1", True, id="one as text"),
        pytest.param(1, True, id="one"),
        pytest.param(0, False, id="nought"),
        pytest.param("no", False, id="all else"),
        pytest.param("", False, id="empty"),
    ],
)
@pytest.mark.quirk("booleans")
def test_4me_takes_text_for_a_boolean(sent: Any, stored: bool) -> None:
    change = change_of(FOURME, {"active": sent, "emails": [{"value": "j@x", "primary": sent}]})

    assert change == {"active": stored, "emails": [{"value": "j@x", "primary": stored}]}
    assert change["active"] is stored


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        pytest.param({"active": "true"}, "active must be true or false, but is the string 'true'", id="text boolean"),
        pytest.param({"active": 1}, "active must be true or false, but is the number 1", id="number boolean"),
        pytest.param({"title": 5}, "title must be a string, but is the number 5", id="number for text"),
        pytest.param(
            {"emails": {"value": "j@x"}}, "emails must be a list of values, but is an object", id="one for many"
        ),
        pytest.param({"emails": ["j@x"]}, "emails[0] must be an object, but is the string 'j@x'", id="bare value"),
        pytest.param({"name": []}, "name must be an object, but is an array", id="list for an object"),
        pytest.param({"title": ["Buyer"]}, "title must be a string, but is an array", id="list for text"),
        pytest.param({"title": {}}, "title must be a string, but is an object", id="empty object for text"),
        pytest.param({ENTERPRISE: {"manager": "7"}}, f"{ENTERPRISE}:manager must be an object", id="bare manager"),
        pytest.param({ENTERPRISE: []}, f"{ENTERPRISE} must be an object", id="list for an extension"),
        pytest.param(
            {"emails": [{"value": "a", "primary": True}, {"value": "b", "primary": True}]},
            "emails: only one value may be primary",
            id="two primary",
        ),
    ],
)
@pytest.mark.quirk("loose_shapes")
def test_the_strict_dialect_refuses_loose_shapes(body: dict[str, Any], detail: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        change_of(RFC7644, body)

    assert detail in refused.value.detail


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        pytest.param({"title": True}, "title must be a string, but is the boolean true", id="boolean for text"),
        pytest.param({"title": {"a": 1}}, "title must be a string, but is an object", id="object for text"),
        pytest.param({"title": ["a", "b"]}, "title must be a string, but is an array", id="two for one"),
        pytest.param({"active": 1.5}, "active must be true or false, but is the number 1.5", id="fraction"),
        pytest.param({"name": "Jane"}, "name must be an object, but is the string 'Jane'", id="text for a name"),
        pytest.param({"name": {"givenName": {"a": 1}}}, "name.givenName must be a string", id="object in a name"),
        pytest.param(
            {"emails": [{"value": "a"}, {"value": []}, {"value": {"a": 1}}]}, "emails[2].value must", id="third"
        ),
        pytest.param({"emails": [["a", "b"]]}, "emails[0] must be an object, but is an array", id="list in a list"),
        pytest.param({"emails": 1.5}, "emails[0] must be an object, but is the number 1.5", id="number"),
        pytest.param({ENTERPRISE: "Sales"}, f"{ENTERPRISE} must be an object", id="text for an extension"),
        pytest.param({ENTERPRISE: {"manager": True}}, "manager.value must be a string", id="boolean for a manager"),
    ],
)
def test_4me_refuses_what_no_reading_makes_fit(body: dict[str, Any], detail: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        change_of(FOURME, body)

    assert detail in refused.value.detail


@pytest.mark.parametrize(
    ("body", "change"),
    [
        pytest.param({"emails": {"value": "j@x"}}, {"emails": [{"value": "j@x"}]}, id="one object for a list"),
        pytest.param({"emails": "j@x"}, {"emails": [{"value": "j@x"}]}, id="one text for a list"),
        pytest.param(
            {"emails": ["j@x", {"value": "k@x"}]}, {"emails": [{"value": "j@x"}, {"value": "k@x"}]}, id="mixed"
        ),
        pytest.param({"title": ["Buyer"]}, {"title": "Buyer"}, id="list of one text"),
        pytest.param({ENTERPRISE: {"manager": "7"}}, {ENTERPRISE: {"manager": {"value": "7"}}}, id="manager as text"),
        pytest.param({ENTERPRISE: {"manager": 7}}, {ENTERPRISE: {"manager": {"value": "7"}}}, id="manager as number"),
        pytest.param(
            {ENTERPRISE: {"manager": [{"$ref": "../Users/7", "value": "7"}]}},
            {ENTERPRISE: {"manager": {"value": "7"}}},
            id="manager as Entra's array",
        ),
    ],
)
@pytest.mark.quirk("loose_shapes")
def test_4me_takes_loose_shapes(body: dict[str, Any], change: dict[str, Any]) -> None:
    assert change_of(FOURME, body) == change


@pytest.mark.quirk("numbers_as_text")
def test_4me_takes_a_number_for_text() -> None:
    body = {"title": 5, ENTERPRISE: {"employeeNumber": 701, "costCenter": 1.5}}

    assert change_of(FOURME, body) == {"title": "5", ENTERPRISE: {"employeeNumber": "701", "costCenter": "1.5"}}


@pytest.mark.quirk("several_primary")
def test_4me_takes_several_primary_values() -> None:
    emails = [{"value": "a", "primary": True}, {"value": "b", "primary": True}]

    assert change_of(FOURME, {"emails": emails}) == {"emails": emails}


@pytest.mark.rfc("7643 §2.5")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("body", "change"),
    [
        pytest.param({"title": None}, {"title": None}, id="null text"),
        pytest.param({"name": None}, {"name": None}, id="null object"),
        pytest.param({"name": {"givenName": None}}, {"name": {"givenName": None}}, id="null sub-attribute"),
        pytest.param({"emails": None}, {"emails": None}, id="null list"),
        pytest.param({"emails": []}, {"emails": None}, id="empty list"),
        pytest.param({"emails": [{}, {"value": None}]}, {"emails": None}, id="list of nothing"),
        pytest.param({"emails": [{"value": "j@x", "type": None}]}, {"emails": [{"value": "j@x"}]}, id="null in a list"),
        pytest.param({ENTERPRISE: None}, {ENTERPRISE: None}, id="null extension"),
        pytest.param({ENTERPRISE: {"manager": None}}, {ENTERPRISE: {"manager": None}}, id="null manager"),
        pytest.param({"title": ""}, {"title": ""}, id="empty text is a value"),
        pytest.param({"name": {"middleName": ""}}, {"name": {"middleName": ""}}, id="empty text in an object"),
        pytest.param({"emails": [{"value": ""}]}, {"emails": [{"value": ""}]}, id="empty text in a list"),
    ],
)
def test_null_and_the_empty_list_are_no_value(name: str, body: dict[str, Any], change: dict[str, Any]) -> None:
    assert change_of(DIALECTS[name], body) == change


@pytest.mark.parametrize(
    ("body", "fourme", "strict"),
    [
        pytest.param({"name": {}}, {"name": None}, {"name": {}}, id="empty object"),
        pytest.param({ENTERPRISE: {}}, {ENTERPRISE: None}, {ENTERPRISE: {}}, id="empty extension"),
        pytest.param(
            {ENTERPRISE: {"manager": {"value": ""}}},
            {ENTERPRISE: {"manager": None}},
            {ENTERPRISE: {"manager": {"value": ""}}},
            id="manager with an empty id",
        ),
        pytest.param(
            {ENTERPRISE: {"manager": {"value": None}}},
            {ENTERPRISE: {"manager": None}},
            {ENTERPRISE: {"manager": {"value": None}}},
            id="manager with a null id",
        ),
    ],
)
def test_an_empty_object_clears_at_4me_and_says_nothing_in_the_rfc(
    body: dict[str, Any], fourme: dict[str, Any], strict: dict[str, Any]
) -> None:
    assert change_of(FOURME, body) == fourme
    assert change_of(RFC7644, body) == strict


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"title": {}}, id="empty object for text"),
        pytest.param({"title": []}, id="empty list for text"),
        pytest.param({"name": ""}, id="empty text for a name"),
        pytest.param({"name": []}, id="empty list for a name"),
        pytest.param({"emails": ""}, id="empty text for a list"),
        pytest.param({"emails": {}}, id="empty object for a list"),
        pytest.param({ENTERPRISE: ""}, id="empty text for an extension"),
        pytest.param({ENTERPRISE: []}, id="empty list for an extension"),
    ],
)
def test_4me_takes_any_empty_value_for_no_value(body: dict[str, Any]) -> None:
    (name,) = body

    assert change_of(FOURME, body) == {name: None}


@pytest.mark.parametrize("manager", ["", {"value": ""}, {}, [], [{"value": ""}], {"value": "", "type": "direct"}])
def test_4me_takes_an_empty_manager_for_none(manager: Any) -> None:
    assert change_of(FOURME, {ENTERPRISE: {"manager": manager}}) == {ENTERPRISE: {"manager": None}}


def test_a_manager_by_another_name_changes_nothing() -> None:
    body = {ENTERPRISE: {"manager": {"managerId": "7", "displayName": "Boss"}}}

    assert assigned(change_of(FOURME, body)) == {}


@pytest.mark.quirk("empty_text")
def test_an_empty_string_may_be_chosen_to_remove() -> None:
    reading = Reading(empty_text=EmptyTextRule.REMOVE)
    resource_type = FOURME.resource_types["Users"]
    body = {"title": "", "emails": [{"value": "j@x", "type": ""}], CUSTOM_FIELDS: {"badge": ""}}

    change = read_change(body, resource_type, reading)

    assert change == {"title": None, "emails": [{"value": "j@x"}], CUSTOM_FIELDS: {"badge": None}}


@pytest.mark.parametrize(
    ("value", "change"),
    [
        pytest.param({"badge": "B-7", "floor": 3}, {"badge": "B-7", "floor": 3}, id="flat"),
        pytest.param(
            {"custom_fields": [{"id": "badge", "value": "B-7"}, {"id": "floor", "value": 3}]},
            {"badge": "B-7", "floor": 3},
            id="listed",
        ),
        pytest.param({"custom_fields": "plain"}, {"custom_fields": "plain"}, id="a field of that name"),
        pytest.param({"Badge": "a", "badge": "b"}, {"Badge": "a", "badge": "b"}, id="case of the ids counts"),
        pytest.param({"badge": None}, {"badge": None}, id="one cleared"),
        pytest.param({"badge": []}, {"badge": None}, id="one cleared by a list"),
        pytest.param({"custom_fields": [{"id": "badge"}]}, {"badge": None}, id="one cleared in the list"),
        pytest.param({"vip": True, "ratio": 0.5}, {"vip": True, "ratio": 0.5}, id="boolean and fraction"),
        pytest.param({"badge": ""}, {"badge": ""}, id="empty text"),
        pytest.param({"custom_fields": []}, None, id="all cleared by a list"),
        pytest.param({"custom_fields": None}, None, id="all cleared by null"),
        pytest.param({}, None, id="all cleared"),
    ],
)
@pytest.mark.quirk("custom_fields_urn")
def test_custom_fields_are_read_in_both_forms(value: Any, change: Any) -> None:
    assert change_of(FOURME, {CUSTOM_FIELDS: value}) == {CUSTOM_FIELDS: change}


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        pytest.param({"badge": {"a": 1}}, "badge must be a string or a number, but is an object", id="object"),
        pytest.param({"badge": ["a"]}, "badge must be a string or a number, but is an array", id="list"),
        pytest.param({"custom_fields": ["badge"]}, 'needs an "id"', id="entry that is no object"),
        pytest.param({"custom_fields": [{"value": "a"}]}, 'needs an "id"', id="entry without an id"),
        pytest.param({"custom_fields": [{"id": ""}]}, 'needs an "id"', id="entry with an empty id"),
        pytest.param({"custom_fields": [{"id": 5, "value": "a"}]}, 'needs an "id"', id="entry with a number as id"),
        pytest.param({"custom_fields": [{"id": "a", "value": [1]}]}, "a must be a string or a number", id="value"),
        pytest.param({"custom_fields": [{"id": "a"}], "b": 1}, "custom_fields must be a string", id="both forms mixed"),
        pytest.param("B-7", "must be an object", id="text"),
    ],
)
def test_custom_fields_that_cannot_be_kept_are_refused(value: Any, detail: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        change_of(FOURME, {CUSTOM_FIELDS: value})

    assert CUSTOM_FIELDS in refused.value.detail
    assert detail in refused.value.detail


def test_the_strict_dialect_knows_no_custom_fields() -> None:
    assert change_of(RFC7644, {CUSTOM_FIELDS: {"badge": "B-7"}}) == {}


@pytest.mark.parametrize(
    ("kind", "value", "fits"),
    [
        pytest.param("integer", 5, True, id="integer"),
        pytest.param("integer", 5.5, False, id="fraction for an integer"),
        pytest.param("integer", True, False, id="boolean for an integer"),
        pytest.param("decimal", 5.5, True, id="decimal"),
        pytest.param("decimal", 5, True, id="integer for a decimal"),
        pytest.param("decimal", "5", False, id="text for a decimal"),
        pytest.param("decimal", False, False, id="boolean for a decimal"),
        pytest.param("dateTime", "2026-03-02T09:00:00Z", True, id="instant"),
        pytest.param("reference", "Users/5", True, id="reference"),
        pytest.param("binary", "AAAA", True, id="binary"),
        pytest.param("binary", 5, False, id="number for a binary"),
    ],
)
def test_a_value_has_the_type_of_its_attribute(kind: str, value: Any, fits: bool) -> None:
    attribute = Attribute(name="size", type=kind)

    if fits:
        assert read_value(attribute, value, "size", STRICT) == value
    else:
        with pytest.raises(InvalidValueError, match="size must be"):
            read_value(attribute, value, "size", STRICT)


def test_a_list_of_simple_values_is_read_one_by_one() -> None:
    tags = Attribute(name="tags", multi_valued=True)

    assert read_value(tags, ["a", None, "b"], "tags", STRICT) == ["a", "b"]
    with pytest.raises(InvalidValueError, match=r"tags\[1\] must be a string"):
        read_value(tags, ["a", 5], "tags", STRICT)


def test_an_open_value_is_text_a_number_or_nothing() -> None:
    assert [read_open(value, "badge", STRICT) for value in ("a", 5, 0.5, None, {}, [])] == [
        "a",
        5,
        0.5,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param(None, "null", id="null"),
        pytest.param([], "an array", id="array"),
        pytest.param("{}", "the string '{}'", id="text"),
        pytest.param(True, "the boolean true", id="boolean"),
        pytest.param(5, "the number 5", id="number"),
    ],
)
def test_a_body_that_is_no_object_is_refused_with_what_it_is(body: Any, found: str) -> None:
    with pytest.raises(InvalidSyntaxError) as refused:
        check_object(body)

    assert refused.value.detail == f"the body must be a JSON object, but is {found}"


def test_a_body_that_is_an_object_passes() -> None:
    body = {"userName": "jane"}

    assert check_object(body) is body


def test_only_what_is_assigned_is_stored() -> None:
    change = {
        "title": None,
        "name": {"givenName": None},
        "active": False,
        "nickName": "",
        "emails": [{"value": "j@x", "type": None}],
        ENTERPRISE: {"manager": {"value": None}, "department": "Sales"},
        CUSTOM_FIELDS: {"badge": None, "floor": 0},
    }

    assert assigned(change) == {
        "active": False,
        "nickName": "",
        "emails": [{"value": "j@x"}],
        ENTERPRISE: {"department": "Sales"},
        CUSTOM_FIELDS: {"floor": 0},
    }
    assert assigned({"name": {"givenName": None}}) == {}


@pytest.mark.rfc("7643 §2.2")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("collection", "attribute"),
    [pytest.param("Users", "userName", id="user"), pytest.param("Groups", "displayName", id="group")],
)
@pytest.mark.parametrize(
    "value", [pytest.param(None, id="missing"), pytest.param("", id="empty"), pytest.param(" \t", id="blank")]
)
def test_a_required_attribute_needs_a_value(name: str, collection: str, attribute: str, value: str | None) -> None:
    resource_type = DIALECTS[name].resource_types[collection]
    document = {"id": "1"} if value is None else {"id": "1", attribute: value}

    with pytest.raises(MissingValueError, match=attribute):
        check_required(document, resource_type)
    check_required({"id": "1", attribute: "x"}, resource_type)
