"""What an identity source would change, as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.cli.people_text import printable, shown
from sandbox.people.naming import short_name

Json = Mapping[str, Any]


def _user(row: Json) -> str:
    return printable(row["userName"])


def _difference(row: Json) -> str:
    change = f"{shown(row['directory'])} → {shown(row['source'])}"
    return f"{printable(row['userName'])}: {short_name(row['attribute'])}: {change}"


def _membership(row: Json) -> str:
    return printable(f"{row['userName']} should {row['should']} {row['group']}")


_KINDS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "missing": ("missing", _user),
    "extra": ("extra", _user),
    "inactive": ("inactive", _user),
    "leaving": ("leaving", _user),
    "different": ("different", _difference),
    "missing_groups": ("missing group", printable),
    "extra_groups": ("extra group", lambda row: printable(row["displayName"])),
    "wrong_group": ("wrong group", _membership),
}
"""How each kind of difference is told."""


def differences_text(answer: Json) -> str:
    """Return the differences, then the calls."""
    return "\n".join(_differences(answer))


def _differences(answer: Json) -> Iterator[str]:
    if "applied" in answer:
        yield f"{answer['applied']} calls were sent"
    yield from map(printable, answer["notes"])
    if not answer["differs"]:
        yield "nothing differs"
        return
    for kind, (word, told) in _KINDS.items():
        yield from (f"{word:<13}  {told(row)}" for row in answer[kind])
    yield ""
    if answer["refused"]:
        yield f"refused: {answer['refused']}"
    else:
        yield f"the calls that would mend it ({answer['deletes']} deletes of {answer['allowed']} allowed)"
        yield from map(_call, answer["calls"])


def _call(call: Json) -> str:
    body = "" if call["body"] is None else f"  {json.dumps(call['body'], ensure_ascii=False)}"
    return f"  {call['method']} {call['path']}{body}"
