"""The report of a simulated client as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from sandbox.simulators.conversation import Told
from sandbox.simulators.journal import Phase, Tally
from sandbox.simulators.report import FAILURES_SHOWN, Report, counted
from sandbox.simulators.timeline import told

WIDTH = 100
TAKEN = (
    "Names are taken, mostly by an earlier run: choose another --seed, or set the sandbox back with scim-sandbox reset."
)
_EVENTS = {
    "person joined": "joined",
    "person reports": "manager set",
    "person changed": "changed",
    "person renamed": "renamed",
    "person disabled": "disabled",
    "person enabled": "enabled",
    "person left": "left",
    "password changed": "password set",
}
"""What people are told of events; those about groups speak for themselves."""


def report_text(report: Report) -> str:
    """Return the whole report."""
    client = report.client
    script, journal = client.script, client.journal
    lasted = told(client.timeline.now - client.timeline.started_at)
    parts = [
        [f"{script.name}, mode {script.mode}, at {report.endpoint.typed}"],
        table(("phase", "calls", "writes", "brought over"), map(_phase, journal.phases)),
        table(("step", "evidence", "calls", "answered"), map(_tally, report.in_order())),
        list(_refusals(report)),
        list(_failures(report)),
        [*wrapped(f"Concluded: {report.conclusion}: {report.sentence}."), *_screen(report.screen())],
        list(_notes(report, lasted)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows under their heads, each column as wide as its widest value; the last one is not padded."""
    cells = [tuple(head), *map(tuple, rows)]
    if len(cells) == 1:
        return []
    widths = [max(len(row[column]) for row in cells) for column in range(len(head) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]) for row in cells
    ]


def evidence_text(counts: Counter[str]) -> str:
    """Return how many steps are documented, seen, inferred."""
    listed = [f"{counts[name]} {name}" for name in ("documented", "seen", "inferred") if counts[name]]
    return f"{counted(counts.total(), 'kind', 'kinds')} of step, {', '.join(listed)}"


def told_text(each: Told) -> str:
    """Return a sentence with how we know it."""
    return f"{each.says} ({each.evidence})"


def wrapped(text: str, indent: str = "") -> list[str]:
    """Return a sentence in lines, those after the first further in."""
    return wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _phase(phase: Phase) -> tuple[str, ...]:
    done = [f"{_EVENTS.get(event, event)} x{count}" for event, count in phase.done.items()]
    failed = [f"failed: {_EVENTS.get(event, event)} x{count}" for event, count in phase.failed.items()]
    return phase.name, str(phase.calls), str(phase.writes), ", ".join([*done, *failed]) or "-"


def _tally(tally: Tally) -> tuple[str, ...]:
    answers = [f"{label} x{count}" if count > 1 else label for label, count in tally.accepted.items()]
    refused = [
        f"refused: {label} x{count}" if count > 1 else f"refused: {label}" for label, count in tally.refused.items()
    ]
    left_out = [f"left out x{tally.left_out}"] if tally.left_out else []
    return (
        tally.step.name,
        str(tally.step.evidence),
        str(tally.calls),
        ", ".join([*answers, *refused, *left_out]) or "-",
    )


def _refusals(report: Report) -> Iterator[str]:
    faulty = [tally for tally in report.in_order() if tally.why]
    if faulty:
        yield "What was not accepted:"
    for tally in faulty:
        yield from wrapped(f"{tally.step.name}: {tally.why}", "  ")
    if any(label.startswith("409") for tally in faulty for label in tally.refused):
        yield from wrapped(TAKEN, "  ")


def _failures(report: Report) -> Iterator[str]:
    failures = report.client.journal.failures
    if failures:
        yield (
            f"What failed, first {FAILURES_SHOWN} of {len(failures)}:"
            if len(failures) > FAILURES_SHOWN
            else "What failed:"
        )
    for failure in failures[:FAILURES_SHOWN]:
        yield f"  {failure.at:%Y-%m-%d %H:%M}  {failure.event}: {failure.label}, at {failure.step}"


def _screen(shown: Sequence[Told]) -> Iterator[str]:
    yield "An administrator would see:"
    for each in shown:
        yield from wrapped(told_text(each), "  ")


def _notes(report: Report, lasted: str) -> Iterator[str]:
    yield f"How sure this is: {evidence_text(report.client.journal.evidence())}. Simulated time: {lasted}."
    for note in report.notes():
        yield from wrapped(f"Note: {told_text(note)}")
