"""The exchanges of an account: what the recorder has kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from json import dumps

from flask import Blueprint, Response, request

from sandbox import __version__
from sandbox.moments import read_duration
from sandbox.recorder import Exchange, Recorder, Selection, har, read_selection
from sandbox.recorder.selection import PARAMETERS
from sandbox.running import RunningAccount
from sandbox.scim.errors import quoted
from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.describing import (
    DURATION,
    INSTANT,
    NUMBER,
    SWITCH,
    TEXT,
    Operation,
    Schema,
    or_null,
    ref,
    shape,
)
from sandbox.web.control.describing import listed as collection
from sandbox.web.control.reading import account_named, unfit
from sandbox.web.errors import ControlError

bp = Blueprint("exchanges", __name__, url_prefix="/accounts/<account>")

_OBJECT: Schema = {"type": "object"}
_OBJECTS: Schema = {"type": "array", "items": _OBJECT}
_BODY: dict[str, Schema] = {"body": or_null(TEXT), "body_bytes": NUMBER, "body_is_whole": SWITCH}

SCHEMAS: dict[str, Schema] = {
    "Finding": shape(
        code=TEXT,
        severity={"enum": ["refused", "slip", "hint"]},
        message=TEXT,
        expected=or_null(TEXT),
        received=or_null(TEXT),
        where=or_null(TEXT),
        fix=TEXT,
        source=TEXT,
        evidence={"enum": ["documented", "neighbour", "inferred", "chosen"]},
    ),
    "Exchange": shape(
        id=TEXT,
        account=TEXT,
        at=INSTANT,
        duration_ms={"type": "number", "minimum": 0},
        client=TEXT,
        method=TEXT,
        target=TEXT,
        path=TEXT,
        status=NUMBER,
        token=shape(verdict=TEXT),
        refusal=or_null(shape(error=TEXT, detail=TEXT)),
        request=shape(http_version=TEXT, scheme=TEXT, headers=_OBJECT, **_BODY),
        response=shape(headers=_OBJECT, **_BODY),
        change=_OBJECTS,
        change_total=NUMBER,
        findings={"type": "array", "items": ref("Finding")},
    ),
}

CHOOSING: dict[str, Schema] = {**dict.fromkeys(PARAMETERS, TEXT), "count": NUMBER, "wait": DURATION}
"""What exchanges are asked for by."""
_UNFIT = (HTTPStatus.BAD_REQUEST,)

OPERATIONS = {
    "exchanges": Operation(query=CHOOSING, answer=collection(ref("Exchange")), refusals=_UNFIT),
    "forget": Operation(answer=shape(forgotten=NUMBER)),
    "exchange": Operation(answer=ref("Exchange")),
    "archive": Operation(query=CHOOSING, answer=shape(log=_OBJECT), refusals=_UNFIT),
    "stream": Operation(query=CHOOSING, answer=TEXT, media_types=("text/event-stream",), refusals=_UNFIT),
}

LONGEST_WAIT_SECONDS = 60
BEAT_SECONDS = 15
"""How often a stream without news says that it is still there."""
LOOK_SECONDS = 0.5
"""How often a stream looks whether it is to end."""


@bp.get("/exchanges")
def exchanges(account: str) -> Response:
    """List what was exchanged, oldest first; ``wait`` and ``count`` wait for as many as that."""
    return reply.control_items([each.as_json() for each in asked(account)])


@bp.delete("/exchanges")
def forget(account: str) -> Response:
    """Forget every exchange of the account."""
    return reply.control({"forgotten": forgotten(account_named(account))})


@bp.get("/exchanges/<exchange_id>")
def exchange(account: str, exchange_id: str) -> Response:
    """Show one exchange; ``last`` is the newest."""
    return reply.control(exchange_named(account, exchange_id).as_json())


@bp.get("/exchanges.har")
def archive(account: str) -> Response:
    """Show the exchanges as an HTTP Archive (HAR 1.2)."""
    return reply.control(har(asked(account), __version__))


@bp.get("/exchanges/stream")
def stream(account: str) -> Response:
    """Tell of each exchange as it happens, as server-sent events."""
    recorder, selection = account_named(account).recorder, _selection()
    since = request.args.get("since") or request.headers.get("Last-Event-ID")
    seen = recorder.exchanges() if since is None else []
    return reply.events(_events(recorder, selection, seen[-1].number if seen else 0))


def _events(recorder: Recorder, selection: Selection, last: int) -> Iterator[str]:
    """Yield an event for each exchange after *last*, until the sandbox stops.

    An empty part between them lets the server see whether it is to stop.
    """
    yield ": exchanges as they happen\n\n"
    silent_seconds = 0.0
    while not recorder.is_closed:
        fresh = _after(last, recorder.wait(partial(_after, last), LOOK_SECONDS))
        for each in selection.of(fresh):
            yield f"id: {each.id}\nevent: exchange\ndata: {dumps(each.as_json(), ensure_ascii=False)}\n\n"
        last = max([last, *(each.number for each in fresh)])
        silent_seconds = 0 if fresh else silent_seconds + LOOK_SECONDS
        if silent_seconds >= BEAT_SECONDS:
            silent_seconds = 0
            yield ": still here\n\n"
        else:
            yield ""


def _after(number: int, listed: list[Exchange]) -> list[Exchange]:
    """Return those after a number."""
    return [each for each in listed if each.number > number]


def forgotten(running: RunningAccount) -> int:
    """Forget every exchange of an account, and return how many there were."""
    number = len(running.recorder.exchanges())
    running.recorder.clear(current_sandbox().recording.next_number)
    return number


def exchange_named(account: str, exchange_id: str) -> Exchange:
    """Return one exchange of an account; ``last`` is the newest.

    Raises:
        ControlError: 404 when it is not there.
    """
    listed = account_named(account).recorder.exchanges()
    if exchange_id == "last" and listed:
        return listed[-1]
    found = next((each for each in listed if each.id == exchange_id), None)
    if found is None:
        raise ControlError(HTTPStatus.NOT_FOUND, "unknown_exchange", _where_it_is(exchange_id, account, listed))
    return found


def asked(account: str) -> list[Exchange]:
    """Return the exchanges that the query asks for, waiting for them when it says so."""
    recorder, selection = account_named(account).recorder, _selection()
    count, wait = _count(), _wait_seconds()
    if wait is None:
        found = selection.of(recorder.exchanges())
        return found if count is None else found[-count:]
    needed = 1 if count is None else count
    return selection.of(recorder.wait(lambda listed: len(selection.of(listed)) >= needed, wait))


def _selection() -> Selection:
    known = {*PARAMETERS, "count", "wait", "format"}
    if unknown := sorted(set(request.args) - known):
        raise unfit(f"{quoted(unknown[0])} is not known; known here: {', '.join(sorted(known))}")
    return read_selection(request.args)


def _count() -> int | None:
    text = request.args.get("count")
    if text is None:
        return None
    if not text.isdecimal() or not 0 < int(text) <= 1_000_000:
        raise unfit(f"count: {quoted(text)} is not a whole number from 1 on")
    return int(text)


def _wait_seconds() -> float | None:
    text = request.args.get("wait")
    if text is None:
        return None
    seconds = read_duration(text).total_seconds()
    if seconds > LONGEST_WAIT_SECONDS:
        raise unfit(f"wait: {quoted(text)} is too long; at most {LONGEST_WAIT_SECONDS}s")
    return seconds


def _where_it_is(exchange_id: str, account: str, listed: list[Exchange]) -> str:
    """Say why an exchange is not here, and where it is."""
    for other in current_sandbox().accounts.values():
        if other.name != account and any(each.id == exchange_id for each in other.recorder.exchanges()):
            return f"exchange {exchange_id} is one of the account {other.name}"
    if not listed:
        return f"there is no exchange in {account} yet"
    return f"there is no exchange {quoted(exchange_id)} in {account}; kept are {listed[0].id} to {listed[-1].id}"
