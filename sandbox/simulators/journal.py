"""What a run has come to: calls by step and by phase, what failed and why, and every exchange for whoever wants it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.simulators.conversation import Step, Told
from sandbox.simulators.judging import Verdict
from sandbox.simulators.timeline import Timeline
from sandbox.simulators.wire import NO_JSON, Answer, Request

SECRETS = frozenset({"authorization"})
"""Headers whose values no transcript shows."""

Sink = Callable[[Mapping[str, Any]], None]
"""Takes one exchange as JSON."""


@dataclass(slots=True)
class Tally:
    """What became of one step, over all its calls."""

    step: Step
    accepted: Counter[str] = field(default_factory=Counter)
    """By what was answered."""
    refused: Counter[str] = field(default_factory=Counter)
    why: str = ""
    """What was wrong the first time."""
    left_out: int = 0
    """How often it could not be taken, as a step before it had failed."""
    short: int = 0
    """How often the accepted answers together were less than what was asked for."""

    @property
    def calls(self) -> int:
        """How often it was sent."""
        return self.accepted.total() + self.refused.total()

    @property
    def is_fine(self) -> bool:
        """Whether every call was accepted, and none left out."""
        return not self.refused and not self.left_out


@dataclass(slots=True)
class Phase:
    """A stretch of a run: the connection test, a cycle, an import."""

    name: str
    started_at: datetime
    ended_at: datetime
    calls: int = 0
    writes: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    """By what was answered, accepted or not."""
    done: Counter[str] = field(default_factory=Counter)
    """What was brought over, by event."""
    failed: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something the client could not bring over."""

    event: str
    label: str
    """Of the person or the group."""
    step: str
    why: str
    screen: Told
    at: datetime


class Journal:
    """Keeps the record of one run."""

    def __init__(self, timeline: Timeline, sink: Sink | None = None) -> None:
        """Start an empty record; *sink* gets every exchange as it happens."""
        self.tallies: dict[str, Tally] = {}
        self.phases: list[Phase] = []
        self.failures: list[Failure] = []
        self._timeline = timeline
        self._sink = sink

    @property
    def calls(self) -> int:
        """All calls."""
        return sum(phase.calls for phase in self.phases)

    @property
    def phase(self) -> Phase:
        """The phase that goes on."""
        return self.phases[-1]

    @contextmanager
    def during(self, name: str) -> Iterator[Phase]:
        """Begin a phase, and end it."""
        phase = Phase(name, self._timeline.now, self._timeline.now)
        self.phases.append(phase)
        try:
            yield phase
        finally:
            phase.ended_at = self._timeline.now

    def sent(self, step: Step, request: Request, answer: Answer | None, verdict: Verdict) -> None:
        """Write down one exchange."""
        tally = self.tally(step)
        self.phase.calls += 1
        self.phase.writes += step.is_write
        self.phase.answers[verdict.label] += 1
        if verdict.is_accepted:
            tally.accepted[verdict.label] += 1
        else:
            tally.refused[verdict.label] += 1
            tally.why = tally.why or verdict.sentence
        if self._sink is not None:
            when = {"at": self._timeline.now.isoformat(), "phase": self.phase.name}
            self._sink({**when, **_exchange_json(step, request, answer, verdict)})

    def fell_short(self, step: Step, label: str, why: str) -> None:
        """Count a call that was accepted as refused after all: the answers together are not what was asked for."""
        tally = self.tally(step)
        last = next(reversed(tally.accepted))
        tally.accepted[last] -= 1
        tally.accepted += Counter()
        tally.refused[label] += 1
        tally.short += 1
        tally.why = tally.why or why

    def left_out(self, step: Step) -> None:
        """Write down a step that could not be taken."""
        self.tally(step).left_out += 1

    def tally(self, step: Step) -> Tally:
        """Return the count of a step."""
        return self.tallies.setdefault(step.name, Tally(step))

    def evidence(self) -> Counter[str]:
        """Return how many of the steps that were taken are documented, seen, inferred."""
        return Counter(str(tally.step.evidence) for tally in self.tallies.values())


def _exchange_json(step: Step, request: Request, answer: Answer | None, verdict: Verdict) -> dict[str, Any]:
    """Return one exchange as a transcript shows it, without secrets."""
    body = None if request.body is None else _json_or_text(request.body)
    if isinstance(body, dict) and "password" in body:
        body = {**body, "password": "{{password}}"}
    exchange: dict[str, Any] = {
        "step": step.name,
        "evidence": str(step.evidence),
        "request": {
            "method": request.method,
            "path": request.path,
            "headers": {name: "…" if name.lower() in SECRETS else value for name, value in request.headers},
            "body": body,
        },
        "accepted": verdict.is_accepted,
    }
    if answer is None:
        return {**exchange, "answer": None, "why": verdict.sentence}
    shown = answer.json()
    told = answer.content.decode(errors="replace") if shown is NO_JSON else shown
    return {**exchange, "answer": {"status": answer.status, "headers": dict(answer.headers), "body": told}}


def _json_or_text(content: bytes) -> Any:
    answer = Answer(status=0, headers=(), content=content)
    shown = answer.json()
    return content.decode(errors="replace") if shown is NO_JSON else shown
