"""The tokens of an account as bars on its clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.keyring import Keyring

WIDTH = 1_000
"""How wide the whole time is, in the units of the drawing."""
_AHEAD = timedelta(days=30)
_SHORTEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A token's time."""

    start: int
    length: int
    is_open: bool
    """Whether it has no end yet."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """The time that is drawn, and a bar for each accepted token, by id."""

    starts_at: datetime
    ends_at: datetime
    now: int
    bars: Mapping[str, Bar]


def timeline_of(keyring: Keyring, now: datetime) -> Timeline:
    """Return the time from the first accepted token to the last end, and a while beyond now."""
    tokens = keyring.accepted(now)
    starts_at = min([token.issued_at for token in tokens] + [now])
    ends_at = max([token.retires_at or now for token in tokens] + [now + _AHEAD])
    whole = max(ends_at - starts_at, _SHORTEST)

    def place(at: datetime) -> int:
        return round((at - starts_at) / whole * WIDTH)

    bars = {}
    for token in tokens:
        start, end = place(token.issued_at), place(token.retires_at or ends_at)
        bars[token.id] = Bar(start, max(end - start, 4), is_open=token.retires_at is None)
    return Timeline(starts_at, ends_at, place(now), bars)
