"""What an answer must have in its body, and where it falls short (the notation: fixtures/clients/README.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

ABSENT = "<absent>"
"""Stands for a member that must not be there."""

OTHERS = "..."
"""At the end of a list: others may follow."""

KINDS: Mapping[str, Callable[[Any], bool]] = {
    "<any>": lambda value: value is not None,
    "<text>": lambda value: isinstance(value, str) and value != "",
    "<number>": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "<boolean>": lambda value: isinstance(value, bool),
}
"""What stands for any value of a kind."""


def at(document: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer (RFC 6901).

    Raises:
        LookupError: when there is none.
    """
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and name.isdecimal():
            document = document[int(name)]
        elif isinstance(document, Mapping):
            document = document[name]
        else:
            raise LookupError(pointer)
    return document


def differences(expected: Any, actual: Any, where: str = "") -> Iterator[str]:
    """Yield what of *expected* is not so in *actual*: a member must be there, a list must have just these values."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for name, value in expected.items():
            if value == ABSENT:
                if name in actual:
                    yield f"{where}/{name} is there: {actual[name]!r}"
            elif name not in actual:
                yield f"{where}/{name} is not there"
            else:
                yield from differences(value, actual[name], f"{where}/{name}")
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _differences_of_lists(expected, actual, where)
    elif isinstance(expected, str) and expected in KINDS:
        if not KINDS[expected](actual):
            yield f"{where} is {actual!r}, not {expected}"
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{where or 'the body'} is {actual!r}, not {expected!r}"


def _differences_of_lists(expected: list[Any], actual: list[Any], where: str) -> Iterator[str]:
    """Yield a difference unless each expected value stands for one of the list, in any order (RFC 7643 §2.4)."""
    if expected and expected[-1] == OTHERS:
        expected, actual = expected[:-1], actual[: len(expected) - 1]
    if len(expected) != len(actual):
        yield f"{where} has {len(actual)} values, not {len(expected)}: {actual!r}"
        return
    rest = list(actual)
    for index, value in enumerate(expected):
        found = next((each for each in rest if not any(differences(value, each))), ABSENT)
        if found == ABSENT:
            yield f"{where}/{index}: nothing there is {value!r}: {rest!r}"
            return
        rest.remove(found)
