"""TLS on an accepted connection: the handshake, and why it failed."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING

from sandbox.serving.refusals import Kind, RefusedError

if TYPE_CHECKING:
    from ssl import SSLContext, SSLSocket

_HANDSHAKE = b"\x16"
"""How TLS begins: the type of a handshake record."""
_DISTRUST = ("CERTIFICATE", "UNKNOWN_CA")


def check_begins_tls(begun: bytes) -> None:
    """Pass when a client that *begun* so speaks TLS.

    Raises:
        RefusedError: when it does not.
    """
    if not begun.startswith(_HANDSHAKE):
        raise RefusedError(Kind.HTTP_TO_TLS, "this port speaks https, but this is no TLS: use a URL with https://")


def wrapped(accepted: socket.socket, context: SSLContext) -> SSLSocket:
    """Return *accepted* with TLS on it, before the handshake."""
    return context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False)


def failure(error: OSError) -> RefusedError | None:
    """Return what went wrong between the two, or ``None`` when the client has just gone."""
    if isinstance(error, TimeoutError):
        return RefusedError(Kind.TLS_FAILED, "the TLS handshake took too long")
    reason = getattr(error, "reason", None)
    if not isinstance(reason, str):
        return None
    if any(word in reason for word in _DISTRUST):
        return RefusedError(
            Kind.TLS_FAILED,
            f"the client does not trust the certificate of this server ({reason}); let it trust the one who issued it",
        )
    return RefusedError(Kind.TLS_FAILED, f"the TLS handshake failed ({reason})")


def say_goodbye(connection: SSLSocket) -> None:
    """Tell the client that nothing more comes (``close_notify``), without waiting for its own goodbye."""
    connection.settimeout(0)
    with suppress(OSError, ValueError):  # its goodbye has not come yet, or it is gone
        connection.unwrap()
