"""Durations and instants as texts: what is read, what is told, and how far they reach.

Nothing here knows what time it is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""The first instant a clock can show."""

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""The last instant a clock can show; the years up to 9999 are room for what is added to it."""

LONGEST_DURATION = timedelta(days=36_525)
"""The longest duration that is read: a hundred years."""

MICROSECOND = timedelta(microseconds=1)
"""The least step of a clock."""

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
    if total_us > LONGEST_DURATION // MICROSECOND:
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
    days, rest_us = divmod(abs(duration // MICROSECOND), _UNITS_US["d"])
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
        return reachable(moment if moment.tzinfo else moment.replace(tzinfo=zone))
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


def reachable(moment: datetime) -> datetime:
    """Return *moment* in UTC, or raise ``ClockError`` when no clock can show it."""
    if moment.tzinfo is None:
        raise ClockError("an instant needs its zone: 2026-11-23T19:00:00Z rather than 2026-11-23T19:00:00")
    instant = moment.astimezone(UTC)
    if not EARLIEST <= instant <= LATEST:
        raise ClockError(_OUT_OF_RANGE)
    return instant
