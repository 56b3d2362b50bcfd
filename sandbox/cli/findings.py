"""``scim-sandbox findings``: everything that can be found in an exchange, with an example each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from textwrap import indent, wrap
from typing import Any

import click

from sandbox.cli.options import Refusal, with_settings
from sandbox.exchange_text import EVIDENCE, WIDTH
from sandbox.settings import Settings


@click.command()
@click.argument("code", required=False)
@with_settings("json")
def findings(settings: Settings, code: str | None) -> None:
    """List every finding there can be; with CODE, one in full, with requests that trip it and that do not.

    No sandbox needs to run.
    """
    from sandbox.diagnosis import rules_json

    listed = rules_json()
    if code is not None:
        listed = [row for row in listed if row["code"] == code]
        if not listed:
            raise Refusal(f"there is no finding {code!r}; scim-sandbox findings lists them")
    if settings.json:
        click.echo(json.dumps({"items": listed, "total": len(listed)}))
    elif code is not None:
        click.echo("\n".join(_whole(listed[0])))
    else:
        click.echo("\n".join(_lines(listed)))


def _lines(listed: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a heading for each subject, and a line for each finding."""
    yield f"{len(listed)} findings; scim-sandbox findings CODE shows one with its examples"
    subject = None
    width = max(len(row["code"]) for row in listed)
    for row in listed:
        if row["subject"] != subject:
            subject = row["subject"]
            yield from ("", _SUBJECTS[subject])
        yield f"  {row['code']:<{width}}  {row['severity']:<7}  {row['title']}"


def _whole(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"{row['code']} ({row['severity']}): {row['title']}"
    yield ""
    yield from wrap(f"Fix: {row['fix']}", WIDTH, break_long_words=False, break_on_hyphens=False)
    yield f"Source: {row['source']} ({EVIDENCE[row['evidence']]})"
    yield from ("", "A client that trips it", indent(row["trips"] or "(it cannot be told in requests)", "    "))
    yield from ("", "A client that does not", indent(row["passes"], "    "))


_SUBJECTS = {
    "token": "The SCIM access token",
    "endpoint": "The address",
    "transport": "How a request travels",
    "query": "Queries",
    "body": "Bodies",
    "patch": "PATCH",
    "mapping": "What becomes of the person",
    "series": "One call after the other",
    "refusal": "Refusals",
    "plain": "Refusals that nothing else explains",
}
