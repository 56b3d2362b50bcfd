"""The verbs about snapshots."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import click

from sandbox.cli.accounts import without_none
from sandbox.cli.resetting import told
from sandbox.cli.steered import Steered, steering
from sandbox.cli.text import counts, table

_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


@click.group()
def snapshot() -> None:
    """Keep users, groups and memberships under a name, and put them back: also into another account."""


@snapshot.command("save")
@click.argument("name")
@steering
def snapshot_save(steered: Steered, name: str) -> None:
    """Keep what is there now under NAME, in the place of a snapshot of that name."""
    answer = steered.call("POST", "/snapshots", {"name": name})
    steered.show(answer, f"{name} keeps {counts(answer)}")


@snapshot.command("restore")
@click.argument("name")
@click.option("--from", "source", metavar="ACCOUNT", help="Take the snapshot of this account, as widget-qa.")
@steering
def snapshot_restore(steered: Steered, name: str, source: str | None) -> None:
    """Put the snapshot NAME in the place of all users and groups, in one step; tokens and clock stay as they are."""
    answer = steered.call("POST", "/reset", without_none({"to": f"snapshot:{name}", "from": source}))
    steered.show(answer, told(answer))


@snapshot.command("list")
@steering
def snapshot_list(steered: Steered) -> None:
    """List the snapshots, with what they hold and when they were saved."""
    answer = steered.call("GET", "/snapshots")
    rows = [(each["name"], each["saved_at"] or "at a time unknown", counts(each)) for each in answer["items"]]
    steered.show(answer, table(rows) or "no snapshots; save one with: scim-sandbox snapshot save NAME")


@snapshot.command("diff")
@click.argument("name")
@click.argument("other", required=False)
@steering
def snapshot_diff(steered: Steered, name: str, other: str | None) -> None:
    """Show what was added (+), removed (-) and changed (~) since the snapshot NAME, or from it to OTHER."""
    query = f"?{urlencode({'to': other})}" if other is not None else ""
    answer = steered.call("GET", f"/snapshots/{quote(name, safe='')}/diff{query}")
    steered.show(answer, differences(answer))


@snapshot.command("delete")
@click.argument("name")
@steering
def snapshot_delete(steered: Steered, name: str) -> None:
    """Delete the snapshot NAME."""
    answer = steered.call("DELETE", f"/snapshots/{quote(name, safe='')}")
    steered.show(answer, f"the snapshot {name} is deleted")


def differences(answer: Mapping[str, Any]) -> str:
    """Return differences as text: a line a resource, below it a line for each value that goes or comes."""
    lines = [line for each in answer["items"] for line in _difference(each)]
    numbers = ", ".join(f"{answer[change]} {change}" for change in _SIGNS)
    since = f"since {answer['before']}" if answer["after"] is None else f"from {answer['before']} to {answer['after']}"
    return "\n".join([*lines, *([""] if lines else []), f"{numbers} {since}"])


def _difference(each: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_SIGNS[each['change']]} {each['type']} {each['id']}  {each['name']}"
    for attribute in each["attributes"]:
        before, after, name = attribute["before"], attribute["after"], attribute["path"].rpartition(":")[2]
        if isinstance(before, list) and isinstance(after, list):
            yield from (f"    {name}  - {_value(gone)}" for gone in before)
            yield from (f"    {name}  + {_value(come)}" for come in after)
        else:
            yield f"    {name}  {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    """Return a value on one line: a member of a group by what it is known by, others as JSON."""
    if value is None:
        return "nothing"
    if isinstance(value, Mapping) and set(value) == {"value", "display"}:
        return f"{value['value']} {value['display'] or ''}".rstrip()
    return json.dumps(value, ensure_ascii=False)
