"""The documents by which the service provider describes itself (RFC 7644 §4)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from sandbox.dialect.amendments import published
from sandbox.scim import discovery
from sandbox.scim.errors import NotFoundError
from sandbox.web import reply
from sandbox.web.context import current_sandbox, current_shape

bp = Blueprint("discovery", __name__)


@bp.get("/")
@bp.get("/ServiceProviderConfig")
def service_provider_config() -> Response:
    """Tell what the service provider can do; the bare endpoint tells it too, as people and checks open it."""
    sandbox = current_sandbox()
    features = sandbox.dialect.features
    if features.bulk:
        features = replace(features, bulk_max_bytes=sandbox.settings.max_body_bytes)
    return reply.document(
        discovery.service_provider_config(features, sandbox.dialect.discovery, base_url=current_shape().base_url)
    )


@bp.get("/ResourceTypes")
def resource_types() -> Response:
    """List the resource types."""
    return reply.documents(list(_resource_types().values()))


@bp.get("/ResourceTypes/<name>")
def resource_type(name: str) -> Response:
    """Show one resource type."""
    return reply.document(_named(_resource_types(), "ResourceType", name))


@bp.get("/Schemas")
def schemas() -> Response:
    """List the schemas."""
    return reply.documents(list(_schemas().values()))


@bp.get("/Schemas/<urn>")
def schema(urn: str) -> Response:
    """Show one schema."""
    return reply.document(_named(_schemas(), "Schema", urn))


def _resource_types() -> dict[str, dict[str, Any]]:
    dialect = current_sandbox().dialect
    shape, base_url = dialect.discovery, current_shape().base_url
    return {
        kind.name: discovery.resource_type(kind, shape, base_url=base_url) for kind in dialect.resource_types.values()
    }


def _schemas() -> dict[str, dict[str, Any]]:
    dialect = current_sandbox().dialect
    shape, base_url = dialect.discovery, current_shape().base_url
    return {
        definition["id"]: discovery.schema(published(definition), shape, base_url=base_url)
        for definition in dialect.schema_definitions.values()
    }


def _named(listed: dict[str, dict[str, Any]], what: str, name: str) -> dict[str, Any]:
    """Return the document of that name in any case (a schema URN is no case-exact text, RFC 8141 §3.1)."""
    found = next((each for key, each in listed.items() if key.lower() == name.lower()), None)
    if found is None:
        raise NotFoundError(what, name)
    return found
