"""The Settings console: pages for the account's owner, below ``/console``.

It has no verbs of its own. A page shows what the control API tells, and each form takes the step of one control call. A
module is one subject with a blueprint of its own; this one puts them behind one door and answers what goes wrong there
with a page.
"""

from __future__ import annotations

import secrets
from functools import partial

from flask import Blueprint, Flask
from werkzeug.exceptions import HTTPException

from sandbox.scim.errors import ScimError
from sandbox.store import StateError
from sandbox.web.console import (
    access,
    accounts,
    apps,
    clock,
    dialect,
    directory,
    keeping,
    overview,
    page,
    problems,
    report,
    traffic,
)
from sandbox.web.console.forms import EXTENSION, Forms, form_token
from sandbox.web.console.marking import FILTERS
from sandbox.web.control.refusals import REFUSALS
from sandbox.web.errors import ControlError

bp = Blueprint(
    "console",
    __name__,
    url_prefix="/console",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)
bp.before_request(access.check_visitor)
bp.after_request(page.guarded)
bp.register_error_handler(access.KeyNeededError, access.ask_for_key)
bp.register_error_handler(ControlError, problems.control_problem)
bp.register_error_handler(ScimError, problems.scim_problem)
bp.register_error_handler(StateError, problems.state_problem)
bp.register_error_handler(HTTPException, problems.http_problem)
for _kind, (_status, _) in REFUSALS.items():
    bp.register_error_handler(_kind, partial(problems.refusal_problem, _status))
for _part in (access, accounts, overview, apps, clock, traffic, report, directory, keeping, dialect):
    bp.register_blueprint(_part.bp)
bp.register_blueprint(problems.bp)


def register(app: Flask) -> None:
    """Let *app* serve the console."""
    app.extensions[EXTENSION] = Forms(secrets.token_bytes(32))
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["form_token"] = form_token
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.register_blueprint(bp)
