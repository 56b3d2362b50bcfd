"""PATCH of a group's members: adding, both forms of removing, replacing, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from sandbox.dialect import Dialect
from sandbox.scim.errors import InvalidPathError, InvalidValueError, MutabilityError, ScimError
from sandbox.scim.members import Member, MemberEdit
from sandbox.scim.patch import apply_operations, read_operations
from tests.scim.dialects import DIALECTS, FOURME, META, RFC7644, edited, ids, patch_op

Json = dict[str, Any]

both = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)

MEMBERS: list[Member] = [
    {"value": "2", "display": "ann@x", "type": "User"},
    {"value": "3", "display": "bob@x", "type": "User"},
    {"value": "4", "display": "Staff", "type": "Group"},
]


@both
@pytest.mark.rfc("7644 §3.5.2")
@pytest.mark.parametrize(
    ("operation", "after"),
    [
        pytest.param({"op": "add", "path": "members", "value": [{"value": "5"}]}, "2345", id="add"),
        pytest.param({"op": "add", "path": "members", "value": {"value": "5"}}, "2345", id="add without a list"),
        pytest.param(
            {"op": "add", "path": "members", "value": [{"$ref": None, "value": "5"}]}, "2345", id="add as Entra does"
        ),
        pytest.param(
            {"op": "add", "path": "members", "value": [{"value": "5", "display": "eve@x"}]},
            "2345",
            id="add as Okta does",
        ),
        pytest.param({"op": "add", "path": "MEMBERS", "value": [{"VALUE": "5"}]}, "2345", id="in capitals"),
        pytest.param({"op": "add", "path": "members", "value": [{"value": "3"}]}, "234", id="add who is there"),
        pytest.param({"op": "add", "path": "members", "value": []}, "234", id="add nobody"),
        pytest.param({"op": "add", "path": "members", "value": None}, "234", id="add null"),
        pytest.param({"op": "add", "value": {"members": [{"value": "5"}]}}, "2345", id="add without a path"),
        pytest.param({"op": "remove", "path": 'members[value eq "2"]'}, "34", id="remove by filter"),
        pytest.param({"op": "remove", "path": 'members[value eq "4"]'}, "23", id="remove a group by filter"),
        pytest.param({"op": "remove", "path": 'Members[Value EQ "2"]'}, "34", id="filter in other case"),
        pytest.param({"op": "remove", "path": 'members[value eq "9"]'}, "234", id="remove who is not there"),
        pytest.param({"op": "remove", "path": 'members[value eq "2" or value eq "3"]'}, "4", id="two by filter"),
        pytest.param({"op": "remove", "path": 'members[value ne "2"]'}, "2", id="all but one by filter"),
        pytest.param({"op": "remove", "path": 'members[display co "@"]'}, "4", id="by another attribute"),
        pytest.param({"op": "remove", "path": 'members[type eq "Group"]'}, "23", id="by type"),
        pytest.param({"op": "remove", "path": 'members[display eq "nobody"]'}, "234", id="by a filter without a match"),
        pytest.param({"op": "remove", "path": "members", "value": [{"value": "2"}]}, "34", id="remove by value"),
        pytest.param({"op": "remove", "path": "members", "value": {"value": "2"}}, "34", id="by value without a list"),
        pytest.param({"op": "remove", "path": "members", "value": [{"value": "4"}]}, "23", id="a group by value"),
        pytest.param(
            {"op": "remove", "path": "members", "value": [{"$ref": None, "value": "2"}]}, "34", id="as Entra does"
        ),
        pytest.param({"op": "remove", "path": "members", "value": []}, "234", id="remove none of them"),
        pytest.param({"op": "remove", "path": "members"}, "", id="remove all"),
        pytest.param({"op": "remove", "path": "members", "value": None}, "", id="remove all, value null"),
        pytest.param(
            {"op": "replace", "path": "members", "value": [{"value": "3"}, {"value": "5"}]}, "35", id="replace"
        ),
        pytest.param({"op": "replace", "path": "members", "value": []}, "", id="replace with nobody"),
        pytest.param({"op": "replace", "path": "members", "value": None}, "", id="replace with null"),
        pytest.param({"op": "replace", "value": {"members": [{"value": "5"}]}}, "5", id="replace without a path"),
    ],
)
def test_an_operation_on_members(dialect: Dialect, operation: Json, after: str) -> None:
    assert "".join(ids(edited(dialect, MEMBERS, operation))) == after


@pytest.mark.quirk("loose_shapes")
@pytest.mark.parametrize("value", ["5", ["5"], [5]])
def test_4me_takes_bare_ids(value: Any) -> None:
    operation = {"op": "Add", "path": "members", "value": value}

    assert ids(edited(FOURME, MEMBERS, operation)) == ["2", "3", "4", "5"]
    with pytest.raises(ScimError):
        edited(RFC7644, MEMBERS, operation)


@both
def test_operations_on_members_are_folded_in_order(dialect: Dialect) -> None:
    edit = edited(
        dialect,
        MEMBERS,
        {"op": "remove", "path": 'members[value eq "2"]'},
        {"op": "add", "path": "members", "value": [{"value": "5"}, {"value": "6"}]},
        {"op": "remove", "path": "members", "value": [{"value": "6"}]},
        {"op": "replace", "value": {"id": "1", "displayName": "Staff"}},
    )

    assert ids(edit) == ["3", "4", "5"]


@both
def test_a_user_and_a_group_may_have_the_same_id(dialect: Dialect) -> None:
    members = [{"value": "7", "type": "User"}, {"value": "7", "type": "Group"}]

    typed = {"op": "remove", "path": "members", "value": [{"value": "7", "type": "group"}]}
    untyped = {"op": "remove", "path": 'members[value eq "7"]'}

    assert edited(dialect, members, typed).now() == members[:1]
    assert edited(dialect, members, untyped).now() == []


@both
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param({"op": "remove", "path": 'members[value eq "2"]'}, id="remove by id"),
        pytest.param({"op": "remove", "path": "members", "value": [{"value": "2"}]}, id="remove by value"),
        pytest.param({"op": "add", "path": "members", "value": [{"value": "2"}]}, id="add"),
        pytest.param({"op": "replace", "path": "members", "value": [{"value": "2"}]}, id="replace"),
    ],
)
def test_nobody_looks_who_is_a_member(dialect: Dialect, operation: Json) -> None:
    def refuse() -> Iterable[Member]:
        raise AssertionError("the members were read")

    resource_type = dialect.resource_types["Groups"]
    operations = read_operations(patch_op(operation), resource_type, dialect.patch_rules)

    edit = MemberEdit(refuse)
    apply_operations({"id": "1", "displayName": "a"}, operations, resource_type, dialect.patch_rules, edit)

    assert edit.added or edit.removed


@both
@pytest.mark.parametrize(
    ("operation", "error", "detail"),
    [
        pytest.param(
            {"op": "replace", "path": 'members[value eq "2"]', "value": {"value": "5"}},
            MutabilityError,
            "a member is added or removed, not changed",
            id="replace one",
        ),
        pytest.param(
            {"op": "add", "path": 'members[value eq "2"]', "value": {"type": "User"}},
            MutabilityError,
            "a member is added or removed, not changed",
            id="add to one",
        ),
        pytest.param(
            {"op": "replace", "path": "members.value", "value": "5"},
            MutabilityError,
            "its parts do not",
            id="part of each",
        ),
        pytest.param(
            {"op": "replace", "path": 'members[value eq "2"].type', "value": "Group"},
            MutabilityError,
            "its parts do not",
            id="part of one",
        ),
        pytest.param({"op": "remove", "path": "members.type"}, MutabilityError, "its parts do not", id="remove a part"),
        pytest.param(
            {"op": "replace", "path": "members.display", "value": "x"}, MutabilityError, "is read-only", id="display"
        ),
        pytest.param(
            {"op": "add", "path": "members", "value": [{"display": "ann@x"}]},
            InvalidValueError,
            'a "value"',
            id="add without an id",
        ),
        pytest.param(
            {"op": "replace", "path": "members", "value": [{"display": "ann@x"}]},
            InvalidValueError,
            'a "value"',
            id="replace without an id",
        ),
        pytest.param(
            {"op": "remove", "path": "members", "value": [{"$ref": "Users/2"}]},
            InvalidValueError,
            'a "value"',
            id="remove without an id",
        ),
        pytest.param(
            {"op": "add", "path": "members", "value": [{"value": ""}]}, InvalidValueError, 'a "value"', id="an empty id"
        ),
        pytest.param(
            {"op": "add", "path": "members", "value": 5.5}, InvalidValueError, "must be an object", id="number"
        ),
        pytest.param(
            {"op": "add", "path": "members", "value": [{"value": ["a", "b"]}]},
            InvalidValueError,
            "a string",
            id="list as id",
        ),
        pytest.param(
            {"op": "remove", "path": 'members[colour eq "2"]'}, InvalidPathError, "'colour'", id="unknown part"
        ),
    ],
)
def test_what_members_cannot_do_is_refused(
    dialect: Dialect, operation: Json, error: type[ScimError], detail: str
) -> None:
    with pytest.raises(error) as refused:
        edited(dialect, MEMBERS, operation)

    assert detail in refused.value.detail
    assert "[0]" in refused.value.detail


@both
def test_the_name_of_a_group_is_not_removed(dialect: Dialect) -> None:
    with pytest.raises(MutabilityError, match="displayName is required"):
        edited(dialect, MEMBERS, {"op": "remove", "path": "displayName"})


@both
def test_the_name_of_a_group_changes_as_any_attribute(dialect: Dialect) -> None:
    group = {"id": "1", "displayName": "Staff", "meta": META}
    resource_type = dialect.resource_types["Groups"]
    body = patch_op({"op": "replace", "value": {"id": "1", "displayName": "Crew"}})
    operations = read_operations(body, resource_type, dialect.patch_rules)

    after = apply_operations(group, operations, resource_type, dialect.patch_rules, MemberEdit(lambda: ()))

    assert after == {**group, "displayName": "Crew"}
