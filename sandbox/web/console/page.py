"""The only writer of pages: a template with its values, under headers that let a page do no more than it should."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, render_template, request

from sandbox.running import RunningAccount
from sandbox.web.console.forms import shown_outcome
from sandbox.web.console.sections import GROUPS, SECTIONS, base_of
from sandbox.web.context import current_sandbox

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
"""What a page may load: our own files. Nothing that a client sent can become script or style."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def show(
    template: str,
    *,
    account: RunningAccount | None = None,
    here: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    **values: Any,
) -> Response:
    """Answer with a page of the section *here* of an account."""
    body = render_template(template, **_frame(account, here), **values)
    return Response(body, status, content_type="text/html; charset=utf-8")


def text(content: str) -> Response:
    """Answer with plain text, for a button that copies it."""
    return Response(content, content_type="text/plain; charset=utf-8")


def lead_to(place: str) -> Response:
    """Lead the browser on to a page of the console."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": place})


def guarded(answer: Response) -> Response:
    """Return an answer with the headers of the console; only its own files may be kept."""
    answer.headers.update(HEADERS)
    is_file = request.endpoint == "console.static"
    answer.headers["Cache-Control"] = "no-cache" if is_file else "no-store"
    return answer


def _frame(account: RunningAccount | None, here: str) -> dict[str, Any]:
    """Return what the frame around every page shows."""
    sandbox = current_sandbox()
    return {
        "sandbox": sandbox,
        "account": account,
        "zone": account.zone if account else None,
        "now": account.clock.now() if account else None,
        "base": base_of(account.name) if account else None,
        "groups": GROUPS,
        "here": SECTIONS.get(here),
        "outcome": shown_outcome(),
        "is_revealed": request.args.get("reveal") == "true",
    }
