"""``scim-sandbox rehearse`` on a running sandbox: rotations with each client, forms of the endpoint, the cutover."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from sandbox.cli.simulate import CLIENTS
from sandbox.simulators.company import Company
from tests.simulators.conftest import SandboxAt, TypeIn

QUARANTINE = "EncounteredQuarantineException"


@dataclass(frozen=True)
class Outcome:
    """What follows from facts/clients.md for one client."""

    refused_screen: str
    late: int
    """Changes that arrive late when the token is changed on day 31: that of day 30."""
    last_day_when_never: int
    is_disabled: bool
    by_hand: bool
    """Whether a person has to retry what failed."""


OUTCOMES = {
    "entra": Outcome(QUARANTINE, late=1, last_day_when_never=60, is_disabled=True, by_hand=False),
    "okta": Outcome("retry the tasks", late=1, last_day_when_never=32, is_disabled=False, by_hand=True),
    "onelogin": Outcome("new SCIM Bearer Token", late=1, last_day_when_never=32, is_disabled=False, by_hand=True),
    "google": Outcome("authentication failed", late=1, last_day_when_never=32, is_disabled=False, by_hand=False),
}


def rehearsed(type_in: TypeIn, client: str, change_on: str) -> tuple[int, dict[str, Any]]:
    """Rehearse a rotation; return the exit code and the outcome."""
    result = type_in("rehearse", "rotation", "--client", client, "--change-on", change_on, "--json")
    return result.exit_code, json.loads(result.stdout)


def names(url: str, type_in: TypeIn) -> set[str]:
    """Return the family names at the service provider."""
    token = json.loads(type_in("token", "show", "--json").stdout)["token"]
    with httpx2.Client(base_url=f"{url}/scim/v2", headers={"Authorization": f"Bearer {token}"}) as reader:
        return {user.get("name", {}).get("familyName", "") for user in reader.get("/Users").json()["Resources"]}


def remarks(outcome: dict[str, Any]) -> dict[int, str]:
    """Return what is told of days, by day."""
    return {day["day"]: "; ".join(day["remarks"]) for day in outcome["days"] if day["remarks"]}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("day", [1, 29])
@pytest.mark.quirk("token_overlap_days")
def test_a_token_that_is_changed_within_the_overlap_loses_nothing(
    client: str, day: int, sandbox_at: SandboxAt, type_in: TypeIn
) -> None:
    url = sandbox_at()

    code, outcome = rehearsed(type_in, client, str(day))

    assert code == 0
    assert (outcome["first_use_of_new"], outcome["first_refusal"]) == (day, None)
    assert (outcome["lost"], outcome["late"]) == ([], [])
    assert [each["token"] for each in outcome["days"]] == ["old"] * day + ["new"] * (33 - day)
    assert outcome["calls_on_old"] > day - 1
    assert "accepted" in remarks(outcome)[day]
    assert "of Day 32" in names(url, type_in)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_token_that_is_changed_a_day_too_late_delays_what_happened_in_between(
    client: str, sandbox_at: SandboxAt, type_in: TypeIn
) -> None:
    url = sandbox_at()
    expected = OUTCOMES[client]

    code, outcome = rehearsed(type_in, client, "31")

    assert code == 0
    assert (outcome["first_refusal"], outcome["first_use_of_new"]) == (30, 31)
    assert outcome["lost"] == []
    assert [(each["day"], each["arrived_on"]) for each in outcome["late"]] == [(30, 31)] * expected.late
    assert expected.refused_screen in remarks(outcome)[30]
    assert ("retried by hand (1)" in remarks(outcome)[31]) is expected.by_hand
    assert {"of Day 30", "of Day 33"} <= names(url, type_in)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_token_that_is_never_changed_loses_everything_from_day_30_on(
    client: str, sandbox_at: SandboxAt, type_in: TypeIn
) -> None:
    url = sandbox_at()
    expected = OUTCOMES[client]

    code, outcome = rehearsed(type_in, client, "never")

    assert code == 1
    assert (outcome["first_refusal"], outcome["first_use_of_new"]) == (30, None)
    last = expected.last_day_when_never
    assert [each["day"] for each in outcome["lost"]] == list(range(30, last + 1))
    assert outcome["disabled"] is expected.is_disabled
    assert ("disabled after four weeks" in remarks(outcome).get(58, "")) is expected.is_disabled
    assert all(day["refused"] == day["calls"] for day in outcome["days"] if day["day"] >= 30)
    assert outcome["days"][30]["calls"] > 0
    there = names(url, type_in)
    assert "of Day 29" in there
    assert "of Day 30" not in there


def test_entra_s_runs_in_quarantine_come_after_six_twelve_and_24_hours(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    _, outcome = rehearsed(type_in, "entra", "never")

    assert [day["calls"] for day in outcome["days"][30:35]] == [1, 2, 1, 1, 1]
    assert outcome["days"][59]["calls"] == outcome["days"][60]["calls"] == 0


@pytest.mark.parametrize(("word", "day"), [("early", 1), ("late", 31), ("never", None), ("29", 29)])
def test_the_day_can_be_a_word(word: str, day: int | None, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    assert rehearsed(type_in, "google", word)[1]["change_on"] == day


def test_the_token_is_rotated_in_the_middle_of_the_first_sync(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    _, outcome = rehearsed(type_in, "okta", "1")

    first = outcome["days"][0]
    assert 0 < outcome["calls_on_old"] < first["calls"]
    assert "in the middle of the first cycle" in first["remarks"][0]


def test_a_rehearsal_tells_what_happened_day_by_day(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    text = type_in("rehearse", "rotation", "--client", "okta", "--change-on", "late").stdout

    for told in (
        "day    token  calls  401  what happened",
        "1-29   old    2      0    -",
        "The old token is refused for the first time on day 30.",
        "The new token is used from day 31 on.",
        "Late, by up to 1 day: 1 change; with the new token a person retries each task by hand.",
        "How sure this is: ",
        "scim-sandbox clock reset sets the clock back",
    ):
        assert told in text


@pytest.mark.parametrize("frozen", [True, False])
def test_the_clock_is_left_as_it_was_but_later(frozen: bool, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at(frozen=frozen)

    rehearsed(type_in, "google", "1")

    clock = json.loads(type_in("clock", "show", "--json").stdout)
    assert clock["frozen"] is frozen
    assert clock["now"].startswith("2026-04-03")


@pytest.mark.parametrize("client", CLIENTS)
def test_the_forms_of_the_endpoint_are_tried_in_turn(client: str, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    url = sandbox_at()

    result = type_in("rehearse", "endpoint", "--client", client, "--json")

    rows = json.loads(result.stdout)["items"]
    assert result.exit_code == 0
    assert [row["typed"].removeprefix(url) for row in rows] == ["/scim/v2", "/scim/v2/", "/scim", "/scim/", "", "/"]
    assert [row["accepted"] for row in rows] == [True] * 4 + [False] * 2
    assert all(row["screen"] and row["evidence"] for row in rows[4:])
    assert f"Type {url}/scim/v2." in type_in("rehearse", "endpoint", "--client", client).stdout


def test_a_doubled_slash_is_refused_where_the_dialect_does_not_tidy_it(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at(dialect="rfc7644", prefix=("/scim/v2", "/scim", ""))

    def accepted(client: str) -> list[bool]:
        rows = json.loads(type_in("rehearse", "endpoint", "--client", client, "--json").stdout)["items"]
        return [row["accepted"] for row in rows]

    assert accepted("entra") == [True] * 6
    assert accepted("okta")[:4] == [True, False] * 2


def test_nothing_is_written_while_forms_are_tried(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()
    before = json.loads(type_in("status", "--json").stdout)["items"]

    type_in("rehearse", "endpoint", "--client", "okta")

    after = json.loads(type_in("status", "--json").stdout)["items"]
    assert [(each["users"], each["groups"]) for each in after] == [(each["users"], each["groups"]) for each in before]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_cutover_goes_to_qa_first_and_then_to_production(client: str, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    result = type_in("rehearse", "cutover", "--client", client, "--json")

    qa, production = json.loads(result.stdout)["items"]
    assert result.exit_code == 0
    assert [(stop["account"], stop["environment"]) for stop in (qa, production)] == [
        ("widget-qa", "qa"),
        ("widget", "production"),
    ]
    for stop in (qa, production):
        assert (stop["created"], stop["found"], stop["failed"], stop["different"]) == (6, 0, 0, {})
    counts = {each["name"]: each["users"] for each in json.loads(type_in("status", "--json").stdout)["items"]}
    assert counts == {"widget": 2 + 6, "widget-qa": 2 + 6}


def test_a_cutover_finds_people_who_are_there_already(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()
    type_in("simulate", "okta", "--people", "4", "--groups", "0", "--until", "first", "--account", "widget")

    result = type_in("rehearse", "cutover", "--client", "okta", "--people", "6", "--json")

    qa, production = json.loads(result.stdout)["items"]
    assert (qa["created"], qa["found"]) == (6, 0)
    assert (production["created"], production["found"]) == (2, 4)


def test_a_cutover_tells_which_attributes_are_not_as_the_source_says(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    url = sandbox_at()
    token = json.loads(type_in("token", "show", "--account", "widget-qa", "--json").stdout)["token"]
    first, _ = Company(42, 2, 0).source.people.values()
    user = {
        "userName": first.user_name,
        "name": {"givenName": first.given, "familyName": first.family},
        "active": False,
    }
    httpx2.post(f"{url}/scim/v2/Users", json=user, headers={"Authorization": f"Bearer {token}"})

    result = type_in("rehearse", "cutover", "--client", "onelogin", "--people", "2", "--groups", "0")

    assert result.exit_code == 1
    told = f"0 changes failed not as the source says: {first.user_name} (active)"
    assert told in " ".join(result.stdout.split())


def test_a_cutover_tells_for_whom_the_ids_of_qa_stand_in_production(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()
    type_in("simulate", "okta", "--people", "3", "--groups", "0", "--until", "first", "--seed", "9")

    result = type_in("rehearse", "cutover", "--client", "entra", "--json")

    _, production = json.loads(result.stdout)["items"]
    assert production["ids_of_the_account_before"] == {"somebody else": 6}
    text = " ".join(type_in("rehearse", "cutover", "--client", "entra").stdout.split())
    assert "6 x somebody else" in text
    assert "set it up afresh" in text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["rotation"], "Missing option '--client'", id="no client"),
        pytest.param(["rotation", "--client", "ping"], "'ping' is not one of", id="no such client"),
        pytest.param(["rotation", "--client", "okta", "--change-on", "soon"], "'soon' is not early", id="no day"),
        pytest.param(["rotation", "--client", "okta", "--change-on", "0"], "a day from 1 to 365", id="day 0"),
        pytest.param(
            ["rotation", "--client", "okta", "--change-on", "\u0663"], "a day from 1 to 365", id="a digit of others"
        ),
        pytest.param(["endpoint", "--client", "okta", "--mode", "spec"], "is a list of tests", id="a suite"),
        pytest.param(["cutover", "--client", "okta", "--mode", "v2"], "okta has no mode 'v2'", id="no such mode"),
    ],
)
def test_what_is_typed_wrongly_is_told(words: list[str], told: str, type_in: TypeIn) -> None:
    result = type_in("rehearse", *words)

    assert result.exit_code == 2
    assert told in result.stderr


def test_without_a_sandbox_there_is_nothing_to_rehearse_on(type_in: TypeIn) -> None:
    for what in ("rotation", "endpoint", "cutover"):
        result = type_in("rehearse", what, "--client", "okta")

        assert result.exit_code == 1
        assert "start one with: scim-sandbox serve" in result.stderr
