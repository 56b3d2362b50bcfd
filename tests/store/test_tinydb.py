"""TinyDB's own operations on the live state: each costs its rows, is all or nothing, and hands out copies."""

# ruff: noqa: PT012 - what a transaction refuses takes more than one statement

from __future__ import annotations

from typing import Any

import pytest
from tinydb import Query as Where
from tinydb.operations import set as set_value
from tinydb.table import Document

from sandbox.scim.errors import UniquenessError
from sandbox.store import StateClosedError, Store
from sandbox.store.layout import Row
from tests.store.samples import add, exported, group, names, user


def test_insert_takes_the_next_id_or_the_one_given(store: Store) -> None:
    users = store.tinydb.table("Users")

    assert users.insert({"userName": "first"}) == 1
    assert users.insert(Document(user(7, "seventh"), doc_id=7)) == 7
    assert users.insert_multiple([{"userName": "eighth"}, {"userName": "ninth"}]) == [8, 9]
    assert names(store) == ["first", "seventh", "eighth", "ninth"]
    with pytest.raises(ValueError, match="already exists"):
        users.insert(Document(user(7, "other"), doc_id=7))
    with pytest.raises(ValueError, match="has the id"):
        users.insert(Document(user(11), doc_id=12))


def test_upsert_merges_and_update_changes(store: Store) -> None:
    users = store.tinydb.table("Users")
    add(store, user(1), user(2))

    assert users.upsert(Document({"title": "Boss"}, doc_id=1)) == [1]
    assert users.update({"active": False}, Where().title == "Boss") == [1]
    assert users.update(set_value("nickName", "Jo"), doc_ids=[2]) == [2]
    stored = store.read("Users", "1")
    assert stored is not None
    assert stored.document == user(1, title="Boss", active=False)
    assert store.equal("Users", "active", False) == ["1"]
    assert users.get(doc_id=2) == user(2, nickName="Jo")


def test_queries_and_counts_answer(store: Store) -> None:
    users = store.tinydb.table("Users")
    add(store, user(1), user(2, "jane"))

    assert len(users) == 2
    assert users.get(doc_id=3) is None
    assert users.contains(doc_id=2)
    assert [found.doc_id for found in users.search(Where().userName == "jane")] == [2]
    assert [found.doc_id for found in users.get(doc_ids=[1, 2])] == [1, 2]
    assert [found["id"] for found in users] == ["1", "2"]
    assert store.tinydb.tables() == {"Settings", "Users", "Groups", "Members"}


def test_what_tinydb_hands_out_is_a_copy(store: Store) -> None:
    users = store.tinydb.table("Users")
    add(store, user(1))

    for found in (users.get(doc_id=1), users.all()[0], *[users.search(Where().id == "1")[0] for _ in range(2)]):
        assert isinstance(found, Document)
        found["emails"][0]["value"] = "changed"
        found.clear()
    assert users.get(doc_id=1) == user(1)


def test_removing_a_user_removes_the_memberships(store: Store) -> None:
    add(store, user(1), user(2))
    add(store, group(1), collection="Groups")
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1"})
        transaction.link("1", {"value": "2"})

    assert store.tinydb.table("Users").remove(doc_ids=[1, 9]) == [1]
    assert store.members("1") == [{"value": "2"}]
    store.tinydb.table("Users").truncate()
    assert store.members("1") == []
    assert store.count("Users") == 0


def test_operations_in_a_transaction_are_a_part_of_it(store: Store) -> None:
    users = store.tinydb.table("Users")

    with pytest.raises(UniquenessError), store.transaction():
        users.insert({"userName": "jane"})
        assert len(users) == 1
        assert len(users.search(Where().userName == "jane")) == 1
        users.insert({"userName": "JANE"})

    assert len(users) == 0
    assert users.search(Where().userName == "jane") == []


def test_operations_after_clearing_in_a_transaction_see_what_is_left(store: Store) -> None:
    users, settings = store.tinydb.table("Users"), store.tinydb.table("Settings")
    add(store, user(1), user(2))
    with store.transaction() as transaction:
        transaction.set("clock", 1)

    with store.transaction() as transaction:
        transaction.clear()
        assert len(users) == 0
        assert users.all() == []
        users.insert({"userName": "fresh"})
        assert [found.doc_id for found in users.all()] == [3]
        assert len(settings) == 1
        assert settings.get(doc_id=1) == {"name": "clock", "value": 1}
        settings.truncate()
        assert transaction.setting("clock") is None
        transaction.set("clock", 2)
    assert store.setting("clock") == 2
    assert users.get(doc_id=3) == {"id": "3", "userName": "fresh"}


def test_an_operation_that_fails_half_way_changes_nothing(store: Store) -> None:
    add(store, user(1, "jane"), user(2, "john"))

    with pytest.raises(UniquenessError):
        store.tinydb.table("Users").update({"userName": "same"})
    with pytest.raises(UniquenessError):
        store.tinydb.table("Users").insert_multiple([{"userName": "new"}, {"userName": "Jane"}])
    assert names(store) == ["jane", "john"]


@pytest.mark.parametrize(
    ("table", "row"),
    [
        pytest.param("Members", {"group": "1"}, id="a member without a value"),
        pytest.param("Members", {"group": "1", "value": "2"}, id="a membership that is there"),
        pytest.param("Settings", {"name": 1, "value": 2}, id="a name that is no text"),
        pytest.param("Settings", {"name": "clock", "value": 2}, id="a name that is there"),
    ],
)
def test_a_row_that_does_not_fit_its_table_is_refused(store: Store, table: str, row: Row) -> None:
    add(store, user(2))
    add(store, group(1), collection="Groups")
    with store.transaction() as transaction:
        transaction.link("1", {"value": "2"})
        transaction.set("clock", 1)
    before = exported(store)

    with pytest.raises(ValueError, match=r"is not a row|already"):
        store.tinydb.table(table).insert(row)
    assert exported(store) == before


def test_writing_the_whole_storage_is_one_step(store: Store) -> None:
    add(store, user(1), user(2))
    tables: dict[str, dict[str, Any]] = store.tinydb.storage.read() or {}

    del tables["Users"]["1"]
    store.tinydb.storage.write(tables)

    assert names(store) == [user(2)["userName"]]
    store.tinydb.drop_table("Users")
    assert store.count("Users") == 0
    store.tinydb.drop_tables()


def test_closing_tinydb_closes_the_store(store: Store) -> None:
    store.tinydb.close()
    with pytest.raises(StateClosedError):
        store.tinydb.table("Users").insert({"userName": "late"})
