"""Random filters of 4me's language, each as text and as a plain predicate."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.conftest import START
from tests.web.state_machine_requests import NAMES, TEXTS, TITLES

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter twice."""

    text: str
    matches: Callable[[Resource], bool]
    binds: int = 3
    """How tight it holds together: 1 ``or``, 2 ``and``, 3 a comparison or parentheses."""


def _compared(name: str, operator: str, literal: str, key: Callable[[Any], Any], value: Any) -> Filter:
    def matches(resource: Resource) -> bool:
        if name not in resource:
            return operator == "ne"
        left, right = key(resource[name]), key(value)
        return {"eq": left == right, "ne": left != right, "lt": left < right, "gt": left > right}[operator]

    return Filter(f"{_ATTRIBUTES.get(name, name)} {operator} {literal}", matches)


_ATTRIBUTES = {"created": "meta.created", "lastModified": "meta.lastModified"}
_OPERATORS = st.sampled_from(["eq", "ne", "lt", "gt"])


def _text(name: str, values: st.SearchStrategy[str], key: Callable[[str], str]) -> st.SearchStrategy[Filter]:
    def build(operator: str, value: str, escaped: bool) -> Filter:
        return _compared(name, operator, json.dumps(value, ensure_ascii=escaped), key, value)

    return st.builds(build, _OPERATORS, values, st.booleans())


def _active(operator: str, literal: str) -> Filter:
    return _compared("active", operator, literal, bool, "true" in literal.lower())


def _instant(name: str, operator: str, seconds: int, hours: int, fraction: str) -> Filter:
    at = START + timedelta(seconds=seconds)
    written = at.astimezone(timezone(timedelta(hours=hours))).isoformat(timespec="seconds")
    written = written.replace("+00:00", "Z") if hours == 0 else written
    exact = at + timedelta(milliseconds=500 if fraction else 0)
    return _compared(name, operator, f'"{written[:19]}{fraction}{written[19:]}"', lambda value: value, exact)


_INSTANTS = st.builds(
    _instant,
    st.sampled_from(["created", "lastModified"]),
    _OPERATORS,
    st.sampled_from([*[0] * 6, 1, 60, 3_600, 86_400 * 3, 86_400 * 9]),
    st.sampled_from([0, -6, 2]),
    st.sampled_from(["", ".5"]),
)


def _combined(parts: list[Filter], word: str, *, wrapped: bool) -> Filter:
    binds = {"or": 1, "and": 2}[word]
    texts = [part.text if part.binds > binds else f"({part.text})" for part in parts]
    text = f" {word} ".join(texts)
    join = any if word == "or" else all
    whole = Filter(text, lambda resource: join(part.matches(resource) for part in parts), binds)
    return Filter(f"({text})", whole.matches) if wrapped else whole


def _trees(leaves: st.SearchStrategy[Filter]) -> st.SearchStrategy[Filter]:
    return st.recursive(
        leaves,
        lambda parts: st.builds(
            lambda listed, word, wrapped: _combined(listed, word, wrapped=wrapped),
            st.lists(parts, min_size=2, max_size=3),
            st.sampled_from(["and", "or"]),
            st.booleans(),
        ),
        max_leaves=4,
    )


def user_filter() -> st.SearchStrategy[Filter]:
    """Return a filter on the five attributes of a user (facts/4me.md 6.12)."""
    active = st.builds(_active, st.sampled_from(["eq", "ne"]), st.sampled_from(['"true"', '"False"', "true", "false"]))
    return _trees(
        st.one_of(_text("userName", NAMES, str.casefold), _text("externalId", TEXTS, str), active, _INSTANTS, _INSTANTS)
    )


def group_filter() -> st.SearchStrategy[Filter]:
    """Return a filter on the four attributes of a group (facts/4me.md 6.13)."""
    return _trees(st.one_of(_text("displayName", TITLES, str.casefold), _text("externalId", TEXTS, str), _INSTANTS))
