"""``scim-sandbox rehearse``: what an administrator of a client has to do some day, done on the sandbox first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from sandbox.accounts import ENDPOINT_FORMS
from sandbox.cli.options import Command, Refusal
from sandbox.cli.simulate import CLIENTS
from sandbox.cli.steered import Steered, steering

if TYPE_CHECKING:
    from sandbox.simulators.conversation import Script

EARLY, LATE = 1, 31
"""Days after the rotation: at once, and when the old token is refused already."""


class ChangeDay(click.ParamType[Any]):
    """A day after the rotation, or a word for one."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        """Return the day; ``None`` is never."""
        words = {"early": EARLY, "late": LATE, "never": None}
        if value in words:
            return words[value]
        if not str(value).isascii() or not str(value).isdecimal() or not 1 <= int(value) <= 365:
            self.fail(
                f"{value!r} is not early (day {EARLY}), late (day {LATE}), never, or a day from 1 to 365", param, ctx
            )
        return int(value)


def _of_a_client(command: Command) -> Command:
    """Give a rehearsal the options that say with which client."""
    for option in (
        click.option("--seed", default=42, show_default=True, type=int, help="The same seed makes the same people."),
        click.option(
            "--groups", default=2, show_default=True, type=click.IntRange(0, 1_000), help="Groups at the start."
        ),
        click.option(
            "--people", default=6, show_default=True, type=click.IntRange(1, 10_000), help="People at the start."
        ),
        click.option("--mode", metavar="MODE", help="As for simulate."),
        click.option("--client", required=True, type=click.Choice(CLIENTS), help="Who provisions."),
    ):
        option(command)
    return command


@click.group()
def rehearse() -> None:
    """Rehearse a rotation, an endpoint or a cutover with a client, on the running sandbox."""


@rehearse.command()
@_of_a_client
@click.option(
    "--change-on",
    default="early",
    show_default=True,
    type=ChangeDay(),
    metavar="DAY",
    help="When the client gets the new token: early, late, never, or so many days after the rotation.",
)
@steering
def rotation(steered: Steered, change_on: int | None, **given: Any) -> None:
    """Rotate the token in the middle of a sync, and let the days pass.

    The account's clock moves on and its token changes; both stay so. Exit code 1 says that something was lost.
    """
    from sandbox.cli.owner import Owner
    from sandbox.cli.progress import ProgressBar
    from sandbox.cli.rehearsal_text import rotation_text
    from sandbox.cli.simulating import playing
    from sandbox.cli.target import find_target
    from sandbox.simulators.company import Company
    from sandbox.simulators.rotation import RotationRehearsal
    from sandbox.simulators.timeline import Timeline

    script = _script(given)
    owner = Owner(steered)
    company = Company(given["seed"], given["people"], given["groups"])
    target = find_target(steered, None, None)
    with owner.frozen():
        timeline = Timeline(owner.now(), on_wait=owner.advance)
        with playing(script, company, target, seed=given["seed"], timeline=timeline) as client:
            outcome = RotationRehearsal(client, company, owner, change_on).run(ProgressBar("days"))
    answer = {
        "client": script.client,
        "mode": script.mode,
        **outcome.as_json(),
        "evidence": dict(client.journal.evidence()),
    }
    steered.show(answer, rotation_text(client, outcome))
    if outcome.lost or client.refused is not None:
        click.get_current_context().exit(1)


@rehearse.command()
@_of_a_client
@steering
def endpoint(steered: Steered, **given: Any) -> None:
    """Test the connection with each form of the endpoint, in the order in which 4me says to try them."""
    from sandbox.cli.rehearsal_text import forms_text
    from sandbox.cli.simulating import playing
    from sandbox.cli.target import Target, find_target
    from sandbox.simulators.appending import appended
    from sandbox.simulators.company import Company
    from sandbox.simulators.endpoint import read_endpoint

    script = _script(given)
    target = find_target(steered, None, None)
    rows = []
    for form in appended(script, target.endpoint, ENDPOINT_FORMS):
        tried = Target(endpoint=read_endpoint(form.typed), token=target.token)
        with playing(script, Company(given["seed"], 1, 0), tried, seed=given["seed"]) as client:
            accepted = client.connect()
        refused = client.refused
        rows.append(
            {
                "typed": form.typed,
                "requested": form.requested,
                "accepted": accepted,
                "why": refused.why if refused else None,
                "screen": refused.screen.says if refused else None,
                "evidence": str(refused.screen.evidence) if refused else None,
            }
        )
    answer = {"client": script.client, "mode": script.mode, "items": rows, "total": len(rows)}
    steered.show(answer, forms_text(script, rows))
    if not any(row["accepted"] for row in rows):
        click.get_current_context().exit(1)


@rehearse.command()
@_of_a_client
@steering
def cutover(steered: Steered, **given: Any) -> None:
    """Provision the QA account first, then production, each with a client that is set up afresh."""
    from sandbox.cli.rehearsal_text import cutover_text
    from sandbox.cli.simulating import playing
    from sandbox.cli.target import Target, current_token, read_typed
    from sandbox.simulators.company import Company
    from sandbox.simulators.comparing import Look
    from sandbox.simulators.cutover import arrive
    from sandbox.simulators.wire import Connection

    script = _script(given)
    stops, before = [], None
    for account in _qa_then_production(steered):
        name = str(account["name"])
        target = Target(endpoint=read_typed(account["endpoints"][0]), token=current_token(steered, name))
        look = Look(Connection(target.endpoint, script.slash, patience_seconds=30), target.token)
        company = Company(given["seed"], given["people"], given["groups"])
        with playing(script, company, target, seed=given["seed"]) as client:
            stops.append(arrive(client, look, name, str(account["environment"]), before))
        look.connection.close()
        before = client
    answer = {
        "client": script.client,
        "mode": script.mode,
        "items": [stop.as_json() for stop in stops],
        "total": len(stops),
    }
    steered.show(answer, cutover_text(script, stops))
    if not all(stop.is_fine for stop in stops):
        click.get_current_context().exit(1)


def _script(given: dict[str, Any]) -> Script:
    """Return what to play: a client at work, no suite."""
    from sandbox.cli.options import UsageRefusal
    from sandbox.cli.simulating import Wanted

    script = Wanted(client=given["client"], mode=given["mode"]).script()
    if script.is_suite:
        raise UsageRefusal(
            f"--mode {script.mode} of {script.client} is a list of tests, which have nothing to rehearse"
        )
    return script


def _qa_then_production(steered: Steered) -> list[dict[str, Any]]:
    """Return the first account of each environment."""
    accounts = steered.api.call("GET", "/accounts")["items"]
    found = []
    for environment in ("qa", "production"):
        named = [each for each in accounts if each["environment"] == environment]
        if not named:
            raise Refusal(f"the sandbox has no account in {environment}; a cutover goes from QA to production")
        found.append(named[0])
    return found
