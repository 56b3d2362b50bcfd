"""Users, groups and memberships of an account, kept under a name."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from sandbox.differences import differences, differences_json
from sandbox.planning import DIRECTORY
from sandbox.running import UnknownSnapshotError
from sandbox.store import SnapshotFacts
from sandbox.web import reply
from sandbox.web.control.describing import (
    INSTANT,
    NUMBER,
    TEXT,
    Operation,
    Schema,
    listed,
    or_null,
    ref,
    shape,
    taken,
)
from sandbox.web.control.reading import account_named, read_body

bp = Blueprint("snapshots", __name__, url_prefix="/accounts/<account>/snapshots")

_DIFFERENCE = shape(
    change={"enum": ["added", "removed", "changed"]},
    type=TEXT,
    id=TEXT,
    name=or_null(TEXT),
    attributes={"type": "array", "items": shape(path=TEXT, before={}, after={})},
)

SCHEMAS: dict[str, Schema] = {
    "Snapshot": shape(name=TEXT, saved_at=or_null(INSTANT), users=NUMBER, groups=NUMBER),
    "Difference": _DIFFERENCE,
}

_UNUSABLE = (HTTPStatus.CONFLICT,)

OPERATIONS = {
    "snapshots": Operation(answer=listed(ref("Snapshot")), refusals=_UNUSABLE),
    "save": Operation(
        body=taken("name", name={"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"}),
        answer=ref("Snapshot"),
        status=HTTPStatus.CREATED,
    ),
    "snapshot": Operation(answer=ref("Snapshot"), refusals=_UNUSABLE),
    "delete": Operation(status=HTTPStatus.NO_CONTENT),
    "diff": Operation(
        query={"to": {**TEXT, "description": "Another snapshot to compare with; without it, what is there now."}},
        answer={
            "allOf": [
                listed(ref("Difference")),
                shape(added=NUMBER, removed=NUMBER, changed=NUMBER, before=TEXT, after=or_null(TEXT)),
            ]
        },
        refusals=_UNUSABLE,
    ),
}


@bp.get("")
def snapshots(account: str) -> Response:
    """List the snapshots of an account."""
    kept = account_named(account).origins.snapshots
    return reply.control_items([_snapshot_json(facts) for name in kept.names() if (facts := kept.facts(name))])


@bp.post("")
def save(account: str) -> Response:
    """Keep users, groups and memberships under a name, in the place of a snapshot of that name."""
    running = account_named(account)
    facts = running.save(read_body({"name"}).get("name", ""))
    return reply.control(_snapshot_json(facts), HTTPStatus.CREATED)


@bp.get("/<snapshot>")
def snapshot(account: str, snapshot: str) -> Response:
    """Show one snapshot."""
    kept = account_named(account).origins.snapshots
    facts = kept.facts(snapshot)
    if facts is None:
        raise UnknownSnapshotError(snapshot, account, kept.names())
    return reply.control(_snapshot_json(facts))


@bp.delete("/<snapshot>")
def delete(account: str, snapshot: str) -> Response:
    """Delete one snapshot."""
    account_named(account).forget(snapshot)
    return reply.no_content()


@bp.get("/<snapshot>/diff")
def diff(account: str, snapshot: str) -> Response:
    """Show what was added, removed and changed since a snapshot, or from it to another one."""
    running = account_named(account)
    to = request.args.get("to")
    before = running.origins.named(snapshot)
    after = running.store.snapshot() if to is None else running.origins.named(to)
    return reply.control({"before": snapshot, "after": to, **differences_json(differences(before, after))})


def _snapshot_json(facts: SnapshotFacts) -> dict[str, Any]:
    counts = {each.name.lower(): facts.counts.get(each.name, 0) for each in DIRECTORY}
    return {"name": facts.name, "saved_at": facts.saved_at, **counts}
