"""Requests: what came in, as it comes; one exchange in full; and the exchanges that touched one resource."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, request

from sandbox.diagnosis import NAMES
from sandbox.recorder import Exchange, SelectionError, Severity, phrase_of, read_selection
from sandbox.web.console import page
from sandbox.web.console.forms import submitted
from sandbox.web.console.paging import pager_of
from sandbox.web.console.retelling import as_curl, as_python
from sandbox.web.console.sections import base_of
from sandbox.web.control import exchanges as control
from sandbox.web.control.reading import account_named

bp = Blueprint("traffic", __name__, url_prefix="/accounts/<name>/requests")

PAGE = 50
"""Exchanges on one page of the list."""
FILTERS = ("method", "path", "status", "client", "finding")
"""What the list is chosen by, in the words of the control API; ``user`` comes on top."""


@bp.get("")
def listed(name: str) -> Response:
    """List what came in, the newest first."""
    running = account_named(name)
    everything = running.recorder.exchanges()
    asked = {each: value for each in (*FILTERS, "user") if (value := request.args.get(each, "").strip())}
    refusal, found = None, []
    try:
        found = _found(everything, asked)
    except SelectionError as error:
        refusal = str(error)
    start = _start()
    shown = found[::-1][start - 1 : start - 1 + PAGE]
    return page.show(
        "requests.html",
        account=running,
        here="requests",
        asked=asked,
        refusal=refusal,
        rows=[row_of(each) for each in shown],
        pager=pager_of(f"{base_of(name)}/requests", asked, start=start, shown=len(shown), total=len(found), count=PAGE),
        total=len(everything),
        newest=everything[-1].number if everything else 0,
        clients=[(each, NAMES.get(each, each)) for each in sorted({each.client for each in everything})],
        codes=_codes(everything),
        severities=list(Severity),
    )


@bp.get("/stream")
def stream(name: str) -> Response:
    """Tell of each exchange as it happens, as the control API does."""
    return control.stream(name)


@bp.post("/forget")
def forget(name: str) -> Response:
    """Forget every exchange."""
    running = account_named(name)

    def step() -> str:
        return f"{control.forgotten(running):,} exchanges are forgotten"

    return submitted(f"{base_of(name)}/requests", step)


@bp.get("/<exchange_id>")
def one(name: str, exchange_id: str) -> Response:
    """Show one exchange in full."""
    running = account_named(name)
    everything = running.recorder.exchanges()
    exchange = control.exchange_named(name, exchange_id)
    place = everything.index(exchange) if exchange in everything else 0
    return page.show(
        "exchange.html",
        account=running,
        here="requests",
        row=row_of(exchange),
        exchange=exchange,
        findings=[finding.as_json() for finding in exchange.findings],
        curl=as_curl(exchange, request.host_url),
        python=as_python(exchange, request.host_url),
        before=everything[place - 1].id if place > 0 else None,
        after=everything[place + 1].id if place + 1 < len(everything) else None,
    )


def row_of(exchange: Exchange) -> dict[str, Any]:
    """Return what a list shows of an exchange."""
    return {
        "id": exchange.id,
        "at": exchange.at,
        "method": exchange.method,
        "target": readable(exchange.target),
        "status": exchange.status,
        "phrase": phrase_of(exchange.status),
        "kind": f"s{exchange.status // 100}",
        "client": NAMES.get(exchange.client, exchange.client),
        "duration_ms": exchange.duration_ms,
        "findings": Counter(finding.severity.value for finding in exchange.findings),
        "first_finding": exchange.findings[0].message if exchange.findings else None,
    }


def readable(target: str) -> str:
    """Return a target as people read it, with its escapes undone; a bad escape stays as it is."""
    return unquote(target.replace("+", " ") if "?" in target else target, errors="replace")


def touching(exchanges: Iterable[Exchange], collection: str, resource_id: str) -> Iterator[Exchange]:
    """Yield the exchanges that changed a resource, or who its groups or members are, the newest first."""
    own = f"/{collection}/{resource_id}"
    member = f"/members/{resource_id if collection == 'Users' else f'g{resource_id}'}"
    for exchange in reversed(list(exchanges)):
        if any(_touches(operation["path"], own, member) for operation in exchange.change):
            yield exchange


def changes_of(exchange: Exchange, collection: str, resource_id: str) -> list[Mapping[str, Any]]:
    """Return the operations of an exchange that touch a resource."""
    own = f"/{collection}/{resource_id}"
    member = f"/members/{resource_id if collection == 'Users' else f'g{resource_id}'}"
    return [operation for operation in exchange.change if _touches(operation["path"], own, member)]


def _touches(path: str, own: str, member: str) -> bool:
    return path == own or path.startswith(f"{own}/") or path.endswith(member)


def _found(everything: Sequence[Exchange], asked: Mapping[str, str]) -> list[Exchange]:
    chosen = read_selection({each: asked[each] for each in FILTERS if each in asked}).of(everything)
    user = asked.get("user")
    if user is None:
        return chosen
    touched = {each.number for each in touching(chosen, "Users", user)}
    return [each for each in chosen if each.number in touched or _is_about(each, user)]


def _is_about(exchange: Exchange, user_id: str) -> bool:
    """Tell whether an exchange's path names a user."""
    return urlsplit(exchange.target).path.rstrip("/").endswith(f"/Users/{user_id}")


def _codes(exchanges: Iterable[Exchange]) -> list[tuple[str, int]]:
    """Return the findings there are, by code, with how often."""
    return sorted(Counter(finding.code for each in exchanges for finding in each.findings).items())


def _start() -> int:
    text = request.args.get("startIndex", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1
