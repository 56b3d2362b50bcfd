"""The verbs about SCIM access tokens."""

from __future__ import annotations

from urllib.parse import quote

import click

from sandbox.cli.steered import Steered, steering
from sandbox.cli.text import tokens


@click.group()
def token() -> None:
    """Show, rotate and revoke the SCIM access tokens of an account."""


@token.command("show")
@steering
def token_show(steered: Steered) -> None:
    """Show the tokens that are accepted, and until when."""
    answer = steered.call("GET", "/tokens?reveal=true")
    steered.show(answer, tokens(answer))


@token.command("rotate")
@click.option("--overlap", metavar="DURATION", help="Accept the old token this much longer, as 30d; 0 ends it at once.")
@steering
def token_rotate(steered: Steered, overlap: str | None) -> None:
    """Make a new token; the old one is accepted until its overlap ends."""
    answer = steered.call("POST", "/tokens/rotate", {} if overlap is None else {"overlap": overlap})
    steered.show(answer, tokens(answer))


@token.command("revoke")
@click.argument("token_id", metavar="ID")
@steering
def token_revoke(steered: Steered, token_id: str) -> None:
    """End the token ID (as t1, which show lists) now."""
    answer = steered.call("POST", f"/tokens/{quote(token_id, safe='')}/revoke")
    steered.show(answer, tokens(answer))
