"""The control API: what only the owner of the sandbox may do. JSON, never recorded, never faulted.

A module is one subject with a blueprint of its own; this one puts them under ``/_sandbox`` behind one door.
"""

from __future__ import annotations

from flask import Blueprint

from sandbox.web.control import accounts, clock, overview, tokens
from sandbox.web.control.access import check_access

bp = Blueprint("control", __name__, url_prefix="/_sandbox")
bp.before_request(check_access)
for _part in (overview, accounts, tokens, clock):
    bp.register_blueprint(_part.bp)
