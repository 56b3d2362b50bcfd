"""The edit of a group's members: what several operations come to, without looking at who is a member."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scim.errors import InvalidValueError
from sandbox.scim.members import Member, MemberEdit, check_members, member_key, split_by_operation

USER_2, USER_3, GROUP_3 = (
    {"value": "2", "type": "User"},
    {"value": "3", "type": "User"},
    {"value": "3", "type": "Group"},
)


def nobody_looks() -> Iterable[Member]:
    """Fail: the members were read although nothing asked for it."""
    raise AssertionError("the members were read")


def test_members_are_told_apart_by_type_and_id() -> None:
    assert member_key(USER_3) == member_key({"value": "3"}) == (False, "3")
    assert member_key(GROUP_3) == (True, "3")


def test_an_edit_is_made_without_reading_the_members() -> None:
    edit = MemberEdit(nobody_looks)

    edit.add([USER_2])
    edit.remove([USER_3])
    edit.replace([GROUP_3])

    assert edit.replaces
    assert list(edit.added.values()) == [GROUP_3]


Step = tuple[str, list[Member]]


@pytest.mark.parametrize(
    ("steps", "after"),
    [
        pytest.param([], [USER_2, GROUP_3], id="nothing"),
        pytest.param([("add", [USER_3])], [USER_2, GROUP_3, USER_3], id="add"),
        pytest.param([("add", [USER_2])], [USER_2, GROUP_3], id="add who is there"),
        pytest.param([("add", [USER_3, USER_3])], [USER_2, GROUP_3, USER_3], id="add one twice"),
        pytest.param([("add", [])], [USER_2, GROUP_3], id="add nobody"),
        pytest.param([("remove", [USER_2])], [GROUP_3], id="remove"),
        pytest.param([("remove", [USER_3])], [USER_2, GROUP_3], id="remove who is not there"),
        pytest.param([("remove", [GROUP_3])], [USER_2], id="remove a group"),
        pytest.param([("remove", [{"value": "3"}])], [USER_2], id="remove by an id without a type"),
        pytest.param([("remove", [])], [USER_2, GROUP_3], id="remove nobody"),
        pytest.param([("replace", [USER_3])], [USER_3], id="replace"),
        pytest.param([("replace", [])], [], id="replace with nobody"),
        pytest.param([("add", [USER_3]), ("remove", [USER_3])], [USER_2, GROUP_3], id="add, then remove"),
        pytest.param([("remove", [USER_2]), ("add", [USER_2])], [USER_2, GROUP_3], id="remove, then add"),
        pytest.param([("add", [USER_3]), ("replace", [USER_2])], [USER_2], id="add, then replace"),
        pytest.param([("remove", [USER_2]), ("replace", [USER_2])], [USER_2], id="remove, then replace"),
        pytest.param([("replace", [USER_3]), ("add", [USER_2])], [USER_3, USER_2], id="replace, then add"),
        pytest.param([("replace", [USER_3]), ("remove", [USER_3])], [], id="replace, then remove"),
        pytest.param([("replace", [USER_3]), ("remove", [USER_2])], [USER_3], id="replace, then remove who has left"),
    ],
)
def test_steps_are_folded_in_their_order(steps: list[Step], after: list[Member]) -> None:
    edit = MemberEdit(lambda: [USER_2, GROUP_3])

    for verb, members in steps:
        getattr(edit, verb)(members)

    assert edit.now() == after


members = st.lists(st.sampled_from([USER_2, USER_3, GROUP_3]), max_size=3)


@given(members, st.lists(st.tuples(st.sampled_from(["add", "remove", "replace"]), members), max_size=5))
def test_an_edit_comes_to_what_its_steps_come_to_one_by_one(current: list[Member], steps: list[Step]) -> None:
    edit = MemberEdit(lambda: current)
    one_by_one = {member_key(each) for each in current}

    for verb, named in steps:
        getattr(edit, verb)(named)
        keys = set(map(member_key, named))
        one_by_one = keys if verb == "replace" else one_by_one | keys if verb == "add" else one_by_one - keys

    assert {member_key(each) for each in edit.now()} == one_by_one


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param(None, [], id="nobody"),
        pytest.param([{"value": "2"}], [{"value": "2"}], id="id alone"),
        pytest.param([{"value": "2", "type": "USER"}], [USER_2], id="type in capitals"),
        pytest.param([{"value": "3", "type": "group"}], [GROUP_3], id="type in small letters"),
        pytest.param([{"value": "2", "type": "direct"}], [{"value": "2"}], id="a type that tells nothing"),
    ],
)
def test_a_member_is_an_id_and_perhaps_a_type(sent: Any, kept: list[Member]) -> None:
    assert check_members(sent) == kept


@pytest.mark.parametrize("member", [{}, {"type": "User"}, {"value": ""}, {"value": None}])
def test_a_member_without_an_id_is_refused_with_its_place(member: Any) -> None:
    with pytest.raises(InvalidValueError, match=r'members\[1\] needs a "value"'):
        check_members([USER_2, member])


@pytest.mark.quirk("member_operation")
@pytest.mark.parametrize(
    ("sent", "added", "deleted"),
    [
        pytest.param(None, [], [], id="nobody"),
        pytest.param([], [], [], id="an empty list"),
        pytest.param([USER_2], [USER_2], [], id="no operation adds"),
        pytest.param([{"value": "2", "operation": "add"}], [{"value": "2", "operation": "add"}], [], id="add"),
        pytest.param([{"value": "2", "operation": "delete"}], [], [{"value": "2", "operation": "delete"}], id="delete"),
        pytest.param(
            [{"value": "2", "operation": "Delete"}], [], [{"value": "2", "operation": "Delete"}], id="capital"
        ),
        pytest.param(USER_2, [USER_2], [], id="one object for a list"),
        pytest.param(["2"], ["2"], [], id="a bare id"),
    ],
)
def test_members_of_a_partial_group_are_parted_by_operation(sent: Any, added: list[Any], deleted: list[Any]) -> None:
    assert split_by_operation(sent, "operation") == (added, deleted)


@pytest.mark.parametrize("operation", ["remove", "", None, 1, True, ["delete"]])
def test_another_operation_of_a_member_is_refused(operation: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"members\[0\].operation must be add or delete, but is "):
        split_by_operation([{"value": "2", "operation": operation}], "operation")
