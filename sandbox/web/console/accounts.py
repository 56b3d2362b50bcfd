"""Accounts: the way in when there is none, and new ones."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.accounts import SEED_RANGES, Environment
from sandbox.running import RunningAccount
from sandbox.web.console import page
from sandbox.web.console.forms import Outcome, submitted, typed
from sandbox.web.console.marking import counted
from sandbox.web.console.sections import base_of
from sandbox.web.context import current_sandbox
from sandbox.web.control.accounts import founded

bp = Blueprint("accounts", __name__)


@bp.get("")
@bp.get("/accounts")
def accounts() -> Response:
    """Lead to the first account, or show how to make one."""
    first = next(iter(current_sandbox().accounts), None)
    if first is not None:
        return page.lead_to(base_of(first))
    return page.show(
        "accounts.html", environments=list(Environment), time_zone=current_sandbox().dialect.choices.time_zone
    )


@bp.post("/accounts")
def found() -> Response:
    """Make a new account."""

    def step() -> Outcome:
        made = founded(typed("name", "environment", "time_zone", numbers=tuple(SEED_RANGES)))
        return Outcome(
            f"{made.name} is there, with {contents_of(made)} and a token of its own", place=base_of(made.name)
        )

    here = request.form.get("here", "")
    return submitted(f"{base_of(here)}/sandbox" if here in current_sandbox().accounts else "/console", step)


def contents_of(running: RunningAccount) -> str:
    """Return how much an account has, in words."""
    users, groups = running.store.count("Users"), running.store.count("Groups")
    return f"{counted(users, 'user')} and {counted(groups, 'group')}"
