"""A state machine over the HTTP API: whatever clients do, the sandbox and a model of plain dicts do not disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.conftest import START
from tests.web.state_machine_filters import Filter, group_filter, user_filter
from tests.web.state_machine_model import BASE, Edit, Model, RefusedError
from tests.web.state_machine_requests import (
    REFERENCE,
    as_sent,
    group_body,
    group_operation,
    patch_op,
    user_body,
    user_operation,
)
from tests.web.world import Answer, World

WHICH = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 9])
"""Which user or group a step is about: beyond the last one, one that does not exist."""
MEMBER_VERBS = ("add", "remove", "replace")
MEMBERS = st.lists(REFERENCE, max_size=3).flatmap(lambda members: st.tuples(st.just(members), as_sent(members)))
SPOILERS = st.sampled_from(
    [
        {"op": "move", "path": "title", "value": "x"},
        {"op": "replace", "path": "id", "value": "7"},
        {"op": "replace", "path": "colour", "value": "x"},
        {"op": "add", "path": "externalId"},
        {"op": "replace", "path": "externalId", "value": {"a": 1}},
        {"op": "remove"},
    ]
)
"""Operations that are refused, whatever stands before them."""


class Account(RuleBasedStateMachine):
    """One account of 4me, asked over HTTP."""

    on_files: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(START)
        self._folder: TemporaryDirectory[str] | None = TemporaryDirectory() if self.on_files else None
        self.world = World("4me", Path(self._folder.name) / "state" if self._folder else None)
        self._last = {"Users": 0, "Groups": 0}
        """The highest id so far."""

    def teardown(self) -> None:
        self.world.close()
        if self._folder:
            self._folder.cleanup()

    @initialize()
    def begin(self) -> None:
        email = {"value": "a@x.example", "type": "home", "primary": True}
        for number in range(3):
            edits: list[Edit] = [("userName", f"first{number}@x.example"), ("emails", [email])]
            self.check_created(
                self.world.send("POST", "/Users", dict(edits)), "Users", partial(self.model.create_user, edits=edits)
            )
        members = [{"value": "1"}, {"value": "2"}]
        self.model.create_group("1", [("displayName", "First")], [("add", members)])
        self.world.send("POST", "/Groups", {"displayName": "First", "members": members})

    # Users

    @rule(said=user_body(named=True))
    def create_user(self, said: tuple[list[Edit], dict[str, Any]]) -> None:
        edits, body = said
        answer = self.world.send("POST", "/Users", body)
        self.check_created(answer, "Users", lambda new_id: self.model.create_user(new_id, edits))

    @rule(which=WHICH, said=user_body(named=False), method=st.sampled_from(["PUT", "PATCH"]))
    def update_user(self, which: int, said: tuple[list[Edit], dict[str, Any]], method: str) -> None:
        edits, body = said
        user_id = self.pick("Users", which)
        answer = self.world.send(method, f"/Users/{user_id}", body)
        self.check_updated(answer, "Users", user_id, lambda: self.model.update_user(user_id, edits))

    @rule(which=WHICH, said=st.lists(user_operation(), min_size=1, max_size=4), bare=st.booleans())
    def patch_user(self, which: int, said: list[tuple[Edit, Any]], bare: bool) -> None:
        user_id = self.pick("Users", which)
        answer = self.world.send("PATCH", f"/Users/{user_id}", patch_op([each for _, each in said], bare=bare))
        self.check_updated(
            answer, "Users", user_id, lambda: self.model.update_user(user_id, [edit for edit, _ in said])
        )

    @precondition(lambda self: self.model.users)
    @rule(which=WHICH, said=st.lists(user_operation(), max_size=3), spoiler=SPOILERS)
    def patch_user_in_vain(self, which: int, said: list[tuple[Edit, Any]], spoiler: dict[str, Any]) -> None:
        user_id = self.pick("Users", which % len(self.model.users))
        operations = [*(each for _, each in said), spoiler]
        answer = self.world.send("PATCH", f"/Users/{user_id}", patch_op(operations, bare=False))
        assert answer.status == 400, answer

    @rule(which=WHICH, hard=st.sampled_from(["", "", "", "?hard=true", "?hard=false"]))
    def delete_user(self, which: int, hard: str) -> None:
        user_id = self.pick("Users", which)
        answer = self.world.send("DELETE", f"/Users/{user_id}{hard}")
        act = self.model.remove_user if hard == "?hard=true" else self.model.deactivate
        self.check_deleted(answer, "Users", user_id, act)

    # Groups

    @rule(said=group_body(named=True), members=MEMBERS)
    def create_group(self, said: tuple[list[Edit], dict[str, Any]], members: tuple[list[Any], Any]) -> None:
        edits, body = said
        if self.model.is_in_doubt([("add", members[0])]):
            return
        answer = self.world.send("POST", "/Groups", {**body, "members": members[1]})
        self.check_created(
            answer, "Groups", lambda new_id: self.model.create_group(new_id, edits, [("add", members[0])])
        )

    @rule(which=WHICH, said=group_body(named=False), members=st.none() | MEMBERS)
    def put_group(
        self, which: int, said: tuple[list[Edit], dict[str, Any]], members: tuple[list[Any], Any] | None
    ) -> None:
        edits, body = said
        group_id = self.pick("Groups", which)
        sent = body if members is None else {**body, "members": members[1]}
        replaced = [] if members is None else [("replace", members[0])]
        if self.model.is_in_doubt(replaced):
            return
        answer = self.world.send("PUT", f"/Groups/{group_id}", sent)
        self.check_updated(answer, "Groups", group_id, lambda: self.model.update_group(group_id, edits, replaced))

    @rule(
        which=WHICH,
        said=group_body(named=False),
        added=st.lists(REFERENCE, max_size=2),
        removed=st.lists(REFERENCE, max_size=2),
    )
    def patch_group_partly(
        self, which: int, said: tuple[list[Edit], dict[str, Any]], added: list[Any], removed: list[Any]
    ) -> None:
        edits, body = said
        group_id = self.pick("Groups", which)
        members = [*added, *({**each, "operation": "delete"} for each in removed)]
        verbs = [("add", added), ("remove", removed)]
        if self.model.is_in_doubt(verbs):
            return
        answer = self.world.send("PATCH", f"/Groups/{group_id}", {**body, "members": members})
        self.check_updated(answer, "Groups", group_id, lambda: self.model.update_group(group_id, edits, verbs))

    @rule(which=WHICH, said=st.lists(group_operation(), min_size=1, max_size=4), bare=st.booleans())
    def patch_group(self, which: int, said: list[tuple[Edit, Any]], bare: bool) -> None:
        group_id = self.pick("Groups", which)
        members = [edit for edit, _ in said if edit[0] in MEMBER_VERBS]
        if self.model.is_in_doubt(members):
            return
        answer = self.world.send("PATCH", f"/Groups/{group_id}", patch_op([each for _, each in said], bare=bare))
        edits = [edit for edit, _ in said if edit[0] not in MEMBER_VERBS]
        self.check_updated(answer, "Groups", group_id, lambda: self.model.update_group(group_id, edits, members))

    @precondition(lambda self: self.model.groups)
    @rule(which=WHICH, said=st.lists(group_operation(), max_size=3), spoiler=SPOILERS)
    def patch_group_in_vain(self, which: int, said: list[tuple[Edit, Any]], spoiler: dict[str, Any]) -> None:
        group_id = self.pick("Groups", which % len(self.model.groups))
        operations = [*(each for _, each in said), spoiler]
        answer = self.world.send("PATCH", f"/Groups/{group_id}", patch_op(operations, bare=False))
        assert answer.status == 400, answer

    @rule(which=WHICH)
    def delete_group(self, which: int) -> None:
        group_id = self.pick("Groups", which)
        answer = self.world.send("DELETE", f"/Groups/{group_id}")
        self.check_deleted(answer, "Groups", group_id, self.model.remove_group)

    # Lists

    @rule(wanted=st.lists(user_filter(), min_size=1, max_size=5), start=st.integers(-1, 4), size=st.integers(-1, 30))
    def find_users(self, wanted: list[Filter], start: int, size: int) -> None:
        for each in wanted:
            self.check_page("Users", self.model.found("Users", each.matches), each.text, start, size)
            self.check_page("Users", self.model.found("Users", each.matches), each.text)

    @rule(wanted=st.lists(group_filter(), min_size=1, max_size=5), start=st.integers(-1, 4), size=st.integers(-1, 30))
    def find_groups(self, wanted: list[Filter], start: int, size: int) -> None:
        for each in wanted:
            self.check_page("Groups", self.model.found("Groups", each.matches), each.text, start, size)
            self.check_page("Groups", self.model.found("Groups", each.matches), each.text)

    # Time

    @rule(seconds=st.sampled_from([1, 59, 3_600, 86_400 * 3]))
    def wait(self, seconds: int) -> None:
        self.world.advance(timedelta(seconds=seconds))
        self.model.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.on_files)
    @rule()
    def restart(self) -> None:
        self.world.restart()

    # What must hold

    @invariant()
    def shows_what_the_model_has(self) -> None:
        self.check_page("Users", self.model.found("Users", lambda _: True))
        self.check_page("Groups", self.model.found("Groups", lambda _: True))
        for group_id in self.model.groups:
            assert shown(self.world.send("GET", f"/Groups/{group_id}").json()) == self.model.group(group_id)

    def pick(self, collection: str, which: int) -> str:
        ids = sorted(self.model.users if collection == "Users" else self.model.groups, key=int)
        return ids[which] if which < len(ids) else "999"

    def check_created(self, answer: Answer, collection: str, create: Callable[[str], None]) -> None:
        new_id = str(answer.json().get("id", "none"))
        if statuses := refused(lambda: create(new_id)):
            assert answer.status in statuses, answer
            return
        assert answer.status == 201, answer
        assert int(new_id) > self._last[collection]
        self._last[collection] = int(new_id)
        assert answer.headers["Location"] == f"{BASE}/{collection}/{new_id}"
        assert shown(answer.json()) == self.expected(collection, new_id)

    def check_updated(self, answer: Answer, collection: str, one: str, update: Callable[[], None]) -> None:
        if one == "999":
            assert answer.status == 404, answer
            return
        if statuses := refused(update):
            assert answer.status in statuses, answer
            return
        assert answer.status == 200, answer
        assert shown(answer.json()) == self.expected(collection, one)

    def check_deleted(self, answer: Answer, collection: str, one: str, delete: Callable[[str], None]) -> None:
        if one == "999":
            assert answer.status == 404, answer
            return
        delete(one)
        assert (answer.status, answer.body) == (204, b""), answer
        is_gone = one not in (self.model.users if collection == "Users" else self.model.groups)
        assert self.world.send("GET", f"/{collection}/{one}").status == (404 if is_gone else 200)

    def check_page(
        self,
        collection: str,
        ids: list[str],
        text: str | None = None,
        start: int | None = None,
        size: int | None = None,
    ) -> None:
        asked = {"filter": text, "startIndex": start, "count": size}
        query = "&".join(f"{name}={quote_plus(str(value))}" for name, value in asked.items() if value is not None)
        answer = self.world.send("GET", f"/{collection}?{query}")
        assert answer.status == 200, answer
        page = answer.json()
        first, most = max(start or 1, 1), 25 if size is None else min(max(size, 0), 25)
        assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (len(ids), first, most), (text, page)
        expected = [self.expected(collection, one, whole=False) for one in ids[first - 1 :][:most]]
        assert [shown(each) for each in page["Resources"]] == expected, text

    def expected(self, collection: str, one: str, *, whole: bool = True) -> dict[str, Any]:
        return self.model.user(one) if collection == "Users" else self.model.group(one, whole=whole)


def refused(act: Callable[[], None]) -> tuple[int, ...]:
    """Return the statuses with which the model refuses an act; none when it takes it."""
    try:
        act()
    except RefusedError as error:
        return error.statuses
    return ()


def shown(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource with what has no order (RFC 7643 §2.4) in the model's order."""
    ordered = dict(resource)
    if "groups" in ordered:
        ordered["groups"] = sorted(ordered["groups"], key=lambda each: int(each["value"]))
    if "members" in ordered:
        ordered["members"] = sorted(
            ordered["members"], key=lambda each: ("Group" if "/Groups/" in each["$ref"] else "User", each["value"])
        )
    return ordered


class AccountOnFiles(Account):
    """The same, kept in files, and started again now and then."""

    on_files = True


def machine(kind: type[Account], runs: int) -> Any:
    """Return the test case of a state machine; a Hypothesis profile may ask for more than 100 % of *runs*."""
    case = kind.TestCase
    factor = max(settings().max_examples // 100, 1)
    case.settings = settings(
        max_examples=runs * factor, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
    )
    return pytest.mark.timeout(600 * factor)(case)


TestAccountInMemory = machine(Account, 160)
TestAccountOnFiles = machine(AccountOnFiles, 40)


# What the machine has found, in few steps


@pytest.fixture
def world() -> Iterator[World]:
    """Return an empty account of 4me."""
    world = World("4me")
    yield world
    world.close()


@pytest.mark.parametrize(
    ("operator", "names"), [pytest.param("gt", ["b", "a"], id="after"), pytest.param("lt", [], id="before")]
)
@pytest.mark.parametrize("collection", ["Users", "Groups"])
def test_a_filter_may_order_external_ids(world: World, collection: str, operator: str, names: list[str]) -> None:
    name = {"Users": "userName", "Groups": "displayName"}[collection]
    for each in ("a", "b"):
        world.send("POST", f"/{collection}", {name: each, "externalId": each})
    world.send("POST", f"/{collection}", {name: "without"})

    text = quote_plus(f'externalId {operator} "A"')
    answer = world.send("GET", f"/{collection}?filter={text}")

    assert answer.status == 200, answer
    assert [each[name] for each in answer.json()["Resources"]] == names


@pytest.mark.parametrize(
    "member",
    [pytest.param({"value": "1"}, id="by its id"), pytest.param({"value": "1", "type": "Group"}, id="by its type too")],
)
def test_a_new_group_cannot_name_itself_by_the_id_it_will_get(world: World, member: dict[str, str]) -> None:
    answer = world.send("POST", "/Groups", {"displayName": "First", "members": [member]})

    assert (answer.status, answer.json().get("scimType")) == (400, "invalidValue"), answer
    assert world.export() == {}


@pytest.mark.parametrize(
    "members",
    [
        pytest.param([{"value": "1"}, {"value": "1", "type": "User"}], id="behind the group"),
        pytest.param([{"value": "1", "type": "User"}, {"value": "1"}], id="before the group"),
    ],
)
def test_a_user_who_does_not_exist_is_refused_beside_the_group_with_that_id(
    world: World, members: list[dict[str, str]]
) -> None:
    world.send("POST", "/Groups", {"displayName": "First"})
    before = world.export()

    answer = world.send("POST", "/Groups", {"displayName": "Second", "members": members})

    assert (answer.status, answer.json().get("scimType")) == (400, "invalidValue"), answer
    assert world.export() == before


def test_a_group_that_is_added_without_its_type_is_removed_with_it(world: World) -> None:
    for name in ("Inner", "Outer"):
        world.send("POST", "/Groups", {"displayName": name})
    operations = [
        {"op": "add", "path": "members", "value": [{"value": "1"}]},
        {"op": "remove", "path": "members", "value": [{"value": "1", "type": "Group"}]},
    ]

    answer = world.send("PATCH", "/Groups/2", {"Operations": operations})

    assert answer.status == 200, answer
    assert "members" not in answer.json()
