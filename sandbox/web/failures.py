"""From what went wrong to the answer that says so; what is not foreseen is our bug and a plain 500."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from sandbox.recorder import Refusal
from sandbox.scim.errors import MethodNotAllowedError, ScimError
from sandbox.store import StateError
from sandbox.web import reply
from sandbox.web.context import notes
from sandbox.web.errors import ControlError, PlatformError
from sandbox.web.gate import CONTROL, is_below

logger = logging.getLogger("sandbox")


def register(app: Flask) -> None:
    """Let *app* answer every failure in the form of the part it happened in."""
    app.register_error_handler(ScimError, _scim_error)
    app.register_error_handler(PlatformError, _platform_error)
    app.register_error_handler(ControlError, reply.control_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StateError, _state_error)
    app.register_error_handler(Exception, _bug)


def _scim_error(error: ScimError) -> Response:
    """Answer what SCIM refuses, and leave word of it for the recorder."""
    notes().refusal = Refusal(type(error).__name__, error.detail)
    return reply.error(error)


def _platform_error(error: PlatformError) -> Response:
    """Answer what the platform in front of SCIM refuses, and leave word of it for the recorder."""
    notes().refusal = Refusal(type(error).__name__, error.message)
    return reply.platform_error(error)


def _http_error(error: HTTPException) -> Response:
    """Answer what Flask refuses by itself: an unknown route, a method that a route has not, a body too large."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if is_below(request.path, CONTROL):
        answer = reply.control_error(ControlError(status, "not_here", _sentence(error, status)))
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return answer
    if notes().account is not None and isinstance(error, MethodNotAllowed):
        return _scim_error(MethodNotAllowedError(request.method, error.valid_methods or ()))
    if isinstance(error, MethodNotAllowed):
        return _platform_error(PlatformError(HTTPStatus.NOT_FOUND))
    return _platform_error(PlatformError(status))


def _sentence(error: HTTPException, status: HTTPStatus) -> str:
    """Say what of the control API was asked for and why it is not there."""
    allowed = sorted(error.valid_methods or ()) if isinstance(error, MethodNotAllowed) else []
    ending = f"; allowed here: {', '.join(allowed)}" if allowed else ""
    return f"{request.method} {request.path}: {status.phrase}{ending}"


def _state_error(error: StateError) -> Response:
    """Answer that a write could not be kept, and nothing of it happened; or that the account was deleted meanwhile."""
    account = notes().account
    if account is not None and account.is_gone:
        return _platform_error(PlatformError(HTTPStatus.UNAUTHORIZED))
    refused = PlatformError(HTTPStatus.INSUFFICIENT_STORAGE, str(error))
    logger.error("%s", error)
    if is_below(request.path, CONTROL):
        return reply.control_error(ControlError(refused.status, "state_not_written", refused.message))
    return _platform_error(refused)


def _bug(error: Exception) -> Response:
    logger.error("%s %s", request.method, request.path, exc_info=error)
    return _platform_error(PlatformError(HTTPStatus.INTERNAL_SERVER_ERROR))
