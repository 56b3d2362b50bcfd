"""Sorting: which attribute orders a list, and how values compare."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scim.errors import InvalidValueError
from sandbox.scim.sorting import SortRequest, read_sort_request, sort_key
from tests.scim.dialects import CUSTOM_FIELDS, ENTERPRISE, FOURME, RFC7644

USERS = RFC7644.resource_types["Users"]


def ordered(documents: list[dict[str, Any]], by: str, order: str = "ascending") -> list[str]:
    """Return the ids in the order a client asks for."""
    request = read_sort_request({"sortBy": by, "sortOrder": order}, FOURME.resource_types["Users"])
    assert request is not None
    return [document["id"] for document in sorted(documents, key=sort_key(request))]


def users(name: str, *values: Any) -> list[dict[str, Any]]:
    """Return one user a value, with ids from 1; ``None`` is no value."""
    return [{"id": str(id_), **({} if value is None else {name: value})} for id_, value in enumerate(values, start=1)]


def nested(urn: str, name: str, *values: Any) -> list[dict[str, Any]]:
    """Return one user a value of an extension's attribute."""
    return users(urn, *({name: value} for value in values))


@pytest.mark.rfc("7644 §3.4.2.3")
@pytest.mark.parametrize(
    ("documents", "by", "ascending"),
    [
        pytest.param(users("userName", "b", "A", "c"), "userName", "213", id="text without case"),
        pytest.param(users("externalId", "b", "A", "a"), "externalId", "231", id="case-exact text by code point"),
        pytest.param(users("active", True, False), "active", "21", id="false before true"),
        pytest.param(users("title", "b", None, "a"), "title", "312", id="no value is last"),
        pytest.param(users("name", {"familyName": "b"}, {"familyName": "a"}, {}), "name.familyName", "213", id="part"),
        pytest.param(users("meta", {"created": "2026-02"}, {"created": "2026-01"}), "meta.created", "21", id="instant"),
        pytest.param(
            users("emails", [{"value": "a"}, {"value": "z", "primary": True}], [{"value": "b"}, {"value": "c"}]),
            "emails",
            "21",
            id="the primary value, else the first",
        ),
        pytest.param(
            users("emails", [{"type": "w"}], [{"type": "h"}], []), "emails.type", "213", id="part of the value"
        ),
        pytest.param(nested(ENTERPRISE, "department", "b", "a"), f"{ENTERPRISE}:department", "21", id="extension"),
        pytest.param(
            nested(ENTERPRISE, "manager", {"value": "9"}, {"value": "10"}), "manager", "21", id="manager as text"
        ),
        pytest.param(
            nested(CUSTOM_FIELDS, "badge", "b", 10, 9, "A"), f"{CUSTOM_FIELDS}:badge", "3241", id="numbers before text"
        ),
    ],
)
def test_values_are_ordered_as_their_attribute_says(documents: list[dict[str, Any]], by: str, ascending: str) -> None:
    assert "".join(ordered(documents, by)) == ascending
    assert "".join(ordered(documents, by, "descending")) == ascending[::-1]


@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_equals_stay_in_the_order_they_came(order: str) -> None:
    documents = users("title", "a", "A", None, None)

    found = "".join(ordered(documents, "title", order))

    assert found == ("1234" if order == "ascending" else "3412")


@given(st.lists(st.none() | st.sampled_from(["a", "B", "b", "c", ""])))
def test_descending_is_the_reverse_of_ascending(titles: list[str | None]) -> None:
    documents = users("title", *titles)
    title_of = {each["id"]: each.get("title", "").casefold() if "title" in each else None for each in documents}

    up = [title_of[id_] for id_ in ordered(documents, "title")]
    down = [title_of[id_] for id_ in ordered(documents, "title", "descending")]

    assert down == up[::-1]


@pytest.mark.parametrize(
    ("query", "descending"),
    [
        pytest.param({"sortBy": "USERNAME"}, False, id="ascending unless asked"),
        pytest.param({"sortBy": "userName", "sortOrder": "Descending"}, True, id="order in any case"),
    ],
)
def test_a_request_names_attribute_and_order(query: dict[str, str], descending: bool) -> None:
    request = read_sort_request(query, USERS)

    assert isinstance(request, SortRequest)
    assert str(request.path) == "userName"
    assert request.descending is descending


@pytest.mark.parametrize("query", [{}, {"sortBy": ""}, {"sortOrder": "descending"}])
def test_without_an_attribute_there_is_no_order(query: dict[str, str]) -> None:
    assert read_sort_request(query, USERS) is None


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        pytest.param({"sortBy": "colour"}, "sortBy: User has no attribute 'colour'", id="unknown"),
        pytest.param({"sortBy": "name"}, "'name' has no value to sort by; name a sub-attribute", id="complex"),
        pytest.param({"sortBy": "addresses"}, "'addresses' has no value to sort by", id="several without a value"),
        pytest.param({"sortBy": ENTERPRISE}, "has no value to sort by", id="extension"),
        pytest.param({"sortBy": "title", "sortOrder": "down"}, "sortOrder must be ascending or descending", id="order"),
    ],
)
def test_what_cannot_be_sorted_by_is_refused(query: dict[str, str], detail: str) -> None:
    with pytest.raises(InvalidValueError) as refused:
        read_sort_request(query, USERS)

    assert detail in refused.value.detail
