"""What differs between two snapshots: resources that came and went, and of the others each attribute."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.differences import AttributeDifference, Difference, differences, differences_json
from sandbox.planning import LAYOUT
from sandbox.scim.schema import ENTERPRISE_URN
from sandbox.store import Snapshot, Store, Transaction

JANE: dict[str, Any] = {
    "id": "1",
    "userName": "jane@widget.example",
    "name": {"givenName": "Jane", "familyName": "Doe"},
    "emails": [{"value": "jane@widget.example", "type": "work"}, {"value": "jane@home.example"}],
    "active": True,
    ENTERPRISE_URN: {"department": "Sales", "manager": {"value": "2"}},
    "meta": {"created": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z"},
}
JOHN = {"id": "2", "userName": "john@widget.example"}
STAFF = {"id": "1", "displayName": "Staff"}

Step = Callable[[Transaction], object]


def compared(*steps: Step) -> list[Difference]:
    """Return what differs after these steps."""
    with Store.open(None, LAYOUT) as store:
        with store.transaction() as transaction:
            for user in (JANE, JOHN):
                transaction.put("Users", user)
            transaction.put("Groups", STAFF)
            transaction.link("1", {"value": "1", "type": "User"})
        before = store.snapshot()
        with store.transaction() as transaction:
            for step in steps:
                step(transaction)
        return differences(before, store.snapshot())


def jane(**changes: Any) -> Step:
    return lambda transaction: transaction.put("Users", {**JANE, **changes})


def test_what_is_the_same_does_not_differ() -> None:
    assert compared() == []
    assert compared(jane(meta={"lastModified": "2027-01-01T00:00:00Z"})) == []


def test_resources_that_come_and_go_are_named() -> None:
    found = compared(
        lambda transaction: transaction.drop("Users", "2"),
        lambda transaction: transaction.put("Users", {"id": "3", "userName": "new@widget.example"}),
        lambda transaction: transaction.put("Groups", {"id": "2", "displayName": "New"}),
    )

    assert [(each.change, each.type, each.id, each.name) for each in found] == [
        ("removed", "User", "2", "john@widget.example"),
        ("added", "User", "3", "new@widget.example"),
        ("added", "Group", "2", "New"),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"title": "Chief"}, ("title", None, "Chief"), id="an attribute that comes"),
        pytest.param({"active": False}, ("active", True, False), id="one that changes"),
        pytest.param({"active": 1}, ("active", True, 1), id="one of another type"),
        pytest.param(
            {"name": {"givenName": "Jane", "familyName": "Roe"}},
            ("name.familyName", "Doe", "Roe"),
            id="a sub-attribute",
        ),
        pytest.param(
            {ENTERPRISE_URN: {"department": "Sales", "manager": {"value": "7"}}},
            (f"{ENTERPRISE_URN}:manager.value", "2", "7"),
            id="one of an extension",
        ),
        pytest.param(
            {"emails": [JANE["emails"][1], {"value": "new@widget.example"}]},
            ("emails", [JANE["emails"][0]], [{"value": "new@widget.example"}]),
            id="values that come and go",
        ),
        pytest.param(
            {"emails": JANE["emails"][::-1]}, ("emails", JANE["emails"], JANE["emails"][::-1]), id="another order"
        ),
        pytest.param({"emails": []}, ("emails", JANE["emails"], []), id="no value any more"),
        pytest.param({"emails": "none"}, ("emails", JANE["emails"], "none"), id="no list any more"),
    ],
)
def test_each_attribute_that_differs_is_named(changes: dict[str, Any], expected: tuple[str, Any, Any]) -> None:
    (found,) = compared(jane(**changes))

    assert (found.change, found.name) == ("changed", "jane@widget.example")
    assert found.attributes == (AttributeDifference(*expected),)


def test_members_that_come_and_go_are_named_and_a_renamed_one_is_the_same() -> None:
    found = compared(
        jane(userName="renamed@widget.example"),
        lambda transaction: transaction.link("1", {"value": "2", "type": "User"}),
    )

    assert [(each.type, [attribute.as_json() for attribute in each.attributes]) for each in found] == [
        ("User", [{"path": "userName", "before": "jane@widget.example", "after": "renamed@widget.example"}]),
        ("Group", [{"path": "members", "before": [], "after": [{"value": "2", "display": "john@widget.example"}]}]),
    ]


def test_a_member_that_is_nobody_has_no_name() -> None:
    found = compared(lambda transaction: transaction.link("1", {"value": "x y", "type": "User"}))

    assert found[0].attributes[0].after == [{"value": "x y", "display": None}]


def test_differences_are_counted_by_kind() -> None:
    empty = Snapshot({}, {"Users": 0, "Groups": 0})
    full = Snapshot({"Users": {1: JANE, 2: JOHN}, "Groups": {1: STAFF}}, {"Users": 2, "Groups": 1})

    there, back = differences_json(differences(empty, full)), differences_json(differences(full, empty))

    assert [there[kind] for kind in ("added", "removed", "changed", "total")] == [3, 0, 0, 3]
    assert [back[kind] for kind in ("added", "removed", "changed", "total")] == [0, 3, 0, 3]
