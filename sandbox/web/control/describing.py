"""How a module of the control API says what its views take and answer, for ``/_sandbox/openapi.json``.

Beside its views a module has a table ``OPERATIONS``: the name of each view with what its docstring and its route do not
say. ``SCHEMAS`` are the objects that several of them show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer", "minimum": 0}
SWITCH: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time", "examples": ["2026-12-24T00:00:00Z"]}
DURATION: Schema = {"type": "string", "maxLength": 64, "examples": ["31d", "1h30m", "P1DT12H"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What one view takes and answers; that a caller may be refused, and a path name nothing, goes without saying."""

    answer: Schema | None = None
    """What it answers when all is well; ``None`` is nothing."""
    status: HTTPStatus = HTTPStatus.OK
    body: Schema | None = None
    """The JSON object it takes; ``None`` where the request has no body."""
    query: Mapping[str, Schema] = field(default_factory=dict)
    """The parameters it takes."""
    media_types: tuple[str, ...] = ("application/json",)
    """Of the answer; the schema is that of JSON."""
    refusals: tuple[HTTPStatus, ...] = ()
    """Which it has beside those that follow from the above."""


def ref(name: str) -> Schema:
    """Return a schema that is one of the ``SCHEMAS``."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(item: Schema) -> Schema:
    """Return the schema of a collection."""
    return shape(items={"type": "array", "items": item}, total=NUMBER)


def shape(**members: Schema) -> Schema:
    """Return the schema of an object that has all these members, and perhaps more."""
    return {"type": "object", "properties": members, "required": list(members)}


def taken(*required: str, **members: Schema) -> Schema:
    """Return the schema of a body that may have these members and no others."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": members, "additionalProperties": False, **needed}


def or_null(schema: Schema) -> Schema:
    """Return the schema of a value that may be missing."""
    return {"anyOf": [schema, {"type": "null"}]}
