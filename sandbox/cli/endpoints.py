"""``scim-sandbox endpoints``: what to type into each client's form, for this sandbox and for 4me."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.options import UsageRefusal
from sandbox.cli.simulate import CLIENTS
from sandbox.cli.steered import Steered, steering

if TYPE_CHECKING:
    from sandbox.client_forms import ClientForm

FOURME = {"endpoint": "https://api.4me.qa/scim/v2", "token": "<the account's SCIM access token>"}
"""What stands for a 4me account: QA comes first (facts/4me.md 1.2, 1.7)."""
REMARKS = (
    "4me: begin with the QA account, whose addresses end in .qa; production ends in .com. With a regional account the "
    "host has the region in it, as api.au.4me.com; the account's own SCIM settings show it.",
    "When /scim/v2 does not work, 4me says to try /scim, then the bare host.",
    "A client in the cloud does not reach this machine: it needs a tunnel with https and a public certificate.",
)


@click.command()
@click.argument("client", required=False, type=click.Choice([*CLIENTS, "script"]))
@click.option("--mode", metavar="MODE", help="One way of working alone, as for simulate.")
@steering
def endpoints(steered: Steered, client: str | None, mode: str | None) -> None:
    """Show what to type into a CLIENT's form, or into each one's: for this sandbox, and for 4me."""
    from sandbox.cli.target import find_target
    from sandbox.client_forms import client_forms

    target = find_target(steered, None, None)
    here = {"endpoint": target.endpoint.typed, "token": target.token}
    forms = [form for form in client_forms() if client in {None, form.client}]
    items = [row for form in forms for row in _rows(form, here) if mode in {None, row["mode"]}]
    if not items:
        known = ", ".join(each for form in forms for each in form.modes)
        raise UsageRefusal(f"{client or 'no client'} has no mode {mode!r}; there are {known}")
    steered.show({"items": items, "total": len(items)}, _text(items))


def _rows(form: ClientForm, here: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the fields of a form, for each way of working that is set up there."""
    for mode in form.modes:
        for field in form.fields_in(mode):
            yield {
                "client": form.client,
                "name": form.name,
                "mode": mode,
                "place": form.place.says,
                "field": field.field,
                "sandbox": field.filled(**here),
                "4me": field.filled(**FOURME),
                "says": field.says,
                "evidence": field.evidence,
                "source": list(field.source),
                "remark": form.remark.says,
            }


def _text(items: list[dict[str, Any]]) -> str:
    from sandbox.cli.simulation_text import wrapped

    blocks = []
    for _, rows in groupby(items, key=itemgetter("name", "mode")):
        fields = list(rows)
        first = fields[0]
        block = [f"{first['name']}, mode {first['mode']}", *wrapped(first["place"], "  ")]
        for row in fields:
            block += wrapped(f"{row['field']}: {row['says']} ({row['evidence']})", "  ")
            same = row["sandbox"] == row["4me"]
            block += [f"    {row['sandbox']}"] if same else [f"    here  {row['sandbox']}", f"    4me   {row['4me']}"]
        blocks.append([*block, *wrapped(first["remark"], "  ")])
    blocks.append([line for remark in REMARKS for line in wrapped(remark)])
    return "\n\n".join("\n".join(block) for block in blocks)
