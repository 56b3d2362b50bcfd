"""The yearly rotation of the token, rehearsed with a client: when the new one is typed in, and what that leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from sandbox.simulators.client import Client
from sandbox.simulators.company import Company
from sandbox.simulators.conversation import Failed
from sandbox.simulators.source import Person

OVERLAP = timedelta(days=30)
"""How long 4me accepts the old token after a rotation (facts/4me.md 2.4)."""
DAYS_AFTER = 2
"""The rehearsal goes on so long when everything has happened."""
DAY = timedelta(days=1)


class Owner(Protocol):
    """Whoever can rotate the token at the service provider."""

    def rotate(self) -> str:
        """Make a new token and return it."""


@dataclass(slots=True)
class Day:
    """What happened on one day after the rotation."""

    number: int
    """0 is the day of the rotation."""
    token: str
    """``old`` or ``new``: what the client sends at the end of the day."""
    calls: int
    refused: int
    """Calls that were answered 401."""
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Awaited:
    """A change in the source that the service provider is to hear of."""

    person: Person
    day: int
    arrived_on: int | None = None

    @property
    def days_late(self) -> int | None:
        """How many days it took; ``None`` when it never arrived."""
        return None if self.arrived_on is None else self.arrived_on - self.day


@dataclass(slots=True)
class Rotation:
    """The outcome of a rehearsal."""

    change_on: int | None
    """The day on which the new token is typed in; ``None``: never."""
    days: list[Day] = field(default_factory=list)
    awaited: list[Awaited] = field(default_factory=list)
    calls_on_old: int = 0
    """Calls with the old token after the rotation."""
    first_use_of_new: int | None = None
    first_refusal: int | None = None
    is_disabled: bool = False

    @property
    def lost(self) -> list[Awaited]:
        """What never arrived."""
        return [each for each in self.awaited if each.arrived_on is None]

    @property
    def late(self) -> list[Awaited]:
        """What arrived on a later day."""
        return [each for each in self.awaited if each.days_late]

    def as_json(self) -> dict[str, Any]:
        """Return everything."""
        return {
            "change_on": self.change_on,
            "calls_on_old": self.calls_on_old,
            "first_use_of_new": self.first_use_of_new,
            "first_refusal": self.first_refusal,
            "disabled": self.is_disabled,
            "lost": [_awaited_json(each) for each in self.lost],
            "late": [_awaited_json(each) for each in self.late],
            "days": [
                {
                    "day": day.number,
                    "token": day.token,
                    "calls": day.calls,
                    "refused": day.refused,
                    "remarks": day.remarks,
                }
                for day in self.days
            ],
        }


class RotationRehearsal:
    """Rotates in the middle of the first cycle, then lets the days pass, with one change in the source on each."""

    def __init__(self, client: Client, company: Company, owner: Owner, change_on: int | None) -> None:
        """Take a client that keeps pace with the service provider's clock, on its first day."""
        self._client = client
        self._company = company
        self._owner = owner
        self._rotated_at = client.timeline.now
        self._new_token: str | None = None
        self._calls_before = 0
        self._seen_phases = 0
        self.outcome = Rotation(change_on)

    def run(self, on_day: Callable[[int, int], None]) -> Rotation:
        """Rehearse; *on_day* is told which day of how many is over."""
        if not self._client.connect():
            return self.outcome
        self._first_day()
        last = self._last_day()
        for number in range(1, last + 1):
            self._next_day(number)
            on_day(number, last)
        return self.outcome

    def _first_day(self) -> None:
        client, shown = self._client, self._client.progress

        def rotate_in_the_middle(done: int, total: int) -> None:
            shown(done, total)
            if self._new_token is None and done * 2 >= total:
                self._rotate()

        client.progress = rotate_in_the_middle
        client.cycle("day 0")
        client.progress = shown
        if self._new_token is None:
            self._rotate()
        self._close_day(0, ["the token is rotated in the middle of the first cycle"])

    def _rotate(self) -> None:
        self._new_token = self._owner.rotate()
        self._rotated_at = self._client.timeline.now
        self._calls_before = self._client.journal.calls

    def _next_day(self, number: int) -> None:
        client, today = self._client, self._rotated_at + number * DAY
        client.sit_out(until=today)
        client.timeline.wait_until(today)
        remarks = self._type_in() if number == self.outcome.change_on else []
        self.outcome.awaited.append(Awaited(self._company.rename_one(number), number))
        client.cycle(f"day {number}")
        self._close_day(number, remarks)

    def _type_in(self) -> list[str]:
        """Give the client the new token and test the connection, as the administrator does."""
        client = self._client
        client.token = self._new_token or client.token
        accepted = client.connect()
        remarks = [f"the new token is typed in, and {'accepted' if accepted else 'refused'}"]
        if accepted and client.script.failed is Failed.BY_HAND and client.memory.failed:
            remarks.append(f"what has failed is retried by hand ({len(client.memory.failed)})")
            client.retry_failed()
        return remarks

    def _close_day(self, number: int, remarks: list[str]) -> None:
        client, outcome = self._client, self.outcome
        phases = client.journal.phases[self._seen_phases :]
        self._seen_phases = len(client.journal.phases)
        calls = sum(phase.calls for phase in phases)
        refused = sum(count for phase in phases for label, count in phase.answers.items() if label.startswith("401"))
        is_new = client.token == self._new_token
        if not is_new:
            outcome.calls_on_old = client.journal.calls - self._calls_before
        if is_new and calls and outcome.first_use_of_new is None:
            outcome.first_use_of_new = number
        if refused and outcome.first_refusal is None:
            outcome.first_refusal = number
            remarks.append(f"the old token is refused: {client.journal.failures[-1].screen.says}")
        if client.is_disabled and not outcome.is_disabled:
            outcome.is_disabled = True
            remarks.append(client.script.screens["disabled"].says)
        self._note_arrivals(number)
        outcome.days.append(Day(number, "new" if is_new else "old", calls, refused, remarks))

    def _note_arrivals(self, number: int) -> None:
        outstanding = self._client.backlog.outstanding()
        for each in self.outcome.awaited:
            if each.arrived_on is None and each.person.key not in outstanding:
                each.arrived_on = number

    def _last_day(self) -> int:
        change_on, quarantine = self.outcome.change_on, self._client.script.quarantine
        if change_on is not None:
            return max(change_on, OVERLAP.days) + DAYS_AFTER
        disabled_after = quarantine.disabled_after if quarantine is not None else timedelta(0)
        return (OVERLAP + disabled_after).days + DAYS_AFTER


def _awaited_json(each: Awaited) -> dict[str, Any]:
    return {"person": each.person.user_name, "day": each.day, "arrived_on": each.arrived_on}
