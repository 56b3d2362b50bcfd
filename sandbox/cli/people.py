"""``scim-sandbox people``: who SCIM users become at 4me and why, by which rules, and what a source would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click

from sandbox.cli.differences_text import differences_text
from sandbox.cli.options import UsageRefusal
from sandbox.cli.people_text import explanation_text, people_text, rules_text
from sandbox.cli.steered import Steered, steering

PAGE = 1_000
"""How many records one call asks for."""


class ListsByDefault(click.Group):
    """A group of verbs that lists when it is given none."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the verb ``list`` before options that follow none."""
        is_asked_for_help = bool(args) and args[0] in ctx.help_option_names
        if not is_asked_for_help and (not args or args[0].startswith("-")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=ListsByDefault)
def people() -> None:
    """Show the persons that SCIM users become at 4me, and why; without a verb it lists them."""


@people.command("list")
@steering
def people_list(steered: Steered) -> None:
    """List the persons of an account."""
    items = list(_all(steered, "/people"))
    steered.show({"items": items, "total": len(items)}, people_text(items))


@people.command("explain")
@click.argument("record_id", metavar="ID")
@steering
def people_explain(steered: Steered, record_id: str) -> None:
    """Explain the person or the SCIM user with this ID: which rule set which field from which attribute, what not."""
    answer = steered.call("GET", f"/people/{quote(record_id, safe='')}/explanation")
    steered.show(answer, explanation_text(answer))


@people.command("diff")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--max-deletes",
    default="2%",
    show_default=True,
    metavar="BUDGET",
    help="Refuse when more would be deleted or made inactive: a share of active users and groups, as 2%, or a number.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Send the calls, and compare again.")
@steering
def people_diff(steered: Steered, source: Path, max_deletes: str, is_applied: bool) -> None:
    """Show what the identity source in SOURCE (.csv or .json) would change, and the SCIM calls that would do it.

    Ends with 0 when nothing differs, with 1 when something does or the budget is exceeded.
    """
    from sandbox.cli.comparing import Comparison, read_source_file
    from sandbox.people.diff.mending import read_budget

    try:
        budget = read_budget(max_deletes)
    except ValueError as error:
        raise UsageRefusal(f"--max-deletes: {error}") from error
    comparison = Comparison(steered, read_source_file(source, steered), budget)
    answer = comparison.run()
    if is_applied and answer["calls"]:
        comparison.apply(answer["calls"])
        answer = {**comparison.run(), "applied": len(answer["calls"])}
    steered.show(answer, differences_text(answer))
    if answer["refused"] or answer["differs"]:
        raise click.exceptions.Exit(1)


@people.group("mapping")
def people_mapping() -> None:
    """Show and change the rules that make persons of SCIM users."""


@people_mapping.command("show")
@steering
def mapping_show(steered: Steered) -> None:
    """List the rules in force, each with its evidence."""
    answer = steered.call("GET", "/mapping")
    steered.show(answer, rules_text(answer))


@people_mapping.command("set")
@click.argument("file", type=click.Path(path_type=Path))
@steering
def mapping_set(steered: Steered, file: Path) -> None:
    """Put the mapping file FILE in force; all users and groups are worked through again."""
    from sandbox.people.json_places import PlacedError, decoded

    try:
        text, _ = decoded(file.read_bytes())
    except OSError as error:
        raise UsageRefusal(f"{file}: this file cannot be read: {error.strerror}") from error
    except PlacedError as error:
        raise UsageRefusal(f"{file}: {error}") from error
    answer = steered.call("PUT", "/mapping", {"name": file.name, "text": text})
    steered.show(answer, rules_text(answer))


@people_mapping.command("copy")
@click.option("--from", "origin", required=True, metavar="NAME", help="The account whose rules are copied.")
@click.option("--to", "target", required=True, metavar="NAME", help="The account that gets them.")
@steering
def mapping_copy(steered: Steered, origin: str, target: str) -> None:
    """Copy the rules of one account to another, as from QA to production."""
    answer = steered.api.call("POST", f"{steered.api.account_path(target)}/mapping", {"from": origin})
    steered.show(answer, f"{target} has the rules of {origin} now: {answer['name'] or 'the default mapping'}")


@people_mapping.command("reset")
@steering
def mapping_reset(steered: Steered) -> None:
    """Go back to the default mapping."""
    answer = steered.call("DELETE", "/mapping")
    steered.show(answer, "the default mapping is in force")


def _all(steered: Steered, path: str) -> Iterator[Mapping[str, Any]]:
    """Yield every record of a collection, page by page."""
    start = 1
    while True:
        page = steered.call("GET", f"{path}?start={start}&count={PAGE}")
        yield from page["items"]
        start += PAGE
        if start > page["total"]:
            return
