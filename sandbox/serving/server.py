"""A server: it listens, lets clients in, and stops gracefully."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.serving.address import listen, url_of
from sandbox.serving.connection import Connection, Site
from sandbox.serving.crew import Crew, NoRoomError
from sandbox.serving.environ import WSGI, environ_template
from sandbox.serving.limits import Limits
from sandbox.serving.refusals import Unreadable
from sandbox.serving.wire import Wire

if TYPE_CHECKING:
    from ssl import SSLContext

HARD_END_SECONDS = 1
"""How long threads have to notice that their connection was cut."""


class Server:
    """One WSGI application at one address; it listens from the moment it is made."""

    def __init__(
        self,
        app: WSGI,
        host: str,
        port: int,
        max_body_bytes: int,
        *,
        tls: SSLContext | None = None,
        limits: Limits | None = None,
        on_unreadable: Callable[[Unreadable], None] | None = None,
    ) -> None:
        """Listen at *host* and *port* (0 picks a free one); with *tls* for https.

        *on_unreadable* is called, on the thread of the connection, for what never reaches the application.

        Raises:
            ServingError: when that is not possible.
        """
        scheme = "http" if tls is None else "https"
        self._listening = listen(host, port)
        self.host = host
        self.port: int = self._listening.getsockname()[1]
        self.url = url_of(host, self.port, scheme)
        self._site = Site(
            app=app,
            template=environ_template(host, self.port, scheme),
            max_body_bytes=max_body_bytes,
            limits=limits or Limits(),
            tls=tls,
            on_unreadable=on_unreadable,
        )
        self._crew = Crew(self.url, self._listening, self._let_in, self._site.is_stopping)
        self._is_closed = False

    @property
    def crowd(self) -> int:
        """How many clients are connected."""
        return len(self._site.connections)

    def serve(self) -> None:
        """Answer requests until :meth:`stop` is called, then finish the answers in flight."""
        try:
            self._crew.work()
        finally:
            self.close()

    def stop(self) -> None:
        """Tell :meth:`serve` to return; from any thread, and from a signal handler (so it takes no lock)."""
        self._site.stop_is_asked = True
        self._crew.wake()

    def close(self) -> None:
        """Let go of the address, finish the answers in flight, end the other connections and their threads.

        :meth:`serve` does it when it returns; call it for a server that never came to serve. Twice does no harm. A
        thread whose application does not return within the grace is left behind, and holds up nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self.stop()
        self._crew.watch()
        self._crew.dismiss()
        self._listening.close()
        for connection in list(self._site.connections):
            if not connection.wire.is_answering:
                connection.wire.cut_reading()
        if not self._crew.join(self._site.limits.grace_seconds):
            for connection in list(self._site.connections):
                connection.wire.cut()
            self._crew.join(HARD_END_SECONDS)

    def _let_in(self) -> Connection | None:
        """Accept the next client; ``None`` when it has gone, has to knock again, or is really one too many.

        Raises:
            NoRoomError: when the system has no room for another connection.
        """
        limits = self._site.limits
        try:
            accepted, address = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return None  # the client has thought better of it
        except OSError:
            if self._crew.end_an_idle_one():
                return None  # there is room now, and the client still knocks
            raise NoRoomError from None
        is_one_too_many = self.crowd >= limits.connections and not self._crew.end_an_idle_one()
        if self.crowd >= limits.connections + limits.refused_connections:
            accepted.close()
            return None
        try:
            wire = Wire(accepted, limits, self._site.is_stopping)
        except OSError:
            accepted.close()
            return None
        return Connection(wire, address, self._site, is_one_too_many=is_one_too_many)
