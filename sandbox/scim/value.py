"""Reading one value as its attribute wants it (RFC 7643 §2.3 types, §2.4 several values, §2.5 empty values)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sandbox.scim.errors import InvalidValueError, quoted
from sandbox.scim.primary import is_primary
from sandbox.scim.rules import RefusalRule
from sandbox.scim.schema import TEXT_TYPES, Attribute

TRUTHY = frozenset({"1", "t", "y", "true", "yes", "on"})


class BooleanRule(Enum):
    """What counts as a boolean."""

    JSON = "true and false only"
    TRUTHY = "text and numbers too: 1, t, y, true, yes, on in any case are true, all else is false"


class EmptyTextRule(Enum):
    """What an empty string does to an attribute."""

    KEEP = "the attribute stays, with the empty string as its value"
    REMOVE = "the attribute is removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How leniently values are read: the dialect's choices."""

    booleans: BooleanRule = BooleanRule.JSON
    empty_text: EmptyTextRule = EmptyTextRule.KEEP
    numbers_as_text: bool = False
    """A number is taken for an attribute of type string."""
    loose_shapes: bool = False
    """One value is taken for a list of one, a bare value for ``{"value": …}``, a list of one for its element.

    And for a complex attribute ``{}`` and ``""`` are taken for no value, as is a reference whose id is empty.
    """
    several_primary: bool = True
    """More than one value of an attribute may be marked primary (RFC 7643 §2.4 forbids it)."""
    unknown: RefusalRule = RefusalRule.IGNORE
    """What an attribute that no schema has does to a body; a path to one is always refused."""
    read_only: RefusalRule = RefusalRule.IGNORE
    """What a read-only attribute does to a body (RFC 7644 §3.5.1 ignores it); ``schemas`` is always taken."""
    other_values: RefusalRule = RefusalRule.IGNORE
    """What a value beside the ``canonicalValues`` does; ignored means that it is taken as it is."""


STRICT = Reading()


def is_empty(value: Any, reading: Reading) -> bool:
    """Tell whether *value*, sent for an object or a list of objects, says that there is none.

    ``null`` always does; ``{}`` and ``""`` do where shapes are loose. The RFC takes ``{}`` for an object that says
    nothing (RFC 7643 §2.5). 4me asks for the fitting empty value and does not say which; we take these (facts/4me.md
    17.21).
    """
    return value is None or (reading.loose_shapes and value in ({}, [], ""))


def read_value(attribute: Attribute, value: Any, where: str, reading: Reading) -> Any:
    """Return *value* in the form its attribute is stored in, ``None`` when it is empty.

    In an object a ``None`` stands for a sub-attribute that was sent empty; a list has neither empty values nor empty
    parts of values.

    Raises:
        InvalidValueError: naming *where* and what would fit.
    """
    if value != "" and type(value) is attribute.plain_type:
        return value  # most of what is ever sent
    if attribute.multi_valued:
        return _read_list(attribute, value, where, reading)
    return read_single(attribute, value, where, reading)


def _read_list(attribute: Attribute, value: Any, where: str, reading: Reading) -> list[Any] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        if not reading.loose_shapes:
            raise InvalidValueError(f"{where} must be a list of values, but is {described(value)}")
        value = [value]
    values = [read_single(attribute, each, f"{where}[{index}]", reading) for index, each in enumerate(value)]
    kept = _without_empty_values(attribute, values)
    if not reading.several_primary and sum(map(is_primary, kept)) > 1:
        raise InvalidValueError(f"{where}: only one value may be primary")
    return kept or None


def _without_empty_values(attribute: Attribute, values: list[Any]) -> list[Any]:
    """Drop the values without a part, unless they are references: one that names nobody is a mistake, not nothing."""
    if attribute.sub_attribute("$ref") is not None:
        return [without_empty(value) or {} for value in values if value is not None]
    return [kept for value in values if (kept := without_empty(value)) is not None]


def read_single(attribute: Attribute, value: Any, where: str, reading: Reading) -> Any:
    """Return one value of an attribute in the form it is stored in (see ``read_value``)."""
    if reading.loose_shapes and isinstance(value, list) and len(value) == 1:
        value = value[0]
    if attribute.is_complex:
        return None if is_empty(value, reading) else _read_complex(attribute, value, where, reading)
    if value is None or (reading.loose_shapes and value in ({}, [])):
        return None
    read = _READERS[attribute.type](value, where, reading)
    if attribute.canonical_values and reading.other_values is RefusalRule.REFUSE:
        _check_canonical(attribute, read, where)
    return read


def _check_canonical(attribute: Attribute, value: Any, where: str) -> None:
    """Pass when a value is one that the schema suggests, in any case."""
    if str(value).lower() not in map(str.lower, attribute.canonical_values):
        raise InvalidValueError(f"{where} must be one of {', '.join(attribute.canonical_values)}, not {quoted(value)}")


def _read_complex(attribute: Attribute, value: Any, where: str, reading: Reading) -> dict[str, Any] | None:
    if type(value) is not dict and not isinstance(value, Mapping):
        if not (reading.loose_shapes and attribute.sub_attribute("value") and isinstance(value, str | int)):
            raise InvalidValueError(f"{where} must be an object, but is {described(value)}")
        value = {"value": value}
    change = {}
    for name, inner in value.items():
        part = attribute.assignable.get(name.lower())
        if part is None:
            continue
        if inner != "" and type(inner) is part.plain_type:
            change[part.name] = inner
        else:
            change[part.name] = read_value(part, inner, f"{where}.{part.name}", reading)
    kind = _referred_type(attribute, value)
    if kind is not None:
        change.setdefault("type", kind)
    return None if names_nobody(attribute, change, reading) else change


def _referred_type(attribute: Attribute, value: Mapping[str, Any]) -> str | None:
    """Return the type of what a ``$ref`` leads to, when the attribute tells types apart: ``…/Groups/5`` is a Group."""
    reference = value.get("$ref")
    kinds = attribute.sub_attribute("type") if isinstance(reference, str) else None
    if kinds is None:
        return None
    return next((kind for kind in kinds.canonical_values if f"/{kind}s/" in f"/{reference}"), None)


def names_nobody(attribute: Attribute, change: Mapping[str, Any], reading: Reading) -> bool:
    """Tell whether a change empties the id of a reference, as Microsoft clears a manager (facts/clients.md 1.8)."""
    is_reference = not attribute.multi_valued and attribute.sub_attribute("$ref") is not None
    return reading.loose_shapes and is_reference and "value" in change and change["value"] in (None, "")


def read_open(value: Any, where: str, reading: Reading) -> str | int | float | None:
    """Return the value of a custom field: text, a number or a boolean; ``None`` when it is empty (facts/4me.md 8.3)."""
    if isinstance(value, str):
        return _read_text(value, where, reading)
    if value is None or isinstance(value, int | float):
        return value
    if value in ([], {}):
        return None
    raise InvalidValueError(f"{where} must be a string or a number, but is {described(value)}")


def _read_text(value: Any, where: str, reading: Reading) -> str | None:
    if isinstance(value, str):
        return None if value == "" and reading.empty_text is EmptyTextRule.REMOVE else value
    if reading.numbers_as_text and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise InvalidValueError(f"{where} must be a string, but is {described(value)}")


def _read_boolean(value: Any, where: str, reading: Reading) -> bool:
    if isinstance(value, bool):
        return value
    if reading.booleans is BooleanRule.TRUTHY and isinstance(value, str | int):
        return str(value).strip().lower() in TRUTHY
    raise InvalidValueError(f"{where} must be true or false, but is {described(value)}")


def _read_integer(value: Any, where: str, _: Reading) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise InvalidValueError(f"{where} must be a whole number, but is {described(value)}")


def _read_decimal(value: Any, where: str, _: Reading) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    raise InvalidValueError(f"{where} must be a number, but is {described(value)}")


_READERS: Mapping[str, Callable[[Any, str, Reading], Any]] = {
    **dict.fromkeys(TEXT_TYPES, _read_text),
    "boolean": _read_boolean,
    "integer": _read_integer,
    "decimal": _read_decimal,
    "open": read_open,
}


def described(value: Any) -> str:
    """Return what kind of JSON value this is, for a sentence; a simple one with itself."""
    match value:
        case None:
            return "null"
        case Mapping():
            return "an object"
        case list():
            return "an array"
        case bool():
            return f"the boolean {str(value).lower()}"
        case str():
            return f"the string {quoted(value)}"
        case _:
            return f"the number {str(value)[:40]}"


def without_empty(value: Any) -> Any:
    """Return *value* without the parts that are empty, ``None`` when nothing is left: ``null``, ``{}`` and ``[]``.

    Whatever is stored has gone through here: unassigned, ``null`` and empty are one state (RFC 7643 §2.5).
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is list:
        return [inner for each in value if (inner := without_empty(each)) is not None] or None
    if kind is not dict and not isinstance(value, Mapping):
        return value
    kept = {}
    for name, each in value.items():
        inner = each if type(each) is str else without_empty(each)
        if inner is not None:
            kept[name] = inner
    return kept or None
