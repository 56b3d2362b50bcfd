"""What the sandbox is: whether it answers, and how it speaks."""

from __future__ import annotations

from flask import Blueprint, Response

from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.describing import NUMBER, TEXT, Operation, Schema, or_null, ref, shape

bp = Blueprint("overview", __name__)

SCHEMAS: dict[str, Schema] = {
    "Quirk": shape(field=TEXT, value={}, meaning=or_null(TEXT), sentence=TEXT, evidence=TEXT, source=TEXT),
}

OPERATIONS = {
    "health": Operation(answer=shape(status=TEXT, dialect=TEXT, accounts={"type": "array", "items": TEXT})),
    "dialect": Operation(answer=shape(name=TEXT, items={"type": "array", "items": ref("Quirk")}, total=NUMBER)),
}


@bp.get("/health")
def health() -> Response:
    """Tell that the sandbox answers."""
    sandbox = current_sandbox()
    return reply.control({"status": "ok", "dialect": sandbox.dialect.name, "accounts": list(sandbox.accounts)})


@bp.get("/dialect")
def dialect() -> Response:
    """List the rows of the dialect with their evidence."""
    return reply.control(current_sandbox().dialect.as_json())
