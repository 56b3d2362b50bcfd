"""``scim-sandbox requests``: what came in, one exchange a line; ``--follow`` goes on as they come."""

from __future__ import annotations

import json
from typing import Any

import click

from sandbox.cli.selecting import account_paths, exchanges_of, number_of, query_of, selecting
from sandbox.cli.steered import Steered, steering
from sandbox.exchange_text import exchange_line

FOLLOW_SECONDS = 10
"""How long one call waits for news."""


@click.command()
@selecting
@click.option("--count", metavar="N", type=click.IntRange(min=1), default=50, show_default=True, help="The last N.")
@click.option("--follow", is_flag=True, help="Go on as they come, until Ctrl-C.")
@steering
def requests(steered: Steered, count: int, follow: bool, **selection: Any) -> None:
    """List what came in and what was answered, with the codes of what was found."""
    items = exchanges_of(steered, selection, count=count)[-count:]
    if steered.as_json and not follow:
        click.echo(json.dumps({"items": items, "total": len(items)}))
        return
    _print(steered, items)
    if follow:
        _follow(steered, selection, items)
    elif not items:
        click.echo("no exchange: nothing came in yet, or nothing of this kind")


def _print(steered: Steered, items: list[dict[str, Any]]) -> None:
    for item in items:
        click.echo(json.dumps(item) if steered.as_json else exchange_line(item))


def _follow(steered: Steered, selection: dict[str, Any], items: list[dict[str, Any]]) -> None:
    """Print what comes, account by account."""
    paths = account_paths(steered)
    last = dict.fromkeys(paths, max([0, *map(number_of, items)]))
    wait = f"{FOLLOW_SECONDS if len(paths) == 1 else 1}s"
    try:
        while True:
            for path in paths:
                since = f"x{last[path]}"
                query = query_of({**selection, "since": since}, wait=wait)
                fresh = steered.api.call("GET", f"{path}/exchanges{query}")["items"]
                _print(steered, fresh)
                last[path] = max([last[path], *map(number_of, fresh)])
    except KeyboardInterrupt:
        return
