"""Where a server listens: the socket, the URL that reaches it, and a sentence for an address that cannot be served."""

from __future__ import annotations

import errno
import os
import socket
from ipaddress import ip_address

BACKLOG = 1024
"""Connections that the system keeps until they are accepted."""


class ServingError(Exception):
    """The address cannot be served at; the sentence says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that accepts connections at *host* and *port*; IPv4 where a name has both.

    Raises:
        ServingError: when that is not possible.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise ServingError(f"host {host} cannot be found; give an address of this machine with --host") from error
    family, kind, protocol, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
        listening.setblocking(False)
    except OSError as error:
        listening.close()
        raise ServingError(_refusal(error, host, port)) from error
    return listening


def _refusal(error: OSError, host: str, port: int) -> str:
    """Return the sentence for a socket that cannot be bound."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken; stop what serves there, or give another port with --port (0 picks a free one)"
    if error.errno == errno.EACCES:
        return f"port {port} is not allowed to you; give one above 1023 with --port"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine; give one that is with --host"
    return f"cannot serve at {host} port {port}: {error.strerror}"


def url_of(host: str, port: int, scheme: str = "http") -> str:
    """Return where to reach a server: IPv6 in brackets, and loopback where it listens at every address."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"{scheme}://{host}:{port}"
    if address.is_unspecified:
        address = ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"{scheme}://{address}:{port}" if address.version == 4 else f"{scheme}://[{address}]:{port}"
