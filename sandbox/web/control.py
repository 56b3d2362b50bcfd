"""The control API: what only the owner of the sandbox may do. JSON, never recorded, never faulted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from sandbox.clock import Clock, ClockError, duration_text, moment_text, read_duration, read_moment
from sandbox.running import RunningAccount
from sandbox.scim.errors import BodyTooLargeError, InvalidSyntaxError, quoted
from sandbox.tokens import TokenError
from sandbox.web import reply
from sandbox.web.body import read_bytes, read_json
from sandbox.web.context import current_sandbox
from sandbox.web.errors import ControlError

bp = Blueprint("control", __name__, url_prefix="/_sandbox")

KEY_HEADER = "X-Sandbox-Control-Key"
T = TypeVar("T")


def is_local(authority: str) -> bool:
    """Tell whether the ``host:port`` of a URL is this machine by its name or address."""
    try:
        host = (urlsplit(f"//{authority}").hostname or "").lower()
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@bp.before_request
def check_access() -> None:
    """Let in whoever has the key; without one set, whoever asks from this machine and from no other site's page.

    Raises:
        ControlError: 401 without the key, 403 for a foreign ``Host`` or ``Origin``.
    """
    key: str | None = current_sandbox().control_key
    if key is not None:
        if not compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode()):
            raise ControlError(HTTPStatus.UNAUTHORIZED, "key_needed", f"send the control key in {KEY_HEADER}")
        return
    origin = request.headers.get("Origin")
    for name, host in (("Host", request.host), ("Origin", origin.partition("://")[2] if origin else request.host)):
        if not is_local(host):
            message = f"{name} {quoted(host)} is not this machine; call the control API at localhost or 127.0.0.1"
            raise ControlError(HTTPStatus.FORBIDDEN, "foreign_caller", message)


@bp.get("/health")
def health() -> Response:
    """Tell that the sandbox answers."""
    sandbox = current_sandbox()
    return reply.control({"status": "ok", "dialect": sandbox.dialect.name, "accounts": list(sandbox.accounts)})


@bp.get("/dialect")
def dialect() -> Response:
    """List the rows of the dialect with their evidence."""
    return reply.control(current_sandbox().dialect.as_json())


@bp.get("/accounts")
def accounts() -> Response:
    """List the accounts."""
    return reply.control_items([_account_json(account) for account in current_sandbox().accounts.values()])


@bp.get("/accounts/<name>")
def account(name: str) -> Response:
    """Show one account."""
    return reply.control(_account_json(_account(name)))


@bp.get("/accounts/<name>/tokens")
def tokens(name: str) -> Response:
    """List the accepted tokens by fingerprint; ``?reveal=true`` shows the owner the current one."""
    running = _account(name)
    ring = running.keyring
    shown = ring.public_json(running.clock.now())
    if request.args.get("reveal") == "true" and ring.current is not None:
        shown["token"] = ring.current.value
    return reply.control(shown)


@bp.post("/accounts/<name>/tokens/rotate")
def rotate(name: str) -> Response:
    """Make a new token; the old one is accepted until its overlap ends."""
    running = _account(name)
    body = _body({"overlap"})
    overlap = _read(read_duration, body["overlap"]) if "overlap" in body else current_sandbox().overlap
    token = _refusing(lambda: running.rotate(overlap))
    return reply.control({"token": token.value, **running.keyring.public_json(running.clock.now())})


@bp.post("/accounts/<name>/tokens/<token_id>/revoke")
def revoke(name: str, token_id: str) -> Response:
    """End a token now."""
    running = _account(name)
    _body(set())
    _refusing(lambda: running.revoke(token_id))
    return reply.control(running.keyring.public_json(running.clock.now()))


@bp.get("/accounts/<name>/clock")
def clock(name: str) -> Response:
    """Show the account's time."""
    return reply.control(_clock_json(_account(name)))


@bp.post("/accounts/<name>/clock/advance")
def advance(name: str) -> Response:
    """Move the clock forward, by a duration or to an instant, and tell what fell due."""
    running = _account(name)
    body = _body({"by", "to"})
    if len(body) != 1:
        raise _unfit('say {"by": "31d"} or {"to": "2026-12-24T00:00:00Z"}, one of them')
    if "by" in body:
        by = _read(read_duration, body["by"])
        return _moved(running, lambda it: it.advance(by))
    to = _read(lambda value: read_moment(value, running.zone), body["to"])
    return _moved(running, lambda it: it.advance_to(to))


@bp.post("/accounts/<name>/clock/freeze")
def freeze(name: str) -> Response:
    """Stop the clock."""
    running = _account(name)
    _body(set())
    return _moved(running, Clock.freeze)


@bp.post("/accounts/<name>/clock/resume")
def resume(name: str) -> Response:
    """Let the clock go on from where it stands."""
    running = _account(name)
    _body(set())
    return _moved(running, Clock.resume)


@bp.post("/accounts/<name>/clock/reset")
def reset_clock(name: str) -> Response:
    """Set the clock back to the machine's time."""
    running = _account(name)
    _body(set())
    return _moved(running, Clock.reset)


def _account(name: str) -> RunningAccount:
    accounts = current_sandbox().accounts
    if name not in accounts:
        message = f"there is no account {quoted(name)}; there is {', '.join(accounts)}"
        raise ControlError(HTTPStatus.NOT_FOUND, "unknown_account", message)
    return accounts[name]


def _account_json(running: RunningAccount) -> dict[str, Any]:
    now = running.clock.now()
    return {
        **running.account.as_json(),
        "now": moment_text(now),
        "users": running.store.count("Users"),
        "groups": running.store.count("Groups"),
        "reminder": running.keyring.reminder(now),
    }


def _clock_json(running: RunningAccount) -> dict[str, Any]:
    state = running.clock.state
    return {
        "now": moment_text(running.clock.now()),
        "frozen": running.clock.is_frozen,
        "offset": duration_text(state.offset),
        "time_zone": running.account.time_zone,
    }


def _moved(running: RunningAccount, move: Callable[[Clock], datetime]) -> Response:
    advanced = _refusing(lambda: running.move_clock(move))
    return reply.control({**_clock_json(running), "fired": [due.as_json() for due in advanced.fired]})


def _body(known: set[str]) -> Mapping[str, Any]:
    """Return the JSON object in the body; an empty body is an empty object.

    Raises:
        ControlError: when it is something else, or has members other than *known*.
    """
    try:
        content = read_bytes()
        body = read_json(content) if content.strip() else {}
    except BodyTooLargeError as error:
        raise ControlError(error.status, "too_large", error.detail) from None
    except InvalidSyntaxError as error:
        raise _unfit(error.detail) from None
    if not isinstance(body, Mapping):
        raise _unfit("the body must be a JSON object")
    if unknown := sorted(set(body) - known):
        expected = f"known here: {', '.join(sorted(known))}" if known else "nothing is expected here"
        raise _unfit(f"{quoted(unknown[0])} is not known; {expected}")
    return body


def _read(reader: Callable[[Any], T], value: Any) -> T:
    return _refusing(lambda: reader(value))


def _refusing(step: Callable[[], T]) -> T:
    """Take a step, and turn its refusal into the control API's."""
    try:
        return step()
    except (ClockError, TokenError) as error:
        raise _unfit(str(error)) from None


def _unfit(message: str) -> ControlError:
    return ControlError(HTTPStatus.BAD_REQUEST, "unfit", message)
