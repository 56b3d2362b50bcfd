"""How values look in pages: instants on the account's clock, spans of time, JSON, numbers with their noun."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from markupsafe import Markup

from sandbox.moments import duration_text, moment_text, read_moment
from sandbox.people.naming import short_name

LONGEST_SHOWN = 20_000
"""Characters of one text that a page shows; a browser lays out no more of them in good time."""

MINUS = "\N{MINUS SIGN}"
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def shown_moment(at: datetime | str, zone: tzinfo | None) -> Markup:
    """Return an instant as a ``time`` element, in the account's zone and to the second; UTC on hovering."""
    instant = read_moment(at) if isinstance(at, str) else at
    local = instant.astimezone(zone or UTC).replace(microsecond=0)
    words = f"{local:%Y-%m-%d %H:%M:%S}"
    offset = local.isoformat()[19:].replace("-", MINUS)
    utc = moment_text(instant.replace(microsecond=0))
    return Markup(
        f'<time datetime="{local.isoformat()}" title="{utc}">{words} <span class="zone">{offset}</span></time>'
    )


def shown_span(span: timedelta) -> str:
    """Return a span of time in one or two units, rounded down: ``29 days``, ``3 h 20 min``, ``under a minute``."""
    size = abs(span)
    if size >= 2 * _DAY:
        return f"{size // _DAY:,} days"
    if size >= _HOUR:
        hours, minutes = size // _HOUR, size % _HOUR // _MINUTE
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{size // _MINUTE} min" if size >= _MINUTE else "under a minute"


def shown_distance(at: datetime | str, now: datetime) -> str:
    """Return how far an instant is from now, in words."""
    span = (read_moment(at) if isinstance(at, str) else at) - now
    return f"in {shown_span(span)}" if span > timedelta() else f"{shown_span(span)} ago"


def shown_json(value: Any) -> str:
    """Return a value as JSON with a line for each member, cut where a page would become too long."""
    return cut(json.dumps(value, ensure_ascii=False, indent=2))


def shown_body(body: str | None) -> str:
    """Return a body as a page shows it: JSON line by line, anything else as it is."""
    try:
        value = json.loads(body or "")
    except (ValueError, RecursionError):
        return cut(body or "")
    return shown_json(value) if isinstance(value, Mapping | list) else cut(body or "")


def cut(text: str) -> str:
    """Return a text with its end left out when it is longer than a page shows."""
    return (
        text
        if len(text) <= LONGEST_SHOWN
        else f"{text[:LONGEST_SHOWN]}\n… {len(text) - LONGEST_SHOWN:,} more characters"
    )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 user``, ``2 users``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


FILTERS: Mapping[str, Callable[..., Any]] = {
    "moment": shown_moment,
    "span": shown_span,
    "distance": shown_distance,
    "duration": duration_text,
    "pretty": shown_json,
    "body": shown_body,
    "counted": counted,
    "attribute": short_name,
}
"""What templates may call."""
