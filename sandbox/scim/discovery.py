"""The documents by which a service provider describes itself (RFC 7643 §5, §6, §7)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sandbox.scim.schema import ResourceType

SERVICE_PROVIDER_CONFIG_URN = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
RESOURCE_TYPE_URN = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SCHEMA_URN = "urn:ietf:params:scim:schemas:core:2.0:Schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a service provider says it can do (RFC 7643 §5)."""

    patch: bool
    bulk: bool
    bulk_max_operations: int
    bulk_max_bytes: int
    filter: bool
    filter_max_results: int
    change_password: bool
    sort: bool
    etag: bool
    authentication_schemes: tuple[Mapping[str, Any], ...]
    """As they are served, in that order."""
    documentation_uri: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveryShape:
    """How the documents look where service providers differ."""

    type_descriptions: Mapping[str, str]
    """The description of each resource type, by its name."""
    config_instant: str | None = None
    """The text that is both ``meta.created`` and ``meta.lastModified`` of the configuration, if it has them."""
    config_version: str | None = None
    """``meta.version`` of the configuration, if it has one."""
    schemas_in_schema: bool = True
    """Whether the document of a schema has ``schemas``."""
    uniqueness_everywhere: bool = False
    """Whether boolean and complex attributes say ``uniqueness`` too."""


def service_provider_config(features: Features, shape: DiscoveryShape, *, base_url: str) -> dict[str, Any]:
    """Return the document of ``/ServiceProviderConfig`` (RFC 7643 §5).

    ``base_url`` is what ``meta.location`` begins with, without a slash at the end.
    """
    meta = {
        "location": f"{base_url}/ServiceProviderConfig",
        "resourceType": "ServiceProviderConfig",
        "created": shape.config_instant,
        "lastModified": shape.config_instant,
        "version": shape.config_version,
    }
    document = {
        "schemas": [SERVICE_PROVIDER_CONFIG_URN],
        "documentationUri": features.documentation_uri,
        "patch": {"supported": features.patch},
        "bulk": {
            "supported": features.bulk,
            "maxOperations": features.bulk_max_operations,
            "maxPayloadSize": features.bulk_max_bytes,
        },
        "filter": {"supported": features.filter, "maxResults": features.filter_max_results},
        "changePassword": {"supported": features.change_password},
        "sort": {"supported": features.sort},
        "etag": {"supported": features.etag},
        "authenticationSchemes": [dict(scheme) for scheme in features.authentication_schemes],
        "meta": _assigned(meta),
    }
    return _assigned(document)


def resource_type(kind: ResourceType, shape: DiscoveryShape, *, base_url: str) -> dict[str, Any]:
    """Return the document of ``/ResourceTypes/{name}`` (RFC 7643 §6).

    A type without declared extensions has no ``schemaExtensions``; none of the declared ones is required.
    """
    extensions = [{"schema": extension.urn, "required": False} for extension in kind.extensions]
    return {
        "schemas": [RESOURCE_TYPE_URN],
        "id": kind.name,
        "name": kind.name,
        "endpoint": f"/{kind.collection}",
        "description": shape.type_descriptions[kind.name],
        "schema": kind.schema.urn,
        **({"schemaExtensions": extensions} if extensions else {}),
        "meta": {"location": f"{base_url}/ResourceTypes/{kind.name}", "resourceType": "ResourceType"},
    }


def schema(definition: Mapping[str, Any], shape: DiscoveryShape, *, base_url: str) -> dict[str, Any]:
    """Return the document of ``/Schemas/{urn}`` from a definition with the attributes to list (RFC 7643 §7)."""
    attributes = deepcopy(definition["attributes"])
    if shape.uniqueness_everywhere:
        attributes = [_with_uniqueness(attribute) for attribute in attributes]
    return {
        **({"schemas": [SCHEMA_URN]} if shape.schemas_in_schema else {}),
        "id": definition["id"],
        "name": definition["name"],
        "description": definition["description"],
        "attributes": attributes,
        "meta": {"resourceType": "Schema", "location": f"{base_url}/Schemas/{definition['id']}"},
    }


def _assigned(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if value is not None}


def _with_uniqueness(attribute: Mapping[str, Any]) -> dict[str, Any]:
    """Return an attribute that says ``uniqueness``, and so do its sub-attributes."""
    plain = {name: value for name, value in attribute.items() if name != "subAttributes"}
    stated = {**plain, "uniqueness": plain.get("uniqueness", "none")}
    if "subAttributes" not in attribute:
        return stated
    return {**stated, "subAttributes": [_with_uniqueness(each) for each in attribute["subAttributes"]]}
