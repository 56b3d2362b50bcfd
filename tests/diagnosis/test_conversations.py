"""What is found in the documented conversations of real clients: what they are documented to do, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from httpx2 import Client

from sandbox.diagnosis import Situation, make_report
from sandbox.dialect import read_dialect
from sandbox.recorder import Exchange
from sandbox.running import RunningSandbox
from tests.clients.test_transcripts import TRANSCRIPTS, Player
from tests.diagnosis.client_findings import CLIENTS, EXPECTED

SITUATION = Situation(dialect=read_dialect("4me"), prefixes=("/scim/v2", "/scim"))


def played(
    name: str, start_sandbox: Callable[..., RunningSandbox], connect: Callable[[RunningSandbox], Client]
) -> list[Exchange]:
    """Play a transcript and return the exchanges of its client, without those that made what is given."""
    sandbox = start_sandbox()
    account = sandbox.accounts["widget"]
    current = account.keyring.current
    assert current is not None
    Player(TRANSCRIPTS[name], "4me", connect(sandbox), current.value).play()
    given = sum(map(len, TRANSCRIPTS[name].get("given", {}).values()))
    return account.recorder.exchanges()[given:]


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_client_is_told_what_it_is_documented_to_do(
    name: str, start_sandbox: Callable[..., RunningSandbox], connect: Callable[[RunningSandbox], Client]
) -> None:
    exchanges = played(name, start_sandbox, connect)

    assert {finding.code for each in exchanges for finding in each.findings} == set(EXPECTED[name])


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_client_is_recognised(
    name: str, start_sandbox: Callable[..., RunningSandbox], connect: Callable[[RunningSandbox], Client]
) -> None:
    exchanges = played(name, start_sandbox, connect)

    folder = name.partition("/")[0]
    expected = CLIENTS.get(name, "unknown" if folder == "other" else folder)
    assert exchanges[-1].client == expected
    assert {each.client for each in exchanges} <= {expected, "unknown"}


def test_what_came_before_a_client_gave_itself_away_is_its_own(
    start_sandbox: Callable[..., RunningSandbox], connect: Callable[[RunningSandbox], Client]
) -> None:
    exchanges = played("onelogin/v2-template", start_sandbox, connect)
    assert {each.client for each in exchanges} == {"onelogin", "unknown"}

    report = make_report(exchanges, "widget", "4me.com", SITUATION)

    assert [(each["client"], each["exchanges"]) for each in report["clients"]] == [("onelogin", len(exchanges))]


def test_every_transcript_is_in_the_table() -> None:
    assert set(EXPECTED) == set(TRANSCRIPTS)
