"""Who may call the control API."""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from sandbox.scim.errors import quoted
from sandbox.web.context import current_sandbox
from sandbox.web.errors import ControlError

KEY_HEADER = "X-Sandbox-Control-Key"


def is_local(authority: str) -> bool:
    """Tell whether the ``host:port`` of a URL is this machine by its name or address."""
    try:
        host = (urlsplit(f"//{authority}").hostname or "").lower()
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check_access() -> None:
    """Let in whoever has the key; without one set, whoever asks from this machine and from no other site's page.

    Raises:
        ControlError: 401 without the key, 403 for a foreign ``Host`` or ``Origin``.
    """
    key: str | None = current_sandbox().control_key
    if key is not None:
        if not compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode()):
            raise ControlError(HTTPStatus.UNAUTHORIZED, "key_needed", f"send the control key in {KEY_HEADER}")
        return
    origin = request.headers.get("Origin")
    for name, host in (("Host", request.host), ("Origin", origin.partition("://")[2] if origin else request.host)):
        if not is_local(host):
            message = f"{name} {quoted(host)} is not this machine; call the control API at localhost or 127.0.0.1"
            raise ControlError(HTTPStatus.FORBIDDEN, "foreign_caller", message)
