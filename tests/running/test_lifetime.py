"""Accounts come and go while the sandbox serves: their state with them, and no request in flight fails badly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from httpx2 import Client

from sandbox.accounts import Account
from sandbox.clock import Clock
from sandbox.running import AccountGoneError, Founding, RunningSandbox, TakenError
from tests.conftest import Connect, OpenSandbox

NEW = {"name": "other", "environment": "qa", "time_zone": "Europe/Amsterdam", "users": 2, "groups": 0}


def folder_of(sandbox: RunningSandbox, name: str = "other") -> Path:
    return sandbox.settings.state / "accounts" / name


def test_a_new_account_serves_with_its_own_token_clock_and_people_and_stays(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    sandbox = start_sandbox(clock=None, frozen=False)
    owner = connect(sandbox, "/_sandbox")

    created = owner.post("/accounts", json={**NEW, "clock": "2030-01-01T00:00:00Z", "frozen": True})

    assert created.status_code == 201
    shown = created.json()
    assert (shown["time_zone"], shown["now"], shown["users"]) == ("Europe/Amsterdam", "2030-01-01T00:00:00Z", 2)
    assert shown["endpoints"] == ["http://localhost:4630/scim/v2", "http://localhost:4630/scim"]
    user = connect(sandbox, token=shown["token"]).get("/Users/1").json()
    assert user["userName"].endswith("@other.example")
    assert user["meta"]["created"] == "2030-01-01T01:00:00+01:00"
    sandbox.close()
    again = start_sandbox()
    assert list(again.accounts) == ["widget", "widget-qa", "other"]
    assert connect(again, token=shown["token"]).get("/Users/1").json() == user


def test_the_same_name_gets_the_same_people_and_token_on_any_machine(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    body = {**NEW, "clock": "2030-01-01", "frozen": True}
    shown = [connect(start_sandbox(ephemeral=True), "/_sandbox").post("/accounts", json=body).json() for _ in range(2)]

    assert shown[0] == shown[1]


def test_on_another_host_the_token_of_a_new_account_is_random(start_sandbox: OpenSandbox, connect: Connect) -> None:
    tokens = set()
    for _ in range(2):
        sandbox = start_sandbox(ephemeral=True, host="0.0.0.0", control_key="k")
        owner = connect(sandbox, "/_sandbox")
        tokens.add(owner.post("/accounts", json=NEW, headers={"X-Sandbox-Control-Key": "k"}).json()["token"])

    assert len(tokens) == 2


def test_a_deleted_account_leaves_nothing_and_its_name_and_token_are_free_again(
    sandbox: RunningSandbox, connect: Connect, owner: Client
) -> None:
    token = owner.post("/accounts", json=NEW).json()["token"]
    client = connect(sandbox, token=token)
    owner.post("/accounts/other/snapshots", json={"name": "a"})
    assert folder_of(sandbox).is_dir()

    assert owner.delete("/accounts/other").status_code == 204

    assert client.get("/Users").status_code == 401
    assert owner.get("/accounts/other").status_code == 404
    assert sorted(path.name for path in folder_of(sandbox).parent.iterdir()) == ["widget", "widget-qa"]
    for name in ("other", "third"):
        assert owner.post("/accounts", json={**NEW, "name": name, "token": token}).status_code == 201
        assert client.get("/Users").json()["totalResults"] == 2
        owner.delete(f"/accounts/{name}")


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        pytest.param({}, 400, "1 to 63 of a-z", id="nothing"),
        pytest.param({"name": ""}, 400, "1 to 63 of a-z", id="no name"),
        pytest.param({"name": "../up"}, 400, "1 to 63 of a-z", id="a path"),
        pytest.param({"name": "a.b"}, 400, "1 to 63 of a-z", id="dots"),
        pytest.param({"name": "Widget"}, 400, "1 to 63 of a-z", id="capitals"),
        pytest.param({"name": "a" * 64}, 400, "1 to 63 of a-z", id="too long"),
        pytest.param({"name": 7}, 400, "are texts", id="a number"),
        pytest.param({"name": "widget"}, 409, "choose another name", id="a taken name"),
        pytest.param({"name": "a", "environment": "demo"}, 400, "production or qa", id="no environment"),
        pytest.param({"name": "a", "time_zone": "Mars"}, 400, "America/Chicago", id="no zone"),
        pytest.param({"name": "a", "time_zone": "../../etc/passwd"}, 400, "America/Chicago", id="a path for a zone"),
        pytest.param({"name": "a", "users": 100_001}, 400, "from 0 to 100000", id="too many users"),
        pytest.param({"name": "a", "groups": 1.5}, 400, "from 0 to 10000", id="half a group"),
        pytest.param({"name": "a", "token": "xyz"}, 400, "hexadecimal", id="no token"),
        pytest.param({"name": "a", "token": 7}, 400, "hexadecimal", id="a number for a token"),
        pytest.param({"name": "a", "clock": "tomorrow"}, 400, "ISO 8601", id="no instant"),
        pytest.param({"name": "a", "clock": "9999-01-01"}, 400, "9000-01-01", id="out of range"),
        pytest.param({"name": "a", "frozen": "yes"}, 400, "true or false", id="no boolean"),
        pytest.param({"name": "a", "color": "red"}, 400, "'color' is not known", id="an unknown member"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_leaves_nothing(
    sandbox: RunningSandbox, owner: Client, body: dict[str, Any], status: int, named: str
) -> None:
    refused = owner.post("/accounts", json=body)

    assert refused.status_code == status
    assert named in refused.json()["error"]["message"]
    assert list(sandbox.accounts) == ["widget", "widget-qa"]
    assert sorted(path.name for path in (sandbox.settings.state / "accounts").iterdir()) == ["widget", "widget-qa"]


def test_two_accounts_never_have_the_same_token(sandbox: RunningSandbox, owner: Client) -> None:
    taken = owner.get("/accounts/widget/tokens?reveal=true").json()["token"]

    refused = owner.post("/accounts", json={**NEW, "token": taken})

    assert refused.status_code == 409
    assert refused.json()["error"]["message"] == (f"token …{taken[-7:]} is or was one of widget's: other needs its own")
    assert not folder_of(sandbox).exists()
    assert owner.post("/accounts", json=NEW).status_code == 201


def test_of_several_who_make_the_same_account_at_once_one_succeeds(sandbox: RunningSandbox, connect: Connect) -> None:
    owners = [connect(sandbox, "/_sandbox") for _ in range(6)]

    with ThreadPoolExecutor(len(owners)) as pool:
        answers = list(pool.map(lambda owner: owner.post("/accounts", json=NEW).status_code, owners))

    assert sorted(answers) == [201, 409, 409, 409, 409, 409]


def test_an_account_that_cannot_be_written_is_not_there(sandbox: RunningSandbox, owner: Client) -> None:
    accounts = sandbox.settings.state / "accounts"
    (accounts / "other").write_text("in the way")

    assert owner.post("/accounts", json=NEW).status_code == 507

    assert list(sandbox.accounts) == ["widget", "widget-qa"]
    (accounts / "other").unlink()
    assert owner.post("/accounts", json=NEW).status_code == 201


def test_while_clients_use_an_account_it_is_deleted_and_no_answer_is_a_5xx(
    sandbox: RunningSandbox, connect: Connect, owner: Client
) -> None:
    for turn in range(6):
        token = owner.post("/accounts", json={**NEW, "users": 3, "groups": 1}).json()["token"]
        stop = Event()
        # Here and not in the threads: CPython 3.11 may trip over its own counter when two threads make routes at once.
        clients = [(connect(sandbox, token=token), connect(sandbox, "/_sandbox")) for _ in range(4)]

        def use(number: int, clients: list[tuple[Client, Client]] = clients, stop: Event = stop) -> set[int]:
            (client, keeper), seen, made = clients[number], set(), 0
            while not stop.is_set():
                made += 1
                seen.add(client.post("/Users", json={"userName": f"u{number}.{made}"}).status_code)
                seen.add(client.get("/Users").status_code)
                seen.add(client.patch("/Users/1", json={"title": str(made)}).status_code)
                seen.add(keeper.post("/accounts/other/snapshots", json={"name": f"s{number}"}).status_code)
                seen.add(keeper.post("/accounts/other/tokens/rotate").status_code)
                seen.add(keeper.post("/accounts/other/clock/advance", json={"by": "1s"}).status_code)
            return seen

        with ThreadPoolExecutor(4) as pool:
            users = [pool.submit(use, number) for number in range(4)]
            for _ in range(turn):
                owner.post("/accounts/other/reset", json={"to": "seed"})
            assert owner.delete("/accounts/other").status_code == 204
            assert not folder_of(sandbox).exists()
            stop.set()
            seen = set().union(*[user.result() for user in users])

        assert seen <= {200, 201, 204, 401, 404}, seen
        assert not folder_of(sandbox).exists()


def test_whoever_still_holds_a_deleted_account_changes_nothing(sandbox: RunningSandbox, owner: Client) -> None:
    owner.post("/accounts", json=NEW)
    gone = sandbox.accounts["other"]
    sandbox.delete("other")

    for step in (
        lambda: gone.move_clock(Clock.freeze),
        lambda: gone.save("a"),
        lambda: gone.revoke("t1"),
        lambda: gone.reset(gone.store.snapshot()),
        lambda: gone.reset_to_seed(gone.seed),
        lambda: sandbox.delete("other"),
    ):
        with pytest.raises(AccountGoneError):
            step()
    assert not folder_of(sandbox).exists()


def test_without_any_account_the_sandbox_still_answers(sandbox: RunningSandbox, connect: Connect) -> None:
    client, owner = connect(sandbox), connect(sandbox, "/_sandbox")
    for name in ("widget", "widget-qa"):
        owner.delete(f"/accounts/{name}")

    assert owner.get("/accounts").json() == {"items": [], "total": 0}
    assert client.get("/Users").status_code == 401
    assert owner.get("/accounts/widget").json()["error"]["message"] == "there is no account 'widget'; there is none"


def test_without_any_account_discovery_has_nobody_to_speak_for(start_sandbox: OpenSandbox, connect: Connect) -> None:
    sandbox = start_sandbox(dialect="rfc7644")
    client = connect(sandbox, token="ab" * 32)
    assert client.get("/Schemas").status_code == 200
    for name in ("widget", "widget-qa"):
        sandbox.delete(name)

    assert client.get("/Schemas").status_code == 401


def test_a_founding_that_is_refused_leaves_its_token_to_others(sandbox: RunningSandbox) -> None:
    seed = sandbox.default_seed
    with pytest.raises(TakenError):
        sandbox.found(Founding(account=Account(name="widget"), seed=seed, token="ab" * 32))

    running = sandbox.found(Founding(account=Account(name="other"), seed=seed, token="ab" * 32))

    assert running.admit(b"ab" * 32) is not None


def test_a_rotation_that_cannot_be_written_changes_nothing(
    sandbox: RunningSandbox, owner: Client, client: Client
) -> None:
    before = owner.get("/accounts/widget/tokens?reveal=true").json()
    path = folder_of(sandbox, "widget") / "keyring.json"
    kept = path.read_bytes()
    path.unlink()
    path.mkdir()

    refused = owner.post("/accounts/widget/tokens/rotate")

    assert (refused.status_code, refused.json()["error"]["code"]) == (507, "state_not_written")
    assert owner.get("/accounts/widget/tokens?reveal=true").json() == before
    assert client.get("/Users").status_code == 200
    path.rmdir()
    path.write_bytes(kept)
    assert owner.post("/accounts/widget/tokens/rotate").status_code == 200
