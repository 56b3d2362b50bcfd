"""Plays of a client in a mode: the whole conversation against a service provider, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox.simulators.client import Client
from sandbox.simulators.company import Company
from sandbox.simulators.conversation import Script
from sandbox.simulators.endpoint import read_endpoint
from sandbox.simulators.reading import of_client
from sandbox.simulators.report import Report
from sandbox.simulators.run import Until, run
from sandbox.simulators.timeline import Timeline
from sandbox.simulators.wire import Connection

PEOPLE, GROUPS, SEED = 26, 3, 42
"""More people than one page of 4me has."""


@dataclass(frozen=True)
class Play:
    """A client in one of its modes, with options."""

    client: str
    mode: str
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How tables call it: ``entra default match=mail``."""
        return " ".join([self.client, self.mode, *(f"{name}={value}" for name, value in self.options.items())])

    def script(self) -> Script:
        """What is played."""
        return of_client(self.client, self.mode).script(self.mode, self.options)


PLAYS = [
    Play("entra", "default"),
    Play("entra", "default", {"match": "mail"}),
    Play("entra", "default", {"match": "externalId"}),
    Play("entra", "optscim"),
    Play("entra", "validator"),
    Play("okta", "aiw"),
    Play("okta", "oin"),
    Play("okta", "oin", {"paging": "shown"}),
    Play("okta", "spec"),
    Play("onelogin", "v2"),
    Play("onelogin", "v2", {"deprovision": "suspend", "member-removal": "filter"}),
    Play("onelogin", "v11"),
    Play("google", "users"),
    Play("google", "users", {"update": "patch", "deprovision": "delete"}),
]
BY_NAME = {play.name: play for play in PLAYS}


def make_client(script: Script, company: Company, url: str, token: str, **more: Any) -> Client:
    """Return a client that is ready to send; it waits five real seconds at most."""
    connection = Connection(read_endpoint(url), script.slash, patience_seconds=more.pop("patience_seconds", 5))
    return Client(script, company.source, connection, token=token, seed=SEED, timeline=Timeline(), **more)


def played(
    script: Script,
    url: str,
    token: str,
    *,
    people: int = PEOPLE,
    groups: int = GROUPS,
    until: Until = Until.ALL,
    **more: Any,
) -> Report:
    """Play a whole conversation at an endpoint."""
    company = Company(SEED, people, groups)
    client = make_client(script, company, url, token, **more)
    with closing(client.connection):
        run(client, company, until)
    return Report(client=client, endpoint=read_endpoint(url))


def failing(report: Report) -> dict[str, set[str]]:
    """Return the steps that were not accepted every time, with what was answered instead."""
    return {
        tally.step.name: {*tally.refused, *(["left out"] if tally.left_out else [])}
        for tally in report.in_order()
        if not tally.is_fine
    }


DAY = timedelta(days=1)
