"""Where a page is in its list, and the addresses of its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Pager:
    """What stands below a list."""

    first: int
    """1-based place of the first thing on the page; 0 when there is none."""
    last: int
    total: int
    before: str | None
    after: str | None


def pager_of(address: str, query: Mapping[str, str], *, start: int, shown: int, total: int, count: int) -> Pager:
    """Return the pager of a page that begins at *start* (1-based) and shows *shown* of *total*, *count* at most."""

    def at(start_index: int) -> str:
        return f"{address}?{urlencode({**query, 'startIndex': start_index, 'count': count})}"

    if not shown:
        return Pager(0, 0, total, at(1) if total and start > 1 else None, None)
    last = start + shown - 1
    before = at(max(1, start - count)) if start > 1 else None
    return Pager(start, last, total, before, at(last + 1) if last < total else None)
