"""The clock of an account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from sandbox.clock import Clock
from sandbox.moments import duration_text, moment_text, read_duration, read_moment
from sandbox.running import RunningAccount
from sandbox.web import reply
from sandbox.web.control.reading import account_named, read_body, taken, unfit

bp = Blueprint("clock", __name__, url_prefix="/accounts/<name>/clock")


@bp.get("")
def clock(name: str) -> Response:
    """Show the account's time."""
    return reply.control(_clock_json(account_named(name)))


@bp.post("/advance")
def advance(name: str) -> Response:
    """Move the clock forward, by a duration or to an instant, and tell what fell due."""
    running = account_named(name)
    body = read_body({"by", "to"})
    if len(body) != 1:
        raise unfit('say {"by": "31d"} or {"to": "2026-12-24T00:00:00Z"}, one of them')
    if "by" in body:
        by = taken(lambda: read_duration(body["by"]))
        return _moved(running, lambda it: it.advance(by))
    to = taken(lambda: read_moment(body["to"], running.zone))
    return _moved(running, lambda it: it.advance_to(to))


@bp.post("/freeze")
def freeze(name: str) -> Response:
    """Stop the clock."""
    running = account_named(name)
    read_body(set())
    return _moved(running, Clock.freeze)


@bp.post("/resume")
def resume(name: str) -> Response:
    """Let the clock go on from where it stands."""
    running = account_named(name)
    read_body(set())
    return _moved(running, Clock.resume)


@bp.post("/reset")
def reset_clock(name: str) -> Response:
    """Set the clock back to the machine's time."""
    running = account_named(name)
    read_body(set())
    return _moved(running, Clock.reset)


def _clock_json(running: RunningAccount) -> dict[str, Any]:
    state = running.clock.state
    return {
        "now": moment_text(running.clock.now()),
        "frozen": running.clock.is_frozen,
        "offset": duration_text(state.offset),
        "time_zone": running.account.time_zone,
    }


def _moved(running: RunningAccount, move: Callable[[Clock], datetime]) -> Response:
    advanced = taken(lambda: running.move_clock(move))
    return reply.control({**_clock_json(running), "fired": [due.as_json() for due in advanced.fired]})
