"""What can be asked of a collection: terms that an index answers, merges of them, and scans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.store.contents import Stored


@dataclass(frozen=True, slots=True)
class Term:
    """A comparison that an index answers without looking at a document."""

    index: str
    operator: str
    """``eq ne``, and for the key and ordered indexes ``lt le gt ge``."""
    value: Any


@dataclass(frozen=True, slots=True)
class AllOf:
    """What every part finds; of no parts, everything."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What at least one part finds; of no parts, nothing."""

    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """A look at each resource; it runs outside of the store's lock, on the resources as they were at one moment."""

    predicate: Callable[[Stored], bool]


Query = Term | AllOf | AnyOf | Scan


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what a search finds."""

    total: int
    """How many there are on all pages."""
    items: list[Stored]


def has_scan(query: Query | None) -> bool:
    """Tell whether a part of *query* is a scan."""
    if isinstance(query, AllOf | AnyOf):
        return any(has_scan(part) for part in query.queries)
    return isinstance(query, Scan)
