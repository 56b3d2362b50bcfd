"""PATCH bodies whose operations cannot be read or applied; nothing of such a body is applied."""

from __future__ import annotations

from typing import Any

from tests.web.malformed_row import PATCH, Refusal, Row, immutable, no_target, syntax, taken, value, wrong_path

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def operations(*listed: Any) -> dict[str, Any]:
    """Return a PatchOp of these operations."""
    return {"schemas": [PATCH_OP], "Operations": list(listed)}


def user(name: str, operation: Any, both: Refusal | None = None, **dialects: Refusal) -> Row:
    """Return a row with one operation on user 1."""
    return Row(name, PATCH, "/Users/1", operations(operation), both, **dialects)


def group(name: str, operation: Any, both: Refusal | None = None, **dialects: Refusal) -> Row:
    """Return a row with one operation on group 1."""
    return Row(name, PATCH, "/Groups/1", operations(operation), both, **dialects)


def setting(path: Any, given: Any = "x") -> dict[str, Any]:
    """Return the operation that sets what *path* names."""
    return {"op": "replace", "path": path, "value": given}


TITLE = setting("title", "Chief")


# fmt: off
ROWS = [
    # the body
    Row("a PatchOp without operations", PATCH, "/Users/1", {"schemas": [PATCH_OP]}, syntax('"Operations"', "list")),
    Row("no operation in the list", PATCH, "/Users/1", operations(), syntax('"Operations"', "at least one")),
    Row("one operation and no list", PATCH, "/Users/1", {**operations(), "Operations": TITLE},
        syntax('"Operations"', "list")),
    Row("operations without schemas", PATCH, "/Users/1", {"Operations": [TITLE]},
        rfc7644=syntax('"schemas"', PATCH_OP)),
    Row("operations of null", PATCH, "/Users/1", {"schemas": [PATCH_OP], "Operations": None}, syntax('"Operations"')),
    Row("too many operations", PATCH, "/Users/1", operations(*[TITLE] * 1001), syntax("1001", "1000")),
    Row("a partial resource", PATCH, "/Users/1", {"title": "Chief"}, rfc7644=syntax("PatchOp", '"Operations"')),
    Row("an operation outside the list", PATCH, "/Users/1", {"schemas": [PATCH_OP], **TITLE}, syntax('"Operations"')),
    # an operation
    user("an operation that is text", "replace", syntax("Operations[0]", "object", "'replace'")),
    user("an operation of null", None, syntax("Operations[0]", "object", "null")),
    user("an operation without op", {"path": "title", "value": "x"},
        syntax("Operations[0]", "op", "add, remove, replace")),
    user("an unknown op", {"op": "move", "path": "title", "value": "x"},
        syntax("Operations[0].op", "'move'", "add, remove")),
    user("an op of SCIM 1", {"op": "delete", "path": "title"}, syntax("Operations[0].op", "'delete'", "remove")),
    user("a number for an op", {"op": 1, "path": "title"}, syntax("Operations[0].op", "add, remove, replace")),
    user("an op with a blank", {"op": "replace ", "path": "title", "value": "x"},
        syntax("Operations[0].op", "'replace '")),
    user("an op in capitals", {"op": "Replace", "path": "title", "value": "x"},
        rfc7644=syntax("Operations[0].op", "'Replace'")),
    user("an add without a value", {"op": "add", "path": "title"}, value("Operations[0]", "add needs a value")),
    user("a replace without a value", {"op": "replace", "path": "title"},
        value("Operations[0]", "replace needs a value")),
    user("a misspelt value", {"op": "add", "path": "title", "values": "x"}, value("Operations[0]", "needs a value")),
    user("a remove without a path", {"op": "remove"}, no_target("Operations[0]", "path")),
    user("a remove of named attributes", {"op": "remove", "value": {"title": "x"}}, no_target("Operations[0]", "path")),
    user("no path and a string", {"op": "add", "value": "Chief"}, value("Operations[0].value", "object", "'Chief'")),
    user("no path and a list", {"op": "replace", "value": [{"title": "x"}]},
        value("Operations[0].value", "object", "array")),
    user("no path and null", {"op": "add", "value": None}, value("Operations[0].value", "object", "null")),
    # paths
    user("an unknown attribute", setting("nickname2"), wrong_path("Operations[0].path", "'nickname2'", "nickName")),
    user("a number for a path", setting(7), wrong_path("Operations[0].path", "string", "number")),
    user("a list for a path", setting(["title"]), wrong_path("Operations[0].path", "string", "array")),
    user("a blank path", setting("  "), wrong_path("Operations[0].path", "empty")),
    user("a JSON pointer", setting("/title"), wrong_path("Operations[0].path", "'/title'")),
    user("two words", setting("display name"), wrong_path("Operations[0].path", "'display'", "displayName")),
    user("an unknown sub-attribute", setting("name.first"), wrong_path("Operations[0].path", "'first'", "givenName")),
    user("a sub-attribute of a string", setting("title.en"), wrong_path("title has no sub-attributes", "'en'")),
    user("a dot too many", setting("name."), wrong_path("Operations[0].path")),
    user("a leading dot", setting(".title"), wrong_path("Operations[0].path", "character 1")),
    user("three levels", setting("emails.value.domain"), wrong_path("Operations[0].path")),
    user("an unknown schema", setting("urn:example:2.0:User:title"),
        wrong_path("'urn:example:2.0:User:title'", "schemas")),
    user("an unknown attribute of the extension",
        setting("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:boss"), wrong_path("'boss'", "manager")),
    user("an index", setting("emails[0].value"), wrong_path("Operations[0].path", "character 8", "attribute name")),
    user("an empty filter", setting("emails[].value"),
        wrong_path("Operations[0].path", "character 8", "attribute name")),
    user("a filter without an end", setting('emails[type eq "work"'),
        wrong_path("Operations[0].path", '"]"', "character 7")),
    user("a filter on a single value", setting('userName[type eq "x"]'), wrong_path("userName", "multi-valued")),
    user("a filter on an unknown sub-attribute", setting('emails[kind eq "work"]'),
        wrong_path("emails", "'kind'", "type")),
    user("a filter with an unknown operator", setting('emails[type is "work"]'), wrong_path("'is'", "eq")),
    user("a filter without quotes", setting("emails[type eq work].value"), wrong_path("double quotes", '"work"')),
    user("a filter with an equals sign", setting('emails[type="work"].value'), wrong_path("'='", "eq")),
    user("something behind the filter", setting('emails[type eq "work"]value'),
        wrong_path("Operations[0].path", "'value'")),
    user("an unknown name behind the filter", setting('emails[type eq "work"].mail'),
        wrong_path("emails", "'mail'", "value")),
    user("a dot and nothing", setting('emails[type eq "work"].'), wrong_path("sub-attribute of emails")),
    user("a path over the limit", setting("x" * 8001), wrong_path("8000 characters", "limit")),
    user("a filter 41 deep", setting("emails[" + "(" * 40 + 'type eq "x"' + ")" * 40 + "]"), wrong_path("40", "limit")),
    # targets
    user("the id", setting("id", "7"), immutable("id", "read-only")),
    user("the schemas", setting("schemas", ["x"]), immutable("schemas", "read-only")),
    user("a part of meta", setting("meta.created", "2020-01-01T00:00:00Z"), immutable("meta.created", "read-only")),
    user("the groups of a user", setting("groups", [{"value": "2"}]), immutable("groups", "read-only")),
    user("a removal of the id", {"op": "remove", "path": "id"}, immutable("id", "read-only")),
    user("a removal of the userName", {"op": "remove", "path": "userName"}, immutable("userName", "required")),
    user("a userName of null", setting("userName", None), immutable("userName", "required")),
    user("an empty userName by path", setting("userName", ""), value("userName", "required")),
    group("a removal of the displayName", {"op": "remove", "path": "displayName"},
        immutable("displayName", "required")),
    user("a filter that nothing matches", setting('emails[type eq "home"].value'),
        rfc7644=no_target("emails", '"home"')),
    user("a value that cannot be made", setting('emails[value co "zzz"].type'), no_target("Operations[0]", '"zzz"')),
    user("a filter and nothing is there", setting('phoneNumbers[type eq "work"]', {"value": "1"}),
        rfc7644=no_target("phoneNumbers")),
    # values
    user("an object for a title", setting("title", {"en": "x"}), value("Operations[0].value", "string", "object")),
    user("a number for a title", setting("title", 7), rfc7644=value("Operations[0].value", "string", "number")),
    user("a word for a boolean", setting("active", "maybe"), rfc7644=value("Operations[0].value", "true or false")),
    user("a fraction for a boolean", setting("active", 0.5), value("Operations[0].value", "true or false")),
    user("a string for a name", setting("name", "Ann"), value("Operations[0].value", "object", "'Ann'")),
    user("a fraction for an e-mail address", {"op": "add", "path": "emails", "value": 7.5},
        value("Operations[0].value", "object")),
    user("a list for one e-mail address", setting('emails[type eq "work"]', ["a", "b"]),
        value("Operations[0].value", "object")),
    user("a wrong value without a path", {"op": "add", "value": {"name": "Ann"}},
        value("Operations[0].value.name", "object")),
    user("a taken userName", setting("userName", "BOB@widget.example"), taken("userName", "id 2")),
    # members
    group("a member who does not exist", {"op": "add", "path": "members", "value": [{"value": "999"}]},
        value("members", "'999'")),
    group("a member without a value", {"op": "add", "path": "members", "value": [{"display": "x"}]},
        value('"value"', "id of a user")),
    group("a bare id as member", {"op": "add", "path": "members", "value": "3"},
        rfc7644=value("Operations[0].value[0]", "object")),
    group("a member by name and no id", {"op": "add", "value": {"members": [{"value": "bob"}]}},
        value("members", "'bob'")),
    group("a member's display", setting('members[value eq "1"].display'),
        immutable("Operations[0]", "display is read-only")),
    group("a member to replace", setting('members[value eq "1"]', {"value": "3"}),
        immutable("Operations[0]", "added or removed")),
    group("a number in the filter for a member", {"op": "remove", "path": "members[value eq 1]"},
        wrong_path("double quotes", '"1"')),
    # all or nothing
    Row("the second operation is wrong", PATCH, "/Users/1", operations(TITLE, setting("id")),
        immutable("Operations[1]", "read-only")),
    Row("the last operation has no value", PATCH, "/Users/1", operations(TITLE, TITLE, {"op": "add", "path": "title"}),
        value("Operations[2]", "needs a value")),
    Row("the last member does not exist", PATCH, "/Groups/1",
        operations(setting("displayName", "New"), {"op": "remove", "path": 'members[value eq "1"]'},
        {"op": "add", "path": "members", "value": [{"value": "3"}, {"value": "0"}]}), value("members", "'0'")),
    Row("the last path is unknown", PATCH, "/Groups/1",
        operations({"op": "remove", "path": "members"}, setting("colour")),
        wrong_path("Operations[1].path", "'colour'")),
]
# fmt: on
