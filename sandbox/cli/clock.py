"""The verbs about the clock."""

from __future__ import annotations

import click

from sandbox.cli.steered import Steered, steering


@click.group()
def clock() -> None:
    """Show and steer the clock of an account."""


@clock.command("show")
@steering
def clock_show(steered: Steered) -> None:
    """Show what time it is for the account, and what is due."""
    steered.show(steered.call("GET", "/clock"))


@clock.command("advance")
@click.argument("by", required=False)
@click.option("--to", metavar="ISO-8601", help="Advance to this instant instead.")
@steering
def clock_advance(steered: Steered, by: str | None, to: str | None) -> None:
    """Advance the clock BY a duration, as 31d, 1h30m or P1DT12H, and show what came due."""
    if (by is None) == (to is None):
        raise click.UsageError("say how far, as in: clock advance 31d, or until when, with --to (not both)")
    steered.show(steered.call("POST", "/clock/advance", {"by": by} if to is None else {"to": to}))


@clock.command("freeze")
@click.option("--at", metavar="ISO-8601", help="Advance to this instant, and stop the clock there.")
@steering
def clock_freeze(steered: Steered, at: str | None) -> None:
    """Stop the clock where it is."""
    steered.show(steered.call("POST", "/clock/freeze", {} if at is None else {"at": at}))


def _clock_verb(name: str, sentence: str) -> click.Command:
    def verb(steered: Steered) -> None:
        steered.show(steered.call("POST", f"/clock/{name}"))

    verb.__doc__ = sentence
    return click.command(name)(steering(verb))


for _name, _sentence in (
    ("resume", "Let a frozen clock go on from where it is."),
    ("reset", "Set the clock back to system time."),
):
    clock.add_command(_clock_verb(_name, _sentence))
