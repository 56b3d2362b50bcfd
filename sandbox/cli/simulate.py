"""``scim-sandbox simulate``: a provisioning client at work, against the running sandbox or any service provider."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.accounts import ENDPOINT_FORMS
from sandbox.cli.options import Command
from sandbox.cli.steered import Steered, steering

if TYPE_CHECKING:
    from sandbox.cli.target import Target
    from sandbox.simulators.conversation import Script
    from sandbox.simulators.report import Report

CLIENTS = ("entra", "okta", "onelogin", "google")
CHOICES = {
    "match": "How people are looked up: userName, externalId or mail (entra).",
    "update": "How people are changed: put or patch (google).",
    "deprovision": "What becomes of people who leave: suspend or delete (google), or nothing (onelogin).",
    "retry-after": "What a 429 leads to: honour or next-cycle (entra).",
    "import-groups": "Whether groups are imported: yes or no (okta).",
    "paging": "How a list is read on: by what was asked, or by what was shown (okta).",
    "member-removal": "How members are removed: by values or by filter (onelogin).",
}
"""Options that some clients have; what each takes stands in its conversation."""
ENDPOINT_HELP = "The SCIM endpoint as it is typed into the client; without it, the running sandbox's."
TOKEN_HELP = "The SCIM access token; without it, the current one of the sandbox's account."


def _choices(command: Command) -> Command:
    """Give a command the options that some clients have."""
    for name, sentence in reversed(CHOICES.items()):
        click.option(f"--{name}", metavar="CHOICE", help=sentence)(command)
    return command


@click.command()
@click.argument("client", required=False, type=click.Choice(CLIENTS))
@click.option("--script", "script_file", metavar="FILE", type=Path, help="Play a conversation of your own.")
@click.option(
    "--mode", metavar="MODE", help="entra: default, optscim, validator; okta: aiw, oin, spec; onelogin: v2, v11."
)
@click.option("--endpoint", metavar="URL", help=ENDPOINT_HELP)
@click.option("--token", envvar="SCIM_SANDBOX_TOKEN", metavar="TOKEN", help=TOKEN_HELP)
@click.option("--people", default=10, show_default=True, type=click.IntRange(1, 100_000), help="People at the start.")
@click.option("--groups", default=3, show_default=True, type=click.IntRange(0, 10_000), help="Groups at the start.")
@click.option("--seed", default=42, show_default=True, type=int, help="The same seed makes the same people.")
@click.option("--template", "template_file", metavar="FILE", type=Path, help="The SCIM JSON Template (onelogin).")
@click.option(
    "--patience",
    metavar="SECONDS",
    type=click.FloatRange(0.01, 3600),
    help="Really wait this long for an answer; without it, as long as the client does.",
)
@_choices
@click.option(
    "--until",
    default="all",
    show_default=True,
    type=click.Choice(["connect", "first", "all"]),
    help="How far to go: the connection test, the first cycle, or everything.",
)
@click.option("--appends", is_flag=True, help="Send nothing; show what the client puts behind the endpoint.")
@click.option("--transcript", "transcript_file", metavar="FILE", type=Path, help="Write every exchange, one a line.")
@click.option("--yes", is_flag=True, help="Do not ask before writing to another machine.")
@steering
def simulate(steered: Steered, client: str | None, **given: Any) -> None:
    """Play a provisioning CLIENT: connection test, first cycle, cycles after changes, import.

    What each client sends, and how we know it, is data: fixtures/clients. It writes people and groups; nobody in them
    is real. Exit code 1 says that the client was refused, or that something failed.
    """
    from sandbox.cli.simulating import Wanted
    from sandbox.cli.target import check_writable, find_target, read_typed

    chosen = {name: given[name.replace("-", "_")] for name in CHOICES}
    wanted = Wanted(
        client=client,
        script_file=given["script_file"],
        mode=given["mode"],
        options={name: value for name, value in chosen.items() if value is not None},
        template_file=given["template_file"],
    )
    typed = given["endpoint"]
    script = wanted.script(read_typed(typed) if typed else None)
    target = find_target(steered, typed, given["token"] or ("-" if given["appends"] else None))
    if given["appends"]:
        _show_appends(steered, script, target)
        return
    check_writable(target, yes=given["yes"])
    _end(steered, _played(script, target, given))


def _played(script: Script, target: Target, given: dict[str, Any]) -> Report:
    """Return the report of a whole run."""
    from sandbox.cli.simulating import playing, transcript
    from sandbox.simulators.company import Company
    from sandbox.simulators.report import Report
    from sandbox.simulators.run import Until, run

    company = Company(given["seed"], given["people"], given["groups"])
    about = {"client": script.client, "mode": script.mode, "endpoint": target.endpoint.typed, "seed": given["seed"]}
    with (
        transcript(given["transcript_file"], about) as sink,
        playing(script, company, target, seed=given["seed"], patience_seconds=given["patience"], sink=sink) as player,
    ):
        run(player, company, Until(given["until"]))
    return Report(client=player, endpoint=target.endpoint)


def _end(steered: Steered, report: Report) -> None:
    """Print the report, and end with 1 when there is something to look into."""
    from sandbox.cli.simulation_text import report_text
    from sandbox.simulators.report import Conclusion

    click.echo(json.dumps(report.as_json()) if steered.as_json else report_text(report))
    if report.conclusion is Conclusion.REFUSED:
        click.echo(f"Error: {report.client.script.name} refuses the set-up: {report.sentence}", err=True)
    if not report.is_fine:
        click.get_current_context().exit(1)


def _show_appends(steered: Steered, script: Script, target: Target) -> None:
    from sandbox.cli.simulation_text import table, told_text
    from sandbox.simulators.appending import appended

    rows = list(appended(script, target.endpoint, ENDPOINT_FORMS))
    told = script.appends
    answer = {
        "client": script.client,
        "mode": script.mode,
        "says": told.says,
        "evidence": str(told.evidence),
        "source": list(told.source),
        "items": [{"typed": row.typed, "requested": row.requested} for row in rows],
        "total": len(rows),
    }
    shown = table(("typed", "asked for first"), [(row.typed, row.requested) for row in rows])
    steered.show(answer, "\n".join([f"{script.name} appends {told_text(told)}", "", *shown]))
