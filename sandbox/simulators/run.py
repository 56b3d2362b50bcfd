"""A whole run: set-up, first cycle, one without changes, two with changes, a restart and an import where there are."""

from __future__ import annotations

from enum import StrEnum

from sandbox.simulators.client import Client
from sandbox.simulators.company import Company


class Until(StrEnum):
    """How far a run goes."""

    CONNECT = "connect"
    FIRST = "first"
    ALL = "all"


def run(client: Client, company: Company, until: Until = Until.ALL) -> None:
    """Play a conversation; a set-up that is refused, or a client that is disabled, ends it."""
    if client.script.is_suite:
        client.run_suite()
    elif client.connect() and until is not Until.CONNECT:
        _cycle(client, "first cycle")
        if until is Until.ALL:
            _follow(client, company)


def _follow(client: Client, company: Company) -> None:
    """Run what comes after the first cycle."""
    _cycle(client, "cycle without changes")
    company.live_on()
    _cycle(client, "cycle after changes")
    company.return_and_close()
    _cycle(client, "cycle after more changes")
    if "restart" in client.script.flows:
        client.start_over()
        _cycle(client, "cycle after a restart")
    if "import" in client.script.flows and not client.is_disabled:
        client.run_import()


def _cycle(client: Client, name: str) -> None:
    """Let time pass to the next cycle and run it; when it ends in quarantine, sit that out."""
    if client.is_disabled:
        return
    if client.journal.phase.name != "connect":
        client.wait_for_next_cycle()
    client.cycle(name)
    client.sit_out()
