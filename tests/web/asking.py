"""How a test asks the control API for one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from httpx2 import Client

Ask = Callable[[Client], Any]
"""Asks as the owner, and returns the answer."""

ACCOUNT = "/accounts/widget"
GONE = "/accounts/nobody"


def plain(method: str, path: str, body: Any = None) -> Ask:
    """Return what asks once."""
    return lambda owner: owner.request(method, path, json=body)


def after(*before: tuple[str, str, Any], then: Ask) -> Ask:
    """Return what asks for other things before."""

    def ask(owner: Client) -> Any:
        for method, path, body in before:
            assert owner.request(method, path, json=body).is_success, path
        return then(owner)

    return ask
