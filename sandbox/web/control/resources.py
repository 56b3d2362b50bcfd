"""The users and groups of an account, all of them, as its clients see them: read without leaving an exchange."""

from __future__ import annotations

import json
import sys
from typing import Any

from flask import Blueprint, Response

from sandbox.scim.paging import PageRequest
from sandbox.web import reply
from sandbox.web.control.describing import Operation, Schema, listed
from sandbox.web.control.reading import account_named
from sandbox.web.gate import show_to_owner
from sandbox.web.rendering import rendered

bp = Blueprint("resources", __name__, url_prefix="/accounts/<account>")

SCHEMAS: dict[str, Schema] = {}

_RESOURCES = listed({"type": "object"})

OPERATIONS = {
    "users": Operation(answer=_RESOURCES),
    "groups": Operation(answer=_RESOURCES),
}


@bp.get("/users")
def users(account: str) -> Response:
    """List every user of an account."""
    return reply.control_items(_resources(account, "Users"))


@bp.get("/groups")
def groups(account: str) -> Response:
    """List every group of an account, with its members."""
    return reply.control_items(_resources(account, "Groups"))


def _resources(account: str, collection: str) -> list[dict[str, Any]]:
    running = account_named(account)
    show_to_owner(running)
    found = running.directory.search(collection, None, PageRequest(1, sys.maxsize))
    return [json.loads(rendered(each, None).body) for each in found.resources]
