"""How a service provider speaks SCIM, as one value made of rows.

*scim* names the choices, a dialect makes them, the directory and the web apply them. Nothing asks which dialect it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sandbox.dialect.amendments import amended
from sandbox.dialect.choices import Choices
from sandbox.dialect.quirk import Quirk
from sandbox.dialect.schemas import definitions
from sandbox.scim.discovery import DiscoveryShape, Features
from sandbox.scim.filter import Grammar
from sandbox.scim.paging import Paging
from sandbox.scim.patch import PatchRules
from sandbox.scim.resource import Reading
from sandbox.scim.schema import ResourceType, Schema, read_schema, with_external_id


@dataclass(frozen=True)
class Dialect:
    """A name, the choices, and the rows they came from."""

    name: str
    choices: Choices
    quirks: tuple[Quirk, ...]
    schema_definitions: Mapping[str, Mapping[str, Any]]

    def as_json(self) -> dict[str, Any]:
        """Return the rows as they are listed: ``{"name", "items", "total"}``."""
        return {"name": self.name, "items": [quirk.as_json() for quirk in self.quirks], "total": len(self.quirks)}

    @cached_property
    def resource_types(self) -> dict[str, ResourceType]:
        """The resource types by their collection: ``Users`` and ``Groups``."""
        schemas = {name: read_schema(definition) for name, definition in self.schema_definitions.items()}
        urn = self.choices.custom_fields_urn
        common = with_external_id(case_exact=self.choices.external_id_case_exact)
        types = (
            ResourceType(
                name="User",
                collection="Users",
                common=common,
                schema=schemas["User"],
                extensions=(schemas["EnterpriseUser"],),
                open_extensions=(Schema(urn=urn, name="Custom fields", attributes=()),) if urn else (),
                bare_extension_names=self.choices.bare_extension_names,
                key="userName",
                shown_first=self.choices.key_order["Users"],
            ),
            ResourceType(
                name="Group",
                collection="Groups",
                common=common,
                schema=schemas["Group"],
                key="displayName",
                shown_first=self.choices.key_order["Groups"],
            ),
        )
        return {each.collection: each for each in types}

    @cached_property
    def reading(self) -> Reading:
        """How bodies are read."""
        return Reading(
            booleans=self.choices.booleans,
            empty_text=self.choices.empty_text,
            numbers_as_text=self.choices.numbers_as_text,
            loose_shapes=self.choices.loose_shapes,
            several_primary=self.choices.several_primary,
            unknown=self.choices.unknown_attributes,
            read_only=self.choices.read_only_attributes,
            other_values=self.choices.other_values,
        )

    @cached_property
    def paging(self) -> Paging:
        """How pages are cut."""
        return Paging(
            default_count=self.choices.default_count,
            max_count=self.choices.max_count,
            above_max=self.choices.count_above_max,
            below_one=self.choices.count_below_one,
            start_below_one=self.choices.start_index_below_one,
        )

    @cached_property
    def features(self) -> Features:
        """What the service provider says it can do; how large a bulk request may be is the server's to add."""
        choices = self.choices
        return Features(
            patch=True,
            bulk=choices.bulk,
            bulk_max_operations=choices.bulk_max_operations,
            bulk_max_bytes=0,
            filter=True,
            filter_max_results=choices.max_count,
            change_password=choices.change_password,
            sort=choices.sort,
            etag=choices.etag,
            authentication_schemes=choices.authentication_schemes,
            documentation_uri=choices.documentation_uri,
        )

    @cached_property
    def discovery(self) -> DiscoveryShape:
        """How the discovery documents look."""
        return DiscoveryShape(
            type_descriptions=self.choices.type_descriptions,
            config_instant=self.choices.config_instant,
            config_version=self.choices.config_version,
            schemas_in_schema=self.choices.schemas_in_schema,
            uniqueness_everywhere=self.choices.uniqueness_everywhere,
        )

    @cached_property
    def patch_rules(self) -> PatchRules:
        """How operations are taken."""
        return PatchRules(
            reading=self.reading,
            value_path=self.choices.value_path,
            any_case=self.choices.patch_any_case,
            schemas_required=self.choices.patch_schemas_required,
        )

    @cached_property
    def hidden_extensions(self) -> frozenset[str]:
        """The URNs of the extensions that are kept and not shown."""
        urn = self.choices.custom_fields_urn
        return frozenset() if self.choices.custom_fields_shown or not urn else frozenset({urn})

    @cached_property
    def grammars(self) -> dict[str, Grammar]:
        """What a filter may say, by collection."""
        return {
            collection: Grammar(
                operators=self.choices.filter_operators,
                logic=self.choices.filter_logic,
                attributes=attributes,
                parentheses=self.choices.filter_parentheses,
                value_paths=self.choices.filter_value_paths,
                quoted_booleans=self.choices.filter_quoted_booleans,
                unquoted_booleans=self.choices.filter_unquoted_booleans,
            )
            for collection, attributes in (
                ("Users", self.choices.user_filter_attributes),
                ("Groups", self.choices.group_filter_attributes),
            )
        }


def make_dialect(name: str, quirks: Iterable[Quirk]) -> Dialect:
    """Make a dialect from its rows: a row sets a choice, or amends a schema when its name has a dot.

    Raises:
        ValueError: when a row names no choice, two rows name the same, or a choice has no row.
    """
    rows = tuple(quirks)
    named = [quirk.field for quirk in rows]
    if doubled := {each for each in named if named.count(each) > 1}:
        raise ValueError(f"more than one row for {', '.join(sorted(doubled))}")
    schemas = definitions()
    choices = {}
    for quirk in rows:
        if "." in quirk.field:
            schemas = amended(schemas, quirk.field, quirk.value)
        else:
            choices[quirk.field] = quirk.value
    return Dialect(name, Choices(**choices), rows, schemas)
