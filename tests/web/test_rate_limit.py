"""The rate limit on the wire: off unless asked for, by token, on the account's clock, told as the REST API tells it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from httpx2 import Client

from sandbox.clock import Clock
from sandbox.running import RunningSandbox
from tests.conftest import START, Connect, OpenSandbox

SMALL = {"rate_limit": True, "set": (("rate_limit_hourly", "3"), ("rate_limit_burst", "2"))}
TOLD = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


def statuses(client: Client, number: int) -> list[int]:
    return [client.get("/Users").status_code for _ in range(number)]


def test_nothing_is_limited_or_told_unless_asked_for(client: Client) -> None:
    answers = [client.get("/Users") for _ in range(25)]

    assert {answer.status_code for answer in answers} == {200}
    assert not any(name in answers[0].headers for name in TOLD)


@pytest.mark.quirk("rate_limit_hourly")
@pytest.mark.quirk("rate_limit_burst")
@pytest.mark.quirk("rate_limit_burst_seconds")
@pytest.mark.parametrize("sandbox", [{"rate_limit": True}], indirect=True)
def test_a_token_makes_twenty_requests_in_two_seconds_and_3600_in_an_hour(client: Client, clock: Clock) -> None:
    assert statuses(client, 21) == [200] * 20 + [429]

    clock.advance(timedelta(seconds=2) - timedelta(milliseconds=1))
    assert statuses(client, 1) == [429]
    clock.advance(timedelta(milliseconds=1))
    assert statuses(client, 1) == [200]
    assert client.get("/Users").headers["x-ratelimit-remaining"] == str(3600 - 22)


@pytest.mark.quirk("rate_limit_headers")
@pytest.mark.quirk("rate_limit_documentation")
@pytest.mark.parametrize("sandbox", [SMALL], indirect=True)
def test_a_refusal_is_told_in_the_words_of_4me_s_rest_api(client: Client) -> None:
    statuses(client, 2)

    refused = client.get("/Users")

    assert refused.status_code == 429
    assert refused.json() == {
        "message": "Too Many Requests",
        "documentation_url": "https://developer.xurrent.com/v1/",
    }
    assert refused.headers["retry-after"] == "2"
    assert [refused.headers[name] for name in TOLD] == ["3", "1", str(int(START.timestamp()) + 3600)]


@pytest.mark.parametrize("sandbox", [SMALL], indirect=True)
def test_every_answer_behind_the_token_tells_of_it_but_not_a_401(client: Client) -> None:
    for number, answer in enumerate((client.get("/Users/9"), client.post("/Users", content="{")), start=1):
        assert answer.status_code in (400, 404)
        assert answer.headers["x-ratelimit-remaining"] == str(3 - number)

    refused = client.get("/Users", headers={"Authorization": "Bearer x"})
    assert refused.status_code == 401
    assert not any(name in refused.headers for name in (*TOLD, "retry-after"))


@pytest.mark.parametrize("sandbox", [SMALL], indirect=True)
def test_each_token_has_a_rate_of_its_own(sandbox: RunningSandbox, connect: Connect, client: Client) -> None:
    fresh = connect(sandbox, token=sandbox.accounts["widget"].rotate(timedelta(days=1)).value)
    qa = connect(sandbox, account="widget-qa")

    assert statuses(client, 3) == [200, 200, 429]
    assert (statuses(fresh, 3), statuses(qa, 3)) == ([200, 200, 429], [200, 200, 429])


@pytest.mark.parametrize("sandbox", [SMALL], indirect=True)
def test_a_renewed_window_is_listed_when_the_clock_is_advanced(client: Client, owner: Client) -> None:
    statuses(client, 2)

    halfway = owner.post("/accounts/widget/clock/advance", json={"by": "1s"}).json()
    after = owner.post("/accounts/widget/clock/advance", json={"by": "1h"}).json()

    assert halfway["fired"] == []
    assert [due["at"] for due in halfway["due"]][:2] == ["2026-03-02T09:00:02Z", "2026-03-02T10:00:00Z"]
    assert [(due["at"], due["what"]) for due in after["fired"]] == [
        ("2026-03-02T09:00:02Z", "rate_window_renewed"),
        ("2026-03-02T10:00:00Z", "rate_window_renewed"),
    ]
    assert statuses(client, 3) == [200, 200, 429]


def test_after_a_restart_every_window_is_new(start_sandbox: OpenSandbox, connect: Connect) -> None:
    first = start_sandbox(**SMALL)
    assert statuses(connect(first), 3) == [200, 200, 429]
    first.close()

    assert statuses(connect(start_sandbox(**SMALL)), 3) == [200, 200, 429]


@pytest.mark.quirk("rate_limit_headers")
@pytest.mark.quirk("rate_limit_documentation")
def test_a_strict_provider_refuses_in_the_rfc_s_form_and_tells_nothing_else(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    client = connect(start_sandbox(dialect="rfc7644", **SMALL))

    refused = [client.get("/Users") for _ in range(3)][-1]

    assert (refused.status_code, refused.json()["status"], refused.headers["Retry-After"]) == (429, "429", "2")
    assert "x-ratelimit-limit" not in refused.headers
    assert client.get("/Schemas", headers={"Authorization": ""}).status_code == 200
