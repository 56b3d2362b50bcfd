"""Each play against the sandbox in both dialects and against a service provider by others, beside what the README says.

``REWRITE_STEPS=1 python -m pytest tests/simulators/test_steps.py -n 0`` writes the tables anew.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.simulators.report import Report
from tests.simulators.deviations import DEVIATIONS
from tests.simulators.places import OTHER, other_place, sandbox_place
from tests.simulators.plays import PLAYS, Play, failing, played
from tests.simulators.step_table import BEGIN, END, section

README = Path(__file__).parents[2] / "sandbox" / "simulators" / "README.md"
DIALECTS = ("4me", "rfc7644")
NOT_REACHED: Mapping[str, set[str]] = {
    "entra default match=mail": {
        *("create", "read", "update", "rename", "set manager", "disable", "enable", "delete"),
        *("add members", "remove members", "add members again"),
    }
}
"""Steps that are not taken at 4me: where a client finds nobody, it does not get far."""

REFUSED_BY_OTHERS: Mapping[str, Mapping[str, set[str]]] = {
    "entra default": {
        "update": {"400 noTarget"},
        "set manager": {"400 invalidValue"},
        "remove members": {"400 invalidValue"},
    },
    "entra optscim": {"update": {"400 noTarget"}, "set manager": {"400 invalidValue"}},
    "entra validator": {
        "values that are to be made": {"400 noTarget"},
        "the same group again": {"201"},
        "by displayName": {"200, misfit"},
        "by displayName in capitals, without members": {"200, misfit"},
    },
    "okta aiw": {},
    "okta oin": {},
    "okta oin paging=shown": {},
    "okta spec": {"Users endpoint": {"200, misfit"}, "that user by id": {"left out"}},
    "onelogin v2": {"create": {"400 invalidSyntax"}},
    "onelogin v2 deprovision=suspend member-removal=filter": {"create": {"400 invalidSyntax"}},
    "onelogin v11": {"create": {"400 invalidSyntax"}, "change members": {"400 invalidSyntax"}},
    "google users": {},
    "google users update=patch deprovision=delete": {},
}
"""What scim2-server does not take, play by play; there must be a user already for Okta's suite, and there is none."""
REFUSED_BY_OTHERS |= {
    f"entra default match={each}": REFUSED_BY_OTHERS["entra default"] for each in ("mail", "externalId")
}


@pytest.fixture(scope="module", params=PLAYS, ids=lambda play: play.name)
def outcome(request: pytest.FixtureRequest) -> tuple[Play, dict[str, Report]]:
    """Play a conversation at each of the places."""
    play = request.param
    with ExitStack() as stack:
        places = {dialect: stack.enter_context(sandbox_place(dialect=dialect)) for dialect in DIALECTS}
        places[OTHER] = stack.enter_context(other_place())
        return play, {name: played(play.script(), *place) for name, place in places.items()}


def test_the_table_in_the_readme_is_what_happens(outcome: tuple[Play, dict[str, Report]]) -> None:
    play, reports = outcome
    because = {
        (dialect, step): deviation.rows
        for dialect in DIALECTS
        for step, deviation in DEVIATIONS.get((dialect, play.name), {}).items()
    }

    table = section(play.name, reports, because)

    if os.environ.get("REWRITE_STEPS"):
        _write(play.name, table)
    assert table in README.read_text(encoding="utf-8"), f"the README should have\n\n{table}"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_the_steps_that_rows_explain_are_not_accepted(
    outcome: tuple[Play, dict[str, Report]], dialect: str
) -> None:
    play, reports = outcome

    expected = {step: set(each.answers) for step, each in DEVIATIONS.get((dialect, play.name), {}).items()}
    assert failing(reports[dialect]) == expected
    assert reports[dialect].is_fine is not bool(expected)


def test_a_cycle_without_changes_writes_nothing(outcome: tuple[Play, dict[str, Report]]) -> None:
    play, reports = outcome
    phases = {phase.name: phase for phase in reports["4me"].client.journal.phases}
    quiet = phases.get("cycle without changes")

    assert (quiet is None) is play.script().is_suite
    if quiet is not None:
        assert phases["first cycle"].writes > 0
        assert quiet.writes == 0
        goes_on_trying = play.name in NOT_REACHED
        assert (quiet.calls == len(play.script().flow("cycle"))) is not goes_on_trying


def test_every_step_is_taken_that_can_be_reached(outcome: tuple[Play, dict[str, Report]]) -> None:
    play, reports = outcome
    flows = play.script().flows

    taken = set(reports["4me"].client.journal.tallies)
    assert {step for steps in flows.values() for step in steps} - taken == NOT_REACHED.get(play.name, set())


def test_the_service_provider_of_others_refuses_just_these_steps(outcome: tuple[Play, dict[str, Report]]) -> None:
    play, reports = outcome

    assert failing(reports[OTHER]) == REFUSED_BY_OTHERS[play.name]
    assert {step["name"] for step in reports[OTHER].as_json()["steps"] if step["refused"] or step["left_out"]} == set(
        REFUSED_BY_OTHERS[play.name]
    )


def test_the_readme_has_the_plays_and_no_others() -> None:
    text = README.read_text(encoding="utf-8")

    tables = text.partition(BEGIN)[2].partition(END)[0]
    assert [line[4:] for line in tables.splitlines() if line.startswith("### ")] == [play.name for play in PLAYS]


def _write(name: str, table: str) -> None:
    """Put a table into the README, in the place of the one that is there."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    tables, _, after = rest.partition(END)
    sections = {part.partition("\n")[0].strip(): f"### {part.strip()}" for part in tables.split("### ")[1:]}
    sections[name] = table
    listed = [sections[play.name] for play in PLAYS if play.name in sections]
    README.write_text("\n\n".join([before + BEGIN, *listed, END + after]), encoding="utf-8")
