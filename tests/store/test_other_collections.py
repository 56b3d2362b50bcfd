"""Collections whose rows are no members of anything and in no answer: they leave users and groups alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from sandbox.store import Collection, Layout, Store, Transaction
from tests.store.samples import LAYOUT, group, user

ROOMS = Layout(collections=(*LAYOUT.collections, Collection("Rooms", key=("name",))))


@pytest.fixture
def store() -> Iterator[Store]:
    """Open a store with user 1, who is in group 1, and with room 1."""
    with Store.open(None, ROOMS) as store:
        with store.transaction() as transaction:
            transaction.put("Users", user(1))
            transaction.put("Groups", group(1))
            transaction.link("1", {"value": "1", "type": "User"})
            transaction.put("Rooms", {"id": "1", "name": "Attic"})
        yield store


def test_a_row_that_goes_takes_no_membership_of_the_same_number_along(store: Store) -> None:
    with store.transaction() as transaction:
        assert transaction.drop("Rooms", "1")

    assert store.members("1") == [{"value": "1", "type": "User"}]


def test_a_change_of_a_row_makes_no_answer_new(store: Store) -> None:
    before = (store.read("Users", "1"), store.read("Groups", "1"))

    with store.transaction() as transaction:
        transaction.put("Rooms", {"id": "1", "name": "Cellar"})
        transaction.put("Rooms", {"id": "2", "name": "Attic"})

    assert (store.read("Users", "1"), store.read("Groups", "1")) == before


def test_a_look_shows_what_is_staged_and_copies_nothing(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.put("Rooms", {"id": "2", "name": "Cellar"})

        assert transaction.look("Rooms", "2") is transaction.look_by_key("Rooms", "CELLAR")
        assert transaction.look("Rooms", "1") is store.read("Rooms", "1").document  # type: ignore[union-attr]
        assert (transaction.look("Rooms", "3"), transaction.look_by_key("Rooms", "Hall")) == (None, None)


@pytest.mark.parametrize("table", ["Users", "Rooms", "Members"])
def test_an_edition_lasts_as_long_as_nothing_changes_in_its_table(store: Store, table: str) -> None:
    def edition() -> tuple[object, ...]:
        with store.transaction() as transaction:
            return transaction.edition(table)

    def change(transaction: Transaction, name: str) -> None:
        if table == "Members":
            transaction.link("1", {"value": "1", "type": "User", "display": name})
        else:
            transaction.put(table, {**user(1), "id": "1", "name": name})

    first = edition()
    with store.transaction() as transaction:
        transaction.put("Groups", {**group(1), "displayName": "Staff"})
    assert edition() == first, "a change elsewhere makes none"

    with store.transaction() as transaction:
        change(transaction, "Cellar")
        staged = transaction.edition(table)
        assert staged not in (first, transaction.edition(table)), "what is staged may go on changing"
        with store.transaction() as inner:
            assert inner.edition(table) not in (first, staged)
    second = edition()
    assert second not in (first, staged)

    with store.transaction() as transaction:
        transaction.clear()
    assert edition() not in (first, second)


def test_what_is_undone_leaves_the_edition_as_it_was(store: Store) -> None:
    with store.transaction() as transaction:
        first = transaction.edition("Rooms", "Users")

    with suppress(KeyError), store.transaction() as transaction:
        transaction.put("Rooms", {"id": "1", "name": "Cellar"})
        staged = transaction.edition("Rooms", "Users")
        raise KeyError

    with store.transaction() as transaction:
        assert transaction.edition("Rooms", "Users") == first != staged
