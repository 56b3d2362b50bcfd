"""A ``Stored`` is replaced exactly when something that its resource shows has changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox.store import Store, Stored, Transaction
from tests.store.samples import add, group, managed, restore, user

Change = Callable[[Transaction], object]


@pytest.fixture
def company(store: Store) -> Store:
    """Return a store in which 2 and 3 report to 1, 1 and 2 are in group 1, and group 2 is in group 1."""
    add(store, user(1), managed(2, 1), managed(3, 1), user(4))
    add(store, group(1), group(2), group(3), collection="Groups")
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1", "type": "User"})
        transaction.link("1", {"value": "2", "type": "User"})
        transaction.link("1", {"value": "2", "type": "Group"})
    return store


def resources(store: Store) -> dict[str, Stored]:
    return {
        f"{name[:-1].lower()} {stored.document['id']}": stored
        for name in ("Users", "Groups")
        for stored in store.search(name).items
    }


@pytest.mark.parametrize(
    ("change", "renewed"),
    [
        pytest.param(lambda t: t.put("Users", user(1, title="Boss")), {"user 1"}, id="what nobody else shows"),
        pytest.param(
            lambda t: t.put("Users", user(1, "boss")), {"user 1", "user 2", "user 3", "group 1"}, id="a userName"
        ),
        pytest.param(
            lambda t: t.put("Users", user(1, displayName="Boss")),
            {"user 1", "user 2", "user 3", "group 1"},
            id="a displayName that was not there",
        ),
        pytest.param(lambda t: t.put("Users", user(4, "nobody's boss")), {"user 4"}, id="a userName shown by nobody"),
        pytest.param(
            lambda t: t.put("Groups", group(1, "Renamed")),
            {"group 1", "user 1", "user 2", "group 2"},
            id="a group's name",
        ),
        pytest.param(
            lambda t: t.put("Groups", group(2, "Renamed")), {"group 2", "group 1"}, id="a nested group's name"
        ),
        pytest.param(lambda t: t.link("1", {"value": "4"}), {"group 1", "user 4"}, id="one more member"),
        pytest.param(lambda t: t.unlink("1", "2"), {"group 1", "user 2"}, id="one member less"),
        pytest.param(lambda t: t.unlink("1", (True, "2")), {"group 1", "group 2"}, id="one nested group less"),
        pytest.param(lambda t: t.drop("Users", "1"), {"user 2", "user 3", "group 1"}, id="a manager who goes"),
        pytest.param(lambda t: t.drop("Groups", "1"), {"user 1", "user 2", "group 2"}, id="a group that goes"),
        pytest.param(lambda t: t.set("clock", 1), set(), id="a named value"),
        pytest.param(lambda t: t.next_id("Users"), set(), id="an id given out"),
    ],
)
def test_a_commit_renews_what_shows_the_change_and_nothing_else(
    company: Store, change: Change, renewed: set[str]
) -> None:
    before = resources(company)
    for stored in before.values():
        stored.memo["answer"] = b"computed"

    with company.transaction() as transaction:
        change(transaction)

    after = resources(company)
    assert {name for name, stored in after.items() if stored is not before[name]} == renewed
    assert all(not after[name].memo for name in renewed)


def test_a_manager_who_comes_later_renews_who_refers_to_them(store: Store) -> None:
    add(store, managed(2, 9), managed(3, 8))
    before = resources(store)

    add(store, user(9))

    after = resources(store)
    assert after["user 2"] is not before["user 2"]
    assert after["user 3"] is before["user 3"]


def test_restoring_renews_everything(company: Store) -> None:
    before = resources(company)

    restore(company, company.snapshot())

    assert all(stored is not before[name] for name, stored in resources(company).items())


def test_a_change_of_one_member_leaves_the_other_members_as_they_are(store: Store) -> None:
    add(store, *[user(number) for number in range(1, 200)])
    add(store, group(1), collection="Groups")
    with store.transaction() as transaction:
        for number in range(1, 199):
            transaction.link("1", {"value": str(number)})
    before = resources(store)

    with store.transaction() as transaction:
        transaction.link("1", {"value": "199"})

    changed = {name for name, stored in resources(store).items() if stored is not before[name]}
    assert changed == {"group 1", "user 199"}
