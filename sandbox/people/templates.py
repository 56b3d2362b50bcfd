"""Templates of own rules: text with names in braces, as ``{title}, {custom_fields.cost_center}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.people.operands import Operand

_PART = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}|[{}]|[^{}]+")


class TemplateError(ValueError):
    """A template that cannot be read; the sentence says where."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template, read."""

    parts: tuple[str | Operand, ...]

    @property
    def operands(self) -> tuple[Operand, ...]:
        """What the template reads."""
        return tuple(part for part in self.parts if isinstance(part, Operand))

    def filled(self, value_of: Callable[[Operand], Any]) -> str:
        """Return the text with every value in its place; nothing when no operand has a value."""
        values = [part if isinstance(part, str) else written(value_of(part)) for part in self.parts]
        known = [value for part, value in zip(self.parts, values, strict=True) if not isinstance(part, str)]
        return " ".join("".join(values).split()) if any(known) or not known else ""


def read_template(text: str, read_name: Callable[[str], Operand]) -> Template:
    """Read a template; ``{{`` and ``}}`` stand for braces.

    Raises:
        TemplateError: naming the place (1-based character) of what is wrong.
        OperandUnknownError: when a name stands for nothing.
    """
    return Template(tuple(_parts(text, read_name)))


def _parts(text: str, read_name: Callable[[str], Operand]) -> Iterator[str | Operand]:
    for match in _PART.finditer(text):
        piece, name = match.group(), match["name"]
        if piece in ("{", "}"):
            raise TemplateError(f"the brace at character {match.start() + 1} has no partner; write {piece * 2} for one")
        if name is None:
            yield piece[0] if piece in ("{{", "}}") else piece
        elif not name.strip():
            raise TemplateError(f"there is no name between the braces at character {match.start() + 1}")
        else:
            yield read_name(name.strip())


def written(value: Any) -> str:
    """Return a value as text: a boolean as JSON writes it, nothing for no value."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value).strip()
