"""``scim-sandbox report``: the clients that were seen, what they did, what was found, and what they do right."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import click

from sandbox.cli.selecting import query_of, selecting
from sandbox.cli.steered import Steered, steering

FORMS = ("text", "json", "markdown", "junit")
"""In which a report can be written."""


@click.command()
@selecting
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="text",
    show_default=True,
    help="In which form.",
)
@steering
def report(steered: Steered, form: str, **selection: Any) -> None:
    """Report on the provisioning clients of an account.

    The exit code is 1 when something was refused or slipped, so that a script can ask for it.
    """
    answer = steered.call("GET", f"/report{query_of(selection)}")
    click.echo(report_writer("json" if steered.as_json else form)(answer).rstrip("\n"))
    if answer["findings"]["refused"] or answer["findings"]["slip"]:
        raise SystemExit(1)


def report_writer(form: str) -> Callable[[Mapping[str, Any]], str]:
    """Return what writes a report in the form of that name."""
    from sandbox.diagnosis import report_junit, report_markdown, report_text

    writers: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "text": report_text,
        "markdown": report_markdown,
        "junit": report_junit,
        "json": json.dumps,
    }
    return writers[form]
