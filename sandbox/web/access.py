"""Who may come in by the owner's doors: the control API and the console."""

from __future__ import annotations

from hmac import compare_digest
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from sandbox.scim.errors import quoted
from sandbox.web.context import current_sandbox, notes
from sandbox.web.errors import ControlError
from sandbox.web.gate import CONTROL, is_below, is_own

KEY_HEADER = "X-Sandbox-Control-Key"

_OWN_PAGES = ("same-origin", "none")
"""What a browser says of a page of ours, and of an address that somebody typed (``Sec-Fetch-Site``)."""


def is_local(authority: str) -> bool:
    """Tell whether the ``host:port`` of a URL is this machine by its name or address."""
    try:
        host = (urlsplit(f"//{authority}").hostname or "").lower()
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check_access() -> None:
    """Let in whoever has the key; without one set, whoever asks from this machine and from no other site's page.

    Requests for other paths pass by. Pages of the console ask for the key themselves, with a form.

    Raises:
        ControlError: 401 without the key, 403 for a foreign ``Host`` or ``Origin``.
    """
    if not is_own(notes().path):
        return
    key: str | None = current_sandbox().control_key
    if key is None:
        _check_caller()
    elif is_below(request.path, CONTROL) and not has_key(key):
        raise ControlError(HTTPStatus.UNAUTHORIZED, "key_needed", f"send the control key in {KEY_HEADER}")


def has_key(key: str) -> bool:
    """Tell whether a request has the control key in its header."""
    return is_same(request.headers.get(KEY_HEADER, ""), key)


def is_same(presented: str, secret: str) -> bool:
    """Tell whether what was presented is the secret, in constant time."""
    return compare_digest(presented.encode(), secret.encode())


def _check_caller() -> None:
    """Pass when a call is for this machine, and from a page of ours or from none.

    ``Host`` must be this machine, as the name of another may be made to point here (DNS rebinding).
    """
    if not is_local(request.host):
        raise _foreign(f"Host {quoted(request.host)} is not this machine: call the sandbox at localhost or 127.0.0.1")
    check_origin()


def check_origin() -> None:
    """Pass when a call is from a page of ours or from none.

    A page of another origin, on this machine too, is told by ``Origin``, or by ``Sec-Fetch-Site`` where a browser sends
    no origin.

    Raises:
        ControlError: 403 for a page of another site.
    """
    origin = request.headers.get("Origin")
    if origin is not None and origin.lower() != f"{request.scheme}://{request.host}".lower():
        raise _foreign(f"Origin {quoted(origin)} is another site: its pages may not drive the sandbox")
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site not in _OWN_PAGES and request.headers.get("Sec-Fetch-Mode") != "navigate":
        raise _foreign("this comes from another site's page, which may not drive the sandbox")


def _foreign(message: str) -> ControlError:
    return ControlError(HTTPStatus.FORBIDDEN, "foreign_caller", message)
