"""What a request is about: the sandbox that serves it, and the account its token named."""

from __future__ import annotations

from typing import cast

from flask import current_app, g

from sandbox.running import RunningAccount, RunningSandbox
from sandbox.scim.projection import Shape

EXTENSION = "sandbox"


def current_sandbox() -> RunningSandbox:
    """Return the sandbox that this application serves."""
    return cast(RunningSandbox, current_app.extensions[EXTENSION])


def current_account() -> RunningAccount:
    """Return the account that the gate let in."""
    return cast(RunningAccount, g.account)


def current_shape() -> Shape:
    """Return how resources look in this request."""
    return cast(Shape, g.shape)
