"""On which line of a TOML text something stands: ``tomllib`` tells that of syntax errors only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?P<quote>["']?)(?P<name>[\w.:/ -]+?)(?P=quote)\s*=""")
_FENCES = ('"""', "'''")

Place = tuple[str | int, ...]
"""Names and positions that lead to a value: ``("user", 2, "template")`` is in the third ``[[user]]``."""


def line_of(text: str, place: Sequence[str | int]) -> int:
    """Return the line (1-based) of what *place* names, or of the nearest thing around it."""
    found = dict(reversed(list(_places(text))))
    wanted = tuple(place)
    while wanted and wanted not in found:
        wanted = wanted[:-1]
    return found.get(wanted, 1)


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """Yield each table and key with its line; lines inside of a long string are passed over."""
    counts: Counter[str] = Counter()
    table: Place = ()
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := _HEADER.match(line):
            table = _table(header[1], header[2], counts)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, key["name"].strip()), number
        fence = next((each for each in _FENCES if line.count(each) % 2), "")


def _table(brackets: str, name: str, counts: Counter[str]) -> Place:
    """Return the place of a table; one below an array of tables belongs to its last element."""
    head, *rest = [part.strip(" \"'") for part in name.split(".")]
    if brackets == "[[" and not rest:
        counts[head] += 1
    return (head, counts[head] - 1, *rest) if counts[head] else (head, *rest)
