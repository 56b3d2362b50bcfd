"""JSON answers as text for people: a line for each member, a block for each item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_INDENT = "  "


def members(answer: Mapping[str, Any]) -> str:
    """Return an answer of the control API as lines; a collection as blocks with an empty line between them."""
    if "items" in answer:
        return "\n\n".join(members(item) for item in answer["items"]) or "none"
    return "\n".join(_lines(answer))


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as text, each column as wide as it needs."""
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in cells)


def counts(holder: Mapping[str, Any]) -> str:
    """Return how many users and groups an account or a snapshot has."""
    return ", ".join(f"{holder[name]} {name if holder[name] != 1 else name[:-1]}" for name in ("users", "groups"))


def tokens(answer: Mapping[str, Any]) -> str:
    """Return the tokens of an account: the current one whole where the answer has it, all by their fingerprints."""
    whole = [f"token     {answer['token']}", ""] if "token" in answer else []
    reminder = ["", answer["reminder"]] if answer["reminder"] else []
    return "\n".join([*whole, *map(_token, answer["items"]), *reminder]) or "no token is accepted"


def _token(row: Mapping[str, Any]) -> str:
    until = f", accepted until {row['retires_at']}" if row["retires_at"] else ""
    last = f", last at {row['last_used_at']}" if row["last_used_at"] else ""
    return f"{row['role']:<8}  {row['id']} {row['fingerprint']}{until}, used {row['uses']} times{last}"


def _lines(answer: Mapping[str, Any]) -> Iterator[str]:
    width = max((len(name) for name in answer), default=0)
    for name, value in answer.items():
        label = name.replace("_", " ")
        blocks = [value] if value and isinstance(value, Mapping) else value
        if isinstance(blocks, list) and blocks and all(isinstance(block, Mapping) for block in blocks):
            yield label
            yield from (f"{_INDENT}{line}" for block in blocks for line in _lines(block))
        else:
            yield f"{label:<{width}}  {_shown(value)}"


def _shown(value: Any) -> str:
    """Return a value that stands on one line."""
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "none"
    if value is None or value == {}:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
