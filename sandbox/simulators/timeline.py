"""The time of a simulator: it waits at no cost, and whoever wants to keep pace is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
"""When a simulation starts, unless it keeps pace with somebody: a Monday morning."""


class Timeline:
    """Simulated time."""

    def __init__(self, now: datetime = START, *, on_wait: Callable[[timedelta], None] | None = None) -> None:
        """Start at an instant; *on_wait* is called with each step forward, before it is taken."""
        self.started_at = now
        self.now = now
        self._on_wait = on_wait

    def wait(self, duration: timedelta) -> None:
        """Let time pass."""
        if duration <= timedelta(0):
            return
        if self._on_wait is not None:
            self._on_wait(duration)
        self.now += duration

    def wait_until(self, moment: datetime) -> None:
        """Let time pass until an instant; none passes when it is over."""
        self.wait(moment - self.now)


def told(duration: timedelta) -> str:
    """Return a duration as people say it, in its two largest units: ``2 d 3 h``, ``40 min``, ``300 s``."""
    seconds = int(duration.total_seconds())
    if 0 < seconds < 600 and seconds % 60:
        return f"{seconds} s"
    parts = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 min"
