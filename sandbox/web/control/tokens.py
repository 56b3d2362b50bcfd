"""The SCIM access tokens of an account."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.moments import read_duration
from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.reading import account_named, read_body, taken

bp = Blueprint("tokens", __name__, url_prefix="/accounts/<name>/tokens")


@bp.get("")
def tokens(name: str) -> Response:
    """List the accepted tokens by fingerprint; ``?reveal=true`` shows the owner the current one."""
    running = account_named(name)
    ring = running.keyring
    shown = ring.public_json(running.clock.now())
    if request.args.get("reveal") == "true" and ring.current is not None:
        shown["token"] = ring.current.value
    return reply.control(shown)


@bp.post("/rotate")
def rotate(name: str) -> Response:
    """Make a new token; the old one is accepted until its overlap ends."""
    running = account_named(name)
    body = read_body({"overlap"})
    overlap = taken(lambda: read_duration(body["overlap"])) if "overlap" in body else current_sandbox().overlap
    token = taken(lambda: running.rotate(overlap))
    return reply.control({"token": token.value, **running.keyring.public_json(running.clock.now())})


@bp.post("/<token_id>/revoke")
def revoke(name: str, token_id: str) -> Response:
    """End a token now."""
    running = account_named(name)
    read_body(set())
    taken(lambda: running.revoke(token_id))
    return reply.control(running.keyring.public_json(running.clock.now()))
