"""Schemas and resource types as values (RFC 7643 §2, §6, §7), with look-ups that ignore case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

CORE_USER_URN = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP_URN = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE_URN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

TEXT_TYPES = frozenset({"string", "reference", "binary", "dateTime"})
"""The types whose values are JSON strings."""


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """One attribute or sub-attribute and its characteristics (RFC 7643 §2.2, §7)."""

    name: str
    type: str = "string"
    """``string boolean decimal integer dateTime binary reference complex``, or ``open`` (any JSON value)."""
    multi_valued: bool = False
    required: bool = False
    case_exact: bool = False
    mutability: str = "readWrite"
    returned: str = "default"
    uniqueness: str = "none"
    canonical_values: tuple[str, ...] = ()
    sub_attributes: tuple[Attribute, ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return {attribute.name.lower(): attribute for attribute in self.sub_attributes}

    @cached_property
    def assignable(self) -> Mapping[str, Attribute]:
        """The sub-attributes that a value may assign, by their names in lower case; of a ``$ref`` its id counts."""
        return {name: each for name, each in self._by_name.items() if not each.is_read_only and each.name != "$ref"}

    def sub_attribute(self, name: str) -> Attribute | None:
        """Return the sub-attribute of that name in any case (RFC 7643 §2.1), or ``None``."""
        return self._by_name.get(name.lower())

    @cached_property
    def is_complex(self) -> bool:
        """Tell whether values are JSON objects with sub-attributes."""
        return self.type == "complex"

    @cached_property
    def is_read_only(self) -> bool:
        """Tell whether a client's value for it never counts."""
        return self.mutability == "readOnly"

    @cached_property
    def is_taken(self) -> bool:
        """Tell whether what a client sends for it is kept.

        Not when it is read-only, nor when no answer would ever show it: 4me ignores passwords (facts/4me.md 5.11), and
        no state has one.
        """
        return not self.is_read_only and self.returned != "never"

    @cached_property
    def plain_type(self) -> object:
        """The Python type of a value that is stored as it is: ``str``, unless it is empty, or ``bool``; else none."""
        return str if self.is_free_text else bool if self.type == "boolean" and not self.multi_valued else None

    @cached_property
    def is_free_text(self) -> bool:
        """Tell whether it has one value, which may be any text."""
        return self.type in TEXT_TYPES and not self.multi_valued and not self.canonical_values


@dataclass(frozen=True, kw_only=True)
class Schema:
    """A named list of attributes (RFC 7643 §7)."""

    urn: str
    name: str
    attributes: tuple[Attribute, ...]

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return {attribute.name.lower(): attribute for attribute in self.attributes}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the attributes, in their order."""
        return tuple(attribute.name for attribute in self.attributes)

    @cached_property
    def reference_names(self) -> tuple[str, ...]:
        """The names of the attributes that refer to resources."""
        return reference_names(self.attributes)

    def attribute(self, name: str) -> Attribute | None:
        """Return the attribute of that name in any case (RFC 7643 §2.1), or ``None``."""
        return self._by_name.get(name.lower())


def reference_names(attributes: Iterable[Attribute]) -> tuple[str, ...]:
    """Return the names of the attributes whose values have a ``$ref``."""
    return tuple(attribute.name for attribute in attributes if attribute.sub_attribute("$ref") is not None)


COMMON = Schema(
    urn="",
    name="Common attributes",
    attributes=(
        Attribute(
            name="schemas",
            type="reference",
            multi_valued=True,
            case_exact=True,
            mutability="readOnly",
            returned="always",
        ),
        Attribute(name="id", case_exact=True, mutability="readOnly", returned="always", uniqueness="server"),
        Attribute(name="externalId", case_exact=True),
        Attribute(
            name="meta",
            type="complex",
            mutability="readOnly",
            sub_attributes=(
                Attribute(name="resourceType", case_exact=True, mutability="readOnly"),
                Attribute(name="created", type="dateTime", mutability="readOnly"),
                Attribute(name="lastModified", type="dateTime", mutability="readOnly"),
                Attribute(name="location", type="reference", case_exact=True, mutability="readOnly"),
                Attribute(name="version", case_exact=True, mutability="readOnly"),
            ),
        ),
    ),
)
"""The attributes of every resource (RFC 7643 §3.1); ``schemas`` follows from the extensions in use."""


def with_external_id(*, case_exact: bool) -> Schema:
    """Return the common attributes with an ``externalId`` that compares so (RFC 7643 §3.1 says exactly)."""
    attributes = tuple(
        replace(attribute, case_exact=case_exact) if attribute.name == "externalId" else attribute
        for attribute in COMMON.attributes
    )
    return replace(COMMON, attributes=attributes)


@dataclass(frozen=True, kw_only=True, eq=False)
class ResourceType:
    """A kind of resource: where it is served and which schemas it follows (RFC 7643 §6).

    Each is equal to itself alone, so that what was read for one can be remembered by it.
    """

    name: str
    """``User`` or ``Group``."""
    collection: str
    """The endpoint without its slash, also the name of the collection in the store: ``Users``, ``Groups``."""
    schema: Schema
    common: Schema = COMMON
    extensions: tuple[Schema, ...] = ()
    open_extensions: tuple[Schema, ...] = ()
    """Extensions that are neither in ``schemas`` nor in discovery (4me's custom fields)."""
    bare_extension_names: bool = True
    """Whether a path may name an attribute of an extension without the URN, as Entra ID writes ``manager``."""
    key: str = "userName"
    """The attribute that is unique in the collection and names the resource to people."""
    shown_first: tuple[str, ...] = ("schemas", "id", "externalId")
    """The names that lead a resource; the others follow in the order of the schema."""

    @cached_property
    def schemas_by_urn(self) -> dict[str, Schema]:
        """Every schema of this type by its URN in lower case."""
        return {schema.urn.lower(): schema for schema in (self.schema, *self.all_extensions)}

    @cached_property
    def all_extensions(self) -> tuple[Schema, ...]:
        """The declared extensions, then the open ones."""
        return (*self.extensions, *self.open_extensions)

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """The common and core attributes, in the order a resource shows them."""
        named = {attribute.name: attribute for attribute in (*self.common.attributes, *self.schema.attributes)}
        return tuple(named[name] for name in dict.fromkeys((*self.shown_first, *named)))

    @cached_property
    def names_on_request(self) -> tuple[str, ...]:
        """The names of what a client may ask for, in the order in which it is shown."""
        return tuple(attribute.name for attribute in self.attributes if attribute.returned != "never")

    @cached_property
    def names_by_default(self) -> tuple[str, ...]:
        """The names of what is shown to a client that does not ask (RFC 7643 §7, ``returned``)."""
        return tuple(each.name for each in self.attributes if each.returned not in ("never", "request"))

    @cached_property
    def reference_names(self) -> tuple[str, ...]:
        """The names of the attributes that refer to resources."""
        return reference_names(self.attributes)

    @cached_property
    def required_attributes(self) -> tuple[Attribute, ...]:
        """The required attributes of the core schema."""
        return tuple(attribute for attribute in self.schema.attributes if attribute.required)

    @cached_property
    def taken_names(self) -> Mapping[str, frozenset[str]]:
        """The names of the attributes that a client's body may assign, by the URN of the schema they are in."""
        schemas = {self.schema.urn: self.attributes, **{each.urn: each.attributes for each in self.extensions}}
        return {urn: frozenset(each.name for each in listed if each.is_taken) for urn, listed in schemas.items()}

    @cached_property
    def _by_name(self) -> dict[str, Attribute]:
        return {each.name.lower(): each for each in (*self.common.attributes, *self.schema.attributes)}

    def attribute(self, name: str) -> Attribute | None:
        """Return the common or core attribute of that name in any case, or ``None``."""
        return self._by_name.get(name.lower())

    def extension(self, urn: str) -> Schema | None:
        """Return the extension with that URN in any case, or ``None``."""
        found = self.schemas_by_urn.get(urn.lower())
        return None if found is self.schema else found


def read_attribute(definition: Mapping[str, Any]) -> Attribute:
    """Read one attribute from its JSON definition (RFC 7643 §7)."""
    return Attribute(
        name=definition["name"],
        type=definition["type"],
        multi_valued=definition.get("multiValued", False),
        required=definition.get("required", False),
        case_exact=definition.get("caseExact", False),
        mutability=definition.get("mutability", "readWrite"),
        returned=definition.get("returned", "default"),
        uniqueness=definition.get("uniqueness", "none"),
        canonical_values=tuple(definition.get("canonicalValues", ())),
        sub_attributes=tuple(read_attributes(definition.get("subAttributes", ()))),
    )


def read_attributes(definitions: Iterable[Mapping[str, Any]]) -> list[Attribute]:
    """Read a list of attribute definitions."""
    return [read_attribute(definition) for definition in definitions]


def read_schema(definition: Mapping[str, Any]) -> Schema:
    """Read a schema from its JSON definition (RFC 7643 §7)."""
    return Schema(
        urn=definition["id"],
        name=definition["name"],
        attributes=tuple(read_attributes(definition["attributes"])),
    )
