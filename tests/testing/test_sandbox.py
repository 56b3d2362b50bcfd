"""``Sandbox`` as a test of a provisioning client uses it."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import httpx2 as httpx
import pytest

from sandbox.steering import SteeringError
from sandbox.testing import ArgumentError, Sandbox
from sandbox.tokens import seeded_token_value
from tests.testing.conftest import body_of, client_of

JSON = {"Content-Type": "application/scim+json"}
JANE = {"userName": "jane@widget.example"}


def test_a_client_gets_all_it_needs(own: Sandbox) -> None:
    answer = httpx.post(f"{own.endpoint}/Users", headers={**own.headers, **JSON}, json=body_of("jane"))

    assert answer.status_code == 201
    assert own.endpoint == f"{own.url}/scim/v2"
    assert own.headers == {"Authorization": f"Bearer {own.token}"}
    assert own.token == seeded_token_value(42, "widget", 1)


def test_users_and_groups_are_those_that_clients_see_and_looking_leaves_no_exchange(own: Sandbox) -> None:
    assert own.url
    shown = own.users, own.groups

    assert len(own.exchanges) == 0
    assert (len(shown[0]), len(shown[1])) == (3, 1)
    with client_of(own) as client:
        assert client.get("/Users").json()["Resources"] == shown[0]
        assert client.get(f"/Groups/{shown[1][0]['id']}").json() == shown[1][0]


def test_more_users_than_fit_on_a_page_are_all_there() -> None:
    with Sandbox(users=60) as sandbox:
        assert len({user["id"] for user in sandbox.users}) == 60


def test_without_arguments_nobody_is_there_and_the_time_is_the_machines() -> None:
    with Sandbox() as sandbox:
        assert (sandbox.users, sandbox.groups, list(sandbox.exchanges)) == ([], [], [])
        assert not sandbox.clock.is_frozen


def test_the_same_seed_makes_the_same_people() -> None:
    with Sandbox(users=2, seed=7) as first, Sandbox(users=2, seed=7) as second, Sandbox(users=2, seed=8) as other:
        names = [[user["userName"] for user in each.users] for each in (first, second, other)]

    assert names[0] == names[1] != names[2]


def test_two_sandboxes_in_one_process_do_not_know_each_other() -> None:
    with Sandbox() as first, Sandbox() as second:
        with client_of(first) as client:
            client.post("/Users", json=JANE)

        assert first.url != second.url
        assert (len(first.users), len(second.users)) == (1, 0)
        assert (len(first.exchanges), len(second.exchanges)) == (1, 0)


def test_without_asking_where_it_serves_there_is_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was bound")

    monkeypatch.setattr(socket.socket, "bind", refuse)

    with Sandbox(users=1) as sandbox:
        transport = httpx.WSGITransport(app=sandbox.wsgi)
        with httpx.Client(transport=transport, base_url="http://sandbox/scim/v2", headers=sandbox.headers) as client:
            made = client.post("/Users", json=JANE)
            found = client.get("/Users", params={"filter": 'userName eq "jane@widget.example"'})

        assert made.status_code == 201
        assert made.json()["meta"]["location"].startswith("http://sandbox/scim/v2/Users/")
        assert found.json()["totalResults"] == 1
        assert [exchange.method for exchange in sandbox.exchanges] == ["POST", "GET"]


def test_nothing_is_left_when_it_ends() -> None:
    before = threading.active_count()

    with ExitStack() as ending, Sandbox(users=1) as sandbox:
        url = sandbox.url
        told = f"{url}/_sandbox/accounts/widget/exchanges/stream"
        stream = ending.enter_context(httpx.stream("GET", told))  # the server needs a moment to end it
        assert next(stream.iter_text()).startswith(": ")

    assert threading.active_count() == before
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    with pytest.raises(RuntimeError, match="for the length of a with block"):
        sandbox.url  # noqa: B018 - it is asked for its refusal


@pytest.mark.parametrize("by", [timedelta(days=31), "31d"], ids=["timedelta", "text"])
def test_the_clock_is_advanced_by_a_duration_or_a_text(by: Any) -> None:
    with Sandbox(clock="2026-01-01T00:00Z") as sandbox:
        old = sandbox.token
        new = sandbox.tokens.rotate()
        fired = sandbox.clock.advance(by)

        assert sandbox.clock.now() == datetime(2026, 2, 1, tzinfo=UTC)
        assert [due["what"] for due in fired] == ["token_retired"]
        assert sandbox.token == new != old
        assert [
            httpx.get(f"{sandbox.endpoint}/Users", headers={"Authorization": f"Bearer {token}"}).status_code
            for token in (old, new)
        ] == [401, 200]


def test_a_clock_that_is_set_stands_still_unless_it_is_to_run() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    with Sandbox(clock=start) as frozen, Sandbox(clock=start, frozen=False) as running:
        assert (frozen.clock.now(), frozen.clock.is_frozen) == (start, True)
        assert (running.clock.now() > start, running.clock.is_frozen) == (True, False)


def test_the_clock_goes_to_an_instant_stops_and_goes_on() -> None:
    with Sandbox(clock="2026-01-01") as sandbox:
        sandbox.clock.advance_to(datetime(2026, 3, 1, tzinfo=UTC))
        assert sandbox.clock.now() == datetime(2026, 3, 1, tzinfo=UTC)

        sandbox.clock.resume()
        assert not sandbox.clock.is_frozen

        sandbox.clock.freeze("2026-04-01T00:00:00Z")
        assert sandbox.clock.now() == datetime(2026, 4, 1, tzinfo=UTC)

        sandbox.clock.reset()
        assert sandbox.clock.now() > datetime(2026, 4, 1, tzinfo=UTC)


def test_tokens_are_listed_rotated_and_revoked(own: Sandbox) -> None:
    own.tokens.rotate(overlap=timedelta(days=7))
    assert [token["role"] for token in own.tokens] == ["current", "retiring"]

    own.tokens.revoke("t1")
    assert [token["id"] for token in own.tokens] == ["t2"]

    own.tokens.revoke("t2")
    with pytest.raises(LookupError, match="has no current token"):
        own.token  # noqa: B018 - it is asked for its refusal


def test_another_dialect_and_other_quirks_are_arguments() -> None:
    with Sandbox(dialect="rfc7644", prefix="/scim", set={"max_count": 7}, token="ab" * 32) as sandbox:
        assert sandbox.endpoint.endswith("/scim")
        assert sandbox.token == "ab" * 32
        answer = httpx.get(f"{sandbox.endpoint}/ServiceProviderConfig", headers=sandbox.headers).json()

    assert answer["filter"]["maxResults"] == 7


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param({"users": "three"}, "^users: 'three' is not a whole number from 0 to", id="a word as number"),
        pytest.param({"users": 2.5}, "^users: '2.5' is not a whole number", id="half a user"),
        pytest.param({"users": True}, "^users: 'True' is not a whole number", id="a switch as number"),
        pytest.param({"groups": -1}, "^groups: '-1' is not a whole number", id="below nobody"),
        pytest.param({"clock": "yesterday"}, "^clock: an instant is a text in ISO 8601", id="no instant"),
        pytest.param({"frozen": "perhaps"}, "^frozen: 'perhaps' is neither yes nor no", id="no switch"),
        pytest.param({"dialect": "okta"}, "^dialect: 'okta' is not one of 4me, rfc7644", id="no dialect"),
        pytest.param({"token": "short"}, "^token: ", id="no token"),
        pytest.param({"user": 3}, "^user is not an argument of a sandbox; did you mean users", id="a misspelled name"),
        pytest.param({"port": 80}, "^port is not an argument of a sandbox; ", id="a knob that is not for tests"),
    ],
)
def test_an_argument_that_cannot_be_used_is_refused_in_a_sentence(arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ArgumentError, match=sentence):
        Sandbox(**arguments)


def test_a_refusal_of_the_control_api_is_its_sentence(own: Sandbox) -> None:
    with pytest.raises(SteeringError, match="'soon' is not a duration"):
        own.clock.advance("soon")
    with pytest.raises(SteeringError, match="time only goes forward"):
        own.clock.advance(timedelta(days=-1))


def test_the_report_comes_as_a_dictionary_or_as_text(own: Sandbox) -> None:
    with client_of(own) as client:
        client.get("/Users/no-such")

    assert own.report()["findings"]["refused"] == 1
    assert own.report("junit").startswith('<?xml version="1.0"')
    assert own.report("markdown").startswith("# SCIM clients of widget")
    assert own.report("text").startswith("Account widget: 1 exchange")
    with pytest.raises(ArgumentError, match=r"^form is one of json, text, markdown, junit, not 'pdf'"):
        own.report("pdf")


def test_many_threads_that_ask_where_it_serves_get_one_answer(own: Sandbox) -> None:
    urls: list[str] = []
    threads = [Thread(target=lambda: urls.append(own.url)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(urls) == 8
    assert len(set(urls)) == 1
