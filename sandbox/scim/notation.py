"""Attribute notation (RFC 7644 §3.10): how filters, PATCH paths and query parameters name an attribute.

Names and URNs count in any case (RFC 7643 §2.1). A name is looked up in the core schema and the common attributes; when
neither has it, in the declared extensions, in order. That last step is not the RFC's: Entra ID sends ``manager``
without its URN, both as a PATCH path and in a filter (facts/clients.md 1.3). Open extensions are named by their URN
only, as every name would be theirs; the names below them are taken exactly as written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.scim.errors import InvalidPathError, quoted
from sandbox.scim.schema import Attribute, ResourceType, Schema

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AttributePath:
    """An attribute or sub-attribute, of the resource itself or of one of its extensions."""

    attribute: Attribute
    sub_attribute: Attribute | None = None
    extension: Schema | None = None
    """Where the attribute lives; ``None`` is the core schema or the common attributes."""

    @property
    def leaf(self) -> Attribute:
        """The attribute whose values the path selects."""
        return self.sub_attribute or self.attribute

    @property
    def is_multi_valued(self) -> bool:
        """Tell whether the path may select several values."""
        return self.attribute.multi_valued or self.leaf.multi_valued

    def __str__(self) -> str:
        """Return the canonical text, such as ``meta.lastModified`` or ``urn:…:User:department``."""
        prefix = f"{self.extension.urn}:" if self.extension else ""
        suffix = f".{self.sub_attribute.name}" if self.sub_attribute else ""
        return f"{prefix}{self.attribute.name}{suffix}"


@dataclass(frozen=True, slots=True)
class ExtensionPath:
    """All attributes of one extension, named by its URN alone."""

    extension: Schema

    def __str__(self) -> str:
        """Return the URN."""
        return self.extension.urn


def read_attribute_path(text: str, resource_type: ResourceType) -> AttributePath | ExtensionPath:
    """Read the name of an attribute, a sub-attribute or an extension of *resource_type*.

    Raises:
        InvalidPathError: naming what the resource type does not have, and what it has instead.

    Source: RFC 7644 §3.10; the search order is explained at the top of this module.
    """
    if ":" not in text:
        name, dot, sub_name = text.partition(".")
        attribute, extension = _find(name, resource_type)
        return AttributePath(attribute, read_sub_attribute(sub_name, attribute) if dot else None, extension)
    schema, rest = _split_urn(text, resource_type)
    if rest is None:
        if schema is resource_type.schema:
            raise InvalidPathError(f"{quoted(text)} is the whole {resource_type.name}: name one of its attributes")
        return ExtensionPath(schema)
    if not rest:
        raise InvalidPathError(f"{quoted(text)} names no attribute behind its last colon")
    if schema in resource_type.open_extensions:
        return AttributePath(Attribute(name=rest, type="open"), extension=schema)
    return _read_below(schema, rest, resource_type)


def read_sub_attribute(name: str, attribute: Attribute) -> Attribute:
    """Return the sub-attribute of that name in any case.

    Raises:
        InvalidPathError: when *attribute* has none of that name; it lists those it has.
    """
    found = attribute.sub_attribute(name)
    if found is not None:
        return found
    if not attribute.is_complex:
        raise InvalidPathError(f"{attribute.name} has no sub-attributes, so {quoted(name)} cannot be one of them")
    raise InvalidPathError(
        f"{attribute.name} has no sub-attribute {quoted(name)}; it has {_names(attribute.sub_attributes)}"
    )


def values_at(document: Document, path: AttributePath | ExtensionPath) -> list[Any]:
    """Return the values that *path* selects in *document*, those of multi-valued attributes one by one.

    Unassigned, ``null`` and the empty list are the same: no value (RFC 7643 §2.5).
    """
    if isinstance(path, ExtensionPath):
        return _flat(document.get(path.extension.urn))
    home = document if path.extension is None else document.get(path.extension.urn)
    values = _flat(home.get(path.attribute.name)) if isinstance(home, Mapping) else []
    if path.sub_attribute is None:
        return values
    name = path.sub_attribute.name
    return [leaf for value in values if isinstance(value, Mapping) for leaf in _flat(value.get(name))]


def _flat(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [element for element in value if element is not None]
    return [] if value is None else [value]


def _split_urn(text: str, resource_type: ResourceType) -> tuple[Schema, str | None]:
    """Return the schema that *text* begins with, and what follows its colon (``None`` for the URN alone)."""
    folded = text.lower()
    for urn, schema in resource_type.schemas_by_urn.items():
        if folded == urn:
            return schema, None
        if folded.startswith(f"{urn}:"):
            return schema, text[len(urn) + 1 :]
    known = ", ".join(schema.urn for schema in resource_type.schemas_by_urn.values())
    raise InvalidPathError(f"{quoted(text)} begins with no schema of {resource_type.name}; its schemas are {known}")


def _find(name: str, resource_type: ResourceType) -> tuple[Attribute, Schema | None]:
    """Return the attribute of that bare name, and the extension it is in."""
    if attribute := resource_type.attribute(name):
        return attribute, None
    for extension in resource_type.extensions if resource_type.bare_extension_names else ():
        if attribute := extension.attribute(name):
            return attribute, extension
    raise _unknown(name, resource_type.name, resource_type.attributes)


def _read_below(schema: Schema, text: str, resource_type: ResourceType) -> AttributePath:
    """Read the name behind a URN; the core URN leads to the common attributes too."""
    name, dot, sub_name = text.partition(".")
    is_core = schema is resource_type.schema
    attribute = resource_type.attribute(name) if is_core else schema.attribute(name)
    if attribute is None:
        raise _unknown(name, schema.urn, schema.attributes)
    return AttributePath(
        attribute, read_sub_attribute(sub_name, attribute) if dot else None, None if is_core else schema
    )


def _unknown(name: str, owner: str, attributes: Iterable[Attribute]) -> InvalidPathError:
    return InvalidPathError(f"{owner} has no attribute {quoted(name)}; it has {_names(attributes)}")


def _names(attributes: Iterable[Attribute]) -> str:
    return ", ".join(attribute.name for attribute in attributes)
