"""Matching documents with a condition, compiled once into closures (RFC 7644 §3.4.2.2, Table 3).

What a comparison means here:

- Text compares without case (``str.casefold`` on both sides) unless the attribute is ``caseExact``; its order is that
  of the code points. Instants compare as points in time, numbers by value, and a boolean equals only itself.
- A multi-valued attribute matches when one of its values does.
- ``ne`` is the opposite of ``eq``, always: no value equals the operand, so an unassigned attribute matches ``ne "x"``.
  This is our reading: the RFC's "any value" would let ``emails.type ne "work"`` match whoever has a second address.
- ``eq null`` matches what is unassigned: missing, ``null`` or an empty list (RFC 7643 §2.5). An empty string is
  assigned, and yet not present: ``pr`` asks for a value that is not empty, or for one such sub-attribute (Table 3).
- An ``open`` attribute compares by the type of the operand, text without case; no number equals a boolean.
- Otherwise an unassigned attribute matches nothing, nor does a value of another type than its attribute's.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sandbox.scim.filter import And, Comparison, Node, Not, Or, Present, ValuePath
from sandbox.scim.instant import read_instant
from sandbox.scim.notation import AttributePath, Document
from sandbox.scim.operand import Operand
from sandbox.scim.schema import Attribute

Predicate = Callable[[Document], bool]
"""Tells whether a document matches; or a value of a multi-valued attribute, for a condition on its sub-attributes."""
ValueTest = Callable[[Any], bool]
"""Tells whether one value matches; ``None`` is the unassigned one."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "co": operator.contains,
    "sw": str.startswith,
    "ew": str.endswith,
}


def matcher(node: Node) -> Predicate:
    """Return the predicate for *node*: over documents, or over values when *node* is the condition of a value path."""
    match node:
        case And(nodes):
            return _all_of([matcher(part) for part in nodes])
        case Or(nodes):
            return _any_of([matcher(part) for part in nodes])
        case Not(part):
            return _none_of(matcher(part))
        case Present(path):
            return _some_value(path, _is_present)
        case ValuePath(path, condition):
            return _some_value(path, _element_test(matcher(condition)))
        case Comparison(path, "ne", value):
            return _none_of(_some_value(path, _value_test(path.leaf, "eq", value)))
        case Comparison(path, name, value):
            return _some_value(path, _value_test(path.leaf, name, value))


def _all_of(predicates: list[Predicate]) -> Predicate:
    def matches(document: Document) -> bool:
        for predicate in predicates:  # noqa: SIM110 - all() with a generator takes twice as long
            if not predicate(document):
                return False
        return True

    return matches


def _any_of(predicates: list[Predicate]) -> Predicate:
    def matches(document: Document) -> bool:
        for predicate in predicates:  # noqa: SIM110 - any() with a generator takes twice as long
            if predicate(document):
                return True
        return False

    return matches


def _none_of(predicate: Predicate) -> Predicate:
    return lambda document: not predicate(document)


def _element_test(predicate: Predicate) -> ValueTest:
    return lambda value: isinstance(value, dict) and predicate(value)


def _some_value(path: AttributePath, test: ValueTest) -> Predicate:
    """Return the predicate that some value at *path* passes *test*; where there is none, ``None`` is tried."""
    if path.sub_attribute is not None:
        test = _member_test(path.sub_attribute.name, test)
    if path.attribute.multi_valued or path.attribute.type == "open":
        test = _list_test(test)
    predicate = _member_test(path.attribute.name, test)
    return predicate if path.extension is None else _member_test(path.extension.urn, predicate)


def _member_test(name: str, test: ValueTest) -> ValueTest:
    """Return the test of what an object has under *name*."""

    def matches(value: Any) -> bool:
        return test(value.get(name) if isinstance(value, dict) else None)

    return matches


def _list_test(test: ValueTest) -> ValueTest:
    """Return the test of a list by its elements, of anything else as if it were the only one."""

    def matches(values: Any) -> bool:
        if not isinstance(values, list):
            return test(values)
        for value in values:
            if test(value):
                return True
        return not values and test(None)

    return matches


def _is_present(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_is_present(part) for part in value.values())
    if isinstance(value, list):
        return any(_is_present(part) for part in value)
    return value is not None and value != ""


def _value_test(attribute: Attribute, name: str, operand: Operand) -> ValueTest:
    """Return the test of one value against *operand* with the operator *name* (``ne`` is its caller's)."""
    compare = _COMPARE[name]
    if operand is None:
        return lambda value: value is None or value in ([], {})
    if isinstance(operand, bool):
        return lambda value: value is operand
    if isinstance(operand, datetime):
        return _instant_test(compare, operand)
    if isinstance(operand, str):
        return _exact_test(compare, operand) if attribute.case_exact else _folded_test(compare, operand.casefold())
    return lambda value: isinstance(value, int | float) and not isinstance(value, bool) and compare(value, operand)


def _exact_test(compare: Callable[[Any, Any], bool], operand: str) -> ValueTest:
    return lambda value: isinstance(value, str) and compare(value, operand)


def _folded_test(compare: Callable[[Any, Any], bool], operand: str) -> ValueTest:
    return lambda value: isinstance(value, str) and compare(value.casefold(), operand)


def _instant_test(compare: Callable[[Any, Any], bool], operand: datetime) -> ValueTest:
    """Compare instants as sortable text, so that the stored form needs no reading."""
    key = _sort_key(operand)

    def matches(value: Any) -> bool:
        if not isinstance(value, str):
            return False
        if len(value) == 20 and value[10] == "T" and value[19] == "Z":  # the form of utc_text
            return compare(value[:19], key)
        try:
            return compare(_sort_key(read_instant(value)), key)
        except ValueError:
            return False

    return matches


def _sort_key(instant: datetime) -> str:
    """Return UTC text without its zone, with six digits of fraction or none: its order is the order of time."""
    return instant.replace(tzinfo=None).isoformat()
