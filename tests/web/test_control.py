"""Tokens and the clock through the control API: the rotation rehearsed, and who may not drive it."""

from __future__ import annotations

from typing import Any

import pytest
from httpx2 import Client

from sandbox.running import RunningSandbox
from sandbox.settings import SettingsError
from tests.conftest import Connect, OpenSandbox

TOKENS, CLOCK = "/accounts/widget/tokens", "/accounts/widget/clock"


def advance(owner: Client, by: str) -> dict[str, Any]:
    """Move the clock forward and return the answer."""
    answer = owner.post(f"{CLOCK}/advance", json={"by": by})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_old_token_works_for_thirty_days_after_a_rotation(
    sandbox: RunningSandbox, owner: Client, connect: Connect, client: Client
) -> None:
    fresh = connect(sandbox, token=owner.post(f"{TOKENS}/rotate", json={}).json()["token"])
    assert (client.get("/Users").status_code, fresh.get("/Users").status_code) == (200, 200)

    assert advance(owner, "29d 23h 59m 59s")["fired"] == []
    assert (client.get("/Users").status_code, fresh.get("/Users").status_code) == (200, 200)

    fired = advance(owner, "1s")["fired"]
    assert [due["what"] for due in fired] == ["token_retired"]
    assert (client.get("/Users").status_code, fresh.get("/Users").status_code) == (401, 200)


def test_the_overlap_goes_on_after_a_restart(start_sandbox: OpenSandbox, connect: Connect) -> None:
    first = start_sandbox()
    old = connect(first)
    value = str(old.headers["Authorization"]).removeprefix("Bearer ")
    owner = connect(first, "/_sandbox")
    owner.post(f"{TOKENS}/rotate", json={})
    advance(owner, "20d")
    first.close()

    second = start_sandbox()
    again, owner = connect(second, token=value), connect(second, "/_sandbox")

    assert again.get("/Users").status_code == 200
    advance(owner, "10d")
    assert again.get("/Users").status_code == 401


def test_an_overlap_of_nothing_cuts_the_old_token_at_once(owner: Client, client: Client) -> None:
    owner.post(f"{TOKENS}/rotate", json={"overlap": "0"})

    assert client.get("/Users").status_code == 401


def test_a_revoked_token_is_refused_at_once(owner: Client, client: Client) -> None:
    token_id = owner.get(TOKENS).json()["items"][0]["id"]

    assert owner.post(f"{TOKENS}/{token_id}/revoke").status_code == 200

    assert client.get("/Users").status_code == 401
    assert owner.post(f"{TOKENS}/{token_id}/revoke").status_code == 400


def test_tokens_are_listed_by_fingerprint_with_their_uses(owner: Client, client: Client) -> None:
    value = str(client.headers["Authorization"]).removeprefix("Bearer ")
    client.get("/Users")
    client.get("/Users")

    listed = owner.get(TOKENS)

    assert value not in listed.text
    assert listed.json()["items"][0]["fingerprint"] == f"…{value[-7:]}"
    assert listed.json()["items"][0]["uses"] == 2
    assert owner.get(f"{TOKENS}?reveal=true").json()["token"] == value


def test_the_clock_freezes_resumes_and_resets(owner: Client) -> None:
    assert owner.get(CLOCK).json()["now"] == "2026-03-02T09:00:00Z"
    assert owner.post(f"{CLOCK}/advance", json={"to": "2026-04-01T00:00:00Z"}).json()["now"] == "2026-04-01T00:00:00Z"
    assert owner.post(f"{CLOCK}/resume").json()["frozen"] is False
    assert owner.post(f"{CLOCK}/freeze").json()["frozen"] is True
    assert owner.post(f"{CLOCK}/reset").json()["offset"] == "0s"


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        pytest.param(f"{CLOCK}/advance", {}, "31d", id="nothing said"),
        pytest.param(f"{CLOCK}/advance", {"by": "1d", "to": "2027-01-01"}, "one of them", id="both said"),
        pytest.param(f"{CLOCK}/advance", {"by": "-1d"}, "negative", id="backwards"),
        pytest.param(f"{CLOCK}/advance", {"by": "10000y"}, "365d", id="absurd"),
        pytest.param(f"{CLOCK}/advance", {"by": 5}, "31d", id="a number"),
        pytest.param(f"{CLOCK}/advance", {"to": "2020-01-01"}, "past", id="the past"),
        pytest.param(f"{CLOCK}/advance", {"days": 5}, "'days'", id="an unknown member"),
        pytest.param(f"{TOKENS}/rotate", {"overlap": "soon"}, "'soon'", id="no overlap"),
        pytest.param(f"{TOKENS}/rotate", [1], "object", id="an array"),
        pytest.param("/accounts/nobody/clock/freeze", {}, "nobody", id="an unknown account"),
        pytest.param(f"{TOKENS}/t9/revoke", {}, "t9", id="an unknown token"),
    ],
)
def test_a_control_call_that_does_not_fit_says_what_would(owner: Client, path: str, body: object, named: str) -> None:
    before = (owner.get(TOKENS).json(), owner.get(CLOCK).json())

    refused = owner.post(path, json=body)

    assert refused.status_code in (400, 404)
    assert named in refused.json()["error"]["message"]
    assert (owner.get(TOKENS).json(), owner.get(CLOCK).json()) == before


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Host": "evil.example"}, id="a foreign host"),
        pytest.param({"Origin": "https://evil.example"}, id="a foreign origin"),
        pytest.param({"Origin": "null"}, id="no origin"),
        pytest.param({"Origin": "http://localhost:3000"}, id="another site of this machine"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site without an origin"),
        pytest.param({"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"}, id="a port beside"),
    ],
)
def test_a_page_of_another_site_cannot_drive_the_sandbox(owner: Client, headers: dict[str, str]) -> None:
    assert owner.post(f"{TOKENS}/rotate", json={}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "http://localhost:4630", "Sec-Fetch-Site": "same-origin"}, id="the sandbox's own"),
        pytest.param({"Origin": "HTTP://LOCALHOST:4630"}, id="in capitals"),
        pytest.param({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, id="an address that was typed"),
        pytest.param({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, id="a link on another site"),
    ],
)
def test_a_page_of_the_sandbox_and_a_person_are_let_in(owner: Client, headers: dict[str, str]) -> None:
    answer = owner.get("/accounts", headers=headers)

    assert answer.status_code == 200
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/_sandbox/health", "/_sandbox/nothing", "/console", "/console/settings"])
def test_on_another_host_every_path_of_the_owner_needs_the_key(
    start_sandbox: OpenSandbox, connect: Connect, path: str
) -> None:
    sandbox = start_sandbox(host="0.0.0.0")
    stranger = connect(sandbox, "")

    for key in ({}, {"X-Sandbox-Control-Key": "wrong"}, {b"X-Sandbox-Control-Key": "ë".encode()}):
        for method in ("GET", "POST", "DELETE"):
            refused = stranger.request(method, path, headers=key)
            assert refused.status_code == 401
            assert path.startswith("/console") or refused.json()["error"]["code"] == "key_needed"
    let_in = stranger.get(path, headers={"X-Sandbox-Control-Key": str(sandbox.control_key)})
    assert let_in.status_code in (200, 303, 404)


@pytest.mark.parametrize("path", ["/_sandbox/health", "/console"])
def test_the_console_is_closed_to_other_sites_as_the_control_api_is(
    sandbox: RunningSandbox, connect: Connect, path: str
) -> None:
    assert connect(sandbox, "").get(path, headers={"Host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:4630", "127.0.0.2:80", "[::1]:4630", "[::1]"])
def test_this_machine_is_known_by_each_of_its_names(owner: Client, host: str) -> None:
    assert owner.get("/health", headers={"Host": host}).status_code == 200


def test_a_control_call_with_too_large_a_body_is_refused_in_the_control_api_s_form(owner: Client) -> None:
    refused = owner.post(f"{CLOCK}/advance", content=b" " * 1_100_000)

    assert (refused.status_code, refused.json()["error"]["code"]) == (413, "too_large")


def test_on_another_host_the_control_key_is_needed_and_tokens_are_random(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    sandbox = start_sandbox(host="0.0.0.0")
    owner = connect(sandbox, "/_sandbox")
    assert owner.get("/accounts").status_code == 401

    owner.headers["X-Sandbox-Control-Key"] = str(sandbox.control_key)
    assert owner.get("/accounts").status_code == 200
    seeded = start_sandbox(state=sandbox.settings.state / "other").accounts["widget"].keyring.current
    current = sandbox.accounts["widget"].keyring.current
    assert current is not None
    assert seeded is not None
    assert current.value != seeded.value


def test_a_state_with_tokens_from_the_seed_is_not_served_on_another_host(start_sandbox: OpenSandbox) -> None:
    start_sandbox().close()

    with pytest.raises(SettingsError, match=r"--host 0\.0\.0\.0: token .* anybody can compute it"):
        start_sandbox(host="0.0.0.0")


def test_an_unknown_control_route_is_answered_in_the_control_api_s_form(owner: Client) -> None:
    for answer in (owner.get("/nothing"), owner.delete("/health")):
        assert answer.status_code in (404, 405)
        assert answer.json()["error"]["code"] == "not_here"
