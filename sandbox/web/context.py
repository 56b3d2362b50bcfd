"""What a request is about: the sandbox that serves it, the account its token named, what is noted on its way."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from sandbox.recorder import Refusal
from sandbox.running import Admitted, RunningAccount, RunningSandbox
from sandbox.scim.errors import NotSupportedError, ScimError
from sandbox.scim.projection import Shape
from sandbox.web.errors import PlatformError


@dataclass(slots=True)
class Notes:
    """What the gate and the views find out about a request, for those after them and for the recorder."""

    sandbox: RunningSandbox
    """The sandbox that serves it."""
    environ: Mapping[str, Any]
    """The request as WSGI tells it; Flask's ``request`` is for what takes reading."""
    account: RunningAccount | None = None
    """The account that the gate let in."""
    admitted: Admitted | None = None
    """With which token, if one was accepted."""
    shape: Shape | None = None
    """How resources look in its answer."""
    body: bytes | None = None
    """The body, if somebody has read it."""
    refusal: Refusal | None = None

    @property
    def path(self) -> str:
        """The path, which begins with one slash; characters beyond ASCII stand as the bytes they came in."""
        return "/" + str(self.environ.get("PATH_INFO", "")).lstrip("/")


NOTED: ContextVar[Notes] = ContextVar("what is noted of the request that this thread serves")
"""Set by whoever takes a request first. Every step of a request asks it, and Flask's ``request`` answers slower."""


def notes() -> Notes:
    """Return what is noted of the request so far."""
    return NOTED.get()


def asked_header(variable: str) -> str | None:
    """Return a header of the request by its name in WSGI: ``HTTP_IF_MATCH``."""
    value: str | None = NOTED.get().environ.get(variable)
    return value


def current_sandbox() -> RunningSandbox:
    """Return the sandbox that serves the request."""
    return NOTED.get().sandbox


def current_account() -> RunningAccount:
    """Return the account that the gate let in."""
    return cast(RunningAccount, NOTED.get().account)


def unsupported(what: str) -> ScimError | PlatformError:
    """Return the refusal of an endpoint that the dialect does not have."""
    if HTTPStatus(current_sandbox().dialect.choices.unsupported_endpoint_status) is HTTPStatus.NOT_FOUND:
        return PlatformError(HTTPStatus.NOT_FOUND)
    return NotSupportedError(what)


def current_shape() -> Shape:
    """Return how resources look in this request."""
    return cast(Shape, NOTED.get().shape)
