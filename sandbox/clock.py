"""The account's time: system time, moved or frozen. The only module that asks the machine what time it is."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from operator import attrgetter, index
from threading import Lock
from typing import Any

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""The first instant a clock can show."""

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The last instant a clock can show; the years up to 9999 are room for what is added to it."""

LONGEST_DURATION = timedelta(days=36_525)
"""The longest duration that is read: a hundred years."""

_MICROSECOND = timedelta(microseconds=1)
_MAX_TEXT = 64
_UNITS_US = {"w": 604_800_000_000, "d": 86_400_000_000, "h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000}
_FRACTION = r"(?:[.,](?P<fraction>[0-9]{1,6}))?"
_PARTS = {unit: rf"(?:(?P<{unit}>[0-9]+){_FRACTION if unit == 's' else ''} *{unit} *)?" for unit in _UNITS_US}
_SHORT = re.compile("{w}{d}{h}{m}{s}".format(**_PARTS), re.IGNORECASE)
_ISO_8601 = re.compile("P{w}{d}(?:T(?=[0-9]){h}{m}{s})?".format(**_PARTS).replace(" *", ""), re.IGNORECASE)
_YEARS_OR_MONTHS = re.compile(r"P[^T]*[0-9][YM]|[0-9]+ *(?:y|mo)", re.IGNORECASE)
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?) ?(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?)?",
    re.IGNORECASE,
)


class ClockError(ValueError):
    """A time, a duration or a step of the clock that is refused; the sentence says what would be accepted."""


def system_time() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


def stopwatch() -> float:
    """Return seconds that only go forward, to measure durations with; the number alone means nothing."""
    return time.perf_counter()


def read_duration(value: object) -> timedelta:
    """Return the duration that *value* says: from zero up to ``LONGEST_DURATION``, to the microsecond.

    ``31d``, ``1h30m``, ``2w 3d``, ``0.5s``, and of ISO 8601 ``P30D``, ``PT1H30M``, ``P1DT12H``, ``P2W``; in any case,
    and the larger unit first. ``0`` needs no unit and may be a JSON number.

    Raises:
        ClockError: for anything else, years and months among it, which have no fixed length.
    """
    if type(value) is int and value == 0:
        return timedelta()
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise ClockError(f"a duration is a text such as 31d, 1h30m or P1DT12H, of at most {_MAX_TEXT} characters")
    text = value.strip()
    if text == "0":
        return timedelta()
    found = _ISO_8601.fullmatch(text) or _SHORT.fullmatch(text)
    parts = found.groupdict() if found else {}
    if not any(parts.values()):
        raise ClockError(_why_no_duration(text))
    total_us = sum(int(parts[unit] or 0) * size_us for unit, size_us in _UNITS_US.items())
    total_us += int((parts["fraction"] or "").ljust(6, "0"))
    if total_us > LONGEST_DURATION // _MICROSECOND:
        raise ClockError(f"{text!r} is too long: a duration is at most {LONGEST_DURATION.days}d (a hundred years)")
    return timedelta(microseconds=total_us)


def _why_no_duration(text: str) -> str:
    if text.startswith("-"):
        return f"{text!r} is negative: time only goes forward, by a duration such as 31d"
    if _YEARS_OR_MONTHS.match(text):
        return f"{text!r} has no fixed length: say days, such as 365d for a year or 30d for a month"
    if text.isdecimal():
        return f"{text!r} has no unit: say {text[:5]}d, {text[:5]}h, {text[:5]}m or {text[:5]}s"
    return f"{text!r} is not a duration: say weeks, days, hours, minutes, seconds, in this order: 31d, 1h30m, P1DT12H"


def duration_text(duration: timedelta) -> str:
    """Return *duration* in words that ``read_duration`` reads, such as ``29d 23h 59m 59s``, ``0.5s`` or ``0s``.

    A negative one, which a clock's offset may be, gets a sign in front: ``-31d``.
    """
    days, rest_us = divmod(abs(duration // _MICROSECOND), _UNITS_US["d"])
    hours, rest_us = divmod(rest_us, _UNITS_US["h"])
    minutes, rest_us = divmod(rest_us, _UNITS_US["m"])
    seconds, fraction = divmod(rest_us, _UNITS_US["s"])
    parts = [f"{number}{unit}" for number, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if number]
    if rest_us or not parts:
        parts.append(f"{seconds}.{fraction:06}".rstrip("0").rstrip(".") + "s")
    return ("-" if duration < timedelta() else "") + " ".join(parts)


def read_moment(value: object, zone: tzinfo = UTC) -> datetime:
    """Return the instant, in UTC, that *value* says in ISO 8601: ``2026-11-23T19:00Z``, ``2026-11-23T20:00:00+01:00``.

    Without a zone it is a time in *zone*, and a day alone is midnight there. Of the two instants that such a time means
    when clocks are set back it is the first; one that is skipped when they are set forward counts on from before.

    Raises:
        ClockError: for anything else, and outside of ``EARLIEST`` to ``LATEST``.
    """
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= _MAX_TEXT else None
    if found is None:
        raise ClockError("an instant is a text in ISO 8601, such as 2026-11-23T19:00:00Z or 2026-11-23")
    day, time_of_day, offset = found["day"], found["time"] or "00:00", (found["zone"] or "").upper()
    try:
        moment = datetime.fromisoformat(f"{day}T{time_of_day}{offset}")
        return _reachable(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except OverflowError:
        raise ClockError(_OUT_OF_RANGE) from None
    except ClockError:
        raise
    except ValueError as error:
        raise ClockError(f"{found[0]!r} is not an instant: {error}; one is 2026-11-23T19:00:00Z") from None


def moment_text(moment: datetime) -> str:
    """Return *moment* in UTC to the microsecond, as ``read_moment`` reads it; whole seconds show no fraction."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


_OUT_OF_RANGE = f"a clock shows {moment_text(EARLIEST)} to {moment_text(LATEST)}, and no instant outside of it"


def _reachable(moment: datetime) -> datetime:
    """Return *moment* in UTC, or raise ``ClockError`` when no clock can show it."""
    if moment.tzinfo is None:
        raise ClockError("an instant needs its zone: 2026-11-23T19:00:00Z rather than 2026-11-23T19:00:00")
    instant = moment.astimezone(UTC)
    if not EARLIEST <= instant <= LATEST:
        raise ClockError(_OUT_OF_RANGE)
    return instant


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
            object.__setattr__(self, "frozen_at", _reachable(self.frozen_at))

    @classmethod
    def starting_at(
        cls, moment: datetime, *, frozen: bool = False, system: Callable[[], datetime] = system_time
    ) -> ClockState:
        """Return the state of a new clock that shows *moment*, past or future, and goes on unless *frozen*."""
        instant = _reachable(moment)
        return cls(frozen_at=instant) if frozen else cls(offset=instant - system())

    def as_json(self) -> dict[str, Any]:
        """Return ``{"offset_us": microseconds, "frozen_at": text or null}``."""
        return {
            "offset_us": self.offset // _MICROSECOND,
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
        target = _reachable(instant)
        return self._change(lambda now, system: self._moved(now, _ahead(target, now) - now, system))

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop the clock, now or at a later instant, and return that. A frozen clock can be frozen again, later."""
        target = None if at is None else _reachable(at)
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
