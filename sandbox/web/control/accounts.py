"""The accounts of the sandbox: what they are, new ones, and what is set back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from sandbox.accounts import SEED_RANGES, Environment, read_account, read_seed
from sandbox.clock import ClockState
from sandbox.moments import moment_text, read_moment
from sandbox.running import Founding, RunningAccount
from sandbox.scim.errors import quoted
from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.describing import (
    INSTANT,
    NUMBER,
    SWITCH,
    TEXT,
    Operation,
    Schema,
    listed,
    or_null,
    ref,
    shape,
    taken,
)
from sandbox.web.control.reading import account_named, read_body, unfit

bp = Blueprint("accounts", __name__, url_prefix="/accounts")

SEED: dict[str, Schema] = {
    name: {"type": "integer", "minimum": lowest, "maximum": highest} for name, (lowest, highest) in SEED_RANGES.items()
}
ENVIRONMENT: Schema = {"enum": [each.value for each in Environment]}
NAME: Schema = {"type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}

SCHEMAS: dict[str, Schema] = {
    "Account": shape(
        name=TEXT,
        environment=ENVIRONMENT,
        time_zone=TEXT,
        now=INSTANT,
        users=NUMBER,
        groups=NUMBER,
        seed=shape(**SEED),
        fingerprint=or_null(TEXT),
        endpoints={"type": "array", "items": TEXT},
        control=TEXT,
        reminder=or_null(TEXT),
    ),
}

OPERATIONS = {
    "accounts": Operation(answer=listed(ref("Account"))),
    "found": Operation(
        body=taken(
            "name", name=NAME, environment=ENVIRONMENT, time_zone=TEXT, token=TEXT, clock=INSTANT, frozen=SWITCH, **SEED
        ),
        answer={"allOf": [ref("Account"), shape(token=TEXT)]},
        status=HTTPStatus.CREATED,
        refusals=(HTTPStatus.CONFLICT,),
    ),
    "account": Operation(answer=ref("Account")),
    "delete": Operation(status=HTTPStatus.NO_CONTENT),
    "reset": Operation(
        body=taken(
            "to",
            to={"type": "string", "pattern": "^(seed|empty|snapshot:.*)$", "examples": ["snapshot:before-import"]},
            **{"from": {**TEXT, "description": "The account whose snapshot it is; without it, this one."}},
            **SEED,
        ),
        answer=ref("Account"),
        refusals=(HTTPStatus.CONFLICT,),
    ),
}


@bp.get("")
def accounts() -> Response:
    """List the accounts; the first is the default one."""
    return reply.control_items([_account_json(account) for account in current_sandbox().accounts.values()])


@bp.post("")
def found() -> Response:
    """Make a new account, seeded, with a token and a clock of its own."""
    running = founded(read_body({"name", "environment", "time_zone", "token", "clock", "frozen", *SEED_RANGES}))
    current = running.keyring.current
    token = current.value if current else None
    return reply.control({**_account_json(running), "token": token}, HTTPStatus.CREATED)


@bp.get("/<account>")
def account(account: str) -> Response:
    """Show one account."""
    return reply.control(_account_json(account_named(account)))


@bp.delete("/<account>")
def delete(account: str) -> Response:
    """Remove an account and its state, at once."""
    current_sandbox().delete(account_named(account).name)
    return reply.no_content()


@bp.post("/<account>/reset")
def reset(account: str) -> Response:
    """Set users and groups back to the seed, to none, or to a snapshot, in one step; tokens and clock stay."""
    running = account_named(account)
    set_back(running, read_body({"to", "from", *SEED_RANGES}))
    return reply.control(_account_json(running))


def founded(body: Mapping[str, Any]) -> RunningAccount:
    """Make the account that *body* describes.

    Raises:
        AccountError, ClockError, TokenError, ControlError: when it describes none.
        TakenError: when another account has the name or the token.
    """
    return current_sandbox().found(_read_founding(body))


def set_back(running: RunningAccount, body: Mapping[str, Any]) -> None:
    """Set users and groups of an account back ``to`` what *body* says.

    Raises:
        ControlError: 400 when it does not say what to; 404 when it is of an account that is not there.
        AccountError, UnknownSnapshotError: when the seed is none, or the snapshot not there.
    """
    to, _, snapshot = str(body.get("to")).partition(":")
    if to not in _RESETS or bool(snapshot) != (to == "snapshot"):
        raise unfit(f'"to" is seed, empty or snapshot:NAME, not {quoted(body.get("to"))}')
    members, step = _RESETS[to]
    if strays := sorted(set(body) - members - {"to"}):
        raise unfit(f'{quoted(strays[0])} does not go with "to": {quoted(body["to"])}')
    step(running, snapshot, body)


def _to_seed(running: RunningAccount, _: str, body: Mapping[str, Any]) -> None:
    running.reset_to_seed(read_seed(body, running.seed))


def _to_empty(running: RunningAccount, _: str, __: Mapping[str, Any]) -> None:
    running.reset_to_empty()


def _to_snapshot(running: RunningAccount, snapshot: str, body: Mapping[str, Any]) -> None:
    source = account_named(str(body["from"])) if "from" in body else running
    running.reset(source.origins.named(snapshot))


_RESETS: Mapping[str, tuple[set[str], Callable[[RunningAccount, str, Mapping[str, Any]], None]]] = {
    "seed": (set(SEED_RANGES), _to_seed),
    "empty": (set(), _to_empty),
    "snapshot": ({"from"}, _to_snapshot),
}
"""For each thing to set back to, what else the body may say, and how it is done."""


def _read_founding(body: Mapping[str, Any]) -> Founding:
    sandbox = current_sandbox()
    facts = {name: body[name] for name in ("name", "environment", "time_zone") if name in body}
    account = read_account({"time_zone": sandbox.dialect.choices.time_zone, **facts})
    frozen = body.get("frozen", False)
    if not isinstance(frozen, bool):
        raise unfit('"frozen" is true or false')
    clock = read_moment(body["clock"], account.zone) if "clock" in body else None
    return Founding(
        account=account,
        seed=read_seed(body, sandbox.default_seed),
        token=body.get("token"),
        clock=ClockState.starting_at(clock, frozen=frozen),
    )


def _account_json(running: RunningAccount) -> dict[str, Any]:
    now, keyring = running.clock.now(), running.keyring
    return {
        **running.account.as_json(),
        "now": moment_text(now),
        "users": running.store.count("Users"),
        "groups": running.store.count("Groups"),
        "seed": running.seed.as_json(),
        "fingerprint": keyring.current.fingerprint if keyring.current else None,
        **current_sandbox().account_facts(running, f"{request.scheme}://{request.host}"),
        "reminder": keyring.reminder(now),
    }
