"""The rows of the dialect: how the service provider speaks SCIM, and how we know."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, request

from sandbox.dialect import Evidence
from sandbox.web.console import page
from sandbox.web.context import current_sandbox
from sandbox.web.control.reading import account_named

bp = Blueprint("dialect", __name__, url_prefix="/accounts/<name>/dialect")


@bp.get("")
def dialect(name: str) -> Response:
    """List the rows, all or those with one kind of evidence."""
    running = account_named(name)
    listed = current_sandbox().dialect.as_json()
    chosen = request.args.get("evidence", "")
    rows = [row for row in listed["items"] if chosen not in list(Evidence) or row["evidence"] == chosen]
    return page.show(
        "dialect.html",
        account=running,
        here="dialect",
        dialect_name=listed["name"],
        rows=rows,
        total=listed["total"],
        counts=Counter(row["evidence"] for row in listed["items"]),
        kinds=list(Evidence),
        chosen=chosen,
    )
