"""Apps → SCIM: the endpoint, the SCIM access token, and its rotation (facts/4me.md 2.2, 2.4)."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response

from sandbox.client_forms import usual_forms
from sandbox.moments import duration_text
from sandbox.running import RunningAccount
from sandbox.tokens import Token
from sandbox.web.console import page
from sandbox.web.console.connecting import connection_of
from sandbox.web.console.forms import Outcome, submitted, typed
from sandbox.web.console.sections import base_of
from sandbox.web.console.timeline import timeline_of
from sandbox.web.context import current_sandbox
from sandbox.web.control.reading import account_named
from sandbox.web.control.tokens import rotated
from sandbox.web.errors import ControlError

bp = Blueprint("apps", __name__, url_prefix="/accounts/<name>/apps/scim")


@bp.get("")
def scim(name: str) -> Response:
    """Show endpoint and token, the tokens in use, and what to type in each client."""
    running = account_named(name)
    now = running.clock.now()
    return page.show(
        "scim.html",
        account=running,
        here="scim",
        connection=connection_of(running),
        clients=usual_forms(),
        tokens=running.keyring.public_json(now),
        timeline=timeline_of(running.keyring.settled(now), now),
        overlap=duration_text(current_sandbox().overlap),
    )


@bp.get("/token")
def token(name: str) -> Response:
    """Tell the current token, for a button that copies it."""
    current = account_named(name).keyring.current
    if current is None:
        raise ControlError(HTTPStatus.NOT_FOUND, "no_token", "there is no current token: rotate to make one")
    return page.text(current.value)


@bp.post("/rotate")
def rotate(name: str) -> Response:
    """Make a new token."""
    running = account_named(name)

    def step() -> Outcome:
        before = running.keyring.current
        made = rotated(running, typed("overlap"))
        return Outcome(f"{made.fingerprint} is the SCIM access token now", _about_the_old(running, before))

    return submitted(f"{base_of(name)}/apps/scim", step)


@bp.post("/<token_id>/revoke")
def revoke(name: str, token_id: str) -> Response:
    """End a token now."""
    running = account_named(name)

    def step() -> str:
        running.revoke(token_id)
        return f"Token {token_id} is revoked: whoever still sends it is refused with 401 from now on"

    return submitted(f"{base_of(name)}/apps/scim", step)


def _about_the_old(running: RunningAccount, before: Token | None) -> tuple[str, ...]:
    """Say what happens to the token that was current before."""
    if before is None:
        return ()
    kept = next((token for token in running.keyring.retiring if token.id == before.id), None)
    if kept is None or kept.retires_at is None:
        return (f"{before.fingerprint}, the one before it, is refused from now on",)
    span = duration_text(kept.retires_at - running.clock.now())
    return (f"{before.fingerprint}, the one before it, still works for {span}: change it in your client by then",)
