"""Which attributes of a resource are shown, in which order and form (RFC 7643 §7, RFC 7644 §3.9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sandbox.scim.errors import InvalidPathError, InvalidValueError
from sandbox.scim.path import AttributePath, ExtensionPath, read_attribute_path
from sandbox.scim.schema import Attribute, ResourceType, Schema


class SchemasRule(Enum):
    """What ``schemas`` of a resource lists."""

    DECLARED = "the core schema and every declared extension"
    IN_USE = "the core schema and the extensions that have a value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How resources look: the dialect's choices, and what depends on the account and the request."""

    base_url: str
    """What ``meta.location`` and ``$ref`` begin with, without a slash at the end."""
    instant_text: Callable[[str], str]
    """Turns the stored UTC text of an instant into the text that is shown."""
    schemas: SchemasRule


@dataclass(frozen=True, slots=True)
class Selection:
    """The attributes a client asks for, or asks to leave out; never both (RFC 7644 §3.9)."""

    paths: tuple[AttributePath | ExtensionPath, ...]
    excluded: bool

    def parts_of(self, name: str, extension: Schema | None = None) -> list[Attribute | None]:
        """Return what is named of an attribute: sub-attributes, ``None`` for the whole of it; else nothing."""
        return [
            path.sub_attribute
            for path in self.paths
            if isinstance(path, AttributePath) and path.extension is extension and path.attribute.name == name
        ]

    def names(self, extension: Schema) -> bool:
        """Tell whether all of an extension is named."""
        return ExtensionPath(extension) in self.paths

    def leaves_out(self, name: str) -> bool:
        """Tell whether the whole core attribute of that name is left out (so that it need not be computed)."""
        parts = self.parts_of(name)
        return None in parts if self.excluded else not parts


def read_selection(query: Mapping[str, str], resource_type: ResourceType) -> Selection | None:
    """Read ``attributes`` or ``excludedAttributes``; names that mean nothing are passed over.

    Raises:
        InvalidValueError: when both are given.

    Source: RFC 7644 §3.4.2.5 and §3.9, Table 6.
    """
    attributes, excluded = query.get("attributes", "").strip(), query.get("excludedAttributes", "").strip()
    if attributes and excluded:
        raise InvalidValueError("attributes and excludedAttributes exclude each other: send one of them")
    if not (attributes or excluded):
        return None
    return make_selection((attributes or excluded).split(","), resource_type, excluded=bool(excluded))


def make_selection(names: Iterable[str], resource_type: ResourceType, *, excluded: bool) -> Selection:
    """Return the selection of the attributes with these names; names that mean nothing are passed over."""
    paths = []
    for name in names:
        try:
            paths.append(read_attribute_path(name.strip(), resource_type))
        except InvalidPathError:
            continue
    return Selection(tuple(paths), excluded)


def represent(
    document: Mapping[str, Any], resource_type: ResourceType, shape: Shape, selection: Selection | None = None
) -> dict[str, Any]:
    """Return a complete document as it is shown.

    ``document`` has its computed attributes; a ``$ref`` in it is relative (``Users/5``).
    """
    location = address_of(shape, resource_type.collection, document["id"])
    shown = {**document, "schemas": schemas_of(document, resource_type, shape.schemas)}
    shown["meta"] = _meta(document["meta"], resource_type, location, shape)
    is_chosen = selection is not None and not selection.excluded
    names = resource_type.names_on_request if is_chosen else resource_type.names_by_default
    ordered = _ordered(shown, names, resource_type, shape)
    return ordered if selection is None else _selected(ordered, resource_type, selection)


def address_of(shape: Shape, collection: str, resource_id: str) -> str:
    """Return where a resource is served."""
    return f"{shape.base_url}/{collection}/{resource_id}"


def schemas_of(document: Mapping[str, Any], resource_type: ResourceType, rule: SchemasRule) -> list[str]:
    """Return the schemas that a resource names (RFC 7643 §3)."""
    extensions = [
        extension.urn
        for extension in resource_type.extensions
        if rule is SchemasRule.DECLARED or extension.urn in document
    ]
    return [resource_type.schema.urn, *extensions]


def _meta(stored: Mapping[str, Any], resource_type: ResourceType, location: str, shape: Shape) -> dict[str, Any]:
    created, changed = stored["created"], stored["lastModified"]
    text = shape.instant_text(created)
    meta = {
        "resourceType": resource_type.name,
        "created": text,
        "lastModified": text if changed == created else shape.instant_text(changed),
        "location": location,
    }
    return {**meta, "version": stored["version"]} if "version" in stored else meta


def _ordered(
    document: Mapping[str, Any], names: Iterable[str], resource_type: ResourceType, shape: Shape
) -> dict[str, Any]:
    """Return the attributes of these *names*, then the extensions, with references made absolute."""
    result = {name: document[name] for name in names if name in document}
    _make_absolute(result, resource_type.reference_names, shape)
    for extension in resource_type.all_extensions:
        if extension.urn in document:
            result[extension.urn] = _ordered_extension(document[extension.urn], extension, shape)
    return result


def _ordered_extension(values: Mapping[str, Any], extension: Schema, shape: Shape) -> dict[str, Any]:
    """Return an extension's attributes in the order of its schema, then those of an open one as they were stored."""
    known = {name: values[name] for name in extension.names if name in values}
    _make_absolute(known, extension.reference_names, shape)
    return (
        known
        if len(known) == len(values)
        else {**known, **{name: value for name, value in values.items() if name not in known}}
    )


def _make_absolute(values: dict[str, Any], names: Iterable[str], shape: Shape) -> None:
    for name in names:
        value = values.get(name)
        if isinstance(value, list):
            values[name] = [with_address(each, shape) for each in value]
        elif isinstance(value, Mapping):
            values[name] = with_address(value, shape)


def with_address(value: Mapping[str, Any], shape: Shape) -> Mapping[str, Any]:
    """Return a reference with its ``$ref`` made absolute."""
    return {**value, "$ref": f"{shape.base_url}/{value['$ref']}"} if "$ref" in value else value


def _selected(document: Mapping[str, Any], resource_type: ResourceType, selection: Selection) -> dict[str, Any]:
    """Keep what a selection keeps; what is always returned stays in any case (RFC 7643 §7, ``returned``)."""
    result = {}
    for name, value in document.items():
        attribute = resource_type.attribute(name)
        extension = resource_type.extension(name)
        if attribute is not None and attribute.returned == "always":
            kept = value
        elif extension is not None:
            kept = _kept_extension(value, extension, selection)
        else:
            kept = _pruned(value, selection.parts_of(name), selection.excluded)
        if kept is not None:
            result[name] = kept
    return result


def _kept_extension(values: Mapping[str, Any], extension: Schema, selection: Selection) -> Mapping[str, Any] | None:
    if selection.names(extension):
        return None if selection.excluded else values
    pruned = {
        name: _pruned(value, selection.parts_of(name, extension), selection.excluded) for name, value in values.items()
    }
    return {name: value for name, value in pruned.items() if value is not None} or None


def _pruned(value: Any, named: list[Attribute | None], excluded: bool) -> Any:
    """Keep of one attribute what a selection keeps, given what it names of it; ``None`` when that is nothing."""
    if not named:
        return value if excluded else None
    if None in named:
        return None if excluded else value
    names = {each.name for each in named if each is not None}
    values = value if isinstance(value, list) else [value]
    pruned = [{name: part for name, part in each.items() if (name in names) is not excluded} for each in values]
    pruned = [each for each in pruned if each]
    if not pruned:
        return None
    return pruned if isinstance(value, list) else pruned[0]
