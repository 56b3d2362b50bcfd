"""The control API: what only the owner of the sandbox may do. JSON, never recorded, never faulted.

A module is one subject: a blueprint, and beside its views the tables ``OPERATIONS`` and ``SCHEMAS`` that describe them.
This one puts them under ``/_sandbox``.
"""

from __future__ import annotations

from flask import Blueprint

from sandbox.web.control import (
    accounts,
    clock,
    exchanges,
    mapping,
    overview,
    people,
    refusals,
    report,
    resources,
    snapshots,
    tokens,
)
from sandbox.web.control.openapi import Part, describing

PARTS: tuple[Part, ...] = (
    *(overview, accounts, tokens, clock, snapshots, resources, exchanges, report, people, mapping),
)

bp = Blueprint("control", __name__, url_prefix="/_sandbox")
refusals.register(bp)
for _bp in (*(part.bp for part in PARTS), describing(PARTS)):
    bp.register_blueprint(_bp)
