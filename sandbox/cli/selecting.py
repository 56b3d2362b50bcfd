"""The options that choose exchanges, and asking all accounts for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import click

from sandbox.cli.options import UsageRefusal

if TYPE_CHECKING:
    from sandbox.cli.steered import Steered

Verb = Callable[..., None]

_OPTIONS = (
    click.option("--method", metavar="METHOD", help="Only these methods, as GET or POST,PUT."),
    click.option("--path", metavar="TEXT", help="Only paths with this in them, as /Users."),
    click.option("--status", metavar="STATUS", help="Only these statuses, as 409 or 4xx."),
    click.option("--finding", metavar="CODE", help="Only with this finding, this severity, any, or none."),
    click.option("--client", metavar="NAME", help="Only of this client, as okta or entra."),
    click.option("--since", metavar="ID", help="Only what came after this exchange, or from this instant on."),
    click.option("--until", metavar="ID", help="Only what came up to this exchange, or this instant."),
)


def selecting(verb: Verb) -> Verb:
    """Give a verb the options that choose exchanges; it gets them as keywords."""
    for option in reversed(_OPTIONS):
        verb = option(verb)
    return verb


def query_of(selection: Mapping[str, Any], **more: Any) -> str:
    """Return the query string for what was chosen."""
    given = {name: value for name, value in {**selection, **more}.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def account_paths(steered: Steered) -> list[str]:
    """Return the control path of the account that was named; without one, of each."""
    if steered.account is not None:
        return [steered.api.account_path(steered.account)]
    return [f"/accounts/{quote(row['name'], safe='')}" for row in steered.api.call("GET", "/accounts")["items"]]


def exchanges_of(steered: Steered, selection: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
    """Return the chosen exchanges of the account that was named, or of all, in order."""
    return sorted(_found(steered, query_of(selection, **more)), key=number_of)


def number_of(exchange: Mapping[str, Any]) -> int:
    """Return the number in the id of an exchange."""
    return int(exchange["id"].removeprefix("x"))


def read_id(text: str) -> int:
    """Return the number in an id that somebody gave.

    Raises:
        UsageRefusal: when it is none.
    """
    digits = text.removeprefix("x")
    if digits == text or not digits.isdecimal() or not digits.isascii():
        raise UsageRefusal(f"{text!r} is not the id of an exchange, as x12 is")
    return int(digits)


def _found(steered: Steered, query: str) -> Iterator[dict[str, Any]]:
    for path in account_paths(steered):
        yield from steered.api.call("GET", f"{path}/exchanges{query}")["items"]
