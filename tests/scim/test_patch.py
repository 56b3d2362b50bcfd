"""PATCH with operations: every shape that clients send (facts/clients.md 0 and 7), in both dialects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.dialect import Dialect
from sandbox.scim.errors import (
    InvalidPathError,
    InvalidSyntaxError,
    InvalidValueError,
    MissingValueError,
    MutabilityError,
    NoTargetError,
    ScimError,
)
from sandbox.scim.members import MemberEdit
from sandbox.scim.operations import PatchRules, is_patch_op, read_operations
from sandbox.scim.patch import PATCH_OP_URN, apply_operations
from sandbox.scim.schema import Attribute, Schema
from sandbox.scim.value import STRICT
from tests.scim.dialects import (
    CUSTOM_FIELDS,
    DIALECTS,
    ENTERPRISE,
    FOURME,
    HOME,
    JANE,
    RFC7644,
    WORK,
    patch_op,
    patched,
    user,
    with_enterprise,
)

Json = dict[str, Any]

both = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


def op(name: str, path: str | None = None, *value: Any) -> Json:
    """Return an operation, as it stands in a body; without a path or a value it has no such member."""
    return {"op": name, **({} if path is None else {"path": path}), **({"value": value[0]} if value else {})}


# Simple and complex attributes


@both
@pytest.mark.rfc("7644 §3.5.2")
@pytest.mark.parametrize(
    ("operation", "after"),
    [
        pytest.param(op("add", "title", "Head"), user(title="Head"), id="add over a value"),
        pytest.param(op("add", "nickName", "J"), user(nickName="J"), id="add where there is none"),
        pytest.param(op("replace", "title", "Head"), user(title="Head"), id="replace a value"),
        pytest.param(op("replace", "nickName", "J"), user(nickName="J"), id="replace where there is none"),
        pytest.param(op("replace", "TITLE", "Head"), user(title="Head"), id="path in capitals"),
        pytest.param(op("replace", "title", "Buyer"), JANE, id="replace with the same"),
        pytest.param(op("replace", "title", ""), user(title=""), id="replace with empty text"),
        pytest.param(op("replace", "title", None), user(title=None), id="replace with null"),
        pytest.param(op("remove", "title"), user(title=None), id="remove"),
        pytest.param(op("remove", "title", "Buyer"), user(title=None), id="remove with a value"),
        pytest.param(op("remove", "nickName"), JANE, id="remove what is not there"),
        pytest.param(op("replace", "active", False), user(active=False), id="boolean"),
        pytest.param(op("replace", "externalId", "E-6"), user(externalId="E-6"), id="common attribute"),
        pytest.param(
            op("replace", "urn:ietf:params:scim:schemas:core:2.0:User:title", "H"), user(title="H"), id="URN path"
        ),
        pytest.param(
            op("replace", "name", {"givenName": "Joan"}),
            user(name={"givenName": "Joan", "familyName": "Doe"}),
            id="replace of an object merges",
        ),
        pytest.param(
            op("add", "name", {"middleName": "M"}), user(name={**JANE["name"], "middleName": "M"}), id="so does add"
        ),
        pytest.param(
            op("replace", "name", {"givenName": None}), user(name={"familyName": "Doe"}), id="a null in it removes"
        ),
        pytest.param(
            op("replace", "name.familyName", "Roe"), user(name={**JANE["name"], "familyName": "Roe"}), id="part"
        ),
        pytest.param(
            op("replace", "NAME.FamilyName", "Roe"), user(name={**JANE["name"], "familyName": "Roe"}), id="Part"
        ),
        pytest.param(op("remove", "name.familyName"), user(name={"givenName": "Jane"}), id="remove a part"),
        pytest.param(op("replace", "name.familyName", None), user(name={"givenName": "Jane"}), id="null for a part"),
        pytest.param(op("remove", "name.familyName", "x"), user(name={"givenName": "Jane"}), id="a part, with a value"),
        pytest.param(op("remove", "name"), user(name=None), id="remove an object"),
    ],
)
def test_an_operation_on_one_value(dialect: Dialect, operation: Json, after: Json) -> None:
    assert patched(dialect, JANE, operation) == after


def test_with_its_last_part_an_object_goes() -> None:
    after = patched(RFC7644, JANE, op("remove", "name.familyName"), op("replace", "name", {"givenName": None}))

    assert after == user(name=None)


@pytest.mark.parametrize(
    ("value", "fourme", "strict"),
    [
        pytest.param({}, user(name=None), JANE, id="empty object"),
        pytest.param({"nickName": "J"}, JANE, JANE, id="unknown parts alone"),
    ],
)
def test_an_empty_object_clears_at_4me_only(value: Json, fourme: Json, strict: Json) -> None:
    assert patched(FOURME, JANE, op("replace", "name", value)) == fourme
    assert patched(RFC7644, JANE, op("replace", "name", value)) == strict


@pytest.mark.quirk("booleans")
@pytest.mark.parametrize(
    ("sent", "stored"), [("False", False), ("True", True), ("false", False), (0, False), (1, True)]
)
def test_4me_takes_entras_text_for_active(sent: Any, stored: bool) -> None:
    assert patched(FOURME, JANE, op("Replace", "active", sent)) == user(active=stored)
    with pytest.raises(InvalidValueError, match=r"Operations\[0\].value must be true or false"):
        patched(RFC7644, JANE, op("replace", "active", sent))


# How an operation is written


@pytest.mark.quirk("patch_any_case")
@pytest.mark.parametrize("name", ["Replace", "REPLACE", "Add"])
def test_4me_takes_an_op_in_any_case(name: str) -> None:
    assert patched(FOURME, JANE, op(name, "title", "Head")) == user(title="Head")
    with pytest.raises(InvalidSyntaxError, match="op must be one of add, remove, replace, but is"):
        patched(RFC7644, JANE, op(name, "title", "Head"))


@both
def test_the_members_of_a_body_and_of_an_operation_are_named_in_any_case(dialect: Dialect) -> None:
    body = {"schemas": [PATCH_OP_URN], "operations": [{"OP": "replace", "Path": "title", "VALUE": "Head"}]}

    (read,) = read_operations(body, dialect.resource_types["Users"], dialect.patch_rules)

    assert (read.op, str(read.path and read.path.target), read.value) == ("replace", "title", "Head")
    assert (read.where, read.value_where) == ("Operations[0]", "Operations[0].value")


@both
@pytest.mark.parametrize("path", [None, ""])
def test_an_empty_path_is_no_path(dialect: Dialect, path: str | None) -> None:
    operation = {"op": "replace", "path": path, "value": {"title": "Head"}}

    assert patched(dialect, JANE, operation) == user(title="Head")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"Operations": []}, True, id="operations"),
        pytest.param({"operations": []}, True, id="in small letters"),
        pytest.param({"schemas": [PATCH_OP_URN]}, True, id="schema alone"),
        pytest.param({"schemas": [PATCH_OP_URN.upper()]}, True, id="schema in capitals"),
        pytest.param({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "active": False}, False, id="a user"),
        pytest.param({"active": False}, False, id="a user without schemas"),
        pytest.param({"schemas": PATCH_OP_URN}, False, id="schemas that are no list"),
        pytest.param({"schemas": [None, 5]}, False, id="schemas of anything"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_a_patch_op_is_told_from_a_partial_resource(body: Json, expected: bool) -> None:
    assert is_patch_op(body) is expected


@both
@pytest.mark.parametrize(
    ("body", "error", "detail"),
    [
        pytest.param({}, InvalidSyntaxError, 'needs "Operations"', id="no operations"),
        pytest.param({"Operations": []}, InvalidSyntaxError, "at least one operation", id="none in the list"),
        pytest.param({"Operations": {"op": "add"}}, InvalidSyntaxError, 'needs "Operations"', id="no list"),
        pytest.param({"Operations": ["add"]}, InvalidSyntaxError, "[0] must be an object", id="no object"),
        pytest.param({"Operations": [{"path": "title"}]}, InvalidSyntaxError, "[0].op must be", id="no op"),
        pytest.param(
            {"Operations": [op("move", "title", "a")]}, InvalidSyntaxError, "but is the string 'move'", id="unknown op"
        ),
        pytest.param({"Operations": [op(["add"], "title", "a")]}, InvalidSyntaxError, "[0].op must", id="op is a list"),
        pytest.param({"Operations": [op("remove")]}, NoTargetError, "remove needs a path", id="remove without a path"),
        pytest.param({"Operations": [op("remove", "")]}, NoTargetError, "remove needs a path", id="remove, empty path"),
        pytest.param({"Operations": [op("add", "title")]}, InvalidValueError, "add needs a value", id="add, no value"),
        pytest.param(
            {"Operations": [op("replace")]}, InvalidValueError, "replace needs a value", id="replace, no value"
        ),
        pytest.param(
            {"Operations": [op("add", 5, "a")]}, InvalidPathError, "path must be a string", id="number as path"
        ),
        pytest.param({"Operations": [op("add", " ", "a")]}, InvalidPathError, "the path is empty", id="blank path"),
        pytest.param({"Operations": [op("add", "colour", "a")]}, InvalidPathError, "'colour'", id="unknown attribute"),
        pytest.param({"Operations": [op("add", "title.x", "a")]}, InvalidPathError, "'x'", id="unknown sub-attribute"),
        pytest.param({"Operations": [op("add", "emails[", "a")]}, InvalidPathError, "character", id="broken filter"),
        pytest.param(
            {"Operations": [op("add", 'name[givenName eq "a"]', "a")]}, InvalidPathError, "[…]", id="one value"
        ),
        pytest.param({"Operations": [op("add", "urn:x:y", "a")]}, InvalidPathError, "'urn:x:y'", id="unknown URN"),
    ],
)
def test_an_operation_that_cannot_be_read_is_refused(
    dialect: Dialect, body: Json, error: type[ScimError], detail: str
) -> None:
    with pytest.raises(error) as refused:
        read_operations({"schemas": [PATCH_OP_URN], **body}, dialect.resource_types["Users"], dialect.patch_rules)

    assert type(refused.value) is error
    assert detail in refused.value.detail


@pytest.mark.quirk("patch_schemas_required")
def test_only_the_strict_dialect_wants_the_schema_of_a_patch_op() -> None:
    body = {"Operations": [op("replace", "title", "Head")]}

    assert len(read_operations(body, FOURME.resource_types["Users"], FOURME.patch_rules)) == 1
    with pytest.raises(InvalidSyntaxError, match=PATCH_OP_URN):
        read_operations(body, RFC7644.resource_types["Users"], RFC7644.patch_rules)


def test_the_second_operation_is_called_the_second() -> None:
    with pytest.raises(InvalidPathError, match=r"^Operations\[1\].path: .*'colour'"):
        patched(FOURME, JANE, op("add", "title", "Head"), op("add", "colour", "red"))


def test_a_request_has_only_so_many_operations() -> None:
    resource_type = RFC7644.resource_types["Users"]
    rules = PatchRules(reading=STRICT, max_operations=3)
    operations = [op("add", "title", "Head")]

    assert len(read_operations({"Operations": operations * 3}, resource_type, rules)) == 3
    with pytest.raises(InvalidSyntaxError, match="4 operations in one request; at most 3 are taken"):
        read_operations({"Operations": operations * 4}, resource_type, rules)


# Without a path


@both
@pytest.mark.parametrize("name", ["add", "replace"])
@pytest.mark.parametrize(
    ("value", "after"),
    [
        pytest.param({"active": False}, user(active=False), id="Okta's active"),
        pytest.param({"title": "Head", "nickName": "J"}, user(title="Head", nickName="J"), id="several"),
        pytest.param({"Title": "Head"}, user(title="Head"), id="name in other case"),
        pytest.param({"title": None}, user(title=None), id="null"),
        pytest.param(
            {"name": {"givenName": "Joan"}}, user(name={"givenName": "Joan", "familyName": "Doe"}), id="object"
        ),
        pytest.param(
            {"name.givenName": "Joan"}, user(name={"givenName": "Joan", "familyName": "Doe"}), id="dotted key"
        ),
        pytest.param({f"{ENTERPRISE}:department": "HR"}, with_enterprise(department="HR"), id="URN key"),
        pytest.param(
            {f"{ENTERPRISE}:manager": {"value": "8"}}, with_enterprise(manager={"value": "8"}), id="URN, object"
        ),
        pytest.param({f"{ENTERPRISE}:manager.value": "8"}, with_enterprise(manager={"value": "8"}), id="URN and dot"),
        pytest.param({ENTERPRISE: {"department": "HR"}}, with_enterprise(department="HR"), id="extension"),
        pytest.param({ENTERPRISE: None}, user(**{ENTERPRISE: None}), id="extension, null"),
        pytest.param(
            {ENTERPRISE.upper(): {"Department": "HR"}}, with_enterprise(department="HR"), id="URN in capitals"
        ),
        pytest.param(
            {'emails[type eq "home"].value': "j@x"},
            user(emails=[WORK, {**HOME, "value": "j@x"}]),
            id="value path as key",
        ),
        pytest.param({"id": "5", "displayName": "J"}, user(displayName="J"), id="Okta's id in the value"),
        pytest.param(
            {"id": "9", "meta": {"created": "x"}, "schemas": [], "groups": []}, JANE, id="read-only in the value"
        ),
        pytest.param({f"{ENTERPRISE}:manager.displayName": "B"}, JANE, id="read-only sub-attribute as key"),
        pytest.param({ENTERPRISE: {"manager": {"displayName": "B"}}}, JANE, id="read-only sub-attribute in the value"),
        pytest.param({"password": "s3cret"}, JANE, id="Okta's password"),
        pytest.param({"colour": "red", "urn:x:y": 1, "": 1, "emails[": 1, "name.x": 1}, JANE, id="unknown names"),
        pytest.param({}, JANE, id="nothing"),
    ],
)
def test_an_operation_without_a_path(dialect: Dialect, name: str, value: Json, after: Json) -> None:
    assert patched(dialect, JANE, op(name, None, value)) == after


def test_an_attribute_of_an_extension_may_lack_its_urn_at_4me_only() -> None:
    operations = op("replace", None, {"department": "HR"}), op("replace", "manager", {"value": "8"})
    after = with_enterprise(department="HR", manager={"value": "8"})

    assert patched(FOURME, JANE, *operations) == after
    assert patched(RFC7644, JANE, operations[0]) == JANE
    with pytest.raises(InvalidPathError, match="no attribute 'manager'"):
        patched(RFC7644, JANE, operations[1])


def test_without_a_path_add_adds_to_lists_and_replace_replaces_them() -> None:
    new = {"value": "new@x"}

    assert patched(RFC7644, JANE, op("add", None, {"emails": [new]})) == user(emails=[WORK, HOME, new])
    assert patched(RFC7644, JANE, op("replace", None, {"emails": [new]})) == user(emails=[new])


def test_a_dotted_key_of_an_op_with_a_flag_as_entra_sends_it() -> None:
    value = {"displayName": "J", "name.familyName": "Roe", f"{ENTERPRISE}:department": "HR"}

    after = patched(RFC7644, JANE, op("replace", 'emails[type eq "work"].value', "j@x"), op("replace", None, value))

    expected = with_enterprise(department="HR")
    expected |= {"displayName": "J", "name": {**JANE["name"], "familyName": "Roe"}}
    assert after == {**expected, "emails": [{**WORK, "value": "j@x"}, HOME]}


@both
@pytest.mark.parametrize("value", [None, "Head", ["title"], 5, True])
def test_without_a_path_the_value_must_be_an_object(dialect: Dialect, value: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"Operations\[0\].value must be an object as there is no path, but is"):
        patched(dialect, JANE, op("replace", None, value))


@both
def test_a_refused_value_is_named_by_its_key(dialect: Dialect) -> None:
    with pytest.raises(InvalidValueError, match=r"Operations\[1\].value.displayName must be a string"):
        patched(dialect, JANE, op("add", "title", "a"), op("replace", None, {"displayName": {"a": 1}}))


# Several values


@both
@pytest.mark.rfc("7644 §3.5.2")
@pytest.mark.parametrize(
    ("operation", "emails"),
    [
        pytest.param(op("add", "emails", [{"value": "a@x"}]), [WORK, HOME, {"value": "a@x"}], id="add one"),
        pytest.param(
            op("add", "emails", {"value": "a@x"}), [WORK, HOME, {"value": "a@x"}], id="add one without a list"
        ),
        pytest.param(op("add", "emails", [HOME]), [WORK, HOME], id="add one that is there"),
        pytest.param(
            op("add", "emails", [{**HOME, "value": "JANE@HOME.EXAMPLE"}]), [WORK, HOME], id="there in other case"
        ),
        pytest.param(
            op("add", "emails", [{"value": HOME["value"]}]), [WORK, HOME, {"value": HOME["value"]}], id="differs"
        ),
        pytest.param(
            op("add", "emails", [{"value": "a"}, {"value": "a"}]), [WORK, HOME, {"value": "a"}], id="add it twice"
        ),
        pytest.param(op("add", "emails", []), [WORK, HOME], id="add nothing"),
        pytest.param(
            op("add", "emails", [{"value": "a@x", "primary": True}]),
            [{**WORK, "primary": False}, HOME, {"value": "a@x", "primary": True}],
            id="a new primary unmarks the old",
        ),
        pytest.param(op("replace", "emails", [HOME]), [HOME], id="replace all"),
        pytest.param(op("replace", "emails", HOME), [HOME], id="replace all without a list"),
        pytest.param(op("replace", "emails", []), None, id="replace with nothing"),
        pytest.param(op("replace", "emails", None), None, id="replace with null"),
        pytest.param(op("remove", "emails"), None, id="remove all"),
        pytest.param(op("remove", "emails", [HOME]), [WORK], id="remove a value that is given"),
        pytest.param(
            op("remove", "emails", [{"value": "JANE@home.example"}]), [WORK], id="given in part, in other case"
        ),
        pytest.param(op("remove", "emails", {"type": "home"}), [WORK], id="given without a list"),
        pytest.param(op("remove", "emails", [{"value": "x"}]), [WORK, HOME], id="remove a value that is not there"),
        pytest.param(op("remove", "emails", []), [WORK, HOME], id="remove none of them"),
        pytest.param(op("remove", "emails", [{"colour": "red"}]), [WORK, HOME], id="given by unknown names"),
        pytest.param(op("remove", "emails", [WORK, HOME]), None, id="remove each"),
        pytest.param(op("remove", 'emails[type eq "home"]'), [WORK], id="remove by filter"),
        pytest.param(op("remove", 'emails[type eq "HOME"]'), [WORK], id="by filter in other case"),
        pytest.param(op("remove", 'emails[type eq "home" and value co "home"]'), [WORK], id="by and"),
        pytest.param(op("remove", 'emails[type eq "home" or primary eq true]'), None, id="by or, all"),
        pytest.param(
            op("remove", 'emails[type eq "other"]'), [WORK, HOME], id="remove by a filter that matches nothing"
        ),
        pytest.param(op("remove", 'emails[type eq "other"].display'), [WORK, HOME], id="nor a part of nothing"),
        pytest.param(
            op("remove", 'emails[type eq "work"].primary'), [{"value": WORK["value"], "type": "work"}, HOME], id="part"
        ),
        pytest.param(
            op("remove", "emails.type"),
            [{"value": WORK["value"], "primary": True}, {"value": HOME["value"]}],
            id="each",
        ),
        pytest.param(
            op("replace", 'emails[type eq "work"].value', "j@x"), [{**WORK, "value": "j@x"}, HOME], id="part by filter"
        ),
        pytest.param(
            op("replace", 'Emails[Type eq "work"].Value', "j@x"), [{**WORK, "value": "j@x"}, HOME], id="Entra's .Value"
        ),
        pytest.param(
            op("add", 'emails[type eq "home"].display', "J"), [WORK, {**HOME, "display": "J"}], id="add a part"
        ),
        pytest.param(
            op("replace", 'emails[type eq "home"].type', None), [WORK, {"value": HOME["value"]}], id="null for a part"
        ),
        pytest.param(
            op("replace", "emails.display", "J"),
            [{**WORK, "display": "J"}, {**HOME, "display": "J"}],
            id="part of each",
        ),
        pytest.param(
            op("add", 'emails[type eq "home"]', {"display": "J"}),
            [WORK, {**HOME, "display": "J"}],
            id="add merges into it",
        ),
        pytest.param(
            op("replace", 'emails[type eq "home"]', {"value": "j@x", "type": "other"}),
            [WORK, {"value": "j@x", "type": "other"}],
            id="replace leaves nothing of it",
        ),
        pytest.param(op("replace", 'emails[type eq "home"]', None), [WORK], id="replace by null"),
        pytest.param(
            op("replace", 'emails[type eq "home"].primary', True),
            [{**WORK, "primary": False}, {**HOME, "primary": True}],
            id="marking one primary unmarks the other",
        ),
        pytest.param(
            op("replace", 'emails[type eq "home"]', {"value": "j@x", "primary": True}),
            [{**WORK, "primary": False}, {"value": "j@x", "primary": True}],
            id="so does replacing one by a primary",
        ),
        pytest.param(
            op("replace", "emails[primary eq true].value", "j@x"), [{**WORK, "value": "j@x"}, HOME], id="primary stays"
        ),
        pytest.param(
            op("replace", 'emails[type eq "work"].primary', False), [{**WORK, "primary": False}, HOME], id="unmark"
        ),
    ],
)
def test_an_operation_on_several_values(dialect: Dialect, operation: Json, emails: list[Json] | None) -> None:
    assert patched(dialect, JANE, operation) == user(emails=emails)


@both
def test_all_values_that_match_are_changed(dialect: Dialect) -> None:
    document = user(emails=[WORK, HOME, {"value": "third", "type": "home"}])

    after = patched(dialect, document, op("replace", 'emails[type eq "home"].display', "J"))

    assert [email.get("display") for email in after["emails"]] == [None, "J", "J"]


@both
def test_a_part_is_removed_from_the_values_that_match_only(dialect: Dialect) -> None:
    after = patched(dialect, JANE, op("remove", 'emails[type eq "home"].type'))

    assert after == user(emails=[WORK, {"value": HOME["value"]}])


@both
def test_a_list_in_an_extension_is_changed_where_it_is(dialect: Dialect) -> None:
    extension = Schema(
        urn="urn:example:2.0:User", name="Example", attributes=(Attribute(name="tags", multi_valued=True),)
    )
    resource_type = replace(dialect.resource_types["Users"], extensions=(extension,))
    operations = [op("add", "urn:example:2.0:User:tags", tag) for tag in ("a", "B", "b")]
    read = read_operations(patch_op(*operations), resource_type, dialect.patch_rules)

    after = apply_operations(user(tags=["x"]), read, resource_type, dialect.patch_rules, MemberEdit(lambda: ()))

    assert after["urn:example:2.0:User"] == {"tags": ["a", "B"]}


def test_values_whose_case_counts_are_told_apart_by_it() -> None:
    document = user(photos=[{"value": "https://x/A"}])

    after = patched(RFC7644, document, op("add", "photos", [{"value": "https://x/a"}, {"value": "https://x/A"}]))

    assert after == user(photos=[{"value": "https://x/A"}, {"value": "https://x/a"}])


@both
def test_with_its_last_value_an_attribute_goes(dialect: Dialect) -> None:
    assert patched(dialect, JANE, op("remove", 'phoneNumbers[type eq "work"]')) == user(phoneNumbers=None)
    assert patched(dialect, JANE, op("remove", "phoneNumbers.value"), op("remove", "phoneNumbers.type")) == user(
        phoneNumbers=None
    )


@both
def test_a_part_of_values_that_are_not_there_makes_one(dialect: Dialect) -> None:
    assert patched(dialect, JANE, op("add", "ims.value", "@jane")) == user(ims=[{"value": "@jane"}])
    assert patched(dialect, JANE, op("remove", "ims.value")) == JANE


@pytest.mark.rfc("7643 §2.4")
@pytest.mark.quirk("several_primary")
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(op("replace", "emails.primary", True), id="part of each"),
        pytest.param(op("add", "emails[value pr]", {"primary": True}), id="merged into each"),
        pytest.param(op("replace", "emails", [{**WORK}, {**HOME, "primary": True}]), id="replace all"),
    ],
)
def test_two_values_become_primary_at_4me_only(operation: Json) -> None:
    assert patched(FOURME, JANE, operation) == user(emails=[WORK, {**HOME, "primary": True}])
    with pytest.raises(InvalidValueError, match="only one value may be primary"):
        patched(RFC7644, JANE, operation)


def test_several_new_primaries_unmark_the_old_ones_only() -> None:
    new = [{"value": "a", "primary": True}, {"value": "b", "primary": True}]

    after = patched(FOURME, JANE, op("add", "emails", new))

    assert after == user(emails=[{**WORK, "primary": False}, HOME, *new])


# A value path that matches nothing

OTHER = 'emails[type eq "other"]'


@pytest.mark.quirk("value_path")
@pytest.mark.parametrize("name", ["add", "replace"])
@pytest.mark.parametrize(
    ("path", "value", "made"),
    [
        pytest.param(f"{OTHER}.value", "a@x", {"emails": {"type": "other", "value": "a@x"}}, id="part"),
        pytest.param(OTHER, {"value": "a@x"}, {"emails": {"type": "other", "value": "a@x"}}, id="object"),
        pytest.param(f"{OTHER}.type", "other", {"emails": {"type": "other"}}, id="what the filter says"),
        pytest.param(
            'addresses[type eq "work"].country', "NL", {"addresses": {"type": "work", "country": "NL"}}, id="address"
        ),
        pytest.param(
            'roles[primary eq "True"].value', "boss", {"roles": {"primary": True, "value": "boss"}}, id="Entra's role"
        ),
        pytest.param(
            'ims[type eq "xmpp" and primary eq true].value',
            "@j",
            {"ims": {"type": "xmpp", "primary": True, "value": "@j"}},
            id="and",
        ),
        pytest.param('emails[type ne "work" and type ne "home"].value', "a@x", None, id="ne describes nothing"),
        pytest.param('ims[type eq "xmpp" or type eq "aim"].value', "@j", None, id="or describes nothing"),
        pytest.param('ims[type eq "xmpp" or value eq "@j"].value', "@j", None, id="or, even when one side is met"),
        pytest.param("ims[type pr].value", "@j", None, id="pr describes nothing"),
        pytest.param('emails[value eq "old"].value', "new", None, id="a value that contradicts the filter"),
        pytest.param('emails[type eq "a" and type eq "b"].value', "new", None, id="a filter that contradicts itself"),
    ],
)
def test_a_value_path_without_a_match_makes_the_value_at_4me_only(
    name: str, path: str, value: Any, made: dict[str, Json] | None
) -> None:
    with pytest.raises(NoTargetError, match=r"^Operations\[0\]: no value matches"):
        patched(RFC7644, JANE, op(name, path, value))
    if made is None:
        with pytest.raises(NoTargetError, match="nor can one be made"):
            patched(FOURME, JANE, op(name, path, value))
    else:
        ((attribute, new),) = made.items()
        assert patched(FOURME, JANE, op(name, path, value)) == user(**{attribute: [*JANE.get(attribute, []), new]})


@pytest.mark.parametrize(
    "value", [pytest.param("a@x", id="bare value"), pytest.param([{"value": "a@x"}], id="list of one")]
)
def test_4me_makes_a_value_of_loose_shapes_too(value: Any) -> None:
    assert patched(FOURME, JANE, op("add", OTHER, value)) == user(
        emails=[WORK, HOME, {"type": "other", "value": "a@x"}]
    )


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(f"{OTHER}.value", None, id="null part"),
        pytest.param(OTHER, {}, id="empty object"),
        pytest.param(OTHER, None, id="null"),
        pytest.param("ims.value", None, id="null part of nothing"),
    ],
)
def test_no_value_is_made_of_nothing(path: str, value: Any) -> None:
    assert patched(FOURME, JANE, op("replace", path, value)) == JANE


def test_a_made_primary_unmarks_the_old_one() -> None:
    after = patched(FOURME, JANE, op("add", 'emails[type eq "other" and primary eq true].value', "a@x"))

    new = {"type": "other", "primary": True, "value": "a@x"}
    assert after == user(emails=[{**WORK, "primary": False}, HOME, new])


def test_a_made_value_is_found_by_the_next_operation() -> None:
    paths = [f'addresses[type eq "work"].{name}' for name in ("locality", "country")]

    after = patched(FOURME, JANE, *(op("Add", path, "x") for path in paths))

    assert after == user(addresses=[{"type": "work", "locality": "x", "country": "x"}])


def test_entras_role_is_changed_where_it_is() -> None:
    document = user(roles=[{"value": "clerk", "primary": True}, {"value": "other"}])

    after = patched(FOURME, document, op("Replace", 'roles[primary eq "True"].value', "boss"))

    assert after == user(roles=[{"value": "boss", "primary": True}, {"value": "other"}])


# Extensions


@both
@pytest.mark.parametrize(
    ("operation", "after"),
    [
        pytest.param(op("add", f"{ENTERPRISE}:division", "X"), with_enterprise(division="X"), id="add"),
        pytest.param(op("replace", f"{ENTERPRISE}:department", "HR"), with_enterprise(department="HR"), id="replace"),
        pytest.param(
            op("replace", f"{ENTERPRISE.lower()}:DEPARTMENT", "HR"), with_enterprise(department="HR"), id="case"
        ),
        pytest.param(op("remove", f"{ENTERPRISE}:department"), with_enterprise(department=None), id="remove"),
        pytest.param(
            op("replace", ENTERPRISE, {"department": "HR"}), with_enterprise(department="HR"), id="by its URN"
        ),
        pytest.param(op("replace", ENTERPRISE, None), user(**{ENTERPRISE: None}), id="null for all of it"),
        pytest.param(op("remove", ENTERPRISE), user(**{ENTERPRISE: None}), id="remove all of it"),
        pytest.param(op("remove", ENTERPRISE, {"division": "X"}), user(**{ENTERPRISE: None}), id="all, with a value"),
        pytest.param(
            op("add", f"{ENTERPRISE}:manager", {"value": "8"}), with_enterprise(manager={"value": "8"}), id="manager"
        ),
        pytest.param(
            op("replace", f"{ENTERPRISE}:manager.value", "8"), with_enterprise(manager={"value": "8"}), id="part"
        ),
        pytest.param(op("remove", f"{ENTERPRISE}:manager"), with_enterprise(manager=None), id="remove the manager"),
        pytest.param(op("remove", f"{ENTERPRISE}:manager", "7"), with_enterprise(manager=None), id="with a value"),
        pytest.param(op("replace", f"{ENTERPRISE}:manager", None), with_enterprise(manager=None), id="manager null"),
        pytest.param(op("replace", f"{ENTERPRISE}:manager.value", None), with_enterprise(manager=None), id="part null"),
        pytest.param(op("remove", f"{ENTERPRISE}:manager.value"), with_enterprise(manager=None), id="remove the part"),
    ],
)
def test_an_operation_on_an_extension(dialect: Dialect, operation: Json, after: Json) -> None:
    assert patched(dialect, JANE, operation) == after


@both
def test_an_extension_comes_and_goes_with_its_attributes(dialect: Dialect) -> None:
    bare = user(**{ENTERPRISE: None})

    assert patched(dialect, bare, op("add", f"{ENTERPRISE}:division", "X")) == user(**{ENTERPRISE: {"division": "X"}})
    assert patched(dialect, bare, op("remove", f"{ENTERPRISE}:division")) == bare
    names = JANE[ENTERPRISE]
    assert patched(dialect, JANE, *(op("remove", f"{ENTERPRISE}:{name}") for name in names)) == bare


@pytest.mark.quirk("loose_shapes")
@pytest.mark.parametrize("name", ["Add", "Replace"])
@pytest.mark.parametrize("path", ["manager", f"{ENTERPRISE}:manager"])
@pytest.mark.parametrize(
    ("value", "manager"),
    [
        pytest.param("8", {"value": "8"}, id="bare id"),
        pytest.param([{"$ref": "http://x/Users/8", "value": "8"}], {"value": "8"}, id="Entra's array"),
        pytest.param({"value": "8", "displayName": "Boss"}, {"value": "8"}, id="object"),
        pytest.param("", None, id="empty text"),
        pytest.param({"value": ""}, None, id="Microsoft's way to clear"),
        pytest.param([], None, id="empty list"),
    ],
)
def test_4me_takes_a_manager_in_every_shape(name: str, path: str, value: Any, manager: Json | None) -> None:
    assert patched(FOURME, JANE, op(name, path, value)) == with_enterprise(manager=manager)


def test_4me_takes_an_empty_id_for_no_manager() -> None:
    assert patched(FOURME, JANE, op("replace", f"{ENTERPRISE}:manager.value", "")) == with_enterprise(manager=None)
    typed = with_enterprise(manager={"value": "7", "type": "direct"})
    assert patched(FOURME, typed, op("remove", "manager.value")) == with_enterprise(manager=None)


def test_the_strict_dialect_keeps_an_empty_id() -> None:
    assert patched(RFC7644, JANE, op("replace", f"{ENTERPRISE}:manager", {"value": ""})) == with_enterprise(
        manager={"value": ""}
    )


FIELDS = {"badge": "B-7", "floor": 3}


@pytest.mark.quirk("custom_fields_urn")
@pytest.mark.parametrize(
    ("operation", "after"),
    [
        pytest.param(op("add", f"{CUSTOM_FIELDS}:room", "2.17"), {**FIELDS, "room": "2.17"}, id="one by path"),
        pytest.param(op("replace", f"{CUSTOM_FIELDS}:floor", 4), {**FIELDS, "floor": 4}, id="one replaced"),
        pytest.param(op("remove", f"{CUSTOM_FIELDS}:floor"), {"badge": "B-7"}, id="one removed"),
        pytest.param(op("replace", f"{CUSTOM_FIELDS}:floor", None), {"badge": "B-7"}, id="one by null"),
        pytest.param(op("add", f"{CUSTOM_FIELDS}:Floor", 5), {**FIELDS, "Floor": 5}, id="the case of an id counts"),
        pytest.param(op("add", CUSTOM_FIELDS, {"room": "2.17"}), {**FIELDS, "room": "2.17"}, id="flat at the URN"),
        pytest.param(
            op("replace", CUSTOM_FIELDS, {"custom_fields": [{"id": "floor", "value": 4}]}),
            {**FIELDS, "floor": 4},
            id="listed at the URN",
        ),
        pytest.param(op("replace", None, {CUSTOM_FIELDS: {"floor": 4}}), {**FIELDS, "floor": 4}, id="flat, no path"),
        pytest.param(
            op("replace", None, {CUSTOM_FIELDS: {"custom_fields": [{"id": "floor", "value": 4}]}}),
            {**FIELDS, "floor": 4},
            id="listed, no path",
        ),
        pytest.param(op("replace", None, {f"{CUSTOM_FIELDS}:floor": 4}), {**FIELDS, "floor": 4}, id="URN key, no path"),
        pytest.param(op("remove", CUSTOM_FIELDS), None, id="all removed"),
        pytest.param(op("replace", CUSTOM_FIELDS, {}), None, id="all emptied"),
    ],
)
def test_an_operation_on_custom_fields(operation: Json, after: Json | None) -> None:
    assert patched(FOURME, user(**{CUSTOM_FIELDS: FIELDS}), operation) == user(**{CUSTOM_FIELDS: after})


def test_a_custom_field_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(InvalidValueError, match=r"Operations\[0\].value must be a string or a number, but is an array"):
        patched(FOURME, JANE, op("add", f"{CUSTOM_FIELDS}:custom_fields", ["a", "b"]))
    with pytest.raises(InvalidPathError):
        patched(RFC7644, JANE, op("add", f"{CUSTOM_FIELDS}:badge", "B"))


# What cannot change


@both
@pytest.mark.rfc("7644 §3.5.2")
@pytest.mark.parametrize("name", ["add", "replace", "remove"])
@pytest.mark.parametrize(
    "path",
    [
        "id",
        "ID",
        "meta",
        "meta.created",
        "schemas",
        "groups",
        "groups.value",
        "groups.type",
        'groups[value eq "1"]',
        f"{ENTERPRISE}:manager.displayName",
    ],
)
def test_a_path_to_a_read_only_attribute_is_refused(dialect: Dialect, name: str, path: str) -> None:
    with pytest.raises(MutabilityError) as refused:
        patched(dialect, JANE, op(name, path, "x"))

    assert refused.value.detail == f"Operations[0]: {path} is read-only"


@both
@pytest.mark.rfc("7644 §3.5.2.2")
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(op("remove", "userName"), id="remove"),
        pytest.param(op("replace", "userName", None), id="null"),
        pytest.param(op("replace", None, {"userName": None}), id="null, no path"),
    ],
)
def test_a_required_attribute_is_not_removed(dialect: Dialect, operation: Json) -> None:
    with pytest.raises(MutabilityError, match="userName is required, so it cannot be removed"):
        patched(dialect, JANE, operation, op("add", "userName", "jane"))


@both
def test_a_required_attribute_is_not_blanked(dialect: Dialect) -> None:
    with pytest.raises(MissingValueError):
        patched(dialect, JANE, op("replace", "userName", " "))


@both
@pytest.mark.parametrize("name", ["add", "replace", "remove"])
def test_a_password_is_taken_and_forgotten(dialect: Dialect, name: str) -> None:
    assert patched(dialect, JANE, op(name, "password", "s3cret")) == JANE


# Several operations


@both
def test_operations_apply_in_order(dialect: Dialect) -> None:
    after = patched(
        dialect,
        JANE,
        op("replace", "title", "A"),
        op("remove", "title"),
        op("add", "title", "B"),
        op("remove", "emails"),
        op("add", "emails", [{"value": "a", "type": "work"}]),
        op("replace", 'emails[type eq "work"].value', "b"),
        op("replace", None, {"title": "C"}),
    )

    assert after == user(title="C", emails=[{"value": "b", "type": "work"}])


@both
@pytest.mark.parametrize(
    "last",
    [
        pytest.param(op("replace", "id", "9"), id="read-only"),
        pytest.param(op("remove", "userName"), id="required"),
        pytest.param(op("replace", 'emails[value sw "z"].value', "x"), id="no target"),
        pytest.param(op("replace", "name", 5.5), id="wrong type"),
    ],
)
def test_when_one_operation_is_refused_nothing_has_changed(dialect: Dialect, last: Json) -> None:
    document = user(**{CUSTOM_FIELDS: dict(FIELDS)})

    with pytest.raises(ScimError, match=r"Operations\[5\]"):  # patched compares the document with what it was
        patched(
            dialect,
            document,
            op("replace", "name.givenName", "X"),
            op("replace", 'emails[type eq "work"].value', "x"),
            op("add", "emails", [{"value": "y", "primary": True}]),
            op("remove", f"{ENTERPRISE}:manager"),
            op("remove", "phoneNumbers.type"),
            last,
        )


# What clients send as it stands in facts/clients.md 7


@pytest.mark.parametrize(
    ("operations", "after"),
    [
        pytest.param(
            [
                op("Replace", "displayName", "J"),
                op("Replace", 'emails[type eq "work"].value', "j@x"),
                op("Replace", "name.familyName", "Roe"),
                op("Add", f"{ENTERPRISE}:department", "HR"),
            ],
            {
                **with_enterprise(department="HR"),
                "displayName": "J",
                "emails": [{**WORK, "value": "j@x"}, HOME],
                "name": {"givenName": "Jane", "familyName": "Roe"},
            },
            id="Entra, user-update",
        ),
        pytest.param(
            [op("Add", 'phoneNumbers[type eq "mobile"].value', "+31 6")],
            user(phoneNumbers=[*JANE["phoneNumbers"], {"type": "mobile", "value": "+31 6"}]),
            id="Entra, new number",
        ),
        pytest.param(
            [op("Add", 'addresses[type eq "other"].Formatted', "Room 1")],
            user(addresses=[{"type": "other", "formatted": "Room 1"}]),
            id="Entra, office",
        ),
        pytest.param(
            [op("Add", "roles", [{"value": '{"id":"1","value":"boss"}'}])],
            user(roles=[{"value": '{"id":"1","value":"boss"}'}]),
            id="Entra, JSON in a role",
        ),
        pytest.param([op("Replace", "active", "False")], user(active=False), id="Entra, user-disable"),
        pytest.param(
            [op("replace", f"{ENTERPRISE}:manager", {"value": ""})],
            with_enterprise(manager=None),
            id="Validator, manager",
        ),
        pytest.param([op("replace", None, {"active": False})], user(active=False), id="Okta, user-deactivate"),
        pytest.param([op("replace", None, {"password": "p4ss"})], JANE, id="Okta, password-sync"),
        pytest.param(
            [op("replace", "name.familyName", "Roe")],
            user(name={"givenName": "Jane", "familyName": "Roe"}),
            id="Google, user-update",
        ),
        pytest.param([op("replace", "active", False)], user(active=False), id="Google, suspend"),
    ],
)
def test_what_clients_send_is_served_by_4me(operations: list[Json], after: Json) -> None:
    assert patched(FOURME, JANE, *operations) == after
