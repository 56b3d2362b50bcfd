"""The verbs about accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import click

from sandbox.accounts import SEED_RANGES
from sandbox.cli.options import Command
from sandbox.cli.steered import Steered, steering_whole
from sandbox.cli.text import counts, members, table

_SEED_HELP = {
    "seed": "Make its people and groups of this number.",
    "users": "How many people it has.",
    "groups": "How many groups it has.",
}


def seed_options(verb: Callable[..., None]) -> Command:
    """Give a verb the three numbers that make a seed."""
    for name, (lowest, highest) in reversed(list(SEED_RANGES.items())):
        number = click.IntRange(lowest, highest)
        verb = click.option(f"--{name}", type=number, metavar="N", help=_SEED_HELP[name])(verb)
    return verb


def without_none(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in given.items() if value is not None}


@click.group()
def accounts() -> None:
    """List, show, create and delete accounts."""


@accounts.command("list")
@steering_whole
def accounts_list(steered: Steered) -> None:
    """List the accounts; the first is the one that verbs are about without --account."""
    answer = steered.api.call("GET", "/accounts")
    rows = [
        (each["name"], each["environment"], each["fingerprint"] or "no token", counts(each)) for each in answer["items"]
    ]
    steered.show(answer, table(rows) or "no accounts; make one with: scim-sandbox accounts create NAME")


@accounts.command("show")
@click.argument("name", required=False)
@steering_whole
def accounts_show(steered: Steered, name: str | None) -> None:
    """Show the account NAME, or the first one."""
    steered.show(steered.api.call("GET", steered.api.account_path(name)))


@accounts.command("create")
@click.argument("name")
@click.option("--environment", type=click.Choice(["production", "qa"]), help="Where it stands at 4me.")
@click.option("--time-zone", metavar="ZONE", help="In which zone it tells the time, as Europe/Amsterdam.")
@seed_options
@click.option("--token", metavar="HEX", help="Its first SCIM access token.")
@click.option("--clock", metavar="ISO-8601", help="Start its clock at this instant.")
@click.option("--frozen", is_flag=True, default=None, help="Start its clock frozen.")
@steering_whole
def accounts_create(steered: Steered, **given: Any) -> None:
    """Create the account NAME, with people, groups, a token and a clock of its own."""
    answer = steered.api.call("POST", "/accounts", without_none(given))
    shown = {name: value for name, value in answer.items() if name != "token"}
    steered.show(answer, f"token  {answer['token']}\n\n{members(shown)}")


@accounts.command("delete")
@click.argument("name")
@steering_whole
def accounts_delete(steered: Steered, name: str) -> None:
    """Delete the account NAME and all that is kept of it."""
    answer = steered.api.call("DELETE", f"/accounts/{quote(name, safe='')}")
    steered.show(answer, f"{name} is deleted, with everything that was kept of it")
