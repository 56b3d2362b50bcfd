"""Which of several values is the primary one (RFC 7643 §2.4, RFC 7644 §3.5.2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any


def is_primary(value: Any) -> bool:
    """Tell whether a value carries the primary mark."""
    return isinstance(value, Mapping) and value.get("primary") is True


def with_primary(values: Sequence[Any], places: Collection[int]) -> list[Any]:
    """Return the values after those at *places* (0-based) became primary: all others lose the mark.

    Without places nothing changes.
    """
    if not places:
        return list(values)
    return [
        {**value, "primary": False} if is_primary(value) and place not in places else value
        for place, value in enumerate(values)
    ]
