"""``scim-sandbox explain``: one exchange, what is wrong with it, and what to change."""

from __future__ import annotations

import click

from sandbox.cli.options import Refusal
from sandbox.cli.selecting import account_paths, exchanges_of, number_of
from sandbox.cli.steered import Steered, steering
from sandbox.exchange_text import explanation


@click.command()
@click.argument("exchange_id", metavar="[ID|last]", default="last")
@steering
def explain(steered: Steered, exchange_id: str) -> None:
    """Explain an exchange: what came in, what was answered, why, and what to change.

    ID is as in the header X-Sandbox-Exchange and in `scim-sandbox requests`; without one it is the last.
    """
    found = exchanges_of(steered, {}, count=1 if exchange_id == "last" else None)
    if exchange_id != "last":
        found = [each for each in found if each["id"] == exchange_id]
    if not found:
        raise Refusal(_why_none(steered, exchange_id))
    exchange = max(found, key=number_of)
    steered.show(exchange, explanation(exchange))


def _why_none(steered: Steered, exchange_id: str) -> str:
    listed = exchanges_of(steered, {})
    if not listed:
        names = ", ".join(path.rpartition("/")[2] for path in account_paths(steered))
        return f"nothing came in yet for {names}: send a request to the SCIM endpoint first"
    return f"there is no exchange {exchange_id}; kept are {listed[0]['id']} to {listed[-1]['id']}"
