"""Users and groups as the service provider serves them: listed, found, and one in full."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from flask import Blueprint, Response, request

from sandbox.completion import NOTHING
from sandbox.directory import Found
from sandbox.running import RunningAccount
from sandbox.scim.errors import ScimError
from sandbox.scim.paging import PageRequest, read_page_request
from sandbox.store import Stored
from sandbox.web.console import page
from sandbox.web.console.paging import pager_of
from sandbox.web.console.sections import base_of
from sandbox.web.console.traffic import changes_of, row_of, touching
from sandbox.web.context import current_sandbox
from sandbox.web.control.reading import account_named
from sandbox.web.gate import show_to_owner
from sandbox.web.rendering import rendered

bp = Blueprint("directory", __name__, url_prefix="/accounts/<name>/directory")

COLLECTIONS = {"users": "Users", "groups": "Groups"}
SHOWN_MEMBERS = 100
"""Of a group on its page; in the JSON there are all or none."""
SHOWN_CHANGES = 25
"""How far back the history of a resource goes on its page."""
MEMBERS = frozenset({"members"})
_FILTER = re.compile(r"\(*(not *\()?[A-Za-z$][^ ]* +(eq|ne|co|sw|ew|gt|ge|lt|le|pr)\b.*", re.IGNORECASE | re.DOTALL)
"""What looks like a filter rather than words."""


@bp.get("/<any(users, groups):kind>")
def listed(name: str, kind: str) -> Response:
    """List or find resources, page by page, in the order in which clients get them."""
    running, collection = account_named(name), COLLECTIONS[kind]
    words = request.args.get("q", "").strip()
    refusal, found, asked = None, None, PageRequest(1, 0)
    try:
        asked = read_page_request(request.args, current_sandbox().dialect.paging)
        found = _found(running, collection, words, asked)
    except ScimError as error:
        refusal = error.detail
    return page.show(
        "directory.html",
        account=running,
        here=collection,
        kind=kind,
        words=words,
        rows=[_row(running, each.stored.document, collection) for each in found.resources] if found else [],
        pager=pager_of(
            f"{base_of(name)}/directory/{kind}",
            {"q": words} if words else {},
            start=asked.start_index,
            shown=len(found.resources) if found else 0,
            total=found.total if found else 0,
            count=asked.count,
        ),
        refusal=refusal,
    )


@bp.get("/<any(users, groups):kind>/<resource:resource_id>")
def one(name: str, kind: str, resource_id: str) -> Response:
    """Show one resource as clients get it."""
    running, collection = account_named(name), COLLECTIONS[kind]
    resource = running.directory.read(collection, resource_id)
    show_to_owner(running)
    member_count = running.store.count_members(resource_id) if collection == "Groups" else 0
    left_out = MEMBERS if member_count > SHOWN_MEMBERS else NOTHING
    return page.show(
        "resource.html",
        account=running,
        here=collection,
        kind=kind,
        row=_row(running, resource.stored.document, collection),
        document=json.loads(rendered(resource, None, left_out).body),
        members=[_member(*each) for each in running.store.linked(resource_id, SHOWN_MEMBERS)] if member_count else [],
        member_count=member_count,
        mapped=running.personnel.explain(resource_id).as_json() if collection == "Users" else None,
        history=[
            (row_of(each), changes_of(each, collection, resource_id))
            for each in islice(touching(running.recorder.exchanges(), collection, resource_id), SHOWN_CHANGES)
        ],
    )


def _member(row: Mapping[str, Any], stored: Stored | None) -> dict[str, Any]:
    """Return what a page shows of a member."""
    document = {} if stored is None else stored.document
    return {
        "id": row["value"],
        "kind": "groups" if row.get("type") == "Group" else "users",
        "title": document.get("displayName") or document.get("userName"),
        "active": document.get("active", True),
    }


def _found(running: RunningAccount, collection: str, words: str, asked: PageRequest) -> Found:
    """Find by a filter as a client would send it, else by words, wherever they stand in a name."""
    if not words:
        return running.directory.search(collection, None, asked)
    if _FILTER.fullmatch(words):
        return running.directory.search(collection, words, asked)
    return running.directory.find(collection, words, asked)


def _row(running: RunningAccount, document: Mapping[str, Any], collection: str) -> dict[str, Any]:
    """Return what a list shows of a resource."""
    row = {
        "id": document["id"],
        "title": document.get("displayName") or document.get("userName") or document["id"],
        "external_id": document.get("externalId"),
        "changed": document["meta"]["lastModified"],
    }
    if collection == "Users":
        return {
            **row,
            "user_name": document.get("userName"),
            "active": document.get("active"),
            "job": document.get("title"),
        }
    return {
        **row,
        "group_type": document.get("groupType"),
        "members": running.store.count_members(document["id"]),
    }
