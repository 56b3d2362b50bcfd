"""The HTTP server, behind a seam of five names: what serves can change, and nothing above it knows."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from logging import CRITICAL, Logger, getLogger
from threading import Timer
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

THREADS = 16
"""Requests that are answered at the same time."""
MAX_CONNECTIONS = 1_000
IDLE_SECONDS = 60
"""A connection that neither sends nor is owed anything for this long is closed."""
GRACE_SECONDS = 3.0
"""How long answers in flight may take once the server is told to stop."""
MAX_HEADER_BYTES = 65_536
DISCARDED_BYTES = 67_108_864
"""How far a body may be above the limit and still be read whole, so that the application itself refuses it."""


class ServingError(Exception):
    """The address cannot be served at; the sentence says why and what to do."""


class Server:
    """One WSGI application at one address; it listens from the moment it is made."""

    def __init__(self, app: WSGI, host: str, port: int, max_body_bytes: int) -> None:
        """Listen at *host* and *port* (0 picks a free one).

        Raises:
            ServingError: when that is not possible.
        """
        listening = _listen(host, port)
        self.host = host
        self.port: int = listening.getsockname()[1]
        self.url = url_of(host, self.port)
        self._connections: dict[int, Any] = {}
        self._acceptor = create_server(
            app,
            map=self._connections,
            sockets=[listening],
            threads=THREADS,
            ident="scim-sandbox",
            connection_limit=MAX_CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=IDLE_SECONDS // 4,
            max_request_header_size=MAX_HEADER_BYTES,
            max_request_body_size=max_body_bytes + DISCARDED_BYTES,
            log_socket_errors=False,
        )
        self._acceptor.task_dispatcher.queue_logger = _silent()
        self._is_stopping = False
        self._is_late = False

    def serve(self) -> None:
        """Answer requests until :meth:`stop` is called, then finish the answers in flight."""
        try:
            while not self._is_stopping:
                self._turn()
            self._finish()
        finally:
            self.close()

    def stop(self) -> None:
        """Tell :meth:`serve` to return; from any thread, and from a signal handler."""
        if not self._is_stopping:
            self._is_stopping = True
            self._acceptor.pull_trigger()

    def _turn(self) -> None:
        """Wait for the sockets (a second at most) and do what they are ready for."""
        wasyncore.loop(timeout=1, use_poll=True, map=self._connections, count=1)

    def _finish(self) -> None:
        """Accept nothing more, and close each connection once its answer is out."""
        wasyncore.dispatcher.close(self._acceptor)
        deadline = Timer(GRACE_SECONDS, self._give_up)
        deadline.start()
        while (channels := list(self._acceptor.active_channels.values())) and not self._is_late:
            for channel in channels:
                if not channel.requests and not channel.total_outbufs_len:
                    channel.will_close = True
            self._turn()
        deadline.cancel()
        deadline.join()

    def _give_up(self) -> None:
        self._is_late = True
        self._acceptor.pull_trigger()

    def close(self) -> None:
        """Let go of the address and end the threads; a thread that hangs keeps its wake-up pipe.

        :meth:`serve` does it when it returns; call it for a server that never came to serve. Twice does no harm.
        """
        self._is_stopping = True
        acceptor, threads = self._acceptor, self._acceptor.task_dispatcher
        for channel in list(acceptor.active_channels.values()):
            channel.handle_close()
        threads.shutdown(timeout=1)
        wasyncore.close_all(
            {number: part for number, part in self._connections.items() if part is not acceptor.trigger}
        )
        if not threads.threads:
            acceptor.trigger.close()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket that accepts connections at *host* and *port*; IPv4 where a name has both."""
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
        listening.listen(1024)
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


def _silent() -> Logger:
    """Return a logger for what is no news, as requests that wait for a thread."""
    logger = getLogger(f"{__name__}.silent")
    logger.setLevel(CRITICAL)
    return logger


def url_of(host: str, port: int) -> str:
    """Return where to reach a server: IPv6 in brackets, and loopback where it listens at every address."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"http://{host}:{port}"
    if address.is_unspecified:
        address = ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"http://{address}:{port}" if address.version == 4 else f"http://[{address}]:{port}"
