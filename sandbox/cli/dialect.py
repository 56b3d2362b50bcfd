"""``scim-sandbox dialect``: how the sandbox speaks SCIM, row by row, with the evidence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import click

from sandbox.cli.options import Refusal, UsageRefusal, with_settings
from sandbox.cli.ready import ReadyFileError
from sandbox.cli.steered import URL_OPTION
from sandbox.settings import Settings, SettingsError


@click.command()
@click.option(
    "--offline", is_flag=True, help="Ask no running sandbox; list what serve would speak with these settings."
)
@URL_OPTION
@with_settings("dialect", "set", "state", "control_key", "json")
def dialect(settings: Settings, url: str | None, offline: bool) -> None:
    """List how the sandbox speaks SCIM: every behaviour with its evidence and source.

    A running sandbox tells what it was started with; without one, these settings count.
    """
    from sandbox.dialect import OverrideError, read_dialect

    listed = None if offline else _asked(settings, url)
    if listed is None:
        try:
            listed = read_dialect(settings.dialect, settings.set).as_json()
        except OverrideError as error:
            raise UsageRefusal(f"--set: {error}") from error
    click.echo(json.dumps(listed) if settings.json else rows_text(listed))


def _asked(settings: Settings, url: str | None) -> dict[str, Any] | None:
    """Return what the running sandbox speaks, or ``None`` when none runs and none was named."""
    from sandbox.cli.steering import find_sandbox
    from sandbox.steering import SteeringError

    try:
        return find_sandbox(settings, url).call("GET", "/dialect")
    except SettingsError as error:
        raise UsageRefusal(str(error)) from error
    except (SteeringError, ReadyFileError) as error:
        if url is not None:
            raise Refusal(str(error)) from error
        return None


def rows_text(listed: Mapping[str, Any]) -> str:
    """Return the rows as text: name, value and evidence on one line, the sentence and the source below."""
    counts = Counter(row["evidence"] for row in listed["items"])
    told = ", ".join(f"{number} {evidence}" for evidence, number in counts.most_common())
    return "\n\n".join([f"{listed['name']}: {listed['total']} rows, {told}", *map(_row_text, listed["items"])])


def _row_text(row: Mapping[str, Any]) -> str:
    value = row["value"] if isinstance(row["value"], str) else json.dumps(row["value"], ensure_ascii=False)
    shown = value if len(value) <= 60 else f"{value[:57]}..."
    return f"{row['field']} = {shown}  ({row['evidence']})\n  {row['sentence']}\n  {row['source']}"
