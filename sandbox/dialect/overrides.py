"""Changing single choices of a dialect: ``--set FIELD=VALUE``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from sandbox.dialect.choices import Choices
from sandbox.dialect.quirk import Evidence, Quirk

SET_SOURCE = "--set"


class OverrideError(ValueError):
    """A ``FIELD=VALUE`` that cannot be used; the sentence says what would be accepted."""


def overridden(quirks: Iterable[Quirk], pairs: Iterable[tuple[str, str]]) -> tuple[Quirk, ...]:
    """Return the rows with the named choices changed; a changed row says that it was set.

    Raises:
        OverrideError: naming the field, or the values it takes.
    """
    rows = {quirk.field: quirk for quirk in quirks}
    for field, text in pairs:
        if field not in SETTABLE:
            raise OverrideError(f"{field} is not a field that can be set; those are {', '.join(sorted(SETTABLE))}")
        sentence = f"Set for this sandbox. Otherwise: {rows[field].sentence}"
        value = _read(field, text)
        rows[field] = replace(rows[field], value=value, source=SET_SOURCE, evidence=Evidence.CHOSEN, sentence=sentence)
    return tuple(rows.values())


def _read(field: str, text: str) -> Any:
    reader, expected = SETTABLE[field]
    try:
        return reader(text.strip())
    except ValueError:
        raise OverrideError(f"{field} is {expected}, not {text!r}") from None


Reader = Callable[[str], Any]


def _read_boolean(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


def _reader_of(kind: Any) -> tuple[Reader, str] | None:
    """Return how a value of this type is read and what it is called, or ``None`` when it cannot be written so."""
    if get_origin(kind) in (Union, UnionType):
        return _optional(kind)
    if get_origin(kind) is Literal:
        allowed = {str(each): each for each in get_args(kind)}
        return _known(allowed.__getitem__), f"one of {', '.join(allowed)}"
    if kind is bool:
        return _known(_read_boolean), "true or false"
    if kind is int:
        return _read_whole_number, "a whole number"
    if kind is str:
        return str, "a text"
    if kind == frozenset[str]:
        return lambda text: frozenset(filter(None, map(str.strip, text.split(",")))), "a list with commas"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _known(
            lambda text: kind[text.upper().replace("-", "_")]
        ), f"one of {', '.join(name_of(each) for each in kind)}"
    return None


def _optional(kind: Any) -> tuple[Reader, str] | None:
    inner = _reader_of(next(each for each in get_args(kind) if each is not NoneType))
    if inner is None:
        return None
    return lambda text: None if text.lower() == "none" else inner[0](text), f"{inner[1]}, or none"


def _known(read: Reader) -> Reader:
    def checked(text: str) -> Any:
        try:
            return read(text)
        except KeyError:
            raise ValueError(text) from None

    return checked


def _read_whole_number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError(text)
    return int(text)


def name_of(choice: Enum) -> str:
    """Return a choice as it is written: ``newest_first``."""
    return choice.name.lower()


SETTABLE: dict[str, tuple[Reader, str]] = {
    name: reader for name, kind in get_type_hints(Choices).items() if (reader := _reader_of(kind)) is not None
}
"""The fields that can be set, with how a value is read and what it is called."""
