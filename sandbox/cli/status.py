"""The verb that shows what runs."""

from __future__ import annotations

import click

from sandbox.cli.steered import Steered, steering


@click.command()
@steering
def status(steered: Steered) -> None:
    """Show the accounts of a running sandbox."""
    if steered.account is None:
        steered.show(steered.api.call("GET", "/accounts"))
    else:
        steered.show(steered.call("GET", ""))
