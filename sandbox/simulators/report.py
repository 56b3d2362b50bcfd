"""What a run has come to, for people and for machines: steps, calls, the client's conclusion, what a person sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.simulators.client import Client
from sandbox.simulators.conversation import Told
from sandbox.simulators.endpoint import Endpoint
from sandbox.simulators.journal import Failure, Phase, Tally
from sandbox.simulators.timeline import told

FAILURES_SHOWN = 10


class Conclusion(StrEnum):
    """What the client concludes."""

    PROVISIONED = "provisioned"
    IN_PART = "in part"
    QUARANTINED = "quarantined"
    DISABLED = "disabled"
    REFUSED = "refused"
    PASSED = "passed"
    NOT_PASSED = "not passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The end of a run."""

    client: Client
    endpoint: Endpoint

    @property
    def conclusion(self) -> Conclusion:
        """The client's own verdict, or the suite's."""
        client = self.client
        if client.refused is not None:
            return Conclusion.REFUSED
        if client.is_disabled:
            return Conclusion.DISABLED
        if client.isolation is not None:
            return Conclusion.QUARANTINED
        if client.script.is_suite:
            is_fine = all(tally.is_fine for tally in self.in_order())
            return Conclusion.PASSED if is_fine else Conclusion.NOT_PASSED
        is_short = any(tally.short or tally.left_out for tally in self.in_order())
        return Conclusion.IN_PART if is_short or client.owes else Conclusion.PROVISIONED

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing to look into."""
        return self.conclusion in {Conclusion.PROVISIONED, Conclusion.PASSED}

    @property
    def sentence(self) -> str:
        """What the conclusion rests on."""
        return _SENTENCES[self.conclusion](self)

    def screen(self) -> list[Told]:
        """Return what a person would see, the gravest first, each once."""
        client = self.client
        shown: dict[str, Told] = {}
        ending = client.script.screens.get(self.conclusion)
        if client.refused is not None:
            ending = client.refused.screen
        elif client.isolation is not None:
            shown[client.isolation.screen.says] = client.isolation.screen
        if ending is not None:
            shown.setdefault(ending.says, ending)
        for failure in client.journal.failures:
            shown.setdefault(failure.screen.says, failure.screen)
        return list(shown.values())

    def notes(self) -> list[Told]:
        """Return what a person should know before relying on this."""
        return [note for note in self.client.script.notes if note.scheme in {None, self.endpoint.scheme}]

    def in_order(self) -> list[Tally]:
        """Return the steps that were taken, in the order of the conversation."""
        tallies = self.client.journal.tallies
        return [tallies[name] for name in self.client.script.steps if name in tallies]

    def as_json(self) -> dict[str, Any]:
        """Return everything."""
        client = self.client
        journal, timeline = client.journal, client.timeline
        return {
            "client": client.script.client,
            "name": client.script.name,
            "mode": client.script.mode,
            "endpoint": self.endpoint.typed,
            "conclusion": str(self.conclusion),
            "sentence": self.sentence,
            "screen": [_told_json(each) for each in self.screen()],
            "calls": journal.calls,
            "writes": sum(phase.writes for phase in journal.phases),
            "people": _there(client, client.source.people),
            "groups": _there(client, client.source.groups),
            "phases": [_phase_json(phase) for phase in journal.phases],
            "steps": [_tally_json(tally) for tally in self.in_order()],
            "failures": [_failure_json(failure) for failure in journal.failures],
            "evidence": dict(journal.evidence()),
            "simulated": {"from": timeline.started_at.isoformat(), "until": timeline.now.isoformat()},
            "notes": [_told_json(each) for each in self.notes()],
        }


def counted(number: int, one: str, many: str) -> str:
    """Return how many there are of something: ``1 person``, ``2 people``."""
    return f"{number} {one if number == 1 else many}"


def _there(client: Client, keys: Mapping[str, Any]) -> int:
    return sum(key in client.memory.ids for key in keys)


def _provisioned(report: Report) -> str:
    client = report.client
    people, groups = _there(client, client.source.people), _there(client, client.source.groups)
    told = f"{counted(people, 'person', 'people')} and {counted(groups, 'group', 'groups')}"
    return f"of the source, {told} are at the service provider, and nothing is owed"


def _in_part(report: Report) -> str:
    client = report.client
    owed = client.backlog.length
    told = [f"{counted(owed, 'change is', 'changes are')} missing at the service provider"] if owed else []
    told += ["the import has failed"] if client.has_failed_import else []
    told += [f"{tally.step.name}: {tally.why}" for tally in report.in_order() if tally.short]
    told += [f"{tally.step.name}: left out" for tally in report.in_order() if tally.left_out]
    return "; ".join(told)


def _quarantined(report: Report) -> str:
    isolation = report.client.isolation
    since = isolation.since if isolation else report.client.timeline.now
    why = isolation.why if isolation else "nothing was accepted"
    lasted = told(report.client.timeline.now - since)
    runs = isolation.runs if isolation else 0
    return f"{why}; {counted(runs, 'more run', 'more runs')} in {lasted} without success"


def _refused(report: Report) -> str:
    failure = report.client.refused
    return f"{failure.why} ({failure.step})" if failure else "nothing was accepted"


def _tested(report: Report) -> str:
    tallies = report.in_order()
    return f"{sum(tally.is_fine for tally in tallies)} of {len(tallies)} tests passed"


_SENTENCES = {
    Conclusion.PROVISIONED: _provisioned,
    Conclusion.IN_PART: _in_part,
    Conclusion.QUARANTINED: _quarantined,
    Conclusion.DISABLED: _quarantined,
    Conclusion.REFUSED: _refused,
    Conclusion.PASSED: _tested,
    Conclusion.NOT_PASSED: _tested,
}


def _told_json(each: Told) -> dict[str, Any]:
    return {"says": each.says, "evidence": str(each.evidence), "source": list(each.source)}


def _phase_json(phase: Phase) -> dict[str, Any]:
    return {
        "name": phase.name,
        "calls": phase.calls,
        "writes": phase.writes,
        "done": dict(phase.done),
        "failed": dict(phase.failed),
        "from": phase.started_at.isoformat(),
        "until": phase.ended_at.isoformat(),
    }


def _tally_json(tally: Tally) -> dict[str, Any]:
    return {
        "name": tally.step.name,
        "evidence": str(tally.step.evidence),
        "source": list(tally.step.source),
        "note": tally.step.note,
        "request": f"{tally.step.method} {tally.step.path}",
        "calls": tally.calls,
        "accepted": dict(tally.accepted),
        "refused": dict(tally.refused),
        "left_out": tally.left_out,
        "why": tally.why or None,
    }


def _failure_json(failure: Failure) -> dict[str, Any]:
    return {
        "at": failure.at.isoformat(),
        "event": failure.event,
        "of": failure.label,
        "step": failure.step,
        "why": failure.why,
        "screen": failure.screen.says,
    }
