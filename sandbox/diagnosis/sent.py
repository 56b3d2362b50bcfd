"""What a body assigns, attribute by attribute: of a whole resource, a partial one, or the operations of a PATCH."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.scim.schema import Attribute, ResourceType, Schema

_PATH = re.compile(r"(?P<urn>urn:.*:)?(?P<name>[^:.\[\s]+)(?P<filter>\[.*\])?(?:\.(?P<sub>[^.\[\s]+))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sent:
    """One attribute, or sub-attribute, with the value it is given."""

    name: str
    """As the schema spells it: ``active``, ``name.givenName``, ``emails.value``, ``urn:…:department``."""
    pointer: str
    """Where in the body it stands (RFC 6901)."""
    value: Any
    attribute: Attribute | None
    """``None`` when no schema has it."""
    op: str = ""
    """The operation it is part of, in lower case; empty outside of a PatchOp."""

    @property
    def parent(self) -> str:
        """The name of the attribute that it is, or is a part of, without its sub-attribute."""
        head, _, tail = self.name.rpartition(":")
        return f"{head}:{tail.partition('.')[0]}" if head else tail.partition(".")[0]


def sent_values(body: Mapping[str, Any], operations: list[Any] | None, of: ResourceType) -> Iterator[Sent]:
    """Yield everything that a body assigns to a resource of that type."""
    if operations is None:
        yield from _of_object(body, of, "", "")
        return
    spelling = next(name for name in body if name.lower() == "operations")
    for number, operation in enumerate(operations):
        if isinstance(operation, Mapping):
            yield from _of_operation(operation, of, f"/{spelling}/{number}")


def _of_operation(operation: Mapping[str, Any], of: ResourceType, pointer: str) -> Iterator[Sent]:
    named = {name.lower(): name for name in operation}
    op = str(operation.get(named.get("op", ""), "")).lower()
    value = operation.get(named.get("value", ""))
    path = operation.get(named.get("path", ""))
    place = f"{pointer}/{named.get('value', 'value')}"
    if isinstance(path, str) and path.strip():
        yield from _of_path(path.strip(), value, of, place, op)
    elif isinstance(value, Mapping):
        yield from _of_object(value, of, place, op)


def _of_object(body: Mapping[str, Any], of: ResourceType, pointer: str, op: str) -> Iterator[Sent]:
    """Yield what the members of an object assign; keys may be names, URNs, or (Entra ID) paths."""
    for name, value in body.items():
        place = f"{pointer}/{_escaped(name)}"
        extension = of.extension(name)
        if extension is not None and isinstance(value, Mapping):
            if extension not in of.open_extensions:
                for inner, part in value.items():
                    attribute = extension.attribute(inner)
                    full = f"{extension.urn}:{attribute.name if attribute else inner}"
                    yield from _of_attribute(full, attribute, part, f"{place}/{_escaped(inner)}", op)
        elif extension is None and of.attribute(name) is None and (op and (":" in name or "." in name)):
            yield from _of_path(name, value, of, place, op)
        elif extension is None:
            attribute = of.attribute(name)
            yield from _of_attribute(attribute.name if attribute else name, attribute, value, place, op)


def _of_path(path: str, value: Any, of: ResourceType, pointer: str, op: str) -> Iterator[Sent]:
    """Yield what a PATCH path assigns."""
    found = _PATH.fullmatch(path)
    if found is None:
        return
    extension = of.extension((found["urn"] or "")[:-1]) if found["urn"] else None
    whole = of.extension(path)
    if whole is not None:
        yield from _of_object({path: value}, of, pointer.rpartition("/")[0], op)
        return
    attribute, urn = _attribute(found["name"], extension, of)
    full = f"{urn}{attribute.name if attribute else found['name']}"
    if found["sub"] is None:
        yield from _of_attribute(full, attribute, value, pointer, op)
        return
    part = attribute.sub_attribute(found["sub"]) if attribute is not None else None
    yield Sent(f"{full}.{part.name if part else found['sub']}", pointer, value, part, op)


def _attribute(name: str, extension: Schema | None, of: ResourceType) -> tuple[Attribute | None, str]:
    """Return the attribute that a path names, and the URN before its name; an extension's may come bare."""
    if extension is not None:
        return extension.attribute(name), f"{extension.urn}:"
    attribute = of.attribute(name)
    if attribute is None and of.bare_extension_names:
        for other in of.extensions:
            if (bare := other.attribute(name)) is not None:
                return bare, f"{other.urn}:"
    return attribute, ""


def _of_attribute(full: str, attribute: Attribute | None, value: Any, pointer: str, op: str) -> Iterator[Sent]:
    """Yield an attribute, then the sub-attributes of its values."""
    yield Sent(full, pointer, value, attribute, op)
    if attribute is None or not attribute.is_complex:
        return
    listed = value if isinstance(value, list) else [value]
    for number, each in enumerate(listed):
        if isinstance(each, Mapping):
            place = f"{pointer}/{number}" if isinstance(value, list) else pointer
            for inner, part in each.items():
                sub = attribute.sub_attribute(inner)
                yield Sent(f"{full}.{sub.name if sub else inner}", f"{place}/{_escaped(inner)}", part, sub, op)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
