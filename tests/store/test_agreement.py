"""A store on files, with crashes, stops and compactions in between, agrees with the plainest store there is."""

from __future__ import annotations

import shutil
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sandbox.scim.errors import UniquenessError
from sandbox.store import Store, Term
from tests.store.samples import ENTERPRISE, LAYOUT, after_a_crash, restore, wait_for_compaction

NUMBERS = st.integers(1, 8)
NAMES = st.sampled_from(["anna", "Anna", "bert", "BERT", "carla", "Zoë"])


class UndoError(Exception):
    """Raised to undo a transaction."""


def undo_if(wanted: bool) -> None:
    """Raise when it is wanted."""
    if wanted:
        raise UndoError


class Agreement(RuleBasedStateMachine):
    """The same steps on a store and on plain lists and dicts."""

    def __init__(self) -> None:
        super().__init__()
        self.base = Path(tempfile.mkdtemp())
        self.folder = self.base / "widget"
        self.store = Store.open(self.folder, LAYOUT, compact_after_bytes=2_000)
        self.documents: dict[str, dict[int, dict[str, Any]]] = {"Users": {}, "Groups": {}}
        self.members: list[tuple[str, str]] = []
        self.settings: dict[str, Any] = {}
        self.last = {"Users": 0, "Groups": 0}
        self.kept: tuple[Any, ...] | None = None

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.base)

    def taken(self, collection: str, name: str, number: int) -> bool:
        key = "userName" if collection == "Users" else "displayName"
        return any(
            other != number and document[key].casefold() == name.casefold()
            for other, document in self.documents[collection].items()
        )

    @rule(
        collection=st.sampled_from(["Users", "Groups"]), number=NUMBERS, name=NAMES, manager=NUMBERS, undo=st.booleans()
    )
    def put(self, collection: str, number: int, name: str, manager: int, undo: bool) -> None:
        key = "userName" if collection == "Users" else "displayName"
        document = {"id": str(number), key: name, ENTERPRISE: {"manager": {"value": str(manager)}}}
        is_taken = self.taken(collection, name, number)
        try:
            with self.store.transaction() as transaction:
                transaction.put(collection, document)
                undo_if(undo)
        except UniquenessError:
            assert is_taken
            return
        except UndoError:
            assert not is_taken
            return
        assert not is_taken
        self.documents[collection][number] = document
        self.last[collection] = max(self.last[collection], number)

    @rule(collection=st.sampled_from(["Users", "Groups"]))
    def create(self, collection: str) -> None:
        key = "userName" if collection == "Users" else "displayName"
        with self.store.transaction() as outer, self.store.transaction() as transaction:
            new_id = transaction.next_id(collection)
            transaction.put(collection, {"id": new_id, key: f"new-{new_id}"})
            assert outer is not transaction
        self.last[collection] += 1
        assert int(new_id) == self.last[collection]
        self.documents[collection][int(new_id)] = {"id": new_id, key: f"new-{new_id}"}

    @rule(collection=st.sampled_from(["Users", "Groups"]), number=NUMBERS)
    def drop(self, collection: str, number: int) -> None:
        with self.store.transaction() as transaction:
            assert transaction.drop(collection, str(number)) == (number in self.documents[collection])
        if self.documents[collection].pop(number, None) is None:
            return
        position = 1 if collection == "Users" else 0
        self.members = [pair for pair in self.members if pair[position] != str(number)]

    @rule(group=NUMBERS, user=NUMBERS, undo=st.booleans())
    def link(self, group: int, user: int, undo: bool) -> None:
        if group not in self.documents["Groups"]:
            return
        pair = (str(group), str(user))
        try:
            with self.store.transaction() as transaction:
                assert transaction.link(pair[0], {"value": pair[1]}) == (pair not in self.members)
                assert transaction.is_member(*pair)
                undo_if(undo)
        except UndoError:
            return
        if pair not in self.members:
            self.members.append(pair)

    @rule(group=NUMBERS, user=NUMBERS, again=st.booleans())
    def unlink(self, group: int, user: int, again: bool) -> None:
        pair = (str(group), str(user))
        was_there = pair in self.members
        with self.store.transaction() as transaction:
            assert transaction.unlink(*pair) == was_there
            if again and was_there:
                transaction.link(pair[0], {"value": pair[1]})
        if was_there:
            self.members.remove(pair)
            if again:
                self.members.append(pair)

    @rule(name=st.sampled_from(["clock", "keyring"]), value=st.one_of(st.none(), st.integers(), st.text()))
    def set(self, name: str, value: Any) -> None:
        with self.store.transaction() as transaction:
            transaction.set(name, value)
        self.settings[name] = value

    @rule(keep_ids=st.booleans())
    def clear(self, keep_ids: bool) -> None:
        with self.store.transaction() as transaction:
            transaction.clear(keep_ids=keep_ids)
        self.documents = {"Users": {}, "Groups": {}}
        self.members = []
        if not keep_ids:
            self.last = {"Users": 0, "Groups": 0}

    @rule()
    def keep(self) -> None:
        self.kept = (self.store.snapshot(), deepcopy((self.documents, self.members, self.last)))

    @precondition(lambda self: self.kept is not None)
    @rule()
    def restore_it(self) -> None:
        assert self.kept is not None
        restore(self.store, self.kept[0])
        self.documents, self.members, self.last = deepcopy(self.kept[1])

    @rule()
    def crash(self) -> None:
        wait_for_compaction()
        crashed = after_a_crash(self.folder)
        self.store.close()
        shutil.rmtree(self.folder)
        crashed.rename(self.folder)
        self.store = Store.open(self.folder, LAYOUT, compact_after_bytes=2_000)

    @rule()
    def stop(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder, LAYOUT, compact_after_bytes=2_000)

    @invariant()
    def agrees(self) -> None:
        for collection, documents in self.documents.items():
            found = self.store.search(collection, order="id")
            assert [stored.document for stored in found.items] == [documents[number] for number in sorted(documents)]
            assert self.store.count(collection) == len(documents)
        for number in range(1, 9):
            assert self.store.members(str(number)) == [
                {"value": who} for group, who in self.members if group == str(number)
            ]
            assert sorted(self.store.groups_of(str(number))) == sorted(
                group for group, who in self.members if who == str(number)
            )
            reports = [
                str(each)
                for each, document in sorted(self.documents["Users"].items())
                if document.get(ENTERPRISE, {}).get("manager", {}).get("value") == str(number)
            ]
            assert self.store.equal("Users", "manager", str(number)) == reports
        names = sorted(document["userName"].casefold() for document in self.documents["Users"].values())
        after = self.store.search("Users", Term("userName", "gt", "BERT"))
        assert after.total == len([name for name in names if name > "bert"])
        for name in ("clock", "keyring"):
            assert self.store.setting(name) == self.settings.get(name)


TestAgreement = Agreement.TestCase
TestAgreement.settings = settings(max_examples=60, stateful_step_count=30)
