"""``scim-sandbox run -- CMD``: a sandbox for the length of a command."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.child import Child
from sandbox.cli.opened import opened, ready_paths
from sandbox.cli.options import Refusal, UsageRefusal, with_settings
from sandbox.cli.ready import ready_files
from sandbox.cli.report import FORMS, report_writer
from sandbox.settings import KNOBS, Settings

if TYPE_CHECKING:
    from sandbox.serving import Server

DEFAULTS = {"port": 0, "ephemeral": True}
"""Where it differs from ``serve``: a port that is free, and nothing kept unless ``--state`` says where."""
SUFFIXES = {".txt": "text", ".json": "json", ".md": "markdown", ".xml": "junit"}
"""The form of a report, by the name of its file."""
FAILING = {None: (), "refused": ("refused",), "slip": ("refused", "slip")}
"""Which findings fail the run, by what ``--fail-on`` says."""

_EPILOG = (
    "CMD finds in its environment: SCIM_ENDPOINT and SCIM_TOKEN for the provisioning client; SCIM_SANDBOX_CONTROL and "
    "SCIM_SANDBOX_URL for whoever steers the sandbox, as scim-sandbox does, with SCIM_SANDBOX_CONTROL_KEY and "
    "SCIM_SANDBOX_CA where they are needed. The exit code is that of CMD (128 and the signal that ended it); 1 when "
    "CMD is content and --fail-on is not; 2 when there is no such command."
)


@click.command(epilog=_EPILOG, context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="-- CMD [ARGUMENTS]...")
@click.option("--fail-on", type=click.Choice(["refused", "slip"]), help="Exit with 1 for such a finding, or a worse.")
@click.option(
    "--report",
    "report_file",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report on the first account there in the end: .txt, .json, .md, or .xml for JUnit.",
)
@click.option("--format", "form", type=click.Choice(FORMS), help="In which form, whatever the name of the file.")
@with_settings(*KNOBS, defaults=DEFAULTS)
def run(
    settings: Settings, command: tuple[str, ...], fail_on: str | None, report_file: Path | None, form: str | None
) -> None:
    """Run a command with a sandbox of its own, which is gone when the command ends."""
    program = _program(command)
    form = _form(report_file, form)
    with (
        Child() as child,
        opened(settings) as sandbox,
        ready_files(ready_paths(settings), sandbox.facts),
        _serving(sandbox.server),
    ):
        code = _run(child, [program, *command[1:]], _environ(sandbox.facts))
        report = sandbox.control.call("GET", f"{sandbox.control.account_path(None)}/report")
    if report_file is not None:
        _write(report_file, report_writer(form)(report))
    failing = any(report["findings"][severity] for severity in FAILING[fail_on])
    code = code or int(failing)
    _tell(settings, report, {"exit_code": code, "report": str(report_file) if report_file else None}, failing=failing)
    raise SystemExit(code)


def _program(command: Sequence[str]) -> str:
    """Return where the program of a command is."""
    if not command:
        raise UsageRefusal("say which command to run, behind --, as in: scim-sandbox run -- pytest")
    program = shutil.which(command[0])
    if program is None:
        raise UsageRefusal(f"there is no command {command[0]!r} here that can be run; give its name or its path")
    return program


def _form(report_file: Path | None, form: str | None) -> str:
    """Return the form of the report, before anything has begun."""
    if report_file is None:
        if form is not None:
            raise UsageRefusal("--format says in which form --report FILE is written; give that too")
        return FORMS[0]
    if not report_file.parent.is_dir():
        raise UsageRefusal(f"--report: there is no folder {report_file.parent} to write {report_file.name} to")
    known = SUFFIXES.get(report_file.suffix.lower())
    if form is None and known is None:
        raise UsageRefusal(
            f"--report: the name {report_file.name} does not say in which form; let it end in {', '.join(SUFFIXES)}, "
            f"or say --format {', '.join(FORMS)}"
        )
    return form or known or FORMS[0]


@contextmanager
def _serving(server: Server) -> Iterator[None]:
    thread = Thread(target=server.serve, name=server.url)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join()


def _environ(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of the command."""
    first = facts["accounts"][0]
    told = {
        "SCIM_ENDPOINT": first["endpoints"][0],
        "SCIM_TOKEN": first["token"],
        "SCIM_SANDBOX_URL": facts["url"],
        "SCIM_SANDBOX_CONTROL": facts["control"],
        "SCIM_SANDBOX_CONTROL_KEY": facts["control_key"],
        "SCIM_SANDBOX_CA": facts["ca"],
    }
    return {**os.environ, **{name: value for name, value in told.items() if value is not None}}


def _run(child: Child, command: Sequence[str], environ: Mapping[str, str]) -> int:
    try:
        return child.run(command, environ)
    except OSError as error:
        raise UsageRefusal(f"{command[0]} cannot be run: {error.strerror}") from error


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(f"{text.rstrip()}\n", encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{path} cannot be written: {error.strerror}") from error


def _tell(settings: Settings, report: Mapping[str, Any], outcome: Mapping[str, Any], *, failing: bool) -> None:
    """Tell on stderr what came in, as stdout is the command's; all of it where that is why the run fails."""
    if settings.json:
        shown = {"exchanges": report["exchanges"], "findings": report["findings"], **outcome}
        click.echo(json.dumps(shown), err=True)
    elif failing:
        click.echo(report_writer("text")(report), err=True)
    elif not settings.quiet:
        click.echo(report_writer("text")(report).splitlines()[0], err=True)
