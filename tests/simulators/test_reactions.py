"""What each client does about answers it does not accept (facts/clients.md 1.5, 2.6, 3.5, 4.1), on simulated time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.app import create_app
from sandbox.running import RunningSandbox
from sandbox.simulators.conversation import Script
from sandbox.simulators.report import Report
from sandbox.simulators.run import Until
from tests.conftest import Connect, OpenSandbox
from tests.simulators.places import place_of, served
from tests.simulators.plays import Play, played
from tests.simulators.rough import HTML, Rough, Rule

Meet = Callable[..., Report]

ENTRA, AIW, OIN = Play("entra", "default"), Play("okta", "aiw"), Play("okta", "oin")
NEXT_CYCLE = Play("entra", "default", {"retry-after": "next-cycle"})
ONELOGIN, GOOGLE = Play("onelogin", "v2"), Play("google", "users")
PROBE = r"GET /Users\?filter=userName\+eq\+%22[-0-9a-f]{36}%22"
LOOKUP = r"GET /Users\?filter=userName.*acorn.*"
DENIED = {"message": "Unauthorized"}
EMPTY = {"totalResults": 0, "Resources": []}
BUSY = {"message": "Too Many Requests"}
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def running(start_sandbox: OpenSandbox) -> RunningSandbox:
    """Return an empty sandbox."""
    return start_sandbox(ephemeral=True)


@pytest.fixture
def meet(running: RunningSandbox) -> Meet:
    """Play a client against the sandbox on a bad day; it waits a fifth of a real second for an answer."""

    def meet(
        play: Play | Script, *rules: Rule, people: int = 3, until: Until = Until.ALL, patience_seconds: float = 5
    ) -> Report:
        rough = Rough(create_app(running), *rules)
        with served(rough) as url:
            try:
                place = place_of(running, url)
                script = play.script() if isinstance(play, Play) else play
                return played(script, *place, people=people, groups=1, until=until, patience_seconds=patience_seconds)
            finally:
                rough.is_over.set()

    return meet


def screens(report: Report) -> str:
    """Return all that an administrator would see."""
    return " ".join(told.says for told in report.screen())


def waited(report: Report) -> timedelta:
    """Return how much simulated time a run took."""
    return report.client.timeline.now - report.client.timeline.started_at


def calls(report: Report, step: str) -> int:
    """Return how often a step was sent."""
    tally = report.client.journal.tallies.get(step)
    return tally.calls if tally else 0


@pytest.mark.parametrize(
    ("play", "rule", "screen"),
    [
        pytest.param(ENTRA, Rule(".*", 401, DENIED), "credentials are invalid", id="entra-401"),
        pytest.param(ENTRA, Rule("GET /Users.*", 404, {}), "200 was expected", id="entra-404"),
        pytest.param(ENTRA, Rule("GET /Groups.*", 404, {}), "200 was expected", id="entra-without-groups"),
        pytest.param(ENTRA, Rule(".*", 200, HTML), "not fully compatible", id="entra-html"),
        pytest.param(ENTRA, Rule(".*", 200, {"hello": "there"}), "not fully compatible", id="entra-no-list"),
        pytest.param(
            ENTRA, Rule("GET /Users.*", 200, {"totalResults": 1}), "not fully compatible", id="entra-somebody"
        ),
        pytest.param(ENTRA, Rule(".*", 503, {}), "not possible to connect", id="entra-503"),
        pytest.param(AIW, Rule(".*", 401, DENIED), "Unauthorized", id="okta-401"),
        pytest.param(AIW, Rule(".*", 502, HTML), "Invalid JSON", id="okta-html-502"),
        pytest.param(AIW, Rule(".*", 200, HTML), "Invalid JSON", id="okta-html"),
        pytest.param(AIW, Rule(".*", 404, {}), "error dialog", id="okta-404"),
        pytest.param(ONELOGIN, Rule(".*", 401, DENIED), "token is not accepted", id="onelogin-401"),
        pytest.param(ONELOGIN, Rule("GET /Groups", 200, HTML), "cannot be enabled", id="onelogin-html"),
        pytest.param(GOOGLE, Rule(".*", 401, DENIED), "access token is wrong", id="google-401"),
        pytest.param(GOOGLE, Rule(".*", 404, {}), "not one of SCIM", id="google-404"),
        pytest.param(GOOGLE, Rule("GET /Schemas", 500, {}), "schema of the target cannot be read", id="google-500"),
    ],
)
def test_a_set_up_is_refused(play: Play, rule: Rule, screen: str, meet: Meet) -> None:
    report = meet(play, rule)

    assert report.conclusion == "refused"
    assert screen in screens(report)
    assert [phase.name for phase in report.client.journal.phases] == ["connect"]
    assert report.as_json()["sentence"].startswith("the answer is")


def test_onelogin_takes_a_404_for_a_live_endpoint(meet: Meet) -> None:
    report = meet(ONELOGIN, Rule(r"GET /Users\?.*", 404, {"detail": "nobody"}, times=4))

    assert report.conclusion == "provisioned"


def test_okta_takes_a_404_for_nobody_there(meet: Meet) -> None:
    report = meet(AIW, Rule(LOOKUP, 404, {"detail": "nobody"}, times=3))

    assert report.conclusion == "provisioned"
    assert calls(report, "create") == 4


class TestQuarantine:
    def test_entra_sits_a_refused_token_out_and_is_disabled_after_four_weeks(self, meet: Meet) -> None:
        report = meet(ENTRA, Rule(".*", 401, DENIED, after=2))

        assert report.conclusion == "disabled"
        assert waited(report) == 28 * DAY
        runs = [phase for phase in report.client.journal.phases if phase.name == "run in quarantine" and phase.calls]
        assert [run.started_at - report.client.timeline.started_at for run in runs[:4]] == [
            6 * HOUR,
            18 * HOUR,
            42 * HOUR,
            66 * HOUR,
        ]
        assert "EncounteredQuarantineException" in screens(report)
        assert "disabled after four weeks" in screens(report)

    def test_entra_leaves_quarantine_by_itself_when_a_run_succeeds(self, meet: Meet) -> None:
        report = meet(ENTRA, Rule(".*", 401, DENIED, after=2, times=2))

        assert report.conclusion == "provisioned"
        assert waited(report) > 18 * HOUR

    def test_entra_is_in_quarantine_when_the_probe_finds_no_scim(self, meet: Meet) -> None:
        report = meet(ENTRA, Rule(PROBE, 404, {}, after=1))

        assert report.conclusion == "disabled"
        assert "does not comply with SCIM" in screens(report)

    def test_a_refusal_in_the_middle_of_a_cycle_loses_nothing(self, meet: Meet) -> None:
        report = meet(ENTRA, Rule("POST /Users", 401, DENIED, after=1, times=1))

        assert report.conclusion == "provisioned"
        assert calls(report, "create") == 5

    def test_too_many_failures_lead_to_it(self, meet: Meet) -> None:
        script = ENTRA.script()
        assert script.quarantine is not None
        assert (script.quarantine.failures, script.quarantine.share) == (5000, 0.4)
        few = replace(script, quarantine=replace(script.quarantine, failures=2, share=0.1))

        report = meet(few, Rule("POST /Users", 500, {}, times=3))

        assert "run in quarantine" in [phase.name for phase in report.client.journal.phases]
        assert report.conclusion == "provisioned"


@pytest.mark.parametrize(
    ("play", "rule", "step", "number"),
    [
        pytest.param(ENTRA, Rule("POST /Users", 500, {}, times=1), "create", 5, id="entra-500"),
        pytest.param(ENTRA, Rule("POST /Users", 400, {}, times=1), "create", 5, id="entra-400"),
        pytest.param(ENTRA, Rule("POST /Users", 201, HTML, times=1), "create", 5, id="entra-html"),
        pytest.param(
            ENTRA,
            Rule(LOOKUP, 200, {"totalResults": 2, "Resources": [{}, {}]}, times=1),
            "create",
            4,
            id="entra-several",
        ),
        pytest.param(ENTRA, Rule("GET /Groups/.*", 404, {}, times=1), "read group", 5, id="entra-anchor"),
        pytest.param(
            NEXT_CYCLE, Rule("POST /Users", 429, BUSY, {"Retry-After": "7"}, times=1), "create", 5, id="entra-429"
        ),
        pytest.param(GOOGLE, Rule("POST /Users", 500, {}, times=1), "create", 5, id="google-500"),
        pytest.param(GOOGLE, Rule("POST /Users", 401, DENIED, times=1), "create", 5, id="google-401"),
    ],
)
def test_what_failed_is_brought_over_with_a_later_cycle(
    play: Play, rule: Rule, step: str, number: int, meet: Meet
) -> None:
    report = meet(play, rule)

    assert report.conclusion == "provisioned"
    assert report.client.journal.failures
    assert calls(report, step) == number


@pytest.mark.parametrize(
    ("play", "rule", "screen"),
    [
        pytest.param(AIW, Rule("POST /Users", 409, {}, times=1), "retry it", id="okta-409"),
        pytest.param(AIW, Rule("POST /Users", 201, b"", times=1), "returned empty user", id="okta-empty"),
        pytest.param(AIW, Rule("POST /Users", 500, HTML, times=1), "Invalid JSON", id="okta-html"),
        pytest.param(AIW, Rule("POST /Users", 401, DENIED, times=1), "Unauthorized", id="okta-401"),
        pytest.param(
            AIW, Rule("GET /Groups/.*", 404, {}, after=2, times=1), "missing at the target", id="okta-group-gone"
        ),
        pytest.param(AIW, Rule("GET /Users/.*", 404, {}, times=1), "not found at the target", id="okta-user-gone"),
        pytest.param(OIN, Rule("PATCH /Users/.*", 501, {}, times=1), "no other way to send it", id="okta-501"),
        pytest.param(ONELOGIN, Rule("POST /Users", 500, {}, times=1), "retried by hand", id="onelogin-500"),
        pytest.param(
            ONELOGIN, Rule("POST /Users", 401, DENIED, times=1), "until a new SCIM Bearer Token", id="onelogin-401"
        ),
    ],
)
def test_what_failed_stays_undone_until_a_person_retries_it(play: Play, rule: Rule, screen: str, meet: Meet) -> None:
    report = meet(play, rule)

    assert report.conclusion == "in part"
    assert "1 change is missing" in report.sentence
    assert screen in screens(report)

    report.client.connection.close()


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(Rule("POST /Groups", 500, {}, times=1), id="a group"),
        pytest.param(Rule("POST /Users", 500, {}, after=1, times=1), id="a person"),
        pytest.param(Rule("PATCH /Groups/.*", 500, {}, times=1), id="a membership"),
        pytest.param(Rule("PATCH /Users/.*", 500, {}, times=1), id="a manager"),
    ],
)
def test_what_depends_on_something_late_comes_late_and_comes(
    rule: Rule, meet: Meet, running: RunningSandbox, connect: Connect
) -> None:
    report = meet(ENTRA, rule)

    client, server = report.client, connect(running)
    ids = client.memory.ids
    assert report.conclusion == "provisioned"
    for key, group in client.source.groups.items():
        members = server.get(f"/Groups/{ids[key]}").json().get("members", [])
        assert {member["value"] for member in members} == {ids[member] for member in group.members}
    for key, person in client.source.people.items():
        extension = server.get(f"/Users/{ids[key]}").json()[ENTERPRISE]
        assert extension.get("manager", {}).get("value") == ids.get(person.manager or "")


def test_nothing_is_owed_for_somebody_who_has_left(meet: Meet) -> None:
    report = meet(GOOGLE, Rule("POST /Users", 500, {}), people=8)

    left = set(report.client.source.former)
    owed = {key for _, key in report.client.memory.failed}
    assert left
    assert owed == set(report.client.source.people)


def test_entra_looks_a_duplicate_up_again_and_changes_it(meet: Meet) -> None:
    meet(ENTRA, until=Until.FIRST)

    report = meet(ENTRA, Rule(LOOKUP, 200, EMPTY, times=1), until=Until.FIRST)

    assert report.conclusion == "provisioned"
    assert (calls(report, "create"), calls(report, "match")) == (1, 4)
    assert set(report.client.memory.ids) >= set(report.client.source.people)


@pytest.mark.parametrize(
    ("play", "retry_after", "times", "seconds"),
    [
        pytest.param(AIW, "7", 3, 21, id="okta-seconds"),
        pytest.param(AIW, None, 3, 300 + 600 + 1200, id="okta-nothing"),
        pytest.param(AIW, "Mon, 05 Jan 2026 09:00:00 GMT", 1, 300, id="okta-date"),
        pytest.param(AIW, "-5", 1, 300, id="okta-no-number"),
        pytest.param(ENTRA, "17", 2, 34, id="entra-seconds"),
    ],
)
def test_a_429_is_waited_for(play: Play, retry_after: str | None, times: int, seconds: int, meet: Meet) -> None:
    headers = {} if retry_after is None else {"Retry-After": retry_after}

    report = meet(play, Rule("POST /Users", 429, BUSY, headers, times=times), until=Until.FIRST)

    assert report.conclusion == "provisioned"
    assert waited(report).total_seconds() == seconds
    assert calls(report, "create") == 3 + times


def test_okta_gives_up_after_ten_attempts(meet: Meet) -> None:
    report = meet(AIW, Rule("POST /Users", 429, BUSY), until=Until.FIRST)

    assert report.conclusion == "in part"
    assert calls(report, "create") == 3 * 10
    assert waited(report).total_seconds() == 3 * 300 * (2**9 - 1)
    assert "ten attempts" in screens(report)


def test_entra_gives_up_a_429_after_three_attempts_and_comes_back(meet: Meet) -> None:
    report = meet(ENTRA, Rule("POST /Users", 429, BUSY, {"Retry-After": "1"}, times=3))

    assert report.conclusion == "provisioned"
    assert calls(report, "create") == 4 + 3


@pytest.mark.parametrize(
    ("play", "conclusion", "seconds"),
    [
        pytest.param(AIW, "in part", 60, id="okta"),
        pytest.param(ENTRA, "in part", 30, id="entra"),
    ],
)
def test_an_answer_that_does_not_come_costs_the_client_s_patience_in_simulated_time(
    play: Play, conclusion: str, seconds: int, meet: Meet
) -> None:
    report = meet(play, Rule("POST /Users", is_slow=True, times=1), until=Until.FIRST, patience_seconds=0.3)

    assert report.conclusion == conclusion
    assert waited(report).total_seconds() == seconds
    assert "did not answer in time" in report.client.journal.failures[0].why


def test_google_lets_a_day_pass_before_it_suspends_somebody(meet: Meet) -> None:
    phases = {phase.name: phase for phase in meet(GOOGLE).client.journal.phases}

    lasted = {name: phase.ended_at - phase.started_at for name, phase in phases.items()}
    assert lasted["cycle after changes"] == DAY
    assert lasted["cycle after more changes"] == timedelta(0)


def test_google_ends_the_run_at_a_refused_token_and_loses_nothing(meet: Meet) -> None:
    report = meet(GOOGLE, Rule("POST /Users", 401, DENIED, times=1))

    first = next(phase for phase in report.client.journal.phases if phase.name == "first cycle")
    assert first.calls == 2
    assert report.conclusion == "provisioned"
    assert "configuration error" in screens(report)


def test_entra_s_objects_fail_and_the_job_goes_on_when_the_server_goes_away(meet: Meet) -> None:
    report = meet(ENTRA, Rule(PROBE, 503, {}, after=1, times=1))

    assert report.conclusion == "provisioned"
    assert "tried again with the next one" in screens(report)
