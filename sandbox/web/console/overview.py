"""The first page of an account: what to do next."""

from __future__ import annotations

from flask import Blueprint, Response

from sandbox.web.console import page
from sandbox.web.console.connecting import connection_of
from sandbox.web.console.traffic import row_of
from sandbox.web.control.reading import account_named

SHOWN = 6
"""How many exchanges the first page shows."""

bp = Blueprint("overview", __name__)


@bp.get("/accounts/<name>")
def overview(name: str) -> Response:
    """Show what to connect to, and what has happened."""
    running = account_named(name)
    listed = running.recorder.exchanges()
    return page.show(
        "overview.html",
        account=running,
        here="overview",
        connection=connection_of(running),
        rows=[row_of(each) for each in listed[: -SHOWN - 1 : -1]],
        total=len(listed),
        newest=listed[-1].number if listed else 0,
        users=running.store.count("Users"),
        group_count=running.store.count("Groups"),
    )
