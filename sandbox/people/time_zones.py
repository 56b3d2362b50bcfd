"""The time zones that 4me has by name, and which of them a SCIM ``timezone`` stands for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.fixtures import fixtures

_WINTER, _SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


class ZoneForm(StrEnum):
    """How a time zone was written."""

    NAMED = "named"
    """By 4me's own name: it is taken as it is."""
    IANA = "IANA"
    """By its IANA name: 4me maps those by their offset from UTC (facts/4me.md section 12, S12)."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone as 4me names it, and how it was found."""

    name: str
    form: ZoneForm
    offset_minutes: int


@cache
def zone_rows() -> tuple[dict[str, Any], ...]:
    """Return 4me's zones: name, the IANA zone it stands for, offsets from UTC in minutes."""
    path = fixtures() / "people" / "time_zones.json"
    return tuple(json.loads(path.read_text(encoding="utf-8")))


@lru_cache(maxsize=1_000)
def zone_for(text: str) -> Zone | None:
    """Return the zone that *text* names, or ``None`` when 4me has none for it.

    Of the zones with the offset of an IANA name, that of the same place is taken, else the first with the same daylight
    saving, else the first. Which one 4me picks is not known, so that is ours.
    """
    wanted = text.strip()
    for row in zone_rows():
        if row["name"].casefold() == wanted.casefold():
            return Zone(row["name"], ZoneForm.NAMED, row["offset_minutes"])
    offsets = next((_offsets_in(row) for row in zone_rows() if row["iana"] == wanted), None) or _offsets_of(wanted)
    same = [row for row in zone_rows() if offsets is not None and row["offset_minutes"] == offsets[0]]
    if offsets is None or not same:
        return None
    place = wanted.rpartition("/")[2].replace("_", " ").casefold()
    same.sort(key=lambda row: (row["name"].casefold() != place, row["iana"] != wanted, _offsets_in(row) != offsets))
    return Zone(same[0]["name"], ZoneForm.IANA, offsets[0])


def _offsets_in(row: dict[str, Any]) -> tuple[int, int]:
    return row["offset_minutes"], row["summer_minutes"]


def _offsets_of(iana: str) -> tuple[int, int] | None:
    """Return the offsets of an IANA zone outside and inside of daylight saving; ``None`` when there is no such zone."""
    try:
        zone = ZoneInfo(iana)
    except (ValueError, OSError, LookupError):
        return None
    offsets = [moment.astimezone(zone).utcoffset() for moment in (_WINTER, _SUMMER)]
    low, high = sorted(int(offset.total_seconds() // 60) for offset in offsets if offset is not None)
    return low, high
