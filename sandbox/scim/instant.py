"""Instants: SCIM's ``dateTime`` (RFC 7643 §2.3.5), kept in UTC, shown in an account's zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from sandbox.scim.errors import quoted

_DATE_TIME = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?P<zone>[Zz]|(?P<sign>[+-])(?P<zone_hours>[0-9]{2})(?::?(?P<zone_minutes>[0-9]{2}))?)?"
)
_LOST_PLUS = re.compile(r"[0-9T:.-]+ [0-9]{2}:?[0-9]{2}")
_EXAMPLE = "2026-11-23T19:00:00Z"
_LONGEST_OFFSET = timedelta(hours=14)
REMEMBERED = 500
"""How many local texts are remembered: what is written in one second shows the same one."""


def read_instant(text: str) -> datetime:
    """Return the instant that *text* names, in UTC, to the microsecond.

    Reads ``xsd:dateTime`` with ``Z``, a numeric offset (``-05:00``, ``-0500``, ``-05``; at most 14 hours) or none,
    which counts as UTC. Seconds may be missing, as in 4me's own ``2018-03-23T00:00Z`` (facts/4me.md section 10);
    ``24:00`` is the end of the day.

    Raises:
        ValueError: when *text* is no such instant, or one outside the years 1 to 9999; its sentence names the text.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        hint = "; a + in a query is written %2B" if _LOST_PLUS.fullmatch(text) else ""
        raise ValueError(f"{quoted(text)} is not a date and time such as {_EXAMPLE}{hint}")
    try:
        return (_local_part(match) - _offset(match)).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{quoted(text)} is not a date and time that exists, such as {_EXAMPLE}") from None


def _local_part(match: re.Match[str]) -> datetime:
    """Return the date and time as written, without the zone."""
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    microsecond = int((match["fraction"] or "")[:6].ljust(6, "0"))
    ends_the_day = (hour, minute, second, microsecond) == (24, 0, 0, 0)
    day = datetime.fromisoformat(match["date"])
    time = day.replace(hour=0 if ends_the_day else hour, minute=minute, second=second, microsecond=microsecond)
    return time + timedelta(days=1) if ends_the_day else time


def _offset(match: re.Match[str]) -> timedelta:
    """Return the offset from UTC as written, nothing for ``Z`` and for no zone at all."""
    if not match["sign"]:
        return timedelta(0)
    hours, minutes = int(match["zone_hours"]), int(match["zone_minutes"] or 0)
    offset = timedelta(hours=hours, minutes=minutes)
    if minutes > 59 or offset > _LONGEST_OFFSET:
        raise ValueError(f"no zone is {match['zone']}")
    return -offset if match["sign"] == "-" else offset


def utc_text(instant: datetime) -> str:
    """Return an aware *instant* as ``2026-11-23T19:00:00Z``: UTC, whole seconds, a fraction cut off.

    Raises:
        ValueError: when *instant* has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone")
    in_utc = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    return in_utc.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


@lru_cache(maxsize=REMEMBERED)
def local_text(instant_text: str, zone: ZoneInfo) -> str:
    """Return a stored instant (the form of ``utc_text``) with *zone*'s offset: ``2018-04-17T09:03:39-05:00``.

    The offset is always numeric, ``+00:00`` for UTC, and in whole minutes: the local mean times before standard time
    had seconds, which ``xsd:dateTime`` cannot say.
    """
    instant = datetime.fromisoformat(instant_text)
    text = instant.astimezone(zone).isoformat()
    return text if len(text) == 25 else _with_whole_minutes(instant, zone)


def _with_whole_minutes(instant: datetime, zone: ZoneInfo) -> str:
    """Return the same instant with the offset cut to whole minutes."""
    offset = instant.astimezone(zone).utcoffset() or timedelta(0)
    minutes = timedelta(minutes=int(offset.total_seconds() / 60))
    return instant.astimezone(timezone(minutes)).isoformat(timespec="seconds")
