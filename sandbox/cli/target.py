"""Where a simulator sends to: the endpoint and token that were named, or those of the running sandbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import click

from sandbox.cli.options import Refusal, UsageRefusal
from sandbox.cli.steered import Steered
from sandbox.simulators.endpoint import Endpoint, EndpointError, read_endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A service provider, and the token it knows us by."""

    endpoint: Endpoint
    token: str = field(repr=False)


def find_target(steered: Steered, endpoint: str | None, token: str | None) -> Target:
    """Return the named endpoint with its token, or those of the running sandbox's account.

    Raises:
        UsageRefusal: when the endpoint is none, or its token is missing or not one of the account that was named.
    """
    if endpoint is not None and token is None:
        raise UsageRefusal("--endpoint needs the --token of the service provider there")
    if token is not None and (not token or not token.isascii() or not token.isprintable() or " " in token):
        raise UsageRefusal("--token is printable ASCII without spaces, as 64 hexadecimal digits")
    if endpoint is not None and token is not None:
        return Target(endpoint=read_typed(endpoint), token=token)
    account = steered.call("GET", "")
    return Target(endpoint=read_typed(account["endpoints"][0]), token=_token(steered, account["name"], token))


def check_writable(target: Target, *, yes: bool) -> None:
    """Ask before anything is written to another machine.

    Raises:
        Refusal: when the answer is no, or nobody is there to ask.
    """
    if target.endpoint.is_loopback or yes:
        return
    question = f"This writes people and groups to {target.endpoint.typed}. Go on?"
    try:
        if click.confirm(question, err=True):
            return
    except click.Abort:
        click.echo(err=True)
    raise Refusal(f"nothing was sent to {target.endpoint.typed}; --yes agrees in advance")


def read_typed(endpoint: str) -> Endpoint:
    """Return an endpoint as it was typed, taken apart.

    Raises:
        UsageRefusal: when it is none.
    """
    try:
        return read_endpoint(endpoint)
    except EndpointError as error:
        raise UsageRefusal(f"--endpoint: {error}") from error


def current_token(steered: Steered, account: str) -> str:
    """Return the current token of an account of the running sandbox.

    Raises:
        Refusal: when all are revoked.
    """
    shown: dict[str, Any] = steered.api.call("GET", f"{steered.api.account_path(account)}/tokens?reveal=true")
    if "token" not in shown:
        raise Refusal(f"account {account} accepts no token; make one with: scim-sandbox token rotate")
    return str(shown["token"])


def _token(steered: Steered, account: str, token: str | None) -> str:
    """Return the token to send; one that belongs to another account than the named one is refused."""
    if token is None:
        return current_token(steered, account)
    for other in steered.api.call("GET", "/accounts")["items"]:
        name = str(other["name"])
        if steered.account is not None and name != account and current_token(steered, name) == token:
            raise UsageRefusal(
                f"--token is one of account {name}, not of {account}; say --account {name}, or leave it out"
            )
    return token
