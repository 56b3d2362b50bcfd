"""Setting users and groups back: to the seed, to none, to a snapshot; in one step, whatever goes on meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count as counting
from threading import Event
from typing import Any

import pytest
from httpx2 import Client

from sandbox.running import RunningAccount, RunningSandbox
from tests.conftest import Connect, OpenSandbox

RESET = "/accounts/widget/reset"


def exported(account: RunningAccount) -> dict[str, Any]:
    """Return everything that is reset: every row, and the highest ids."""
    snapshot = account.store.snapshot()
    return {**snapshot.tables, "last": snapshot.last}


def spoil(client: Client) -> None:
    """Change, add and remove something of everything."""
    client.post("/Users", json={"userName": "jane@widget.example"})
    client.patch("/Users/1", json={"title": "Chief"})
    client.delete("/Users/2?hard=true")
    client.delete("/Groups/1")
    client.post("/Groups", json={"displayName": "New", "members": [{"value": "3"}]})


@pytest.mark.parametrize("sandbox", [{"users": 12, "groups": 3}], indirect=True)
def test_a_reset_to_the_seed_is_the_first_start_again_with_ids_and_times(
    account: RunningAccount, client: Client, owner: Client
) -> None:
    first = exported(account)
    listed = client.get("/Users").json()
    owner.post("/accounts/widget/clock/advance", json={"by": "3d"})
    spoil(client)

    answer = owner.post(RESET, json={"to": "seed"})

    assert (answer.json()["users"], answer.json()["groups"]) == (12, 3)
    assert exported(account) == first
    assert client.get("/Users").json() == listed
    assert client.post("/Users", json={"userName": "next@widget.example"}).json()["id"] == "13"


def test_a_reset_to_the_seed_is_the_first_start_again_after_a_restart_too(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    sandbox = start_sandbox(users=12, groups=3)
    first = exported(sandbox.accounts["widget"])
    spoil(connect(sandbox))
    sandbox.close()

    again = start_sandbox(users=1, groups=0, seed=7, clock=None)
    connect(again, "/_sandbox").post(RESET, json={"to": "seed"})

    assert exported(again.accounts["widget"]) == first


def test_a_seed_whose_file_is_missing_is_planted_anew(start_sandbox: OpenSandbox, connect: Connect) -> None:
    sandbox = start_sandbox(users=12, groups=3)
    first = exported(sandbox.accounts["widget"])
    sandbox.close()
    (kept,) = (sandbox.settings.state / "accounts" / "widget" / "seed").iterdir()
    assert kept.name == "42-12-3.json"
    kept.unlink()

    again = start_sandbox()
    connect(again, "/_sandbox").post(RESET, json={"to": "seed"})

    assert exported(again.accounts["widget"]) == first


@pytest.mark.parametrize("sandbox", [{"users": 12, "groups": 3}], indirect=True)
def test_a_reset_creates_nobody_anew_but_puts_back_what_was_there(
    account: RunningAccount, client: Client, owner: Client
) -> None:
    before = account.store.read("Users", "5")
    client.delete("/Users/5?hard=true")

    owner.post(RESET, json={"to": "seed"})

    after = account.store.read("Users", "5")
    assert before is not None
    assert after is not None
    assert after.document is before.document


@pytest.mark.parametrize("sandbox", [{"users": 12, "groups": 3}], indirect=True)
def test_other_numbers_seed_other_people_and_are_kept(
    sandbox: RunningSandbox, start_sandbox: OpenSandbox, connect: Connect, owner: Client
) -> None:
    answer = owner.post(RESET, json={"to": "seed", "seed": 7, "users": 4}).json()
    assert (answer["users"], answer["groups"]) == (4, 3)
    assert answer["seed"] == {"seed": 7, "users": 4, "groups": 3}
    first = exported(sandbox.accounts["widget"])
    sandbox.close()

    again = start_sandbox()
    account = again.accounts["widget"]
    connect(again, "/_sandbox").post(RESET, json={"to": "empty"})
    assert account.store.count("Users") == 0
    connect(again, "/_sandbox").post(RESET, json={"to": "seed"})

    assert exported(account) == first
    assert [path.name for path in (again.settings.state / "accounts" / "widget" / "seed").iterdir()] == ["7-4-3.json"]


@pytest.mark.parametrize("sandbox", [{"users": 3, "groups": 1}], indirect=True)
def test_an_empty_account_gives_out_ids_from_one(client: Client, owner: Client) -> None:
    owner.post(RESET, json={"to": "empty"})

    assert client.get("/Users").json()["totalResults"] == 0
    assert client.post("/Users", json={"userName": "first@widget.example"}).json()["id"] == "1"


@pytest.mark.parametrize("sandbox", [{"users": 3, "groups": 1}], indirect=True)
@pytest.mark.parametrize("to", ["seed", "empty", "snapshot:a"])
def test_a_reset_leaves_tokens_and_clock_alone(client: Client, owner: Client, to: str) -> None:
    owner.post("/accounts/widget/snapshots", json={"name": "a"})
    owner.post("/accounts/widget/tokens/rotate")
    owner.post("/accounts/widget/clock/advance", json={"by": "3d"})
    paths = ("/accounts/widget/tokens", "/accounts/widget/clock")
    before = [owner.get(path).json() for path in paths]

    assert owner.post(RESET, json={"to": to}).status_code == 200

    assert [owner.get(path).json() for path in paths] == before
    assert client.get("/Users").status_code == 200


def test_a_restored_snapshot_of_another_account_brings_no_token_clock_or_environment(
    sandbox: RunningSandbox, connect: Connect, owner: Client
) -> None:
    qa = connect(sandbox, account="widget-qa")
    qa.post("/Users", json={"userName": "tried@widget.example"})
    owner.post("/accounts/widget-qa/tokens/rotate")
    owner.post("/accounts/widget-qa/clock/advance", json={"by": "400d"})
    owner.post("/accounts/widget-qa/snapshots", json={"name": "tried"})
    before = owner.get("/accounts/widget").json()

    after = owner.post(RESET, json={"to": "snapshot:tried", "from": "widget-qa"}).json()

    assert after == {**before, "users": 1}
    assert connect(sandbox).get("/Users/1").json()["userName"] == "tried@widget.example"
    assert connect(sandbox).post("/Users", json={"userName": "next"}).json()["id"] == "2"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param({}, "seed, empty or snapshot:NAME", id="nothing"),
        pytest.param({"to": None}, "seed, empty or snapshot:NAME", id="null"),
        pytest.param({"to": ["seed"]}, "seed, empty or snapshot:NAME", id="a list"),
        pytest.param({"to": "SEED"}, "seed, empty or snapshot:NAME", id="capitals"),
        pytest.param({"to": "seed:1"}, "seed, empty or snapshot:NAME", id="a seed with a name"),
        pytest.param({"to": "snapshot"}, "seed, empty or snapshot:NAME", id="a snapshot without a name"),
        pytest.param({"to": "snapshot:../../etc"}, "there is none yet", id="a path"),
        pytest.param({"to": "empty", "users": 3}, "'users' does not go with", id="users of none"),
        pytest.param({"to": "seed", "from": "widget-qa"}, "'from' does not go with", id="a seed from elsewhere"),
        pytest.param({"to": "seed", "users": -1}, "from 0 to 100000", id="fewer than none"),
        pytest.param({"to": "seed", "users": 100_001}, "from 0 to 100000", id="too many"),
        pytest.param({"to": "seed", "users": True}, "from 0 to 100000", id="a boolean"),
        pytest.param({"to": "seed", "seed": "7"}, "from 0 to 9007199254740991", id="a text"),
        pytest.param({"to": "seed", "people": 7}, "'people' is not known", id="an unknown member"),
        pytest.param({"to": "snapshot:a", "from": 7}, "no account '7'", id="from no account"),
    ],
)
def test_a_reset_that_cannot_be_changes_nothing(
    account: RunningAccount, client: Client, owner: Client, body: dict[str, Any], named: str
) -> None:
    spoil(client)
    before = exported(account)

    refused = owner.post(RESET, json=body)

    assert refused.status_code in (400, 404)
    assert named in refused.json()["error"]["message"]
    assert exported(account) == before


# Under load

SIZES = {"A": 30, "B": 40}
"""Two states that have nothing in common: how many users each has; half of them are in its only group."""


def fill(owner: Client, client: Client, state: str) -> None:
    """Make a state, and keep it under its name."""
    owner.post(RESET, json={"to": "empty"})
    for number in range(SIZES[state]):
        name = f"{state}{number}@widget.example"
        client.post("/Users", json={"userName": name, "title": state, "externalId": state})
    members = [{"value": str(number)} for number in range(1, SIZES[state] // 2 + 1)]
    client.post("/Groups", json={"displayName": state, "members": members})
    owner.post("/accounts/widget/snapshots", json={"name": state})


def write(client: Client, number: int, turn: int) -> Iterator[str]:
    """Write once of each kind, and yield each answer that is not as it may be."""
    name = f"w{number}.{turn}@widget.example"
    created = client.post("/Users", json={"userName": name, "title": "W"})
    if created.status_code != 201 or (created.json()["userName"], created.json()["title"]) != (name, "W"):
        yield f"create {created.status_code} {created.text}"
    changed = client.patch(f"/Users/{turn % 30 + 1}", json={"nickName": name})
    if changed.status_code not in (200, 404):
        yield f"patch {changed.status_code} {changed.text}"
    renamed = client.put("/Groups/1", json={"externalId": name})
    if renamed.status_code not in (200, 404):
        yield f"put {renamed.status_code} {renamed.text}"


def read(client: Client, number: int, turn: int) -> Iterator[str]:
    """Read once of each kind, and yield each answer that is of no one state."""
    page = client.get(f"/Users?startIndex={turn % 20 + 1}").json()
    if len({user["title"] for user in page["Resources"]} & set(SIZES)) > 1:
        yield f"a page of two states {page}"
    for state, size in SIZES.items():
        found = client.get("/Users", params={"filter": f'externalId eq "{state}"', "count": "3"}).json()
        titles = {user["title"] for user in found["Resources"]}
        if (found["totalResults"], titles) not in ((0, set()), (size, {state})):
            yield f"found {found}"
    group = client.get("/Groups/1")
    if group.status_code == 200:
        state = group.json()["displayName"]
        shown = [member.get("display", "")[:1] for member in group.json().get("members", [])]
        if shown != [state] * (SIZES[state] // 2):
            yield f"group {group.text}"
    elif group.status_code != 404:
        yield f"group {group.status_code} {group.text}"
    user = client.get(f"/Users/{number + 1}")
    if user.status_code == 200 and user.json()["title"] in SIZES:
        groups = [each["display"] for each in user.json().get("groups", [])]
        if groups != [user.json()["title"]]:
            yield f"user {user.text}"


Step = Callable[[Client, int, int], Iterator[str]]


def at_full_speed(step: Step, client: Client, number: int, stop: Event) -> list[str]:
    """Repeat a step until it is time to stop, and return the first answers that are wrong."""
    wrong: list[str] = []
    for turn in counting():
        if stop.is_set() or len(wrong) > 3:
            return wrong
        wrong += step(client, number, turn)
    return wrong


def test_while_clients_write_and_read_at_full_speed_no_answer_is_of_half_a_state(
    sandbox: RunningSandbox, connect: Connect, owner: Client, client: Client, account: RunningAccount
) -> None:
    for state in SIZES:
        fill(owner, client, state)
    expected = exported(account)
    stop = Event()

    with ThreadPoolExecutor(6) as pool:
        steps: list[Step] = [write, write, write, read, read, read]
        running = [
            pool.submit(at_full_speed, step, connect(sandbox), number, stop) for number, step in enumerate(steps)
        ]
        try:
            answers = [owner.post(RESET, json={"to": to}) for to in ("snapshot:A", "snapshot:B", "empty") * 5]
        finally:
            stop.set()
    assert [answer.status_code for answer in answers] == [200] * 15
    assert [wrong for job in running for wrong in job.result()] == []

    owner.post(RESET, json={"to": "snapshot:B"})
    assert exported(account) == expected


def search(client: Client, _number: int, _turn: int) -> Iterator[str]:
    """Search users and groups at once, and yield an answer that has some of both states."""
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 100}
    found = client.post("/.search", json=body).json()
    kinds = {each.get("title") or each["displayName"] for each in found["Resources"]}
    if (found["totalResults"], len(kinds)) not in ((31, 1), (41, 1)):
        yield f"{found['totalResults']} of {kinds}"


def test_a_search_over_users_and_groups_sees_both_of_one_state(start_sandbox: OpenSandbox, connect: Connect) -> None:
    sandbox = start_sandbox(dialect="rfc7644")
    owner, stop = connect(sandbox, "/_sandbox"), Event()
    for state in SIZES:
        fill(owner, connect(sandbox), state)

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(at_full_speed, search, connect(sandbox), number, stop) for number in range(3)]
        try:
            for to in ("snapshot:A", "snapshot:B") * 15:
                owner.post(RESET, json={"to": to})
        finally:
            stop.set()

    assert [wrong for job in running for wrong in job.result()] == []
