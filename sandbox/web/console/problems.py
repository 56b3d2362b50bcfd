"""Pages for what cannot be shown: each says what there is instead."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from sandbox.scim.errors import ScimError, quoted
from sandbox.store import StateError
from sandbox.web.console import page
from sandbox.web.context import current_sandbox
from sandbox.web.errors import ControlError

bp = Blueprint("nowhere", __name__)

_TITLES = {
    HTTPStatus.NOT_FOUND: "Not here",
    HTTPStatus.FORBIDDEN: "Not from there",
    HTTPStatus.BAD_REQUEST: "Not like that",
    HTTPStatus.INSUFFICIENT_STORAGE: "Not kept",
}


@bp.route("", methods=["POST", "PUT", "PATCH", "DELETE"])
@bp.route("/<path:_rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
def nowhere(_rest: str = "") -> Response:
    """Answer what no page of the console is at."""
    raise ControlError(HTTPStatus.NOT_FOUND, "not_here", f"there is no page at {request.method} {quoted(request.path)}")


def control_problem(error: ControlError) -> Response:
    """Answer a refusal of what a page shares with the control API."""
    return problem(error.status, error.message)


def refusal_problem(status: HTTPStatus, error: Exception) -> Response:
    """Answer what the rooms below refuse of a control call."""
    return problem(status, str(error))


def scim_problem(error: ScimError) -> Response:
    """Answer a refusal of the directory."""
    return problem(error.status, error.detail)


def state_problem(error: StateError) -> Response:
    """Answer that the state cannot be used."""
    return problem(HTTPStatus.INSUFFICIENT_STORAGE, str(error))


def http_problem(error: HTTPException) -> Response:
    """Answer what Flask refuses by itself, such as a form that is too large."""
    status = HTTPStatus(error.code or HTTPStatus.BAD_REQUEST)
    return problem(status, f"{request.method} {quoted(request.path)} was refused: {status.phrase}")


def problem(status: HTTPStatus, sentence: str) -> Response:
    """Answer with a page that says what is wrong, and leads on; in the account that the address names, if any."""
    name = request.path.removeprefix("/console/accounts/").partition("/")[0]
    account = current_sandbox().accounts.get(name)
    title = _TITLES.get(status, status.phrase)
    shown = sentence[:1].upper() + sentence[1:]
    return page.show("problem.html", status=status, account=account, title=title, sentence=shown)
