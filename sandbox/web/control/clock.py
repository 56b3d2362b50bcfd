"""The clock of an account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

from sandbox.clock import Clock
from sandbox.moments import duration_text, moment_text, read_duration, read_moment
from sandbox.running import Advanced, RunningAccount
from sandbox.web import reply
from sandbox.web.control.describing import (
    DURATION,
    INSTANT,
    SWITCH,
    TEXT,
    Operation,
    Schema,
    ref,
    shape,
    taken,
)
from sandbox.web.control.reading import account_named, read_body, unfit

bp = Blueprint("clock", __name__, url_prefix="/accounts/<account>/clock")

_DUE: Schema = {"type": "array", "items": ref("Due")}
_MOVED: Schema = {"allOf": [ref("Clock"), shape(fired=_DUE)]}

SCHEMAS: dict[str, Schema] = {
    "Due": shape(at=TEXT, what=TEXT, detail=TEXT),
    "Clock": shape(now=INSTANT, frozen=SWITCH, offset=TEXT, time_zone=TEXT, due=_DUE),
}

OPERATIONS = {
    "clock": Operation(answer=ref("Clock")),
    "advance": Operation(
        body={"oneOf": [taken("by", by=DURATION), taken("to", to=INSTANT)], "required": []}, answer=_MOVED
    ),
    "freeze": Operation(body=taken(at=INSTANT), answer=_MOVED),
    "resume": Operation(body=taken(), answer=_MOVED),
    "reset_clock": Operation(body=taken(), answer=_MOVED),
}


@bp.get("")
def clock(account: str) -> Response:
    """Show the account's time, and what is due next."""
    return reply.control(_clock_json(account_named(account)))


@bp.post("/advance")
def advance(account: str) -> Response:
    """Move the clock forward, by a duration or to an instant, and tell what fell due."""
    running = account_named(account)
    return _told(running, advanced(running, read_body({"by", "to"})))


@bp.post("/freeze")
def freeze(account: str) -> Response:
    """Stop the clock, where it is or at a later instant."""
    running = account_named(account)
    body = read_body({"at"})
    at = read_moment(body["at"], running.zone) if "at" in body else None
    return _told(running, running.move_clock(lambda it: it.freeze(at)))


@bp.post("/resume")
def resume(account: str) -> Response:
    """Let the clock go on from where it stands."""
    running = account_named(account)
    read_body(set())
    return _told(running, running.move_clock(Clock.resume))


@bp.post("/reset")
def reset_clock(account: str) -> Response:
    """Set the clock back to the machine's time."""
    running = account_named(account)
    read_body(set())
    return _told(running, running.move_clock(Clock.reset))


def _clock_json(running: RunningAccount) -> dict[str, Any]:
    state, now = running.clock.state, running.clock.now()
    return {
        "now": moment_text(now),
        "frozen": running.clock.is_frozen,
        "offset": duration_text(state.offset),
        "time_zone": running.account.time_zone,
        "due": [due.as_json() for due in running.due_events() if due.at > now],
    }


def _told(running: RunningAccount, step: Advanced) -> Response:
    return reply.control({**_clock_json(running), "fired": [due.as_json() for due in step.fired]})


def advanced(running: RunningAccount, body: Mapping[str, Any]) -> Advanced:
    """Move the clock forward as *body* says: ``by`` a duration, or ``to`` an instant.

    Raises:
        ControlError: 400 when it says both or neither.
        ClockError: when the clock refuses.
    """
    if len(body) != 1:
        raise unfit('say {"by": "31d"} or {"to": "2026-12-24T00:00:00Z"}, one of them')
    if "by" in body:
        by = read_duration(body["by"])
        return running.move_clock(lambda it: it.advance(by))
    to = read_moment(body["to"], running.zone)
    return running.move_clock(lambda it: it.advance_to(to))
