"""What the sandbox is: whether it answers, and how it speaks."""

from __future__ import annotations

from flask import Blueprint, Response

from sandbox.web import reply
from sandbox.web.context import current_sandbox

bp = Blueprint("overview", __name__)


@bp.get("/health")
def health() -> Response:
    """Tell that the sandbox answers."""
    sandbox = current_sandbox()
    return reply.control({"status": "ok", "dialect": sandbox.dialect.name, "accounts": list(sandbox.accounts)})


@bp.get("/dialect")
def dialect() -> Response:
    """List the rows of the dialect with their evidence."""
    return reply.control(current_sandbox().dialect.as_json())
