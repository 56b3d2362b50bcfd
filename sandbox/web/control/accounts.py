"""The accounts of the sandbox."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from sandbox.moments import moment_text
from sandbox.running import RunningAccount
from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.reading import account_named

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


@bp.get("")
def accounts() -> Response:
    """List the accounts."""
    return reply.control_items([_account_json(account) for account in current_sandbox().accounts.values()])


@bp.get("/<name>")
def account(name: str) -> Response:
    """Show one account."""
    return reply.control(_account_json(account_named(name)))


def _account_json(running: RunningAccount) -> dict[str, Any]:
    now = running.clock.now()
    return {
        **running.account.as_json(),
        "now": moment_text(now),
        "users": running.store.count("Users"),
        "groups": running.store.count("Groups"),
        "reminder": running.keyring.reminder(now),
    }
