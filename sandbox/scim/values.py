"""What an operation makes of the values of a multi-valued attribute (RFC 7644 §3.5.2.1 to §3.5.2.3)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any

from sandbox.scim.errors import InvalidValueError, NoTargetError
from sandbox.scim.filter import And, Comparison, Node
from sandbox.scim.matching import matcher
from sandbox.scim.operations import Operation, PatchRules, ValuePathRule
from sandbox.scim.primary import is_primary, with_primary
from sandbox.scim.schema import Attribute
from sandbox.scim.update import merged
from sandbox.scim.value import read_single, read_value, without_empty

Values = list[Any]


def changed_values(values: Values, attribute: Attribute, operation: Operation, rules: PatchRules) -> Values:
    """Return the values after an operation on all of them, on those its path selects, or on a part of each.

    A value that becomes primary unmarks the others (RFC 7644 §3.5.2).

    Raises:
        NoTargetError: when the path selects no value and the dialect makes none.
        InvalidValueError: when the value of the operation does not fit.
    """
    condition = operation.path.condition if operation.path is not None else None
    if condition is None and operation.sub_attribute is None:
        return _WHOLE_LIST[operation.op](values, attribute, operation, rules)
    matches = matcher(condition) if condition is not None else _any_value
    places = {place for place, value in enumerate(values) if matches(value)}
    if operation.op == "remove":
        return _without_selected(values, places, operation.sub_attribute)
    change = _read_change(attribute, operation, rules)
    if places:
        return _with_selected(values, places, change, operation, rules)
    return _with_new(values, change, condition, operation, rules)


def given_values(attribute: Attribute, operation: Operation, rules: PatchRules) -> Values:
    """Return the values an operation carries for a multi-valued attribute; a single one is taken for a list of one."""
    value = operation.value
    listed = value if value is None or isinstance(value, list) else [value]
    return read_value(attribute, listed, operation.value_where, rules.reading) or []


def _any_value(_: Any) -> bool:
    return True


def _added(values: Values, attribute: Attribute, operation: Operation, rules: PatchRules) -> Values:
    """Add the values that are not there yet (RFC 7644 §3.5.2.1)."""
    known = {_identity(attribute, value) for value in values}
    result = list(values)
    for value in given_values(attribute, operation, rules):
        identity = _identity(attribute, value)
        if identity not in known:
            known.add(identity)
            result.append(value)
    return with_primary(result, [place for place in range(len(values), len(result)) if is_primary(result[place])])


def _replaced(_: Values, attribute: Attribute, operation: Operation, rules: PatchRules) -> Values:
    return given_values(attribute, operation, rules)


def _removed(values: Values, attribute: Attribute, operation: Operation, rules: PatchRules) -> Values:
    """Remove all values; or, which the RFC does not know, only those that are given (facts/clients.md 0.5)."""
    if operation.value is None:
        return []
    given = [_identity(attribute, each) for each in given_values(attribute, operation, rules)]
    return [value for value in values if not any(each <= _identity(attribute, value) for each in given)]


_WHOLE_LIST: Mapping[str, Callable[[Values, Attribute, Operation, PatchRules], Values]] = {
    "add": _added,
    "replace": _replaced,
    "remove": _removed,
}


def _identity(attribute: Attribute, value: Any) -> frozenset[tuple[str, Hashable]]:
    """Return what makes two values the same: their parts, text without case unless it is ``caseExact``.

    The identity of a value that has some of the parts of another one is a subset of the other's.
    """
    if not isinstance(value, Mapping):
        return frozenset({("", _folded(attribute, value))})
    parts = {name: attribute.sub_attribute(name) for name in value}
    return frozenset((name, _folded(part, value[name])) for name, part in parts.items() if part is not None)


def _folded(attribute: Attribute, value: Any) -> Hashable:
    return value.casefold() if isinstance(value, str) and not attribute.case_exact else value


def _read_change(attribute: Attribute, operation: Operation, rules: PatchRules) -> dict[str, Any]:
    """Return what an operation changes in each value that its path selects."""
    sub_attribute = operation.sub_attribute
    if sub_attribute is None:
        return read_single(attribute, operation.value, operation.value_where, rules.reading) or {}
    return {sub_attribute.name: read_value(sub_attribute, operation.value, operation.value_where, rules.reading)}


def _without_selected(values: Values, places: Collection[int], sub_attribute: Attribute | None) -> Values:
    if sub_attribute is None:
        return [value for place, value in enumerate(values) if place not in places]
    return [
        merged(value, {sub_attribute.name: None}) if place in places else value for place, value in enumerate(values)
    ]


def _with_selected(
    values: Values, places: Collection[int], change: dict[str, Any], operation: Operation, rules: PatchRules
) -> Values:
    """Change the selected values; a replace without a sub-attribute leaves nothing of them (RFC 7644 §3.5.2.3)."""
    marked = places if is_primary(change) else ()
    if len(marked) > 1 and not rules.reading.several_primary:
        raise InvalidValueError(f"{operation.where}: only one value may be primary, but {len(marked)} are selected")
    is_whole = operation.op == "replace" and operation.sub_attribute is None
    changed = [
        value if place not in places else change if is_whole else merged(value, change)
        for place, value in enumerate(values)
    ]
    return with_primary(changed, marked)


def _with_new(
    values: Values, change: dict[str, Any], condition: Node | None, operation: Operation, rules: PatchRules
) -> Values:
    """Add the value that the condition describes, with the change; without a condition, the change alone.

    Raises:
        NoTargetError: when the dialect makes no value, or what it would make does not meet the condition.
    """
    if condition is not None and rules.value_path is ValuePathRule.REFUSE:
        raise NoTargetError(f"{operation.where}: no value matches {operation.path_text}")
    if without_empty(change) is None:
        return values
    described = {} if condition is None else _described_by(condition)
    new = None if described is None else without_empty({**described, **change})
    if new is None or (condition is not None and not matcher(condition)(new)):
        raise NoTargetError(f"{operation.where}: no value matches {operation.path_text}, nor can one be made that does")
    return with_primary([*values, new], [len(values)] if is_primary(new) else ())


def _described_by(condition: Node) -> dict[str, Any] | None:
    """Return the sub-attributes that a condition made of ``eq`` and ``and`` describes, else ``None``."""
    match condition:
        case Comparison(path, "eq", value):
            return {path.leaf.name: value}
        case And(nodes):
            parts = [_described_by(node) for node in nodes]
            return {name: value for part in parts for name, value in (part or {}).items()} if all(parts) else None
        case _:
            return None
