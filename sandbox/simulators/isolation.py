"""Quarantine: how a client goes on with a service provider that it cannot work with (facts/clients.md 1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.simulators.conversation import Quarantine, Told


@dataclass(frozen=True, slots=True)
class Isolation:
    """A quarantine that lasts."""

    since: datetime
    next_run_at: datetime
    runs: int
    """How many there were without success."""
    why: str
    screen: Told


def isolated(quarantine: Quarantine, now: datetime, before: Isolation | None, why: str, screen: Told) -> Isolation:
    """Return the quarantine that a run without success leads to, or prolongs: the gaps grow, the last one stays."""
    runs = 0 if before is None else before.runs + 1
    gap = quarantine.gaps[min(runs, len(quarantine.gaps) - 1)]
    return Isolation(now if before is None else before.since, now + gap, runs, why, screen)


def has_failed_too_much(quarantine: Quarantine, failures: int, calls: int) -> bool:
    """Tell whether so much has failed that a quarantine begins without any other reason."""
    return failures > quarantine.failures and failures > quarantine.share * calls
