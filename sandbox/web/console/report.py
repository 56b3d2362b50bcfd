"""The report on the clients of an account."""

from __future__ import annotations

from flask import Blueprint, Response, request

from sandbox.web.console import page
from sandbox.web.control.reading import account_named
from sandbox.web.control.report import report_on

NEWEST = 150
"""How many exchanges the report is on, unless all are asked for, which takes its time."""

bp = Blueprint("report", __name__, url_prefix="/accounts/<name>/report")


@bp.get("")
def report(name: str) -> Response:
    """Show who called, what they did, what was found, and what they do right."""
    running = account_named(name)
    everything = running.recorder.exchanges()
    chosen = everything if request.args.get("all") == "true" else everything[-NEWEST:]
    return page.show(
        "report.html", account=running, here="report", report=report_on(running, chosen), total=len(everything)
    )
