"""What a store promises, whatever it is kept in. A store in another kind of database would inherit this file."""

# ruff: noqa: PT012 - what a transaction refuses takes more than one statement

from __future__ import annotations

import gc
from copy import deepcopy
from threading import Barrier, Event, Thread
from types import MappingProxyType
from typing import Any

import pytest

from sandbox.scim.errors import UniquenessError
from sandbox.store import Snapshot, StateClosedError, Store
from tests.store.samples import add, exported, group, managed, names, restore, user


class UndoError(Exception):
    """Raised to undo a transaction."""


# What is stored


def test_a_document_is_read_by_its_id_in_its_collection(store: Store) -> None:
    add(store, user(1))
    add(store, group(1), collection="Groups")

    stored = store.read("Users", "1")
    assert stored is not None
    assert stored.document == user(1)
    assert store.read("Users", "2") is None


@pytest.mark.parametrize("resource_id", ["", "0", "01", "+1", " 1", "1_0", "\u0661", "x", "-1", "1.0", "9" * 5000])
def test_only_an_id_as_the_store_writes_it_names_a_resource(store: Store, resource_id: str) -> None:
    add(store, user(1), user(10))

    assert store.read("Users", resource_id) is None
    with store.transaction() as transaction:
        assert transaction.read("Users", resource_id) is None
        assert not transaction.has("Users", resource_id)
        assert not transaction.drop("Users", resource_id)
        with pytest.raises(ValueError, match="not an id"):
            transaction.put("Users", {**user(1), "id": resource_id})


def test_a_document_put_again_takes_the_place_of_the_one_before(store: Store) -> None:
    add(store, user(1, title="Engineer"))
    add(store, user(1, nickName="Jo"))

    stored = store.read("Users", "1")
    assert stored is not None
    assert stored.document == user(1, nickName="Jo")
    assert store.count("Users") == 1


def test_what_was_put_is_not_what_the_caller_holds(store: Store) -> None:
    document = user(1)
    add(store, document)

    document["emails"][0]["value"] = "changed"
    document.clear()
    stored = store.read("Users", "1")
    assert stored is not None
    assert stored.document == user(1)


def test_what_is_adopted_is_stored_and_found_as_what_is_put(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.adopt("Users", user(1))
        with pytest.raises(UniquenessError):
            transaction.adopt("Users", {**user(1), "id": "2"})

    stored = store.by_key("Users", user(1)["userName"])
    assert stored is not None
    assert stored.document == user(1)
    assert store.search("Users").total == 1


def test_joining_goes_on_with_the_transaction_that_is_open(store: Store) -> None:
    with pytest.raises(RuntimeError, match="undone"), store.transaction() as transaction:
        with store.joining() as joined:
            joined.put("Users", user(1))
        assert transaction.has("Users", "1")
        raise RuntimeError("undone")
    assert store.count("Users") == 0

    with store.joining() as joined:
        joined.put("Users", user(1))
    assert store.count("Users") == 1


def test_what_a_transaction_reads_is_not_what_is_stored(store: Store) -> None:
    add(store, user(1))
    with store.transaction() as transaction:
        transaction.set("clock", {"offset": [1]})

    with store.transaction() as transaction:
        for read in (transaction.read("Users", "1"), transaction.by_key("Users", user(1)["userName"])):
            assert read is not None
            read["emails"][0]["value"] = "changed"
            read.clear()
        transaction.setting("clock")["offset"].append(2)
    store.setting("clock").clear()

    stored = store.read("Users", "1")
    assert stored is not None
    assert stored.document == user(1)
    assert store.setting("clock") == {"offset": [1]}


def test_what_lists_of_members_hold_is_not_what_is_stored(store: Store) -> None:
    add(store, group(1), collection="Groups")
    with store.transaction() as transaction:
        transaction.link("1", {"value": "7", "type": "User"})

    store.members("1")[0]["value"] = "8"
    store.members("1").clear()
    with store.transaction() as transaction:
        transaction.members("1")[0]["value"] = "9"
    assert store.members("1") == [{"value": "7", "type": "User"}]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"bytes", {1: "a"}], ids=repr)
def test_what_is_not_json_is_refused_before_anything_changes(store: Store, value: Any) -> None:
    with pytest.raises((TypeError, ValueError)), store.transaction() as transaction:
        transaction.put("Users", user(1))
        transaction.put("Users", user(2, strange=value))

    assert store.count("Users") == 0


class Text(str):
    """A text with a type of its own, as an enumeration has."""

    __slots__ = ()


class Number(int):
    """A number with a type of its own."""


def test_what_is_json_by_another_type_becomes_plain(store: Store) -> None:
    strange = {"float": 1.5, "tuple": (1, [Text("x")]), "mapping": MappingProxyType({Text("a"): Number(7)})}

    add(store, user(1, strange=strange))

    stored = store.read("Users", "1")
    assert stored is not None
    kept = stored.document["strange"]
    assert kept == {"float": 1.5, "tuple": [1, ["x"]], "mapping": {"a": 7}}
    assert [type(each) for each in (kept["tuple"][1][0], kept["mapping"]["a"])] == [str, int]


def test_text_of_any_kind_is_kept(store: Store) -> None:
    add(store, user(1, "Zoë \U0001f600 \u2028 \ud800 \x00 \x7f\n"))

    assert names(store) == ["Zoë \U0001f600 \u2028 \ud800 \x00 \x7f\n"]


def test_an_unknown_collection_or_index_is_a_look_up_error(store: Store) -> None:
    for ask in (
        lambda: store.read("Devices", "1"),
        lambda: store.search("Devices"),
        lambda: store.equal("Users", "title", "x"),
        lambda: store.equal("Users", "meta.created", "x"),
    ):
        with pytest.raises(LookupError):
            ask()
    with store.transaction() as transaction, pytest.raises(LookupError):
        transaction.put("Devices", user(1))


# Unique keys


def test_a_key_is_found_in_any_case(store: Store) -> None:
    add(store, user(1, "STRASSE@widget.example"))

    found = store.by_key("Users", "straße@Widget.Example")
    assert found is not None
    assert found.document["id"] == "1"
    assert store.by_key("Users", "strasse") is None


def test_a_key_that_another_has_is_refused_and_the_owner_named(store: Store) -> None:
    add(store, user(1, "jane@widget.example"), user(2))

    with pytest.raises(UniquenessError, match=r"userName 'Jane@Widget\.Example' .* by the resource with id 1"):
        add(store, user(3, "Jane@Widget.Example"))
    with pytest.raises(UniquenessError):
        add(store, user(2, "JANE@widget.example"))
    assert names(store) == ["jane@widget.example", user(2)["userName"]]


def test_a_key_staged_by_the_transaction_itself_is_taken(store: Store) -> None:
    with pytest.raises(UniquenessError), store.transaction() as transaction:
        transaction.put("Users", user(1, "jane"))
        transaction.put("Users", user(2, "JANE"))


def test_a_key_is_free_again_when_its_owner_goes_or_changes(store: Store) -> None:
    add(store, user(1, "jane"), user(2, "john"))

    with store.transaction() as transaction:
        transaction.drop("Users", "1")
        transaction.put("Users", user(2, "johnny"))
        transaction.put("Users", user(3, "Jane"))
        transaction.put("Users", user(4, "John"))
        transaction.put("Users", user(4, "Jo"))
        transaction.put("Users", user(5, "JOHN"))
        found = transaction.by_key("Users", "john")

    assert found is not None
    assert found["id"] == "5"
    assert names(store) == ["johnny", "Jane", "Jo", "JOHN"]


def test_an_owner_may_change_the_case_of_its_key(store: Store) -> None:
    add(store, user(1, "jane"))
    add(store, user(1, "Jane"))

    assert names(store) == ["Jane"]


def test_two_resources_swap_their_keys_in_one_step(store: Store) -> None:
    add(store, user(1, "jane"), user(2, "john"))

    with store.transaction(), store.transaction() as transaction:
        transaction.put("Users", user(1, "nobody"))
        transaction.put("Users", user(2, "jane"))
        transaction.put("Users", user(1, "john"))

    assert names(store) == ["john", "jane"]
    assert store.equal("Users", "externalId", "x") == []
    found = store.by_key("Users", "jane")
    assert found is not None
    assert found.document["id"] == "2"


def test_documents_without_a_key_do_not_get_in_each_others_way(store: Store) -> None:
    add(store, {"id": "1"}, {"id": "2"})

    assert store.count("Users") == 2


# Equal values


def test_equal_values_are_found_exactly_and_by_type(store: Store) -> None:
    add(store, user(1, externalId="A", active=True), user(2, externalId="a", active=False), user(3, externalId="A"))

    assert store.equal("Users", "externalId", "A") == ["1", "3"]
    assert store.equal("Users", "active", True) == ["1"]
    assert store.equal("Users", "active", 1) == []
    assert store.equal("Users", "active", "true") == []
    assert store.equal("Users", "externalId", None) == []
    assert store.equal("Users", "externalId", ["A"]) == []


def test_equal_values_count_what_the_transaction_has_staged(store: Store) -> None:
    add(store, managed(2, 1), managed(3, 1), managed(4, 1))

    with store.transaction() as transaction:
        assert transaction.equal("Users", "manager", "1") == ["2", "3", "4"]
        transaction.put("Users", managed(2, 9))
        transaction.drop("Users", "3")
        transaction.put("Users", managed(5, 1))
        transaction.put("Users", managed(6, 1))
        transaction.put("Users", managed(6, 9))
        assert transaction.equal("Users", "manager", "1") == ["4", "5"]
        assert transaction.equal("Users", "manager", "9") == ["2", "6"]
        assert store.equal("Users", "manager", "1") == ["2", "3", "4"]
    assert store.equal("Users", "manager", "1") == ["4", "5"]


# Ids


def test_ids_count_from_one_in_each_collection(store: Store) -> None:
    with store.transaction() as transaction:
        given = [transaction.next_id(name) for name in ("Users", "Users", "Groups", "Users")]

    assert given == ["1", "2", "1", "3"]


def test_an_id_is_not_given_out_again_after_its_resource_is_gone(store: Store) -> None:
    add(store, user(1), user(2))

    with store.transaction() as transaction:
        transaction.drop("Users", "2")
    with store.transaction() as transaction:
        assert transaction.next_id("Users") == "3"
    with store.transaction() as transaction:
        assert transaction.next_id("Users") == "4"


def test_an_id_put_by_hand_counts_as_given_out(store: Store) -> None:
    add(store, user(41))

    with store.transaction() as transaction:
        assert transaction.next_id("Users") == "42"


# Members


def with_people(store: Store) -> None:
    add(store, user(1), user(2), user(3))
    add(store, group(1), group(2), group(3), collection="Groups")


def test_members_show_in_the_order_of_linking_and_from_both_ends(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        assert transaction.link("1", {"value": "3", "type": "User"})
        assert transaction.link("1", {"value": "1"})
        assert transaction.members("1") == [{"value": "3", "type": "User"}, {"value": "1"}]
    with store.transaction() as transaction:
        assert transaction.link("2", {"value": "3"})
        assert transaction.link("1", {"value": "2"})
        assert [member["value"] for member in transaction.members("1")] == ["3", "1", "2"]
        assert transaction.groups_of("3") == ["1", "2"]

    assert [member["value"] for member in store.members("1")] == ["3", "1", "2"]
    assert [member["value"] for member, _ in store.linked("1")] == ["3", "1", "2"]
    assert [member["value"] for member, _ in store.linked("1", 2)] == ["3", "1"]
    assert (store.count_members("1"), store.count_members("2"), store.count_members("9")) == (3, 1, 0)
    assert store.groups_of("3") == ["1", "2"]
    assert store.groups_of((False, "3")) == ["1", "2"]
    assert store.is_member("1", "1")
    assert not store.is_member("2", "1")
    assert store.members("9") == []


def test_what_was_linked_is_not_what_the_caller_holds(store: Store) -> None:
    with_people(store)
    member: dict[str, Any] = {"value": "1", "since": {"year": 2026}}

    with store.transaction() as transaction:
        transaction.link("1", member)
    member["since"]["year"] = 1999

    assert store.members("1") == [{"value": "1", "since": {"year": 2026}}]


def test_linking_again_changes_nothing(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1"})
        assert not transaction.link("1", {"value": "1"})
    before = store.read("Groups", "1")

    with store.transaction() as transaction:
        assert not transaction.link("1", {"value": "1"})
    assert store.read("Groups", "1") is before


def test_linking_several_keeps_their_order_and_tells_whether_anything_is_new(store: Store) -> None:
    with_people(store)

    with store.transaction() as transaction:
        assert transaction.link_all("1", [{"value": "3"}, {"value": "1"}])
        assert not transaction.link_all("1", [{"value": "1"}, {"value": "3"}])
        assert transaction.link_all("1", [{"value": "1"}, {"value": "2"}])
        assert not transaction.link_all("9", [])

    assert [member["value"] for member in store.members("1")] == ["3", "1", "2"]


def test_a_link_that_says_something_else_keeps_its_place(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1"})
        transaction.link("1", {"value": "2"})
    with store.transaction() as transaction:
        assert transaction.link("1", {"value": "1", "type": "User"})

    assert store.members("1") == [{"value": "1", "type": "User"}, {"value": "2"}]


def test_a_member_who_is_unlinked_is_gone_from_both_ends(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1"})
        transaction.link("1", {"value": "2"})
    with store.transaction() as transaction:
        assert transaction.unlink("1", "1")
        assert not transaction.unlink("1", "1")
        assert not transaction.is_member("1", "1")
        assert transaction.groups_of("1") == []
        assert transaction.link("1", {"value": "1"})

    assert [member["value"] for member in store.members("1")] == ["2", "1"]
    with store.transaction() as transaction:
        assert transaction.unlink("1", (False, "1"))
    assert store.groups_of("1") == []


def test_a_group_and_a_user_with_the_same_id_are_two_members(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "2", "type": "User"})
        transaction.link("1", {"value": "2", "type": "Group"})

    assert len(store.members("1")) == 2
    assert store.groups_of((True, "2")) == ["1"]
    with store.transaction() as transaction:
        assert transaction.unlink("1", (True, "2"))
    assert store.members("1") == [{"value": "2", "type": "User"}]


def test_a_group_that_is_not_there_takes_no_members(store: Store) -> None:
    with store.transaction() as transaction, pytest.raises(LookupError):
        transaction.link("1", {"value": "1"})


def test_a_user_who_is_dropped_leaves_every_group(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        for group_id in ("1", "2"):
            transaction.link(group_id, {"value": "1"})
            transaction.link(group_id, {"value": "2"})
    with store.transaction() as transaction:
        transaction.link("3", {"value": "1"})
        assert transaction.drop("Users", "1")
        assert not transaction.drop("Users", "1")

    assert store.groups_of("1") == []
    assert [store.members(group_id) for group_id in ("1", "2", "3")] == [[{"value": "2"}], [{"value": "2"}], []]


def test_a_group_that_is_dropped_lets_its_members_go_and_leaves_its_groups(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1"})
        transaction.link("2", {"value": "1", "type": "User"})
        transaction.link("2", {"value": "1", "type": "Group"})
    with store.transaction() as transaction:
        transaction.drop("Groups", "1")

    assert store.members("1") == []
    assert store.groups_of("1") == ["2"]
    assert store.members("2") == [{"value": "1", "type": "User"}]


# Named values


def test_a_named_value_is_kept_replaced_and_removed(store: Store) -> None:
    with store.transaction() as transaction:
        transaction.set("clock", {"frozen": None})
        transaction.set("keyring", [])
        assert transaction.setting("clock") == {"frozen": None}
    with store.transaction() as transaction:
        transaction.set("clock", 1)
        transaction.set("keyring", None)
        transaction.set("nothing", None)

    assert store.setting("clock") == 1
    assert store.setting("keyring") is None
    assert store.setting("nothing") is None


# Transactions


def everything(store: Store) -> dict[str, Any]:
    return deepcopy(exported(store))


def test_a_transaction_that_raises_changes_nothing(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1"})
        transaction.set("clock", 1)
    before, memo = everything(store), store.read("Users", "1")

    with pytest.raises(UndoError), store.transaction() as transaction:
        transaction.put("Users", user(1, "renamed"))
        transaction.put("Users", user(9))
        transaction.drop("Users", "2")
        transaction.drop("Groups", "2")
        transaction.unlink("1", "1")
        transaction.link("1", {"value": "3"})
        transaction.next_id("Users")
        transaction.set("clock", 2)
        transaction.clear()
        raise UndoError

    assert everything(store) == before
    assert store.read("Users", "1") is memo
    assert store.by_key("Users", "renamed") is None


def test_a_transaction_sees_what_it_stages_and_others_do_not(store: Store) -> None:
    with_people(store)

    with store.transaction() as transaction:
        transaction.put("Users", user(1, "renamed"))
        transaction.drop("Users", "2")
        read = transaction.read("Users", "1")
        assert read is not None
        assert read["userName"] == "renamed"
        assert transaction.read("Users", "2") is None
        assert transaction.by_key("Users", user(1)["userName"]) is None
        assert len(names(store)) == 3
        assert store.by_key("Users", "renamed") is None
    assert names(store) == ["renamed", user(3)["userName"]]


def test_a_transaction_inside_of_another_is_a_part_of_it(store: Store) -> None:
    with_people(store)
    with pytest.raises(UndoError), store.transaction() as outer:
        outer.put("Users", user(4, "four"))
        with store.transaction() as inner:
            assert inner.by_key("Users", "FOUR") is not None
            assert inner.next_id("Users") == "5"
            inner.put("Users", user(5, "five"))
            inner.link("1", {"value": "5"})
            inner.drop("Users", "1")
        assert outer.read("Users", "5") == user(5, "five")
        assert outer.members("1") == [{"value": "5"}]
        assert outer.read("Users", "1") is None
        assert outer.next_id("Users") == "6"
        raise UndoError

    assert store.count("Users") == 3
    assert store.members("1") == []


def test_an_inner_transaction_that_raises_undoes_only_itself(store: Store) -> None:
    with_people(store)
    with store.transaction() as outer:
        outer.put("Users", user(4, "four"))
        outer.link("1", {"value": "1"})
        with pytest.raises(UniquenessError), store.transaction() as inner:
            inner.drop("Users", "1")
            inner.put("Users", user(5, "five"))
            inner.put("Users", user(6, "FOUR"))
        assert outer.read("Users", "5") is None
        assert outer.members("1") == [{"value": "1"}]

    assert [stored.document["id"] for stored in store.search("Users", order="id").items] == ["1", "2", "3", "4"]


def test_a_transaction_that_is_over_or_has_one_inside_takes_nothing(store: Store) -> None:
    with store.transaction() as outer, store.transaction(), pytest.raises(RuntimeError, match="inside of it"):
        outer.put("Users", user(1))
    with pytest.raises(RuntimeError, match="is over"):
        outer.read("Users", "1")


def test_clearing_removes_resources_and_members_and_keeps_the_rest(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "1"})
        transaction.set("clock", 1)
    with store.transaction() as transaction:
        transaction.put("Users", user(8))
        transaction.clear()
        assert transaction.read("Users", "1") is None
        assert transaction.by_key("Users", user(1)["userName"]) is None
        assert transaction.equal("Users", "manager", "1") == []
        assert transaction.members("1") == []
        new_id = transaction.next_id("Users")
        transaction.put("Users", user(int(new_id), "fresh"))
        transaction.put("Groups", group(4))
        transaction.link("4", {"value": new_id})

    assert new_id == "9"
    assert names(store) == ["fresh"]
    assert store.members("1") == []
    assert store.groups_of("9") == ["4"]
    assert store.setting("clock") == 1


def test_clearing_starts_ids_over_when_asked(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.clear(keep_ids=False)
        assert transaction.next_id("Users") == "1"
        assert transaction.next_id("Groups") == "1"


def test_many_documents_in_one_transaction_are_indexed_as_one_by_one(store: Store) -> None:
    add(store, *[user(number, externalId=str(number % 7)) for number in range(1, 1_501)])
    add(store, *[user(number, f"renamed-{number}", externalId="x") for number in range(1, 1_501, 3)])

    assert store.count("Users") == 1_500
    assert len(store.equal("Users", "externalId", "x")) == 500
    found = store.by_key("Users", "RENAMED-4")
    assert found is not None
    assert found.document["id"] == "4"
    assert store.by_key("Users", user(4)["userName"]) is None


def test_other_threads_wait_for_a_transaction_and_its_reads_do_not(store: Store) -> None:
    add(store, user(1))
    inside, done = Event(), Event()
    found: list[int] = []

    def search() -> None:
        inside.wait(10)
        found.append(store.search("Users").total)

    def read() -> None:
        store.read("Users", "1")
        done.set()

    thread = Thread(target=search)
    thread.start()
    with store.transaction() as transaction:
        transaction.put("Users", user(2))
        inside.set()
        reader = Thread(target=read)
        reader.start()
        assert done.wait(10)
        assert found == []
    thread.join()
    reader.join()
    assert found == [2]


def test_several_reads_see_one_state(store: Store) -> None:
    add(store, user(1, title="0"), user(2, title="0"))
    start = Barrier(2)

    def write() -> None:
        start.wait()
        for number in range(1, 200):
            add(store, user(1, title=str(number)), user(2, title=str(number)))

    writer = Thread(target=write)
    writer.start()
    start.wait()
    while writer.is_alive():
        with store.reading():
            first, second = store.read("Users", "1"), store.read("Users", "2")
        assert first is not None
        assert second is not None
        assert first.document["title"] == second.document["title"]
    writer.join()


def test_writers_at_the_same_time_lose_no_update_and_make_no_double(store: Store) -> None:
    add(store, user(1, counter=0))
    refused: list[str] = []

    def write(writer: int) -> None:
        for turn in range(60):
            with store.transaction() as transaction:
                current = transaction.read("Users", "1")
                assert current is not None
                transaction.put("Users", {**current, "counter": current["counter"] + 1})
            try:
                with store.transaction() as transaction:
                    transaction.put("Users", user(int(transaction.next_id("Users")), f"name-{turn}"))
            except UniquenessError:
                refused.append(f"{writer}-{turn}")

    threads = [Thread(target=write, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = store.read("Users", "1")
    assert stored is not None
    assert stored.document["counter"] == 8 * 60
    assert store.count("Users") == 61
    assert len(refused) == 7 * 60


# Snapshots


def test_a_snapshot_is_restored_with_its_ids_and_without_named_values(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "2", "type": "User"})
        transaction.set("clock", 1)
        transaction.next_id("Users")
    snapshot = store.snapshot()
    with store.transaction() as transaction:
        transaction.clear()
        transaction.put("Users", user(77))
        transaction.set("clock", 2)

    restore(store, snapshot)

    assert names(store) == [user(number)["userName"] for number in (1, 2, 3)]
    assert store.members("1") == [{"value": "2", "type": "User"}]
    assert store.groups_of("2") == ["1"]
    assert store.setting("clock") == 2
    with store.transaction() as transaction:
        assert transaction.next_id("Users") == "5"


def test_a_snapshot_stays_as_it_was_whatever_the_store_does_after_it(store: Store) -> None:
    with_people(store)
    snapshot = store.snapshot()
    before = deepcopy((snapshot.tables, snapshot.last))

    for _ in range(2):
        with store.transaction() as transaction:
            transaction.put("Users", user(2, "changed"))
            transaction.drop("Users", "1")
            transaction.put("Users", user(int(transaction.next_id("Users"))))
        assert (snapshot.tables, snapshot.last) == before
        restore(store, snapshot)


def test_a_transaction_shows_the_snapshot_that_it_would_leave(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link_all("1", [{"value": "2"}, {"value": "3"}])

    with store.transaction() as transaction:
        transaction.drop("Users", "1")
        transaction.put("Users", user(2, "changed"))
        transaction.link_all("1", [{"value": "2", "type": "User"}])
        transaction.next_id("Users")
        transaction.set("clock", 1)
        staged = transaction.snapshot()

    left = store.snapshot()
    assert (staged, staged.last["Users"]) == (left, 4)
    assert [list(staged.tables[name]) for name in left.tables] == [list(rows) for rows in left.tables.values()]


def test_a_transaction_that_is_undone_changes_nothing_and_takes_nothing_more(store: Store) -> None:
    with_people(store)
    before = store.snapshot()

    with store.transaction() as transaction:
        with store.transaction() as inside:
            inside.drop("Users", "1")
        transaction.put("Users", user(2, "changed"))
        transaction.undo()
        with pytest.raises(RuntimeError):
            transaction.put("Users", user(3, "changed"))

    assert store.snapshot() == before
    with store.transaction() as transaction:
        assert transaction.next_id("Users") == "4"


def test_the_garbage_collector_does_not_go_through_what_is_restored(store: Store) -> None:
    runs: list[bool] = []

    class Watched(dict[str, Any]):
        def get(self, *_: Any) -> Any:
            runs.append(gc.isenabled())
            return {}

    restore(store, Snapshot(Watched(), {}))

    assert set(runs) == {False}
    assert gc.isenabled()


def test_what_is_changed_after_restoring_in_one_transaction_stays(store: Store) -> None:
    with_people(store)
    snapshot = store.snapshot()

    with store.transaction() as transaction:
        transaction.restore(snapshot)
        with pytest.raises(UniquenessError):
            transaction.put("Users", user(9, user(1)["userName"]))
        transaction.put("Users", user(1, "renamed"))
        transaction.set("seed", 7)

    assert names(store) == ["renamed", *[user(number)["userName"] for number in (2, 3)]]
    assert store.setting("seed") == 7


def test_a_reader_goes_on_in_the_state_that_was_there_before_another_was_restored(store: Store) -> None:
    with_people(store)
    with store.transaction() as transaction:
        transaction.link("1", {"value": "2"})
    empty = Snapshot({}, {"Users": 0, "Groups": 0})
    reader = store.reader()
    with store.transaction() as transaction:
        transaction.put("Users", user(2, "last change"))

    restore(store, empty)

    seen = reader.read("Users", "2")
    assert seen is not None
    assert seen.document["userName"] == "last change"
    assert (reader.members("1"), reader.groups_of("2")) == ([{"value": "2"}], ["1"])
    assert reader.search("Users").total == 3
    assert (store.read("Users", "2"), store.members("1"), store.search("Users").total) == (None, [], 0)


def test_a_closed_store_takes_no_change(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StateClosedError), store.transaction():
        pass
