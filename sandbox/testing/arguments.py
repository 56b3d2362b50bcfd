"""What a test may say of the sandbox it wants: the knobs of ``serve`` that are about an account, as Python values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any

from sandbox.moments import duration_text
from sandbox.settings import KNOBS

ACCOUNT_ARGUMENTS = ("users", "groups", "seed", "clock", "frozen", "dialect")
"""What the marker takes."""
SANDBOX_ARGUMENTS = (
    *ACCOUNT_ARGUMENTS,
    *("token", "prefix", "set", "overlap", "rate_limit", "max_body_bytes", "exchanges", "exchange_header"),
)
"""What ``Sandbox`` takes, which starts a sandbox of its own."""


class ArgumentError(ValueError):
    """An argument that cannot be used; the sentence says what would be accepted."""


def read_arguments(given: Mapping[str, object], known: Iterable[str]) -> dict[str, Any]:
    """Return the values that *given* says, by the names of knobs.

    Nobody and nothing is there without ``users`` and ``groups``, and a clock that is set stands still unless
    ``frozen`` is false: so a test finds the same each time.

    Raises:
        ArgumentError: for a name that is not *known*, and a value that cannot be read.
    """
    names = list(known)
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
            raise ArgumentError(f"{name} is not an argument of a sandbox; {hint}")
    values = {name: _read(name, value) for name, value in given.items() if value is not None}
    return {"users": 0, "groups": 0, "frozen": "clock" in values, **values}


def _read(name: str, value: object) -> Any:
    """Return a value as the knob's own reader reads its text."""
    knob = KNOBS[name]
    try:
        if not knob.is_repeatable:
            return knob.read(_text(value))
        return tuple(knob.read(_text(each)) for each in _items(value))
    except ValueError as error:
        raise ArgumentError(f"{name}: {error}") from None


def _items(value: object) -> list[object]:
    """Return the items of a repeatable argument; a dictionary is pairs."""
    if isinstance(value, Mapping):
        return [f"{field}={each}" for field, each in value.items()]
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return duration_text(value) if isinstance(value, timedelta) else str(value)
