"""Searches: whatever index or merge answers, it is what a look at every document would find."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.store import AllOf, AnyOf, Query, Scan, Store, Stored, Term
from sandbox.store.layout import value_at
from tests.store.samples import LAYOUT, add, managed, user

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
USERS = LAYOUT.collection("Users")
PATHS = {"userName": USERS.key, **USERS.equal, **USERS.ordered}


def matches(query: Query | None, stored: Stored) -> bool:
    """Tell what a query means, one document at a time."""
    if isinstance(query, Term):
        value, wanted = value_at(stored.document, PATHS[query.index]), query.value
        if query.index == "userName":
            value, wanted = (each.casefold() if isinstance(each, str) else each for each in (value, wanted))
        if type(value) is not type(wanted):
            return query.operator == "ne"
        return COMPARE[query.operator](value, wanted)
    if isinstance(query, AllOf):
        return all(matches(part, stored) for part in query.queries)
    if isinstance(query, AnyOf):
        return any(matches(part, stored) for part in query.queries)
    return query is None or query.predicate(stored)


def ids(items: list[Stored]) -> list[str]:
    return [str(stored.document["id"]) for stored in items]


def expected(store: Store, query: Query | None, *, newest_first: bool) -> list[str]:
    found = [stored for stored in store.search("Users", order="id").items if matches(query, stored)]
    return ids(found[::-1] if newest_first else found)


NAMES = ["anna", "Bert", "CARLA", "straße", "Zoë", "10", ""]
INSTANTS = [f"2026-0{month}-01T00:00:00Z" for month in range(1, 6)]
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "userName": st.integers(0, 50).map(lambda number: f"{NAMES[number % len(NAMES)]}{number}"),
            "externalId": st.sampled_from(["A", "a", "B", ""]),
            "active": st.booleans(),
            "manager": st.sampled_from(["1", "2"]),
            "meta": st.sampled_from(INSTANTS).map(lambda at: {"created": at, "lastModified": INSTANTS[-1]}),
        },
    ),
    max_size=25,
    unique_by=lambda person: str(person.get("userName", id(person))).casefold(),
)
TERMS = st.one_of(
    st.builds(Term, st.just("userName"), st.sampled_from([*COMPARE]), st.sampled_from([*NAMES, "BERT1", "carla9", 7])),
    st.builds(Term, st.just("externalId"), st.sampled_from(["eq", "ne"]), st.sampled_from(["A", "a", "x", "", True])),
    st.builds(Term, st.just("active"), st.sampled_from(["eq", "ne"]), st.sampled_from([True, False, 1, "true"])),
    st.builds(Term, st.just("meta.created"), st.sampled_from([*COMPARE]), st.sampled_from([*INSTANTS, "", "z", 3])),
    st.builds(Term, st.just("meta.lastModified"), st.sampled_from([*COMPARE]), st.sampled_from(INSTANTS)),
)
EVEN = Scan(lambda stored: int(stored.document["id"]) % 2 == 0)


def queries(*leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.one_of(*leaves),
        lambda parts: st.one_of(
            st.builds(AllOf, st.lists(parts, max_size=3).map(tuple)),
            st.builds(AnyOf, st.lists(parts, max_size=3).map(tuple)),
        ),
        max_leaves=6,
    )


def document(number: int, person: Mapping[str, Any]) -> dict[str, Any]:
    more = {name: value for name, value in person.items() if name != "manager"}
    return {"id": str(number), **more, PATHS["manager"][0]: {"manager": {"value": person.get("manager")}}}


@settings(max_examples=300)
@given(
    people=PEOPLE,
    query=queries(TERMS, st.just(EVEN)),
    newest_first=st.booleans(),
    skip=st.integers(0, 12),
    limit=st.one_of(st.none(), st.integers(0, 12)),
)
def test_a_search_finds_what_a_look_at_every_document_finds(
    people: list[dict[str, Any]], query: Query, newest_first: bool, skip: int, limit: int | None
) -> None:
    store = Store.open(None, LAYOUT)
    for number, person in enumerate(people, start=1):
        add(store, document(number, person))

    all_of_it = expected(store, query, newest_first=newest_first)
    page = all_of_it[skip:] if limit is None else all_of_it[skip : skip + limit]
    for _ in range(2):
        found = store.search("Users", query, order="-id" if newest_first else "id", skip=skip, limit=limit)
        assert found.total == len(all_of_it)
        assert ids(found.items) == page


@pytest.fixture(scope="module")
def crowd() -> Store:
    """Return a store of 3,000 people, so that results are long enough to be kept."""
    store = Store.open(None, LAYOUT)
    people = [
        user(number, active=number % 3 != 0, externalId=str(number % 10), meta=at(number % 28 + 1))
        for number in range(1, 3_001)
    ]
    add(store, *people)
    return store


def at(day: int) -> dict[str, str]:
    return {"created": f"2026-01-{day:02d}T00:00:00Z", "lastModified": f"2026-02-{day:02d}T00:00:00Z"}


LONG = [
    pytest.param(None, id="everybody"),
    pytest.param(Term("active", "eq", True), id="a dense hash"),
    pytest.param(Term("externalId", "eq", "7"), id="a sparse hash"),
    pytest.param(Term("externalId", "ne", "7"), id="all but some"),
    pytest.param(Term("meta.created", "gt", "2026-01-05"), id="a long span"),
    pytest.param(Term("meta.created", "ne", "2026-01-05T00:00:00Z"), id="all but a day"),
    pytest.param(Term("userName", "lt", "person.2"), id="a span of keys"),
    pytest.param(AllOf((Term("active", "eq", True), Term("meta.created", "gt", "2026-01-05"))), id="a merge"),
    pytest.param(AnyOf((Term("active", "eq", True), Term("externalId", "eq", "7"))), id="a union"),
    pytest.param(AllOf((Term("active", "ne", True), Term("externalId", "ne", "7"))), id="neither"),
    pytest.param(AllOf((Term("userName", "eq", "PERSON.7@widget.example"), Term("meta.created", "gt", "2"))), id="one"),
]


@pytest.mark.parametrize("query", LONG)
@pytest.mark.parametrize("newest_first", [True, False], ids=["newest first", "oldest first"])
def test_the_pages_of_a_long_result_make_up_the_whole(crowd: Store, query: Query | None, newest_first: bool) -> None:
    whole = expected(crowd, query, newest_first=newest_first)
    order = "-id" if newest_first else "id"

    pages = []
    for skip in range(0, len(whole) + 400, 400):
        found = crowd.search("Users", query, order=order, skip=skip, limit=400)
        assert found.total == len(whole)
        pages += ids(found.items)
    assert pages == whole
    assert crowd.search("Users", query, order=order, limit=0).items == []
    assert ids(crowd.search("Users", query, order=order).items) == whole


@pytest.mark.parametrize("query", LONG)
def test_a_commit_shows_in_a_result_that_was_kept(query: Query | None) -> None:
    store = Store.open(None, LAYOUT)
    inside: dict[str, Any] = {"active": True, "externalId": "6", "meta": at(20)}
    outside: dict[str, Any] = {"active": False, "externalId": "7", "meta": at(1)}
    add(store, *[user(number, **(inside if number % 4 else outside)) for number in range(1, 2_401)])
    for skip in (0, 900):
        store.search("Users", query, skip=skip, limit=25)

    add(store, user(8, **inside), user(9, **outside), user(2_500, **inside), user(2_504, **outside))

    whole = expected(store, query, newest_first=True)
    assert ids(store.search("Users", query).items) == whole
    assert ids(store.search("Users", query, skip=900, limit=25).items) == whole[900:925]


@pytest.mark.parametrize("index", ["userName", "meta.created"])
@pytest.mark.parametrize(
    ("operator", "found"),
    [("eq", "2"), ("ne", "134"), ("lt", "1"), ("le", "12"), ("gt", "3"), ("ge", "23")],
)
def test_a_comparison_with_a_value_that_is_there_takes_it_in_or_not(
    store: Store, index: str, operator: str, found: str
) -> None:
    for number, text in enumerate(["a", "B", "c"], start=1):
        add(store, {"id": str(number), "userName": text, "meta": {"created": text.lower()}})
    add(store, {"id": "4"})

    items = store.search("Users", Term(index, operator, "b"), order="id").items
    assert "".join(ids(items)) == found


def test_true_and_one_are_not_the_same_question(crowd: Store) -> None:
    for value, total in ((True, 2_000), (1, 0), (True, 2_000)):
        assert crowd.search("Users", Term("active", "eq", value), skip=1_500, limit=1).total == total


def test_more_kinds_of_long_results_than_are_kept_are_all_right(crowd: Store) -> None:
    for day in range(1, 21):
        query = Term("meta.created", "ge", f"2026-01-{day:02d}")
        assert crowd.search("Users", query, skip=500, limit=1).total == len(expected(crowd, query, newest_first=True))


def test_a_key_orders_and_equal_keys_are_in_the_order_of_ids(store: Store) -> None:
    add(store, user(1, title="b"), user(2, title="a"), user(3, title="b"), user(4, title="a"))

    found = store.search("Users", order=lambda stored: stored.document["title"], skip=1, limit=2)
    assert found.total == 4
    assert ids(found.items) == ["4", "1"]
    scanned = store.search("Users", Scan(lambda _: True), order=lambda stored: stored.document["title"])
    assert ids(scanned.items) == ["2", "4", "1", "3"]


def test_a_manager_is_found_deep_in_the_document(store: Store) -> None:
    add(store, user(1), managed(2, 1), managed(3, 2))

    assert ids(store.search("Users", Term("manager", "eq", "1")).items) == ["2"]


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(Term("title", "eq", "x"), id="no such index"),
        pytest.param(Term("active", "gt", True), id="no order in equal values"),
        pytest.param(Term("userName", "co", "x"), id="an operator of scans on a key"),
        pytest.param(Term("meta.created", "co", "x"), id="an operator of scans on an ordered index"),
    ],
)
def test_what_no_index_answers_is_a_look_up_error(store: Store, query: Query) -> None:
    with pytest.raises(LookupError):
        store.search("Users", query)
    with pytest.raises(LookupError):
        store.search("Users", AnyOf((query, EVEN)))


def test_an_unknown_order_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="order is"):
        store.search("Users", order="userName")


def test_a_scan_looks_without_holding_others_up(store: Store) -> None:
    add(store, *[user(number) for number in range(1, 6)])

    def look(stored: Stored) -> bool:
        if stored.document["id"] == "3":
            add(store, user(3, "changed meanwhile"))
        return True

    found = store.search("Users", Scan(look), order="id")
    assert ids(found.items) == ["1", "2", "3", "4", "5"]
    assert found.items[2].document == user(3)
