"""What a comparison may compare: the operators and the literals of each attribute type (RFC 7644 §3.4.2.2, Table 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sandbox.scim.errors import InvalidFilterError, quoted
from sandbox.scim.instant import read_instant
from sandbox.scim.lexing import Literal
from sandbox.scim.notation import AttributePath

Operand = Literal | datetime
"""A value to compare with: a ``dateTime`` attribute's is an aware instant, a boolean's a ``bool``."""

EQUALITY = ("eq", "ne")
ORDERING = ("gt", "ge", "lt", "le")
SUBSTRING = ("co", "sw", "ew")

_OPERATORS_OF: Mapping[str, tuple[str, ...]] = {
    "string": (*EQUALITY, *SUBSTRING, *ORDERING),
    "reference": (*EQUALITY, *SUBSTRING, *ORDERING),
    "open": (*EQUALITY, *SUBSTRING, *ORDERING),
    "dateTime": (*EQUALITY, *ORDERING),
    "integer": (*EQUALITY, *ORDERING),
    "decimal": (*EQUALITY, *ORDERING),
    "boolean": EQUALITY,
    "binary": EQUALITY,
    "complex": (),
}


def read_operand(path: AttributePath, operator: str, literal: Literal) -> Operand:
    """Return the value that *literal* stands for in a comparison with *path*.

    ``null`` stands for "unassigned" (RFC 7643 §2.5), so it goes with ``eq`` and ``ne`` alone, and with any attribute.
    A boolean may stand in quotes, in any case: 4me's documentation writes ``active eq "true"`` (facts/4me.md 6.15).

    Raises:
        InvalidFilterError: when the type of the attribute has no such operator or no such value.
    """
    if literal is None:
        if operator not in EQUALITY:
            raise InvalidFilterError(f"{operator} cannot compare {path} with null; only eq and ne can")
        return None
    type_ = path.leaf.type
    if operator not in _OPERATORS_OF[type_]:
        raise _unfit_operator(path, operator)
    return _read_open(path, operator, literal) if type_ == "open" else _READERS[type_](path, literal)


def _unfit_operator(path: AttributePath, operator: str) -> InvalidFilterError:
    leaf = path.leaf
    if leaf.is_complex:
        names = ", ".join(f"{path}.{attribute.name}" for attribute in leaf.sub_attributes)
        return InvalidFilterError(f"{path} is complex: compare one of its sub-attributes ({names})")
    fitting = ", ".join((*_OPERATORS_OF[leaf.type], "pr"))
    return InvalidFilterError(
        f"{operator} cannot compare {path}, whose type is {leaf.type}; operators for it are {fitting}"
    )


def _read_boolean(path: AttributePath, literal: Literal) -> Operand:
    if isinstance(literal, bool):
        return literal
    if isinstance(literal, str) and literal.lower() in {"true", "false"}:
        return literal.lower() == "true"
    raise InvalidFilterError(f"{path} is a boolean: compare it with true or false, not with {quoted(literal)}")


def _read_instant(path: AttributePath, literal: Literal) -> Operand:
    try:
        return read_instant(_read_text(path, literal))
    except ValueError as error:
        raise InvalidFilterError(f"{path} is a dateTime: {error}") from None


def _read_number(path: AttributePath, literal: Literal) -> Operand:
    if isinstance(literal, bool | str):
        raise InvalidFilterError(f"{path} is a number: compare it with one, without quotes, not with {quoted(literal)}")
    return literal


def _read_text(path: AttributePath, literal: Literal) -> str:
    if isinstance(literal, str):
        return literal
    written = str(literal).lower() if isinstance(literal, bool) else str(literal)
    raise InvalidFilterError(f'{path} compares with text, which stands in double quotes: "{written}"')


def _read_open(path: AttributePath, operator: str, literal: Literal) -> Operand:
    if operator in SUBSTRING:
        return _read_text(path, literal)
    if operator in ORDERING and isinstance(literal, bool):
        raise InvalidFilterError(f"{operator} cannot order booleans; only eq and ne compare {path} with one")
    return literal


_READERS: Mapping[str, Callable[[AttributePath, Literal], Operand]] = {
    "string": _read_text,
    "reference": _read_text,
    "binary": _read_text,
    "dateTime": _read_instant,
    "integer": _read_number,
    "decimal": _read_number,
    "boolean": _read_boolean,
}
