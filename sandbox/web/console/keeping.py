"""Snapshots and reset: set the directory back, keep it under a name, see what has changed since."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.accounts import SEED_RANGES, Environment
from sandbox.differences import differences, differences_json
from sandbox.web.console import page
from sandbox.web.console.accounts import contents_of
from sandbox.web.console.forms import submitted, typed
from sandbox.web.console.sections import base_of
from sandbox.web.context import current_sandbox
from sandbox.web.control.accounts import set_back
from sandbox.web.control.reading import account_named, unfit

bp = Blueprint("keeping", __name__, url_prefix="/accounts/<name>/sandbox")

SHOWN_DIFFERENCES = 200
"""How many resources that differ are listed; how many there are is always told."""


@bp.get("")
def keeping(name: str) -> Response:
    """Show what the directory can be set back to, its snapshots, and the accounts."""
    running = account_named(name)
    kept = running.origins.snapshots
    return page.show(
        "sandbox.html",
        account=running,
        here="sandbox",
        users=running.store.count("Users"),
        group_count=running.store.count("Groups"),
        seed=running.seed,
        ranges=SEED_RANGES,
        environments=list(Environment),
        time_zone=current_sandbox().dialect.choices.time_zone,
        snapshots=[facts for each in kept.names() if (facts := kept.facts(each))],
        others={other.name: other.origins.snapshots.names() for other in current_sandbox().accounts.values()},
    )


@bp.post("/reset")
def reset(name: str) -> Response:
    """Set users and groups back."""
    running = account_named(name)

    def step() -> str:
        set_back(running, typed("to", "from", numbers=tuple(SEED_RANGES)))
        return f"{name} has {contents_of(running)} now; tokens and clock stay as they are"

    return submitted(f"{base_of(name)}/sandbox", step)


@bp.post("/snapshots")
def save(name: str) -> Response:
    """Keep users and groups under a name."""
    running = account_named(name)

    def step() -> str:
        facts = running.save(request.form.get("name", "").strip())
        return f"{contents_of(running)} are kept as {facts.name}"

    return submitted(f"{base_of(name)}/sandbox", step)


@bp.post("/snapshots/<snapshot>/delete")
def delete_snapshot(name: str, snapshot: str) -> Response:
    """Delete a snapshot."""
    running = account_named(name)

    def step() -> str:
        running.forget(snapshot)
        return f"The snapshot {snapshot} is deleted"

    return submitted(f"{base_of(name)}/sandbox", step)


@bp.get("/snapshots/<snapshot>/diff")
def diff(name: str, snapshot: str) -> Response:
    """Show what was added, removed and changed since a snapshot."""
    running = account_named(name)
    found = differences(running.origins.named(snapshot), running.store.snapshot())
    return page.show(
        "diff.html",
        account=running,
        here="sandbox",
        snapshot=snapshot,
        facts=running.origins.snapshots.facts(snapshot),
        diff=differences_json(found[:SHOWN_DIFFERENCES]),
        total=len(found),
    )


@bp.post("/accounts/<other>/delete")
def delete_account(name: str, other: str) -> Response:
    """Remove another account than the one that is looked at."""

    def step() -> str:
        if other == name:
            raise unfit(f"{name} is the account you are in: switch to another one to delete it")
        current_sandbox().delete(account_named(other).name)
        return f"The account {other} and all that it kept are gone"

    return submitted(f"{base_of(name)}/sandbox", step)
