"""How an own rule names what it reads: an attribute of a SCIM resource, or a field that the person has by now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.people.naming import CUSTOM_FIELDS, PERSON
from sandbox.people.values import PERSON_FIELDS
from sandbox.scim.errors import InvalidPathError, quoted
from sandbox.scim.matching import matcher
from sandbox.scim.path import AttributePath, ExtensionPath, PatchPath, read_patch_path, values_at
from sandbox.scim.schema import Attribute, ResourceType

Document = Mapping[str, Any]

_UNREADABLE = ("organization", "site", "manager", "contacts", "addresses", "custom_fields", "last_change", "id")
READABLE_FIELDS = tuple(name for name in PERSON_FIELDS if name not in _UNREADABLE)
"""The fields of a person that an own rule can read: those that are a text or a yes or no."""


class OperandUnknownError(ValueError):
    """A name that stands for nothing; the sentence says what there is."""


@dataclass(frozen=True, slots=True)
class Operand:
    """Something an own rule reads."""

    name: str
    """The attribute's full name, or ``person.`` and a field."""
    read: Callable[[Document], Any]
    """Returns the value of a document, or of a person's fields by their Python names; ``None`` when there is none."""

    @property
    def field(self) -> str | None:
        """The field of the person, by its REST name; ``None`` when it is an attribute."""
        return self.name.removeprefix(PERSON) if self.name.startswith(PERSON) else None


def read_operand(text: str, resource_type: ResourceType) -> Operand:
    """Return what *text* names.

    ``title``, ``name.givenName``, ``phoneNumbers[type eq "mobile"].value``, a name behind the URN of its schema,
    ``custom_fields.ID`` as 4me's own rules write it (facts/4me.md 8.5), or ``person.job_title``.

    Raises:
        OperandUnknownError: when there is no such attribute or field, or it has no single value.
    """
    if text.startswith(PERSON):
        return _field_operand(text)
    if text.startswith(CUSTOM_FIELDS) and resource_type.open_extensions:
        text = f"{resource_type.open_extensions[0].urn}:{text.removeprefix(CUSTOM_FIELDS)}"
    try:
        path = read_patch_path(text, resource_type)
    except InvalidPathError as error:
        raise OperandUnknownError(error.detail) from None
    target = path.target
    if isinstance(target, ExtensionPath):
        raise OperandUnknownError(f"{quoted(text)} is a whole extension: name one of its attributes")
    if target.attribute.name in ("groups", "members", "schemas") or not _is_kept(target.attribute):
        raise OperandUnknownError(f"{target.attribute.name} is not kept with the {resource_type.name}")
    leaf = _leaf_of(path, target, text)
    return Operand(_full_name(path, target, leaf, text), _reader(path, target, leaf))


def _field_operand(text: str) -> Operand:
    name = text.removeprefix(PERSON)
    custom = name.removeprefix(CUSTOM_FIELDS) if name.startswith(CUSTOM_FIELDS) else ""
    if custom:
        return Operand(text, lambda fields: (fields.get("custom_fields") or {}).get(custom))
    if name not in READABLE_FIELDS:
        known = ", ".join(READABLE_FIELDS)
        raise OperandUnknownError(f"a rule cannot read {quoted(text)}; of a person it reads {known}")
    return Operand(text, lambda fields: fields.get(name))


def _is_kept(attribute: Attribute) -> bool:
    return attribute.is_taken or attribute.name in ("id", "meta")


def _leaf_of(path: PatchPath, target: AttributePath, text: str) -> Attribute | None:
    """Return the sub-attribute whose value counts; ``None`` when the attribute itself is plain."""
    leaf = path.sub_attribute or target.sub_attribute
    if leaf is None and target.attribute.is_complex:
        leaf = target.attribute.sub_attribute("value")
        if leaf is None:
            names = ", ".join(each.name for each in target.attribute.sub_attributes)
            raise OperandUnknownError(f"{quoted(text)} has parts: name one of them, {names}")
    return leaf


def _full_name(path: PatchPath, target: AttributePath, leaf: Attribute | None, text: str) -> str:
    """Return the name that an explanation shows: without the condition of a value path, which the rule shows."""
    if path.condition is not None or target.attribute.multi_valued:
        return target.attribute.name
    name = str(AttributePath(target.attribute, None, target.extension))
    is_plain_value = leaf is None or leaf.name == "value"
    return name if is_plain_value else f"{name}.{leaf.name}" if leaf is not None else text


def _reader(path: PatchPath, target: AttributePath, leaf: Attribute | None) -> Callable[[Document], Any]:
    """Return what reads the first value, of a list the one that is primary."""
    whole = AttributePath(target.attribute, None, target.extension)
    matches = None if path.condition is None else matcher(path.condition)

    def read(document: Document) -> Any:
        values = values_at(document, whole)
        if matches is not None:
            values = [value for value in values if matches(value)]
        if leaf is None:
            return values[0] if values else None
        values.sort(key=lambda value: value.get("primary") is not True)
        found = [value[leaf.name] for value in values if value.get(leaf.name) not in (None, "")]
        return found[0] if found else None

    return read
