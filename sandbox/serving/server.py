"""A server: it listens, gives each connection a thread, and stops gracefully."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread
from typing import TYPE_CHECKING

from sandbox.clock import stopwatch
from sandbox.serving.address import listen, url_of
from sandbox.serving.connection import Connection, Site
from sandbox.serving.environ import WSGI, environ_template
from sandbox.serving.limits import Limits
from sandbox.serving.refusals import Unreadable
from sandbox.serving.wire import State, Wire

if TYPE_CHECKING:
    from ssl import SSLContext

TURN_SECONDS = 1
"""How long to wait for a connection at once; on Windows Ctrl-C is noticed only in between."""
PAUSE_SECONDS = 0.1
"""How long to accept nothing when the system has no room for another connection."""
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
        self._threads: dict[Wire, Thread] = {}
        self._changed = Condition()
        self._bell, self._pull = socket.socketpair()
        self._pull.setblocking(False)
        self._is_closed = False

    def serve(self) -> None:
        """Answer requests until :meth:`stop` is called, then finish the answers in flight."""
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._listening, selectors.EVENT_READ)
                selector.register(self._bell, selectors.EVENT_READ)
                while not self._site.stop_is_asked:
                    if selector.select(TURN_SECONDS) and not self._site.stop_is_asked:
                        self._accept()
        finally:
            self.close()

    def stop(self) -> None:
        """Tell :meth:`serve` to return; from any thread, and from a signal handler (so it takes no lock)."""
        self._site.stop_is_asked = True
        with suppress(OSError):
            self._pull.send(b"!")

    def close(self) -> None:
        """Let go of the address, finish the answers in flight, end the other connections and their threads.

        :meth:`serve` does it when it returns; call it for a server that never came to serve. Twice does no harm. A
        thread whose application does not return within the grace is left behind, and holds up nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self.stop()
        self._listening.close()
        for wire in self._wires():
            if wire.state is not State.ANSWERING:
                wire.cut_reading()
        if not self._join(self._site.limits.grace_seconds):
            for wire in self._wires():
                wire.cut()
            self._join(HARD_END_SECONDS)
        self._bell.close()
        self._pull.close()

    def _accept(self) -> None:
        """Take the next connection and give it a thread."""
        try:
            accepted, address = self._listening.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # the client has thought better of it
        except OSError:
            self._pause()
            return
        limits, crowd = self._site.limits, len(self._threads)
        is_one_too_many = crowd >= limits.connections and not self._make_room()
        if crowd >= limits.connections + limits.refused_connections:
            accepted.close()
            return
        wire = Wire(accepted, limits, self._site.is_stopping)
        connection = Connection(wire, address, self._site, is_one_too_many=is_one_too_many)
        name = f"{self.url} {address[0]}:{address[1]}"
        thread = Thread(target=self._run, args=(wire, connection), name=name, daemon=True)
        with self._changed:
            self._threads[wire] = thread
            try:
                thread.start()
            except RuntimeError:  # the system has no room for another thread
                del self._threads[wire]
                accepted.close()

    def _run(self, wire: Wire, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            with self._changed:
                self._threads.pop(wire, None)
                self._changed.notify_all()

    def _pause(self) -> None:
        """Accept nothing until there may be room again, as when no more files can be opened."""
        self._make_room()
        with self._changed:
            self._changed.wait(PAUSE_SECONDS)

    def _make_room(self) -> bool:
        """End a connection that is idle; tell whether there was one."""
        idle = next((wire for wire in self._wires() if wire.state is State.IDLE and not wire.is_cut), None)
        if idle is not None:
            idle.cut_reading()
        return idle is not None

    def _wires(self) -> list[Wire]:
        with self._changed:
            return list(self._threads)

    def _join(self, seconds: float) -> bool:
        """Wait for the threads; tell whether all have ended."""
        deadline = stopwatch() + seconds
        with self._changed:
            threads = list(self._threads.values())
        for thread in threads:
            thread.join(max(0, deadline - stopwatch()))
        return not any(thread.is_alive() for thread in threads)
