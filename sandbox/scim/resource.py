"""Reading what a client sends into the attributes of a resource (RFC 7643 §2, RFC 7644 §3.3).

What comes out is a *change*: a dict with the names as the schema spells them, where ``None`` stands for a value that
was sent empty. Attributes that are unknown, read-only or never returned are left out; values of the wrong type are
refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.scim.errors import InvalidSyntaxError, InvalidValueError, MissingValueError, MutabilityError, quoted
from sandbox.scim.rules import RefusalRule
from sandbox.scim.schema import ResourceType, Schema
from sandbox.scim.value import (
    STRICT,
    BooleanRule,
    EmptyTextRule,
    Reading,
    described,
    is_empty,
    read_open,
    read_value,
    without_empty,
)

__all__ = [
    "STRICT",
    "BooleanRule",
    "Change",
    "EmptyTextRule",
    "Reading",
    "assigned",
    "check_object",
    "check_required",
    "read_change",
    "read_extension",
    "read_own",
    "read_value",
]

Change = dict[str, Any]


def check_object(body: Any) -> Mapping[str, Any]:
    """Return *body* when it is a JSON object.

    Raises:
        InvalidSyntaxError: when it is anything else.
    """
    if not isinstance(body, Mapping):
        raise InvalidSyntaxError(f"the body must be a JSON object, but is {described(body)}")
    return body


def read_change(body: Mapping[str, Any], resource_type: ResourceType, reading: Reading) -> Change:
    """Read the attributes of a whole or partial resource.

    Raises:
        InvalidValueError: when a value does not fit its attribute, or an attribute is unknown and that counts.
        MutabilityError: when an attribute is read-only and that counts.

    Source: RFC 7643 §2.1 (names without case), RFC 7644 §3.3 and §3.5.1 (read-only attributes are ignored).
    """
    change: Change = {}
    for name, value in body.items():
        attribute = resource_type.attribute(name)
        if attribute is not None:
            if attribute.is_taken:
                change[attribute.name] = read_value(attribute, value, attribute.name, reading)
            elif attribute.is_read_only and attribute.name != "schemas" and reading.read_only is RefusalRule.REFUSE:
                raise MutabilityError(f"{attribute.name} is read-only: leave it out")
        elif (extension := resource_type.extension(name)) is not None:
            change[extension.urn] = read_extension(value, extension, resource_type, reading)
        elif reading.unknown is RefusalRule.REFUSE:
            raise InvalidValueError(f"{quoted(name)} is no attribute of {resource_type.name}")
    return change


def read_own(body: Mapping[str, Any], resource_type: ResourceType, reading: Reading) -> Change:
    """Return what ``read_change`` assigns from a body that was made here, in a fraction of the time.

    Its values are known to fit and its names to be spelled as schemas spell them; what this resource type does not
    have, or does not take, is left out.
    """
    if reading.empty_text is EmptyTextRule.REMOVE:
        return assigned(read_change(body, resource_type, reading))
    taken = resource_type.taken_names
    names = taken[resource_type.schema.urn]
    change: Change = {name: value for name, value in body.items() if name in names}
    for extension in resource_type.extensions:
        if extension.urn in body:
            names = taken[extension.urn]
            change[extension.urn] = {name: value for name, value in body[extension.urn].items() if name in names}
    return change


def read_extension(value: Any, extension: Schema, resource_type: ResourceType, reading: Reading) -> Change | None:
    """Read the attributes below an extension's URN; ``None`` when it was sent empty.

    Raises:
        InvalidValueError: when it is no object, or a value in it does not fit.
    """
    if is_empty(value, reading):
        return None
    if not isinstance(value, Mapping):
        raise InvalidValueError(f"{extension.urn} must be an object that holds the attributes of the extension")
    if extension in resource_type.open_extensions:
        return _read_open_values(value, extension, reading)
    change: Change = {}
    for name, inner in value.items():
        attribute = extension.attribute(name)
        if attribute is not None and attribute.is_taken:
            change[attribute.name] = read_value(attribute, inner, f"{extension.urn}:{attribute.name}", reading)
        elif attribute is None and reading.unknown is RefusalRule.REFUSE:
            raise InvalidValueError(f"{quoted(name)} is no attribute of {extension.urn}")
    return change


def _read_open_values(value: Mapping[str, Any], extension: Schema, reading: Reading) -> Change | None:
    """Read 4me's custom fields from either documented form, as ``{id: value}``.

    Source: facts/4me.md 8.3 (a flat object) and 8.4 (``{"custom_fields": [{"id": …, "value": …}]}``).
    """
    listed = value.get("custom_fields", "")
    if len(value) == 1 and (listed is None or listed == []):
        return None
    if len(value) == 1 and isinstance(listed, list):
        return dict(_read_entry(entry, extension, reading) for entry in listed)
    return {name: read_open(inner, f"{extension.urn}:{name}", reading) for name, inner in value.items()}


def _read_entry(entry: Any, extension: Schema, reading: Reading) -> tuple[str, Any]:
    name = entry.get("id") if isinstance(entry, Mapping) else None
    if not isinstance(name, str) or not name:
        raise InvalidValueError(f'{extension.urn}: each of custom_fields needs an "id" (string) and a "value"')
    return name, read_open(entry.get("value"), f"{extension.urn}:{name}", reading)


def assigned(change: Change) -> Change:
    """Return only what a change assigns."""
    return without_empty(change) or {}


def check_required(document: Mapping[str, Any], resource_type: ResourceType) -> None:
    """Pass when every required attribute has a value (RFC 7643 §2.2); blanks alone are none.

    Raises:
        MissingValueError: naming the first that has none.
    """
    for attribute in resource_type.required_attributes:
        value = document.get(attribute.name)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise MissingValueError(attribute.name)
