"""Templates: text and JSON with ``{{variables}}`` in it, as the steps of a conversation are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

VARIABLE = re.compile(r"\{\{([\w.]+)\}\}")

Make = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]
"""Makes a value from the object that asked for it and the variables."""

_NOTHING = object()
"""What a variable without a value becomes: a member or an element with it is left out."""


class MissingVariableError(LookupError):
    """A variable in the middle of a text that has no value, mostly because the step that saves it failed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def filled_text(text: str, variables: Mapping[str, Any], encode: Callable[[str], str] = str) -> str:
    """Return *text* with the values in it, each written by *encode*.

    Raises:
        MissingVariableError: when one has no value.
    """

    def value(match: re.Match[str]) -> str:
        found = _looked_up(match[1], variables)
        if found is _NOTHING or found is None:
            raise MissingVariableError(match[1])
        return encode(str(found))

    return VARIABLE.sub(value, text)


def filled(template: Any, variables: Mapping[str, Any], make: Make) -> Any:
    """Return JSON with the values in it.

    A string that is one variable takes its value, whatever the type; without one, the member is left out. In a list,
    ``{"$each": "members", …}`` stands for one object per value, each of them ``{{each}}``, and ``{"$if": "added", …}``
    for an object that is there when the variable is not empty. *make* makes what ``{"$make": …}`` asks for.

    Raises:
        MissingVariableError: when a variable inside a longer text has no value.
    """
    made = _made(template, variables, make)
    return None if made is _NOTHING else made


def _looked_up(name: str, variables: Mapping[str, Any]) -> Any:
    """Return the value of a variable, where ``each.id`` is the member ``id`` of ``each``; else the mark for nothing."""
    value: Any = variables
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return _NOTHING
        value = value[part]
    return value


def _made(template: Any, variables: Mapping[str, Any], make: Make) -> Any:
    if isinstance(template, Mapping):
        if "$make" in template:
            return make(template, variables)
        members = ((name, _made(value, variables, make)) for name, value in template.items() if name not in MARKS)
        return {name: value for name, value in members if value is not _NOTHING}
    if isinstance(template, list):
        return [value for element in template for value in _elements(element, variables, make)]
    if not isinstance(template, str):
        return template
    whole = VARIABLE.fullmatch(template)
    if whole is None:
        return filled_text(template, variables)
    value = _looked_up(whole[1], variables)
    return _NOTHING if value is None else value


MARKS = frozenset({"$each", "$if"})
"""Members of a template that steer and are not sent."""


def _elements(element: Any, variables: Mapping[str, Any], make: Make) -> Iterator[Any]:
    """Yield what one element of a list in a template stands for."""
    if isinstance(element, Mapping) and "$each" in element:
        values = _looked_up(element["$each"], variables)
        for each in () if values is _NOTHING else values:
            yield _made(element, {**variables, "each": each}, make)
    elif isinstance(element, Mapping) and "$if" in element:
        if _looked_up(element["$if"], variables) not in (_NOTHING, None, [], ()):
            yield _made(element, variables, make)
    else:
        made = _made(element, variables, make)
        if made is not _NOTHING:
            yield made
