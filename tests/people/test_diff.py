"""Comparing an identity source with a directory, and the calls that mend it, against the real app."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.dialect import read_dialect
from sandbox.people.diff.comparing import Compared, Differences, compare, compared
from sandbox.people.diff.json_source import read_json_source
from sandbox.people.diff.mending import BULK_ID, Call, calls_for, read_budget
from sandbox.people.diff.source import Source
from sandbox.scim.schema import ENTERPRISE_URN
from tests.web.world import World

DIALECTS = ["4me", "rfc7644"]


def source_of(users: list[dict[str, Any]], groups: list[str] | None = None) -> Source:
    listed: Any = users if groups is None else {"users": users, "groups": groups}
    return read_json_source(json.dumps(listed).encode(), read_dialect("4me").resource_types["Users"])


def directory_of(world: World) -> Compared:
    shown = world.export()
    by_kind = {kind: [each for path, each in shown.items() if path.startswith(kind)] for kind in ("/Users", "/Groups")}
    return compared(by_kind["/Users"], by_kind["/Groups"])


def differences(world: World, source: Source) -> Differences:
    return compare(source, directory_of(world))


def send(world: World, calls: list[Call]) -> None:
    """Send calls as whoever applies them does: with the id of the answer in the place of a bulkId."""
    ids: dict[str, str] = {}
    for call in calls:
        text = json.dumps([call.path, call.body])
        for name, user_id in ids.items():
            text = text.replace(f'"{name}"', f'"{user_id}"').replace(f'/{name}"', f'/{user_id}"')
        path, body = json.loads(text)
        answer = world.send(call.method, path, body)
        assert answer.status in (200, 201, 204), (call, answer.body)
        if call.bulk_id is not None:
            ids[BULK_ID + call.bulk_id] = answer.json()["id"]


def mend(world: World, source: Source) -> None:
    directory = directory_of(world)
    send(world, calls_for(compare(source, directory), source, directory))


@pytest.fixture(params=DIALECTS)
def world(request: pytest.FixtureRequest) -> Any:
    """Serve ann, bob (who is a member of Staff) and cid, who is inactive."""
    world = World(request.param)
    world.populate()
    yield world
    world.close()


BOTH = [{"userName": "ann@widget.example"}, {"userName": "bob@widget.example"}]
"""Everybody who is active."""


@pytest.mark.parametrize(
    ("users", "groups", "kind", "told"),
    [
        pytest.param([*BOTH, {"userName": "dee@x"}], None, "missing", ["dee@x"], id="missing"),
        pytest.param(BOTH[:1], None, "extra", ["bob@widget.example"], id="extra"),
        pytest.param(
            [*BOTH, {"userName": "CID@widget.example"}], None, "inactive", ["cid@widget.example"], id="inactive"
        ),
        pytest.param([*BOTH[:1], {**BOTH[1], "active": False}], None, "leaving", ["bob@widget.example"], id="leaving"),
        pytest.param([*BOTH, {"userName": "dee@x", "active": False}], None, "missing", [], id="inactive and missing"),
    ],
)
def test_users_are_compared(
    world: World, users: list[dict[str, Any]], groups: list[str] | None, kind: str, told: list[str]
) -> None:
    found = differences(world, source_of(users, groups))

    assert [getattr(each, "name", None) or each.user_name for each in getattr(found, kind)] == told
    assert bool(found) == bool(told)


def test_only_what_the_source_speaks_of_is_compared(world: World) -> None:
    found = differences(world, source_of([{**BOTH[0], "displayName": "Anna"}, BOTH[1]]))

    assert [(each.user_name, each.attribute, each.directory, each.source) for each in found.different] == [
        ("ann@widget.example", "displayName", "Ann", "Anna")
    ]


def test_groups_are_compared_by_name_without_case(world: World) -> None:
    users = [{**BOTH[0], "groups": ["staff", "New"]}, {**BOTH[1], "groups": []}]

    found = differences(world, source_of(users))

    assert found.missing_groups == ["New"]
    assert {(each.user_name, each.group, each.joins) for each in found.wrong_group} == {
        ("ann@widget.example", "New", True),
        ("bob@widget.example", "Staff", False),
    }
    assert found.extra_groups == []


def test_a_source_that_lists_all_groups_finds_those_that_are_too_many(world: World) -> None:
    found = differences(world, source_of(BOTH, ["Staff"]))

    assert [each.name for each in found.extra_groups] == ["Nobody"]


def test_a_manager_who_is_nobody_is_passed_over_and_told(world: World) -> None:
    found = differences(world, source_of([{**BOTH[0], "manager": "who@x"}, BOTH[1]]))

    assert not found
    assert found.notes == ["line 1: the manager 'who@x' is nobody here, and is passed over"]


def test_the_calls_take_every_kind_of_difference_away(world: World) -> None:
    users = [
        {
            "userName": "ann@widget.example",
            "displayName": "Anna",
            "emails": [{"type": "work", "value": ""}, {"type": "home", "value": "ann@home.example"}],
            "manager": "dee@widget.example",
            "groups": ["New"],
        },
        {"userName": "cid@widget.example", "title": "", "groups": ["Staff"], "manager": "ann@widget.example"},
        {
            "userName": "dee@widget.example",
            "name": {"givenName": "Dee", "familyName": "Dee"},
            "phoneNumbers": [{"type": "mobile", "value": "1"}],
            ENTERPRISE_URN: {"department": "Sales"},
            "manager": "ann@widget.example",
            "groups": ["New", "Staff"],
        },
    ]
    source = source_of(users, ["New", "Staff"])

    mend(world, source)

    assert not differences(world, source)


NAMES = ["ann@widget.example", "BOB@widget.example", "cid@widget.example", "dee@widget.example", "eve@widget.example"]
TEXT = st.sampled_from(["", "x", "Ärger \U00020bb7", 'quote " and \\', "y" * 90])


def optional(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(st.just({}), values.map(lambda value: {name: value}))


ATTRIBUTES = st.tuples(
    optional("displayName", TEXT),
    optional("title", TEXT),
    optional("name", st.fixed_dictionaries({"givenName": TEXT})),
    optional("active", st.booleans()),
    optional("emails", TEXT.map(lambda value: [{"type": "work", "value": value}])),
    optional("phoneNumbers", TEXT.map(lambda value: [{"type": "mobile", "value": value}])),
    optional(ENTERPRISE_URN, st.fixed_dictionaries({"department": TEXT})),
    optional("manager", st.sampled_from(["", *NAMES])),
    optional("groups", st.lists(st.sampled_from(["Staff", "STAFF", "Nobody", "New", "Other"]), max_size=3)),
)
PERSON = ATTRIBUTES.map(lambda parts: {name: value for part in parts for name, value in part.items()})
PEOPLE = st.dictionaries(st.sampled_from(NAMES), PERSON, max_size=5).map(
    lambda people: [{"userName": name, **attributes} for name, attributes in people.items()]
)
ALL_GROUPS = st.one_of(st.none(), st.lists(st.sampled_from(["Staff", "New", "Last"]), unique=True))


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=40)
@given(sources=st.lists(st.tuples(PEOPLE, ALL_GROUPS), min_size=1, max_size=2))
def test_whatever_the_source_says_its_calls_leave_nothing_to_differ(
    dialect: str, sources: list[tuple[list[dict[str, Any]], list[str] | None]]
) -> None:
    world = World(dialect)
    world.populate()
    try:
        for users, groups in sources:
            source = source_of(users, groups)

            mend(world, source)

            left = differences(world, source)
            assert not left, left.as_json()
    finally:
        world.close()


@pytest.mark.parametrize(
    ("text", "active", "allowed"),
    [("2%", 100, 2), ("2%", 49, 0), ("0.5%", 1000, 5), ("100%", 7, 7), ("5", 3, 5), ("0", 9, 0), (" 10% ", 25, 2)],
)
def test_a_budget_allows_so_many_deletes(text: str, active: int, allowed: int) -> None:
    assert read_budget(text).allowed(active) == allowed


@pytest.mark.parametrize("text", ["", "%", "-1", "101%", "two", "1.5", "2 %", "1e3"])
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no budget: say"):
        read_budget(text)
