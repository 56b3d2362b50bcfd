"""Values that do not fit their attribute, in whole and partial resources."""

from __future__ import annotations

from typing import Any

from sandbox.scim.schema import ENTERPRISE_URN
from tests.web.malformed_row import PATCH, POST, PUT, Row, syntax, taken, value

FIELDS_URN = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"


def user(**attributes: Any) -> dict[str, Any]:
    """Return a user that would be fine but for *attributes*."""
    return {"userName": "new@widget.example", **attributes}


def employee(**attributes: Any) -> dict[str, Any]:
    """Return a user with *attributes* in the enterprise extension."""
    return user(**{ENTERPRISE_URN: attributes})


def group(*members: Any) -> dict[str, Any]:
    """Return a group with *members*."""
    return {"displayName": "New", "members": list(members)}


def fields(content: Any) -> dict[str, Any]:
    """Return a user with *content* as its custom fields."""
    return user(**{FIELDS_URN: content})


# fmt: off
ROWS = [
    # what is required
    Row("a userName of null", POST, "/Users", {"userName": None}, value("userName", "required")),
    Row("an empty userName", POST, "/Users", {"userName": ""}, value("userName", "required")),
    Row("a blank userName", POST, "/Users", {"userName": " \t"}, value("userName", "required")),
    Row("a PUT that empties the userName", PUT, "/Users/1", {"userName": ""}, value("userName", "required")),
    Row("a PUT that nulls the userName", PUT, "/Users/1", {"userName": None}, value("userName", "required")),
    Row("a PUT without userName", PUT, "/Users/1", {"title": "x"}, rfc7644=value("userName", "required")),
    Row("an empty displayName of a group", POST, "/Groups", {"displayName": ""}, value("displayName", "required")),
    Row("a PUT that nulls the displayName", PUT, "/Groups/1", {"displayName": None}, value("displayName", "required")),
    Row("a partial body that empties the userName", PATCH, "/Users/1", {"userName": ""},
        fourme=value("userName", "required"), rfc7644=syntax("PatchOp")),
    # strings
    Row("an object for a userName", POST, "/Users", {"userName": {"a": 1}}, value("userName", "string", "object")),
    Row("a list for a userName", POST, "/Users", {"userName": ["a", "b"]}, value("userName", "string", "array")),
    Row("true for a userName", POST, "/Users", {"userName": True}, value("userName", "string", "boolean true")),
    Row("a number for a userName", POST, "/Users", {"userName": 7}, rfc7644=value("userName", "string", "number 7")),
    Row("a number for an externalId", PUT, "/Users/1", user(externalId=7), rfc7644=value("externalId", "string")),
    Row("an object for a title", PUT, "/Users/1", user(title={"en": "Chief"}), value("title", "string", "object")),
    Row("an object for a displayName of a group", PUT, "/Groups/1", {"displayName": {"en": "x"}}, value("displayName")),
    # booleans
    Row("a word for a boolean", POST, "/Users", user(active="maybe"),
        rfc7644=value("active", "true or false", "'maybe'")),
    Row("a boolean in quotes", POST, "/Users", user(active="true"), rfc7644=value("active", "true or false")),
    Row("a fraction for a boolean", POST, "/Users", user(active=0.5), value("active", "true or false", "number")),
    Row("an object for a boolean", PUT, "/Users/1", user(active={"value": True}), value("active", "true or false")),
    Row("two booleans for one", POST, "/Users", user(active=[True, False]), value("active")),
    # objects
    Row("a string for a name", POST, "/Users", user(name="Ann Aye"), value("name", "object", "'Ann Aye'")),
    Row("a list for a name", POST, "/Users", user(name=[{"givenName": "A"}, {"givenName": "B"}]), value("name")),
    Row("an object inside a name", PUT, "/Users/1", user(name={"givenName": {"x": 1}}),
        value("name.givenName", "string")),
    Row("a string for the extension", POST, "/Users", user(**{ENTERPRISE_URN: "IT"}), value(ENTERPRISE_URN, "object")),
    Row("a list for the extension", POST, "/Users", user(**{ENTERPRISE_URN: [{"department": "IT"}]}),
        value(ENTERPRISE_URN)),
    Row("an object for a department", POST, "/Users", employee(department={"name": "IT"}),
        value("department", "string")),
    Row("two managers", POST, "/Users", employee(manager=[{"value": "1"}, {"value": "2"}]), value("manager")),
    Row("true for a manager", POST, "/Users", employee(manager=True), value("manager")),
    Row("a bare id for a manager", POST, "/Users", employee(manager="1"), rfc7644=value("manager", "object", "'1'")),
    Row("an object for a manager's id", PUT, "/Users/1", employee(manager={"value": {"id": "2"}}),
        value("manager.value")),
    # lists
    Row("a string for e-mail addresses", POST, "/Users", user(emails="a@b.example"),
        rfc7644=value("emails", "list", "string")),
    Row("one object for e-mail addresses", POST, "/Users", user(emails={"value": "a"}),
        rfc7644=value("emails", "list")),
    Row("a bare address in the list", POST, "/Users", user(emails=["a@b.example"]),
        rfc7644=value("emails[0]", "object")),
    Row("a fraction for an e-mail address", POST, "/Users", user(emails=[7.5]), value("emails[0]", "object", "number")),
    Row("a list in a list", POST, "/Users", user(emails=[[{"value": "a"}, {"value": "b"}]]),
        value("emails[0]", "object", "array")),
    Row("the second of two is wrong", POST, "/Users", user(phoneNumbers=[{"value": "1"}, 2.5]),
        value("phoneNumbers[1]")),
    Row("an object for a value", POST, "/Users", user(emails=[{"value": {"a": 1}}]),
        value("emails[0].value", "string")),
    Row("a word for primary", POST, "/Users", user(emails=[{"value": "a", "primary": "maybe"}]),
        rfc7644=value("emails[0].primary")),
    Row("two primary addresses", POST, "/Users", user(emails=[{"value": "a", "primary": True}, {"value": "b",
        "primary": True}]), rfc7644=value("emails", "primary")),
    # custom fields
    Row("a string for custom fields", POST, "/Users", fields("cost=7"), fourme=value(FIELDS_URN, "object")),
    Row("an object for a custom field", POST, "/Users", fields({"cost": {"a": 1}}),
        fourme=value("cost", "string or a number")),
    Row("a list for a custom field", PUT, "/Users/1", fields({"cost": ["a"]}),
        fourme=value("cost", "string or a number")),
    Row("a custom field without an id", POST, "/Users", fields({"custom_fields": [{"value": "x"}]}),
        fourme=value('"id"', '"value"')),
    Row("a custom field that is text", POST, "/Users", fields({"custom_fields": ["cost"]}),
        fourme=value('"id"', '"value"')),
    Row("a number for a custom field's id", POST, "/Users", fields({"custom_fields": [{"id": 7, "value": "x"}]}),
        fourme=value('"id"', "string")),
    # what must be unique
    Row("a userName that is taken", POST, "/Users", {"userName": "ann@widget.example"},
        taken("userName", "'ann@widget.example'", "1")),
    Row("a userName that is taken in capitals", POST, "/Users", {"userName": "ANN@WIDGET.EXAMPLE"},
        taken("userName", "id 1")),
    Row("the userName of an inactive user", POST, "/Users", {"userName": "cid@widget.example"},
        taken("userName", "id 3")),
    Row("a rename to a taken userName", PUT, "/Users/2", {"userName": "Ann@widget.example"}, taken("userName", "id 1")),
    Row("a displayName of a group that is taken", POST, "/Groups", {"displayName": "STAFF"},
        taken("displayName", "id 1")),
    Row("a rename to a taken displayName", PUT, "/Groups/2", {"displayName": "Staff"}, taken("displayName", "id 1")),
    Row("a partial body with a taken userName", PATCH, "/Users/3", {"userName": "ANN@widget.example"},
        fourme=taken("userName", "id 1"), rfc7644=syntax("PatchOp")),
    # members
    Row("a member who does not exist", POST, "/Groups", group({"value": "999"}), value("members", "'999'")),
    Row("the second member does not exist", PUT, "/Groups/1", group({"value": "3"}, {"value": "x"}),
        value("members", "'x'")),
    Row("a member without a value", POST, "/Groups", group({"display": "Ann"}), value("members[0]", '"value"')),
    Row("a member with an empty value", POST, "/Groups", group({"value": ""}), value("members[0]", '"value"')),
    Row("a member with a value of null", POST, "/Groups", group({"value": None, "type": "User"}),
        value("members[0]", '"value"')),
    Row("a member by its userName", POST, "/Groups", group({"value": "ann@widget.example"}),
        value("members", "'ann@widget.example'")),
    Row("a member by its address", POST, "/Groups", group({"$ref": "/scim/v2/Users/1"}),
        value("members[0]", '"value"')),
    Row("an object for a member's id", PUT, "/Groups/1", group({"value": {"id": "1"}}),
        value("members[0].value", "string")),
    Row("a bare id as member", POST, "/Groups", group("1"), rfc7644=value("members[0]", "object", "'1'")),
    Row("true as member", POST, "/Groups", group(True), value("members[0]")),
    Row("one object for the members", PUT, "/Groups/1", {"displayName": "Staff", "members": {"value": "1"}},
        rfc7644=value("members", "list", "object")),
    Row("a user called a group", POST, "/Groups", group({"value": "9", "type": "Group"}),
        value("members", "'9'", "group")),
    Row("a member to drop", PATCH, "/Groups/1", {"members": [{"value": "1", "operation": "drop"}]},
        fourme=value("members[0].operation", "add or delete", "'drop'")),
    Row("a member with a number as operation", PATCH, "/Groups/1", {"members": [{"value": "1", "operation": 1}]},
        fourme=value("members[0].operation", "add or delete")),
    Row("a member to delete without a value", PATCH, "/Groups/1", {"members": [{"operation": "delete"}]},
        fourme=value("members[0]", '"value"')),
]
# fmt: on
