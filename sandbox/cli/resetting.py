"""The verbs that set users and groups back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli.accounts import seed_options, without_none
from sandbox.cli.steered import Steered, steering
from sandbox.cli.text import counts


@click.command()
@click.argument("to", default="seed")
@steering
def reset(steered: Steered, to: str) -> None:
    """Set users and groups back TO seed, empty or snapshot:NAME, in one step.

    Without TO it is the seed: everything is as it was on the first start, ids too. Tokens and clock stay as they are.
    """
    answer = steered.call("POST", "/reset", {"to": to})
    steered.show(answer, told(answer))


@click.command()
@seed_options
@steering
def seed(steered: Steered, **given: Any) -> None:
    """Seed users and groups anew, with other numbers, in one step; what is not given stays as it is."""
    answer = steered.call("POST", "/reset", {"to": "seed", **without_none(given)})
    steered.show(answer, f"{told(answer)}, of seed {answer['seed']['seed']}")


def told(account: Mapping[str, Any]) -> str:
    """Return what an account has after it was set back."""
    return f"{account['name']} has {counts(account)}"
