"""The SCIM access tokens of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from sandbox.moments import read_duration
from sandbox.running import RunningAccount
from sandbox.tokens import Token
from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.describing import (
    DURATION,
    INSTANT,
    NUMBER,
    TEXT,
    Operation,
    Schema,
    or_null,
    ref,
    shape,
    taken,
)
from sandbox.web.control.reading import account_named, read_body

bp = Blueprint("tokens", __name__, url_prefix="/accounts/<account>/tokens")

_TOKENS = {
    "items": {"type": "array", "items": ref("Token")},
    "total": NUMBER,
    "former": {"type": "array", "items": ref("FormerToken")},
    "reminder": or_null(TEXT),
}

SCHEMAS: dict[str, Schema] = {
    "Token": shape(
        id=TEXT,
        role={"enum": ["current", "retiring"]},
        fingerprint=TEXT,
        issued_at=INSTANT,
        retires_at=or_null(TEXT),
        days_left=or_null({"type": "integer"}),
        last_used_at=or_null(INSTANT),
        uses=NUMBER,
    ),
    "FormerToken": shape(id=TEXT, fingerprint=TEXT, ended_at=TEXT, reason={"enum": ["retired", "revoked"]}),
    "Tokens": shape(**_TOKENS),
}

OPERATIONS = {
    "tokens": Operation(
        query={"reveal": {"enum": ["true", "false"], "description": "Whether to show the current token whole."}},
        answer=ref("Tokens"),
    ),
    "rotate": Operation(
        body=taken(overlap={**DURATION, "description": "How long the token before is still accepted; 0 ends it."}),
        answer={"allOf": [ref("Tokens"), shape(token=TEXT)]},
    ),
    "revoke": Operation(body=taken(), answer=ref("Tokens")),
}


@bp.get("")
def tokens(account: str) -> Response:
    """List the accepted tokens by fingerprint; ``?reveal=true`` shows the owner the current one."""
    running = account_named(account)
    ring = running.keyring
    shown = ring.public_json(running.clock.now())
    if request.args.get("reveal") == "true" and ring.current is not None:
        shown["token"] = ring.current.value
    return reply.control(shown)


@bp.post("/rotate")
def rotate(account: str) -> Response:
    """Make a new token; the old one is accepted until its overlap ends."""
    running = account_named(account)
    token = rotated(running, read_body({"overlap"}))
    return reply.control({"token": token.value, **running.keyring.public_json(running.clock.now())})


@bp.post("/<token_id>/revoke")
def revoke(account: str, token_id: str) -> Response:
    """End a token now."""
    running = account_named(account)
    read_body(set())
    running.revoke(token_id)
    return reply.control(running.keyring.public_json(running.clock.now()))


def rotated(running: RunningAccount, body: Mapping[str, Any]) -> Token:
    """Make a new token; the old one is accepted for the ``overlap`` of *body*, or as long as the settings say.

    Raises:
        ClockError, TokenError: when the overlap is none.
    """
    overlap = read_duration(body["overlap"]) if "overlap" in body else current_sandbox().overlap
    return running.rotate(overlap)
