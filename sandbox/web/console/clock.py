"""The clock of an account, and what falls due on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from sandbox.clock import Clock
from sandbox.running import Advanced, RunningAccount
from sandbox.web.console import page
from sandbox.web.console.forms import Outcome, submitted, typed
from sandbox.web.console.sections import base_of
from sandbox.web.control import clock as control
from sandbox.web.control.reading import account_named

bp = Blueprint("clock", __name__, url_prefix="/accounts/<name>/clock")

STEPS = {"1 hour": "1h", "1 day": "1d", "30 days": "30d"}
"""The steps that have a button."""


@bp.get("")
def clock(name: str) -> Response:
    """Show the account's time, and what will happen by itself."""
    running = account_named(name)
    now = running.clock.now()
    due = sorted((due for due in running.due_events() if due.at > now), key=lambda due: due.at)
    return page.show(
        "clock.html",
        account=running,
        here="clock",
        steps=STEPS,
        due=due,
        overlap_end=min((token.retires_at for token in running.keyring.retiring if token.retires_at), default=None),
        offset=running.clock.state.offset,
        is_frozen=running.clock.is_frozen,
    )


@bp.post("/advance")
def advance(name: str) -> Response:
    """Move the clock forward."""
    running = account_named(name)
    return _moved(running, lambda: control.advanced(running, typed("by", "to")))


@bp.post("/<any(freeze, resume, reset):verb>")
def move(name: str, verb: str) -> Response:
    """Stop the clock, let it go on, or set it back to the machine's time."""
    running = account_named(name)
    return _moved(running, lambda: running.move_clock(_VERBS[verb]))


_VERBS: dict[str, Callable[[Clock], datetime]] = {
    "freeze": Clock.freeze,
    "resume": Clock.resume,
    "reset": Clock.reset,
}


def _moved(running: RunningAccount, move: Callable[[], Advanced]) -> Response:
    def step() -> Outcome:
        fired: list[Any] = move().fired
        told = tuple(f"{due.detail[:1].upper()}{due.detail[1:]}" for due in fired)
        state = "frozen" if running.clock.is_frozen else "running"
        sentence = f"The clock is {state}. {'What fell due on the way:' if told else 'Nothing fell due on the way'}"
        return Outcome(sentence, told)

    return submitted(f"{base_of(running.name)}/clock", step)
