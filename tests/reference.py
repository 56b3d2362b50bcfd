"""The pages that list what the code has: ``python -m tests.reference`` writes them anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import click

from sandbox.app import create_app, open_sandbox
from sandbox.cli import main
from sandbox.diagnosis import SUBJECTS
from sandbox.dialect import read_dialect
from sandbox.settings import CLIENT_VARIABLES, KNOBS, Settings
from sandbox.web.control.openapi import control_routes

ROOT = Path(__file__).parent.parent
MADE = "Made from the code by `python -m tests.reference`; a test holds it.\n"

CLIENT_MEANINGS = {
    "SCIM_SANDBOX_URL": "where the sandbox is, for the verbs and for pytest; `run` sets it",
    "SCIM_SANDBOX_CONTROL": "where its control API is; `run` sets it",
    "SCIM_SANDBOX_ACCOUNT": "the account that the verbs are about",
    "SCIM_SANDBOX_CA": "a file with the certificate to trust, of a sandbox that speaks https; `run` sets it",
}
SHARED = ("account", "state", "control_key", "json", "url")
"""What every steering verb takes."""
RUN_MEANINGS = {
    "SCIM_ENDPOINT": "the SCIM endpoint, in the environment of the command of `run`",
    "SCIM_TOKEN": "the SCIM access token, there too",
}


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table in Markdown."""
    names = list(head)
    lines = [names, ["---"] * len(names), *([cell(each) for each in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(value: object) -> str:
    """Return what stands in a cell."""
    return " ".join(str(value).split()).replace("|", "\\|")


def linked(text: str, source: str) -> str:
    """Return *text* as a link to where it is known from, if that has an address."""
    return f"[{text}]({source})" if "://" in source else text


def commands() -> str:
    """Return the page of every option and variable."""
    knobs = table(
        ["option", "variable", "default", "what it does"],
        [
            [
                f"`{knob.flag}{' ' + knob.unit if knob.unit else ''}`",
                f"`{knob.variable}`",
                shown(knob.default),
                knob.help,
            ]
            for knob in KNOBS.values()
        ],
    )
    variables = table(
        ["variable", "what it says"],
        [[f"`{name}`", {**CLIENT_MEANINGS, **RUN_MEANINGS}[name]] for name in [*CLIENT_VARIABLES, *RUN_MEANINGS]],
    )
    verbs = "\n".join(
        f"## {' '.join(words)}\n\n{sentence(command)}\n\n{table(['option', 'what it does'], own_options(command))}"
        for words, command in leaves(main)
        if list(own_options(command))
    )
    return (
        f"# Every option and variable\n\n{MADE}\n"
        "## serve and run\n\nEach is also a key of `[tool.scim-sandbox]` in pyproject.toml, named as the option is. "
        "`run` picks a free port and keeps nothing, unless a port or a state is given.\n\n"
        f"{knobs}\n## Variables of others\n\n{variables}\n"
        f"## Every verb that steers\n\n{table(['option', 'what it does'], shared_options())}\n{verbs}"
    )


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield each command with its words."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


def own_options(command: click.Command) -> Iterator[list[str]]:
    """Yield the options of a command that no table above has: not the knobs, nor what every steering verb takes."""
    passed_over = KNOBS if command.name in ("serve", "run") else SHARED
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.name not in passed_over:
            yield option_row(parameter, command)


def option_row(option: click.Option, command: click.Command) -> list[str]:
    """Return what is told of an option."""
    names = ", ".join([*option.opts, *option.secondary_opts])
    unit = "" if option.is_flag else option.make_metavar(click.Context(command))
    return [f"`{f'{names} {unit}'.strip()}`", option.help or ""]


def shared_options() -> Iterator[list[str]]:
    """Yield what every steering verb takes."""
    command = main.commands["status"]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield option_row(parameter, command)


def sentence(command: click.Command) -> str:
    """Return what a command does, in its first line."""
    return (command.help or "").strip().splitlines()[0]


def shown(default: object) -> str:
    """Return a default as it is typed."""
    if isinstance(default, tuple):
        return ", ".join(f"`{each}`" for each in default)
    return "" if default in (None, False) else "on" if default is True else f"`{default}`"


def findings() -> str:
    """Return the page of every finding."""
    parts = [
        f"## {subject.capitalize()}\n\n"
        + table(
            ["finding", "severity", "what", "what to do", "evidence"],
            [
                [f"`{rule.code}`", rule.severity.value, linked(rule.title, rule.source), rule.fix, rule.evidence.value]
                for rule in rules
            ],
        )
        for subject, rules in SUBJECTS.items()
    ]
    return f"# Every finding\n\n{MADE}\n" + "\n".join(parts)


def quirks() -> str:
    """Return the page of every quirk of both dialects."""
    fourme, strict = (
        {row["field"]: row for row in read_dialect(name, ()).as_json()["items"]} for name in ("4me", "rfc7644")
    )
    rows = [
        [
            f"`{field}`",
            f"`{row['value']}`",
            f"`{strict[field]['value']}`" if field in strict else "",
            linked(row["evidence"], row["source"]),
            row["sentence"],
        ]
        for field, row in fourme.items()
    ]
    more = [
        [f"`{field}`", "", f"`{row['value']}`", row["evidence"], row["sentence"]]
        for field, row in strict.items()
        if field not in fourme
    ]
    return f"# Every quirk\n\n{MADE}\n" + table(["quirk", "4me", "rfc7644", "evidence at 4me", "what"], rows + more)


def routes() -> str:
    """Return the page of every route of the control API."""
    with closing(open_sandbox(Settings(ephemeral=True, users=0, groups=0))) as sandbox:
        rows = [
            [method, f"`{rule.rule.replace('<', '{').replace('>', '}')}`", (view.__doc__ or "").strip().splitlines()[0]]
            for rule, method, view in control_routes(create_app(sandbox))
        ]
    return f"# Every route of the control API\n\n{MADE}\n" + table(["method", "path", "what it does"], rows)


PAGES: Mapping[str, Callable[[], str]] = {
    "sandbox/cli/OPTIONS.md": commands,
    "sandbox/diagnosis/FINDINGS.md": findings,
    "sandbox/dialect/QUIRKS.md": quirks,
    "sandbox/web/control/ROUTES.md": routes,
}


if __name__ == "__main__":
    for name, write in PAGES.items():
        (ROOT / name).write_text(write(), encoding="utf-8")
