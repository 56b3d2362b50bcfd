"""The report on the clients of an account, in the form that is asked for; and the table of findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from sandbox.diagnosis import Situation, make_report, report_junit, report_markdown, report_text, rules_json
from sandbox.recorder import Exchange
from sandbox.running import RunningAccount
from sandbox.scim.errors import quoted
from sandbox.web import reply
from sandbox.web.context import current_sandbox
from sandbox.web.control.describing import INSTANT, NUMBER, TEXT, Operation, Schema, listed, or_null, ref, shape
from sandbox.web.control.exchanges import CHOOSING, asked
from sandbox.web.control.reading import account_named, unfit

bp = Blueprint("report", __name__)

_OBJECTS: Schema = {"type": "array", "items": {"type": "object"}}
_TEXTS = ("text/plain", "text/markdown", "application/xml")

SCHEMAS: dict[str, Schema] = {
    "Report": shape(
        account=TEXT,
        dialect=TEXT,
        exchanges=NUMBER,
        **{"from": or_null(INSTANT), "to": or_null(INSTANT)},
        findings=shape(refused=NUMBER, slip=NUMBER, hint=NUMBER),
        clients=_OBJECTS,
    ),
    "Rule": shape(
        code=TEXT,
        severity=TEXT,
        title=TEXT,
        fix=TEXT,
        source=TEXT,
        evidence=TEXT,
        subject=TEXT,
        trips=TEXT,
        passes=TEXT,
    ),
}

OPERATIONS = {
    "report": Operation(
        query={**CHOOSING, "format": {"enum": ["json", "text", "markdown", "junit"]}},
        answer=ref("Report"),
        media_types=("application/json", *_TEXTS),
        refusals=(HTTPStatus.BAD_REQUEST,),
    ),
    "findings": Operation(answer=listed(ref("Rule"))),
}


def _text(write: Callable[[Mapping[str, Any]], str], media_type: str) -> Callable[[Mapping[str, Any]], Response]:
    return lambda report: reply.control_text(write(report), media_type)


FORMATS: Mapping[str, Callable[[Mapping[str, Any]], Response]] = {
    "json": reply.control,
    "text": _text(report_text, "text/plain"),
    "markdown": _text(report_markdown, "text/markdown"),
    "junit": _text(report_junit, "application/xml"),
}


@bp.get("/accounts/<account>/report")
def report(account: str) -> Response:
    """Report on the clients of the account; ``format`` is json, text, markdown or junit."""
    running = account_named(account)
    form = request.args.get("format", "json")
    if form not in FORMATS:
        raise unfit(f"format: {quoted(form)} is not one of {', '.join(FORMATS)}")
    return FORMATS[form](report_on(running, asked(account)))


@bp.get("/findings")
def findings() -> Response:
    """List every finding there can be, with an example each."""
    return reply.control_items(rules_json())


def report_on(running: RunningAccount, exchanges: Sequence[Exchange]) -> dict[str, Any]:
    """Return the report on these exchanges of an account."""
    sandbox = current_sandbox()
    situation = Situation(dialect=sandbox.dialect, prefixes=sandbox.settings.prefix)
    return make_report(exchanges, running.name, running.account.environment.domain, situation)
