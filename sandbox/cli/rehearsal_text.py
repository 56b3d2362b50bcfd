"""Rehearsals as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sandbox.cli.simulation_text import evidence_text, table, told_text, wrapped
from sandbox.simulators.client import Client
from sandbox.simulators.comparing import Stands
from sandbox.simulators.conversation import Failed, Script
from sandbox.simulators.cutover import Stop
from sandbox.simulators.report import counted
from sandbox.simulators.rotation import Day, Rotation

CLOCK = "The account's clock has moved on, and its token is a new one; scim-sandbox clock reset sets the clock back."

_FOREIGN = "A client that is only given another token would use them, and change the wrong people; set it up afresh."
_COINCIDENCE = "That is a coincidence of two accounts that start alike; set a client up afresh all the same."


def rotation_text(client: Client, outcome: Rotation) -> str:
    """Return what a rotation led to, day by day, and in the end."""
    script, refused = client.script, client.refused
    head = f"{script.name}, mode {script.mode}: the token is rotated, and {_plan(outcome.change_on)}."
    if not outcome.days and refused is not None:
        return "\n\n".join([head, *wrapped(f"The set-up is refused before anything happens: {refused.why}")])
    rows = [_days(list(days)) for _, days in groupby(outcome.days, key=_same)]
    blocks = [
        [head],
        table(("day", "token", "calls", "401", "what happened"), rows),
        [line for sentence in _outcome(script, outcome) for line in wrapped(sentence)],
        [f"How sure this is: {evidence_text(client.journal.evidence())}.", CLOCK],
    ]
    return "\n\n".join("\n".join(block) for block in blocks)


def forms_text(script: Script, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return which form of the endpoint works with a client."""
    listed = [
        (row["typed"], row["requested"], "accepted" if row["accepted"] else f"refused: {row['why']}") for row in rows
    ]
    first = next((row["typed"] for row in rows if row["accepted"]), None)
    told = f"Type {first}." if first else "No form works: look at the token, and at what the sandbox is started with."
    screens = {f"{row['screen']} ({row['evidence']})" for row in rows if row["screen"]}
    shown = [line for screen in sorted(screens) for line in wrapped(f"Refused forms show: {screen}")]
    blocks = [
        wrapped(f"{script.name}, mode {script.mode}, appends {told_text(script.appends)}"),
        table(("typed", "asked for first", "outcome"), listed),
        [*shown, told],
    ]
    return "\n\n".join("\n".join(block) for block in blocks)


def cutover_text(script: Script, stops: Sequence[Stop]) -> str:
    """Return how a client arrives at QA, then in production."""
    blocks = [[f"{script.name}, mode {script.mode}: QA first, then production, each set up afresh."]]
    blocks += [list(_stop(stop)) for stop in stops]
    return "\n\n".join("\n".join(block) for block in blocks)


def _plan(change_on: int | None) -> str:
    return (
        "nobody gives the client the new one"
        if change_on is None
        else f"the client gets the new one on day {change_on}"
    )


def _same(day: Day) -> tuple[Any, ...]:
    """Return what days have in common that are told in one row; a day with a remark stands alone."""
    return (day.token, day.calls, day.refused, day.number if day.remarks else None)


def _days(days: Sequence[Day]) -> tuple[str, ...]:
    first, last = days[0], days[-1]
    number = str(first.number) if first is last else f"{first.number}-{last.number}"
    told = "; ".join(first.remarks) or ("nothing is sent" if not first.calls else "-")
    return number, first.token, str(first.calls), str(first.refused), told


def _outcome(script: Script, outcome: Rotation) -> Iterator[str]:
    yield f"Calls with the old token after the rotation: {outcome.calls_on_old}."
    new, refusal = outcome.first_use_of_new, outcome.first_refusal
    yield "The new token is never used." if new is None else f"The new token is used from day {new} on."
    yield "No call is refused." if refusal is None else f"The old token is refused for the first time on day {refusal}."
    again = (
        "the next cycle sends it again" if script.failed is Failed.NEXT_CYCLE else "a person retries each task by hand"
    )
    if late := outcome.late:
        longest = max(each.days_late or 0 for each in late)
        delay, changes = counted(longest, "day", "days"), counted(len(late), "change", "changes")
        yield f"Late, by up to {delay}: {changes}; with the new token {again}."
    if lost := outcome.lost:
        yield f"Lost: {counted(len(lost), 'change', 'changes')}, the first one of day {min(each.day for each in lost)}."
    if outcome.is_disabled:
        yield "The client is disabled; only a person can start it again."
    if not outcome.lost and not outcome.late:
        yield "Nothing is lost, and nothing is late."


def _stop(stop: Stop) -> Iterator[str]:
    yield f"{stop.environment}: account {stop.account}"
    if stop.refused is not None:
        yield f"  refused: {stop.refused.why}"
    created, failed = counted(stop.created, "person", "people"), counted(stop.failed, "change", "changes")
    yield f"  {created} created, {stop.found} found there by their userName, {failed} failed"
    if stop.different:
        listed = ", ".join(f"{who} ({', '.join(paths)})" for who, paths in sorted(stop.different.items()))
        yield from wrapped(f"not as the source says: {listed}", "  ")
    elif stop.refused is None:
        yield "  everybody is there as the source says"
    if stop.foreign:
        listed = ", ".join(f"{count} x {who}" for who, count in sorted(stop.foreign.items()))
        yield from wrapped(f"the ids that the client has of QA stand here for: {listed}.", "  ")
        yield from wrapped(_COINCIDENCE if set(stop.foreign) == {Stands.SAME} else _FOREIGN, "  ")
