"""What a request is about: the sandbox that serves it, the account its token named, what is noted on its way."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from flask import current_app, request

from sandbox.recorder import Refusal
from sandbox.running import Admitted, RunningAccount, RunningSandbox
from sandbox.scim.errors import NotSupportedError, ScimError
from sandbox.scim.projection import Shape
from sandbox.web.errors import PlatformError

EXTENSION = "sandbox"
NOTES = "sandbox.notes"
"""Where in a WSGI environment the notes of a request are."""


@dataclass(slots=True)
class Notes:
    """What the gate and the views find out about a request, for those after them and for the recorder."""

    account: RunningAccount | None = None
    """The account that the gate let in."""
    admitted: Admitted | None = None
    """With which token, if one was accepted."""
    shape: Shape | None = None
    """How resources look in its answer."""
    body: bytes | None = None
    """The body, if somebody has read it."""
    refusal: Refusal | None = None


def notes() -> Notes:
    """Return what is noted of the request so far."""
    return cast(Notes, request.environ[NOTES])


def current_sandbox() -> RunningSandbox:
    """Return the sandbox that this application serves."""
    return cast(RunningSandbox, current_app.extensions[EXTENSION])


def current_account() -> RunningAccount:
    """Return the account that the gate let in."""
    return cast(RunningAccount, notes().account)


def unsupported(what: str) -> ScimError | PlatformError:
    """Return the refusal of an endpoint that the dialect does not have."""
    if HTTPStatus(current_sandbox().dialect.choices.unsupported_endpoint_status) is HTTPStatus.NOT_FOUND:
        return PlatformError(HTTPStatus.NOT_FOUND)
    return NotSupportedError(what)


def current_shape() -> Shape:
    """Return how resources look in this request."""
    return cast(Shape, notes().shape)
