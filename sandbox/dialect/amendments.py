"""Departures from the schemas of the RFC: one path and one value each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

SCHEMA_CHARACTERISTICS = ("name", "description")
ATTRIBUTE_CHARACTERISTICS = (
    "type",
    "multiValued",
    "description",
    "required",
    "caseExact",
    "canonicalValues",
    "referenceTypes",
    "mutability",
    "returned",
    "uniqueness",
    "published",
)
"""The characteristics of RFC 7643 §7, and ``published``: whether ``/Schemas`` lists the attribute (default true).

In the order in which the schema files have them.
"""


class UnknownPathError(KeyError):
    """A path names nothing in the schemas; the sentence says which part and what there is."""

    def __init__(self, path: str, part: str, known: Iterable[str]) -> None:
        super().__init__(f"{path}: there is no {part!r} here, only {', '.join(sorted(known)) or 'nothing'}")

    def __str__(self) -> str:
        """Return the sentence; a ``KeyError`` alone would put it in quotes."""
        return str(self.args[0])


def amended(definitions: Mapping[str, Mapping[str, Any]], path: str, value: Any) -> dict[str, dict[str, Any]]:
    """Return new schema definitions, by name, with one departure.

    A value that is an object is an attribute: ``Group.groupType``, ``EnterpriseUser.manager.type``. It needs a
    ``type``; other characteristics have the defaults of RFC 7643 §2.2. It takes the place of the attribute of that
    name, or comes last, or stands before the one that its ``before`` names. Any other value is a characteristic of a
    schema, an attribute or a sub-attribute: ``User.description``, ``User.groups.$ref.referenceTypes``.

    Raises:
        UnknownPathError: when the path names no schema, attribute or characteristic.
        ValueError: when an attribute has no ``type``.
    """
    changed = {name: deepcopy(dict(definition)) for name, definition in definitions.items()}
    schema, *names = path.split(".")
    if schema not in changed:
        raise UnknownPathError(path, schema, changed)
    *parents, last = names or [""]
    holder = changed[schema]
    for name in parents:
        holder = _child(holder, name, path)
    if isinstance(value, Mapping):
        _put_attribute(_children(holder, last, path), last, value, path)
    else:
        known = ATTRIBUTE_CHARACTERISTICS if parents else SCHEMA_CHARACTERISTICS
        if last not in known:
            raise UnknownPathError(path, last, known)
        holder[last] = deepcopy(value)
    return changed


def published(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema definition as it is served: without attributes that are answered with but not listed."""
    return {**definition, "attributes": _published(definition["attributes"])}


def _published(attributes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    served = []
    for attribute in attributes:
        if attribute.get("published", True):
            shown = {name: deepcopy(value) for name, value in attribute.items() if name != "published"}
            if "subAttributes" in shown:
                shown["subAttributes"] = _published(shown["subAttributes"])
            served.append(shown)
    return served


def _children(holder: dict[str, Any], part: str, path: str) -> list[dict[str, Any]]:
    """Return the attributes of a schema, or the sub-attributes of a complex attribute."""
    for name in ("attributes", "subAttributes"):
        if name in holder:
            children: list[dict[str, Any]] = holder[name]
            return children
    raise UnknownPathError(path, part, ())


def _child(holder: dict[str, Any], name: str, path: str) -> dict[str, Any]:
    by_name = {each["name"]: each for each in _children(holder, name, path)}
    if name not in by_name:
        raise UnknownPathError(path, name, by_name)
    return by_name[name]


def _put_attribute(siblings: list[dict[str, Any]], name: str, value: Mapping[str, Any], path: str) -> None:
    names = [each["name"] for each in siblings]
    attribute = _attribute(name, value, path)
    if name in names:
        siblings[names.index(name)] = attribute
    elif "before" not in value:
        siblings.append(attribute)
    elif value["before"] in names:
        siblings.insert(names.index(value["before"]), attribute)
    else:
        raise UnknownPathError(path, value["before"], names)


def _attribute(name: str, value: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return a whole attribute; what is not given has its default (RFC 7643 §2.2)."""
    given = {characteristic: deepcopy(each) for characteristic, each in value.items() if characteristic != "before"}
    if not name or "type" not in given:
        raise ValueError(f"{path}: an attribute needs a name and a type")
    if unknown := given.keys() - set(ATTRIBUTE_CHARACTERISTICS):
        raise UnknownPathError(path, min(unknown), ATTRIBUTE_CHARACTERISTICS)
    whole = {"multiValued": False, "required": False, "mutability": "readWrite", "returned": "default"}
    if given["type"] not in ("boolean", "complex"):
        whole |= {"caseExact": False, "uniqueness": "none"}
    whole |= given
    attribute = {"name": name, **{each: whole[each] for each in ATTRIBUTE_CHARACTERISTICS if each in whole}}
    return {**attribute, "subAttributes": []} if given["type"] == "complex" else attribute
