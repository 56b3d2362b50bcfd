"""The account's time: system time, moved or frozen. The only module that asks the machine what time it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter, index
from threading import Lock
from typing import Any

from sandbox.moments import EARLIEST, LATEST, MICROSECOND, ClockError, moment_text, reachable, read_moment


def system_time() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


def stopwatch() -> float:
    """Return seconds that only go forward, to measure durations with; the number alone means nothing."""
    return time.perf_counter()


@dataclass(frozen=True, slots=True)
class ClockState:
    """What is kept of a clock, so that it goes on after a restart."""

    offset: timedelta = timedelta()
    """What is added to system time while the clock runs; nothing while it is frozen."""
    frozen_at: datetime | None = None
    """The instant it is frozen at, in UTC; None while it runs."""

    def __post_init__(self) -> None:
        """Refuse an instant that no clock can show, and keep it in UTC."""
        if self.frozen_at is not None:
            object.__setattr__(self, "frozen_at", reachable(self.frozen_at))

    @classmethod
    def starting_at(
        cls, moment: datetime | None, *, frozen: bool = False, system: Callable[[], datetime] = system_time
    ) -> ClockState:
        """Return the state of a new clock that shows *moment*, or system time, and goes on unless it is *frozen*."""
        if moment is None:
            return cls(frozen_at=system()) if frozen else cls()
        instant = reachable(moment)
        return cls(frozen_at=instant) if frozen else cls(offset=instant - system())

    def as_json(self) -> dict[str, Any]:
        """Return ``{"offset_us": microseconds, "frozen_at": text or null}``."""
        return {
            "offset_us": self.offset // MICROSECOND,
            "frozen_at": None if self.frozen_at is None else moment_text(self.frozen_at),
        }


def read_clock_state(kept: Any) -> ClockState:
    """Return the state that ``ClockState.as_json`` wrote; raise ``ClockError`` when it is something else."""
    try:
        offset_us, frozen_at = kept["offset_us"], kept["frozen_at"]
        offset = timedelta(microseconds=index(offset_us))
        return ClockState(offset, None if frozen_at is None else read_moment(frozen_at))
    except (ClockError, OverflowError, TypeError, KeyError) as error:
        raise ClockError(f"the kept clock cannot be read: {error!s} ({type(error).__name__})") from None


class Clock:
    """The time of one account, for any number of threads: forward only, except for ``reset``.

    It never shows an earlier instant than before. When the system time steps back, it stands still until that has
    caught up; at ``LATEST`` it stands still for good. (After a restart it knows only its state: a system time that was
    set back in between is followed.)

    A change is kept before it is seen: *on_change* gets the new state and may write it; when it raises, nothing has
    changed. Until it returns the time stands still, but can be read, by other threads too: *on_change* may wait for a
    lock whose holder asks for the time. So do not change the clock while holding such a lock, nor in *on_change*.
    """

    def __init__(
        self,
        state: ClockState | None = None,
        *,
        system: Callable[[], datetime] = system_time,
        on_change: Callable[[ClockState], None] | None = None,
    ) -> None:
        self._state = state or ClockState()
        self._system = system
        self._on_change = on_change
        self._latest = EARLIEST
        self._is_changing = False
        self._changing = Lock()
        self._reading = Lock()

    @property
    def state(self) -> ClockState:
        """What to keep of this clock."""
        return self._state

    @property
    def is_frozen(self) -> bool:
        """Whether time stands still until it is advanced or resumed."""
        return self._state.frozen_at is not None

    def now(self) -> datetime:
        """Return the account's time, aware, in UTC, to the microsecond."""
        with self._reading:
            return self._latest if self._is_changing else self._read(self._system())

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward, running or frozen, and return the instant it is then at. Zero changes nothing."""
        if by < timedelta():
            raise ClockError("the clock only goes forward: advance it by a duration such as 31d, or reset it")
        return self._change(lambda now, system: self._moved(now, by, system))

    def advance_to(self, instant: datetime) -> datetime:
        """Move the clock forward to *instant*, running or frozen, and return it."""
        target = reachable(instant)
        return self._change(lambda now, system: self._moved(now, _ahead(target, now) - now, system))

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop the clock, now or at a later instant, and return that. A frozen clock can be frozen again, later."""
        target = None if at is None else reachable(at)
        return self._change(lambda now, _: ClockState(frozen_at=now if target is None else _ahead(target, now)))

    def resume(self) -> datetime:
        """Let a frozen clock go on from its instant, and return that; a running one just runs on."""
        return self._change(lambda now, system: ClockState(offset=now - system) if self.is_frozen else self._state)

    def reset(self) -> datetime:
        """Go back to system time, running, and return it. The only step that may lead backwards."""
        return self._change(lambda _now, _system: ClockState(), backwards=True)

    def _read(self, system: datetime) -> datetime:
        """Return the time when the system time is *system*, and remember it. Needs ``_reading``."""
        self._latest = max(self._latest, _shown(self._state, system))
        return self._latest

    def _moved(self, now: datetime, by: timedelta, system: datetime) -> ClockState:
        if by > LATEST - now:
            raise ClockError(f"the clock is at {moment_text(now)} and goes up to {moment_text(LATEST)}, not beyond")
        if self.is_frozen:
            return ClockState(frozen_at=now + by)
        return ClockState(offset=now + by - system)

    def _change(self, change: Callable[[datetime, datetime], ClockState], *, backwards: bool = False) -> datetime:
        """Keep and take on what *change* makes of (account's time, system time), and return the time it then is."""
        with self._changing:
            with self._reading:
                system = self._system()
                now = self._read(system)
                self._is_changing = True
            try:
                state = change(now, system)
                if self._on_change is not None and state != self._state:
                    self._on_change(state)
                with self._reading:
                    self._state = state
                    self._latest = _shown(state, system) if backwards else max(now, _shown(state, system))
                    return self._latest
            finally:
                self._is_changing = False


def _shown(state: ClockState, system: datetime) -> datetime:
    """Return what a clock in *state* shows at *system*, kept within what it can show."""
    if state.frozen_at is not None:
        return state.frozen_at
    try:
        return min(max(system + state.offset, EARLIEST), LATEST)
    except OverflowError:
        return LATEST if state.offset > timedelta() else EARLIEST


def _ahead(target: datetime, now: datetime) -> datetime:
    """Return *target*, or raise ``ClockError`` when it lies in the past."""
    if target < now:
        raise ClockError(
            f"{moment_text(target)} lies in the past: the clock is at {moment_text(now)} and only goes forward, "
            "unless it is reset"
        )
    return target


@dataclass(frozen=True, slots=True)
class Due:
    """Something that happens by itself at an instant of the account's time."""

    at: datetime
    what: str
    """One word for it, such as ``token_retired``."""
    detail: str
    """A sentence about it, without a secret."""

    def as_json(self) -> dict[str, str]:
        """Return the three members, the instant as text."""
        return {"at": moment_text(self.at), "what": self.what, "detail": self.detail}


def due_between(items: Iterable[Due], start: datetime, end: datetime) -> list[Due]:
    """Return what falls due after *start* and up to *end*, in order of time; at the same instant, as in *items*.

    So two steps that meet (a to b, b to c) give together what the one step gives, nothing twice and nothing left out.
    """
    return sorted((item for item in items if start < item.at <= end), key=attrgetter("at"))
