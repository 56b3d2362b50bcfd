"""``scim-sandbox export``: exchanges in a form that other tools read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sandbox.cli.options import Refusal
from sandbox.cli.selecting import exchanges_of, number_of, query_of, read_id, selecting
from sandbox.cli.steered import Steered, steering

_OUTPUT = click.option(
    "--output", "-o", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)


@click.group()
def export() -> None:
    """Write exchanges as an HTTP Archive, or as a test."""


@export.command("har")
@selecting
@_OUTPUT
@steering
def export_har(steered: Steered, output: Path | None, **selection: Any) -> None:
    """Write exchanges as an HTTP Archive (HAR 1.2), which the network panel of a browser opens."""
    archive = steered.call("GET", f"/exchanges.har{query_of(selection)}")
    _write(json.dumps(archive, indent=2), output, f"{len(archive['log']['entries'])} exchanges")


@export.command("pytest")
@click.option("--since", metavar="ID", help="Begin behind this one; what changed the directory before is played too.")
@click.option("--until", metavar="ID", help="End with this exchange.")
@_OUTPUT
@steering
def export_pytest(steered: Steered, since: str | None, until: str | None, output: Path | None) -> None:
    """Write exchanges as a test that plays them again on a fresh sandbox of the same seed."""
    from sandbox.cli.exported_test import exported_test

    account = steered.call("GET", "")
    named = Steered(api=steered.api, account=account["name"], as_json=steered.as_json)
    exchanges = exchanges_of(named, {"until": until})
    first = read_id(since) if since else 0
    if not any(number_of(each) > first for each in exchanges):
        raise Refusal(f"there is no exchange in {account['name']} to export")
    url = steered.api.base.removesuffix("/_sandbox")
    facts = {
        "account": account["name"],
        "seed": account["seed"],
        "dialect": steered.api.call("GET", "/dialect")["name"],
        "prefixes": [endpoint.removeprefix(url) for endpoint in account["endpoints"]],
        "since": first,
    }
    _write(exported_test(exchanges, facts), output, f"{len(exchanges)} exchanges")


def _write(text: str, output: Path | None, what: str) -> None:
    """Write to a file, or to where it is read from."""
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{output} cannot be written: {error.strerror}") from error
    click.echo(f"{what} written to {output}", err=True)
