"""How many requests a token may make: counting windows, and what is decided of a request (facts/4me.md 3.7 to 3.14).

Two windows hold at once, an hour and a burst. A window begins with the first request after the one before it ended, and
a request that is refused counts in neither. Everything here is a value, and the time arrives as *now* (aware, UTC).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from sandbox.clock import Due
from sandbox.moments import duration_text

HOUR = timedelta(hours=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in a window of this length."""

    requests: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in which requests are counted."""

    limit: Limit
    began_at: datetime | None = None
    """None before the first request."""
    used: int = 0

    @property
    def ends_at(self) -> datetime | None:
        """When it ends by itself."""
        return None if self.began_at is None else self.began_at + self.limit.window

    @property
    def remaining(self) -> int:
        """How many requests are left in it."""
        return max(self.limit.requests - self.used, 0)

    def at(self, now: datetime) -> Window:
        """Return the window that counts at *now*: this one, or a new one; after a step back of the clock a new one."""
        if self.began_at is None or self.began_at <= now < self.began_at + self.limit.window:
            return self
        return Window(self.limit)

    def counted(self, now: datetime) -> Window:
        """Return the window with one more request."""
        return replace(self, began_at=now if self.began_at is None else self.began_at, used=self.used + 1)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a request, and what its answer tells of the hour."""

    limit: int
    remaining: int
    resets_at: datetime
    retry_after_s: int | None = None
    """Whole seconds to wait when the request is refused; None when it is let in."""

    def headers(self) -> dict[str, str]:
        """Return what an answer tells of the hour; its end in seconds since 1970."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(ceil(self.resets_at.timestamp())),
        }


@dataclass(frozen=True, slots=True)
class Rate:
    """What one token has used up."""

    hour: Window
    burst: Window

    @classmethod
    def of(cls, hourly: int, burst: int, burst_seconds: int) -> Rate:
        """Return the rate of a token that was not used yet."""
        return cls(Window(Limit(hourly, HOUR)), Window(Limit(burst, timedelta(seconds=burst_seconds))))

    def decided(self, now: datetime) -> tuple[Rate, Decision]:
        """Return the rate after a request at *now*, and what is decided of it."""
        windows = (self.hour.at(now), self.burst.at(now))
        waits = [_until(window.ends_at or now, now) for window in windows if not window.remaining]
        hour, burst = windows if waits else (window.counted(now) for window in windows)
        resets_at = hour.ends_at or now
        retry_after_s = max(*waits, 1) if waits else None
        return Rate(hour, burst), Decision(hour.limit.requests, hour.remaining, resets_at, retry_after_s)

    def due_events(self, token: str) -> Iterator[Due]:
        """Yield when the windows end, past and future, for ``clock.due_between``; *token* is how to call the token."""
        for window in (self.hour, self.burst):
            if window.ends_at is not None:
                again = f"{token} has {window.limit.requests} requests in {duration_text(window.limit.window)} again"
                yield Due(window.ends_at, "rate_window_renewed", again)


def _until(instant: datetime, now: datetime) -> int:
    """Return the whole seconds from *now* until *instant* is reached."""
    return ceil((instant - now) / _SECOND)
