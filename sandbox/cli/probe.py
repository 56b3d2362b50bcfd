"""``scim-sandbox probe``: try an endpoint as 4me advises, and say what to type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING

import click

from sandbox.cli.options import UsageRefusal, with_settings
from sandbox.settings import Settings

if TYPE_CHECKING:
    from sandbox.cli.probing import Address, Trial

_APPENDS = ("none", "/scim", "/scim/v2")


@click.command()
@click.argument("url")
@click.option("--token", envvar="SCIM_SANDBOX_TOKEN", metavar="TOKEN", help="The SCIM access token to send.")
@click.option("--appends", type=click.Choice(_APPENDS), help="What the client appends to what is typed, if you know.")
@with_settings("json")
def probe(settings: Settings, url: str, token: str | None, appends: str | None) -> None:
    """Try an endpoint in the forms that 4me advises, in its order, and say what to type into a client.

    URL is any service provider's, with or without /scim/v2. Nothing is changed there: one user is asked for, with GET.
    """
    from sandbox.cli.probing import ProbeError, read_address, try_forms
    from sandbox.diagnosis import what_to_type

    try:
        address = read_address(url)
        _check_token(token)
    except ProbeError as error:
        raise UsageRefusal(str(error)) from error
    trials = list(try_forms(address, token))
    host_url = f"{address.split.scheme}://{address.split.netloc}"
    instead = what_to_type([each.endpoint.removeprefix(host_url) for each in trials if each.works], host_url)
    if appends is not None:
        name = "nothing" if appends == "none" else appends
        instead = {name: instead[name]} if name in instead else {}
    if settings.json:
        click.echo(json.dumps({"trials": [each.as_json() for each in trials], "type": instead}))
    else:
        click.echo("\n".join(_told(address, token, trials, instead)))
    if not instead:
        raise SystemExit(1)


def _check_token(token: str | None) -> None:
    """Pass when a token can stand in a header; else it would end in the middle of a request."""
    if token is not None and not (token.isascii() and token.isprintable() and token.strip()):
        raise UsageRefusal("--token: a token is visible ASCII, without line breaks: copy it again")


def _told(address: Address, token: str | None, trials: list[Trial], instead: dict[str, str]) -> Iterator[str]:
    """Yield what was tried, what came of it, and what to type."""
    yield f"Asking {address.host_url} for one user, in the forms that 4me advises to try"
    if token and address.split.scheme == "http" and not _is_here(address.split.hostname or ""):
        yield "Note: this is http to another machine, so the token travels in the clear."
    yield ""
    width = max(len(each.endpoint) for each in trials)
    for each in trials:
        yield f"  {each.endpoint:<{width}}  {each.status or '---'}  {each.sentence}"
    yield ""
    if not instead:
        yield _advice(trials)
        return
    yield "Type into a client that appends"
    yield from (f"  {name:<9}  {typed}" for name, typed in instead.items())


def _advice(trials: list[Trial]) -> str:
    """Say what to do when there is nothing to type."""
    outcomes = {each.outcome for each in trials}
    if any(each.works for each in trials):
        return "With what this client appends, no form leads to the endpoint that works."
    if "token_refused" in outcomes:
        return "The address seems right; it is the token that is refused."
    if outcomes == {"unreachable"}:
        return "No form was reached, so it is the host, the port or the network, not the path."
    return "No form works: compare the host with the one that the SCIM app's settings at 4me show."


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
