"""The table of steps in sandbox/simulators/README.md: what each service provider makes of each step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sandbox.simulators.journal import Tally
from sandbox.simulators.report import Report

BEGIN, END = "<!-- steps: begin -->", "<!-- steps: end -->"


def section(name: str, reports: Mapping[str, Report], why: Mapping[tuple[str, str], Iterable[str]]) -> str:
    """Return the table of one play: a row a step, a column a service provider; *why* names rows by place and step."""
    script = next(iter(reports.values())).client.script
    taken = [step for step in script.steps.values() if any(_tally(each, step.name) for each in reports.values())]
    rows = []
    for step in taken:
        cells = [_cell(_tally(report, step.name), why.get((where, step.name), ())) for where, report in reports.items()]
        rows.append([step.name, str(step.evidence), *cells])
    return "\n".join([f"### {name}", "", *_markdown(["step", "evidence", *reports], rows)])


def _tally(report: Report, step: str) -> Tally | None:
    return report.client.journal.tallies.get(step)


def _cell(tally: Tally | None, rows: Iterable[str]) -> str:
    """Return what was answered; what was not accepted in bold, with the rows that are why."""
    if tally is None:
        return "-"
    answers = [*sorted(tally.accepted), *(f"**{label}**" for label in sorted(tally.refused))]
    answers += ["**left out**"] if tally.left_out else []
    why = ", ".join(f"`{row}`" for row in sorted(rows))
    return f"{', '.join(answers)} ({why})" if why else ", ".join(answers)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
