"""PUT and the resource-shaped PATCH: merging, replacing, and taking attributes away by name."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scim.resource import read_change
from sandbox.scim.update import PUT_RULES, ListRule, PutRule, merged, replaced, without
from tests.scim.dialects import CUSTOM_FIELDS, ENTERPRISE, FOURME, HOME, JANE, META, WORK, user, with_enterprise

USERS = FOURME.resource_types["Users"]


def put(rule: PutRule, document: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    """Return a document after a PUT of *body*, read as 4me reads it."""
    before = deepcopy(document)

    after = PUT_RULES[rule](document, read_change(body, USERS, FOURME.reading), ListRule.REPLACE)

    assert document == before, "the document was changed in place"
    return after


@pytest.mark.quirk("put")
@pytest.mark.parametrize(
    ("body", "after"),
    [
        pytest.param({}, JANE, id="nothing sent"),
        pytest.param({"title": "Head"}, user(title="Head"), id="one attribute"),
        pytest.param({"nickName": "J"}, user(nickName="J"), id="a new attribute"),
        pytest.param({"title": None}, user(title=None), id="null clears"),
        pytest.param({"title": ""}, user(title=""), id="empty text stays"),
        pytest.param({"emails": []}, user(emails=None), id="an empty list clears"),
        pytest.param({"name": {}}, user(name=None), id="an empty object clears"),
        pytest.param(
            {"name": {"givenName": "Joan"}},
            user(name={"givenName": "Joan", "familyName": "Doe"}),
            id="an object is merged by sub-attribute",
        ),
        pytest.param({"name": {"givenName": None}}, user(name={"familyName": "Doe"}), id="a sub-attribute is cleared"),
        pytest.param(
            {"name": {"givenName": None, "familyName": None}},
            user(name=None),
            id="with the last sub-attribute all goes",
        ),
        pytest.param(
            {"emails": [{"value": "j@x"}]}, user(emails=[{"value": "j@x"}]), id="a list takes the list's place"
        ),
        pytest.param({ENTERPRISE: {"department": "HR"}}, with_enterprise(department="HR"), id="an extension is merged"),
        pytest.param({ENTERPRISE: {"department": None}}, with_enterprise(department=None), id="and cleared in part"),
        pytest.param({ENTERPRISE: {"manager": None}}, with_enterprise(manager=None), id="a manager leaves"),
        pytest.param(
            {ENTERPRISE: {"manager": {"value": ""}}}, with_enterprise(manager=None), id="so does an empty one"
        ),
        pytest.param(
            {ENTERPRISE: {"manager": {"value": "8"}}}, with_enterprise(manager={"value": "8"}), id="a manager changes"
        ),
        pytest.param({ENTERPRISE: None}, user(**{ENTERPRISE: None}), id="an extension is cleared"),
        pytest.param({CUSTOM_FIELDS: {"badge": "B"}}, user(**{CUSTOM_FIELDS: {"badge": "B"}}), id="custom fields come"),
        pytest.param(
            {"id": "9", "meta": {"created": "x"}, "groups": [], "schemas": []}, JANE, id="what is read-only stays"
        ),
    ],
)
def test_a_merge_changes_only_what_is_sent(body: dict[str, Any], after: dict[str, Any]) -> None:
    assert put(PutRule.MERGE, JANE, body) == after


def test_custom_fields_are_merged_by_their_ids() -> None:
    document = user(**{CUSTOM_FIELDS: {"badge": "B", "floor": 3}})

    changed = put(PutRule.MERGE, document, {CUSTOM_FIELDS: {"floor": 4, "badge": None}})
    emptied = put(PutRule.MERGE, changed, {CUSTOM_FIELDS: {"floor": None}})

    assert changed == user(**{CUSTOM_FIELDS: {"floor": 4}})
    assert emptied == JANE


@pytest.mark.rfc("7644 §3.5.1")
def test_a_replacement_leaves_only_what_is_sent_and_what_the_provider_owns() -> None:
    body = {"userName": "j", "title": None, "name": {"givenName": "J", "familyName": None}, "id": "9"}

    after = put(PutRule.REPLACE, JANE, body)

    assert after == {"id": "5", "meta": META, "userName": "j", "name": {"givenName": "J"}}


def test_a_replacement_of_nothing_stored_is_what_is_assigned() -> None:
    assert replaced({}, {"userName": "j", "title": None}) == {"userName": "j"}


@pytest.mark.parametrize(
    ("entries", "after"),
    [
        pytest.param([{"value": "new@x"}], [WORK, HOME, {"value": "new@x"}], id="a new value is added"),
        pytest.param(
            [{"value": HOME["value"], "display": "J"}],
            [WORK, {**HOME, "display": "J"}],
            id="a known value is laid over",
        ),
        pytest.param([WORK], [WORK, HOME], id="the same value changes nothing"),
        pytest.param(
            [{"value": HOME["value"], "primary": True}],
            [{**WORK, "primary": False}, {**HOME, "primary": True}],
            id="a new primary unmarks the other",
        ),
        pytest.param(
            [{"type": "other"}, {"type": "other"}],
            [WORK, HOME, {"type": "other"}],
            id="without a value all of it counts",
        ),
    ],
)
@pytest.mark.quirk("partial_lists")
def test_a_list_may_be_merged_by_value(entries: list[Any], after: list[Any]) -> None:
    before = deepcopy(JANE)

    result = merged(JANE, {"emails": entries}, ListRule.ADD_BY_VALUE)

    assert result == user(emails=after)
    assert before == JANE


def test_simple_values_are_merged_as_they_are() -> None:
    assert merged({"tags": ["a", "b"]}, {"tags": ["b", "c"]}, ListRule.ADD_BY_VALUE) == {"tags": ["a", "b", "c"]}


def test_a_list_merged_by_value_is_still_cleared_by_null() -> None:
    assert merged(JANE, {"emails": None}, ListRule.ADD_BY_VALUE) == user(emails=None)


@pytest.mark.parametrize(
    ("name", "after"),
    [
        pytest.param("title", user(title=None), id="attribute"),
        pytest.param("TITLE", user(title=None), id="in other case"),
        pytest.param("emails", user(emails=None), id="list"),
        pytest.param("name.givenName", user(name={"familyName": "Doe"}), id="sub-attribute"),
        pytest.param(f"{ENTERPRISE}:department", with_enterprise(department=None), id="extension attribute"),
        pytest.param("manager", with_enterprise(manager=None), id="extension attribute without its URN"),
        pytest.param(ENTERPRISE, user(**{ENTERPRISE: None}), id="extension"),
        pytest.param("nickName", JANE, id="what is not there"),
        pytest.param("colour", JANE, id="unknown"),
        pytest.param("id", JANE, id="read-only"),
        pytest.param("meta.created", JANE, id="read-only sub-attribute"),
        pytest.param("emails.type", JANE, id="part of each value"),
        pytest.param("password", JANE, id="never kept"),
    ],
)
def test_attributes_are_taken_away_by_name(name: str, after: dict[str, Any]) -> None:
    before = deepcopy(JANE)

    assert without(JANE, [name], USERS) == after
    assert before == JANE


def test_several_names_go_together() -> None:
    assert without(JANE, ["title", "name.givenName", "name.familyName"], USERS) == user(title=None, name=None)


scalars = st.none() | st.sampled_from(["", "a", 0, 1, True, False])
objects = st.dictionaries(st.sampled_from("abc"), scalars, max_size=3)
values = st.recursive(scalars | objects, lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3))
lists = st.lists(objects, max_size=3)


def is_clean(value: Any) -> bool:
    """Tell whether there is no empty part anywhere below a document."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(part not in (None, {}, []) and is_clean(part) for part in parts)


@given(st.dictionaries(st.sampled_from("abc"), values | lists), st.dictionaries(st.sampled_from("abc"), values | lists))
def test_no_change_leaves_an_empty_part_or_touches_what_was(first: dict[str, Any], second: dict[str, Any]) -> None:
    document = merged({}, first)
    before, sent = deepcopy(document), deepcopy(second)

    after = merged(document, second)

    assert is_clean(document)
    assert is_clean(after)
    assert (document, second) == (before, sent)
    assert merged(after, second) == after
