"""Turning a document and a change into the next document: PUT and the resource-shaped PATCH.

Source: RFC 7644 §3.5.1 for replacing; facts/4me.md 7.5, 7.6 and 9.8 for merging, as 4me and the SCIM 1 draft do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from sandbox.scim.errors import InvalidPathError
from sandbox.scim.notation import AttributePath, ExtensionPath, read_attribute_path
from sandbox.scim.primary import is_primary, with_primary
from sandbox.scim.resource import Change, assigned
from sandbox.scim.schema import ResourceType
from sandbox.scim.value import without_empty

Document = dict[str, Any]

SERVER_OWNED = ("id", "meta")


class PutRule(Enum):
    """What PUT does to attributes that the body leaves out."""

    MERGE = "they keep their values"
    REPLACE = "they lose their values"


class ListRule(Enum):
    """What a list in a partial resource does to the list that is there."""

    REPLACE = "it takes its place"
    ADD_BY_VALUE = "its entries are added, or laid over the entry with the same value"


def merged(current: Mapping[str, Any], change: Mapping[str, Any], lists: ListRule = ListRule.REPLACE) -> Document:
    """Return *current* with only what *change* names changed: ``None`` removes, an object is merged in its turn."""
    result = dict(current)
    for name, value in change.items():
        new = _merged_value(result.get(name), value, lists)
        if new is None:
            result.pop(name, None)
        else:
            result[name] = new
    return result


def _merged_value(old: Any, value: Any, lists: ListRule) -> Any:
    if isinstance(old, Mapping) and isinstance(value, Mapping):
        return merged(old, value, lists) or None
    if isinstance(old, list) and isinstance(value, list) and lists is ListRule.ADD_BY_VALUE:
        return _with_entries(old, value)
    return without_empty(value)


def _with_entries(old: list[Any], entries: Iterable[Any]) -> list[Any]:
    """Return the list with each entry added, or laid over the one that has the same ``value``."""
    result = list(old)
    marked = set()
    for entry in entries:
        place = next((place for place, each in enumerate(result) if _value_of(each) == _value_of(entry)), None)
        if place is None:
            place = len(result)
            result.append(entry)
        elif isinstance(entry, Mapping):
            result[place] = {**result[place], **entry}
        if is_primary(entry):
            marked.add(place)
    return with_primary(result, marked)


def _value_of(entry: Any) -> Any:
    """Return what tells an entry from the others: its ``value``, or the whole of it when it has none."""
    return entry.get("value", entry) if isinstance(entry, Mapping) else entry


def replaced(current: Mapping[str, Any], change: Change, _: ListRule = ListRule.REPLACE) -> Document:
    """Return what *change* assigns and nothing else of *current* but what the service provider owns."""
    owned = {name: current[name] for name in SERVER_OWNED if name in current}
    return {**owned, **assigned(change)}


PUT_RULES: Mapping[PutRule, Callable[[Mapping[str, Any], Change, ListRule], Document]] = {
    PutRule.MERGE: merged,
    PutRule.REPLACE: replaced,
}


def without(current: Mapping[str, Any], names: Iterable[str], resource_type: ResourceType) -> Document:
    """Return *current* without the named attributes (the draft's ``meta.attributes``).

    Names may be of sub-attributes and of extensions too. What is unknown or read-only is passed over.

    Source: draft-scim-api-00, "Modifying with PATCH", to which 4me points (facts/4me.md 9.8).
    """
    result = dict(current)
    for name in names:
        try:
            path = read_attribute_path(name, resource_type)
        except InvalidPathError:
            continue
        result = merged(result, _removal(path))
    return result


def _removal(path: AttributePath | ExtensionPath) -> Change:
    """Return the change that unassigns what *path* names; an empty one when a client cannot."""
    if isinstance(path, ExtensionPath):
        return {path.extension.urn: None}
    if not (path.attribute.is_taken and path.leaf.is_taken) or (path.attribute.multi_valued and path.sub_attribute):
        return {}
    change: Change = {path.attribute.name: {path.sub_attribute.name: None} if path.sub_attribute else None}
    return {path.extension.urn: change} if path.extension else change
