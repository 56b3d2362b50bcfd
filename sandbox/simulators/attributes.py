"""Where an attribute stands in a resource, and which of a person's attributes are not there as they should be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PATH = re.compile(r'(?:(urn:\S+):)?(\w+)(?:\[(\w+) eq "([^"]*)"\])?(?:\.(\w+))?')
"""``title``, ``name.givenName``, ``emails[type eq "work"].value``, ``urn:…:User:department``."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An attribute that is to have another value."""

    path: str
    old: Any
    """``None``: it has none."""
    new: Any


def value_at(resource: Mapping[str, Any], path: str) -> Any:
    """Return the value at an attribute path, or ``None`` where there is none."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    urn, attribute, key, wanted, sub = match.groups()
    holder = resource.get(urn) if urn else resource
    value = holder.get(attribute) if isinstance(holder, Mapping) else None
    if key:
        values = value if isinstance(value, list) else []
        value = next((each for each in values if isinstance(each, Mapping) and each.get(key) == wanted), None)
    if sub:
        return value.get(sub) if isinstance(value, Mapping) else None
    return value


def differing(wanted: Mapping[str, Any], resource: Mapping[str, Any]) -> list[Difference]:
    """Return where a resource is not as *wanted* by path; a path that is to have no value is left alone."""
    found = ((path, value_at(resource, path), value) for path, value in wanted.items() if value is not None)
    return [Difference(path, old, new) for path, old, new in found if old != new]
