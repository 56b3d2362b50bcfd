"""The socket of one connection: its time-outs, TLS on it, and every way in which it can end."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, cast

from sandbox.clock import stopwatch
from sandbox.serving.limits import Limits
from sandbox.serving.refusals import SHOWN_BYTES, Kind, RefusedError
from sandbox.serving.tls import check_begins_tls, failure, say_goodbye, wrapped

if TYPE_CHECKING:
    from ssl import SSLContext, SSLSocket

RECEIVED_BYTES = 16_384
"""How much is taken from the system at once."""
_RESET = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER on, with no seconds: closing sends a reset."""


class EndedError(Exception):
    """Nothing can be sent any more: the client has gone, or the application has ended the connection."""


class Ending(Enum):
    """How a connection is ended on purpose."""

    DROPPED = "dropped"
    RESET = "reset"


class Wire:
    """One client's connection. An application finds it as ``environ["sandbox.connection"]`` and may end it.

    From :meth:`drop` or :meth:`reset` on nothing more is sent. Called before the application returns, there is no
    answer; called between two parts of the body, the answer is cut there; called in the ``close`` of what the
    application returned, it comes after the answer.
    """

    def __init__(self, accepted: socket.socket, limits: Limits, is_stopping: Callable[[], bool]) -> None:
        """Take over a socket.

        Raises:
            OSError: when the client has gone already.
        """
        self.is_answering = False
        """Whether an answer is under way; other threads look at it."""
        self.ending: Ending | None = None
        """How the application has ended it."""
        self.is_cut = False
        """Whether another thread has ended it."""
        self.begun = b""
        """How the client began where TLS is spoken, before it was read as TLS."""
        self._socket = accepted
        self._limits = limits
        self._is_stopping = is_stopping
        self._is_secure = False
        self._is_proven = True
        """Whether the client has sent something that TLS could read."""
        self._is_hurried = False
        self._has_parted = False
        self._let_go_bytes = 0
        accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.calm_down()

    def fileno(self) -> int:
        """Return the number of the socket."""
        return self._socket.fileno()

    def drop(self) -> None:
        """End the connection without another byte."""
        self.ending = self.ending or Ending.DROPPED

    def reset(self) -> None:
        """End the connection with a reset; what the client has not received yet may be lost."""
        self.ending = Ending.RESET

    def cut_reading(self) -> None:
        """Let nothing more come from the client; from any thread.

        With TLS nothing goes out either: OpenSSL takes such an end for an attack and would tell the client so.
        """
        self._cut(socket.SHUT_RDWR if self._is_secure else socket.SHUT_RD)

    def cut(self) -> None:
        """Let both sides be at their end, whatever is going on; from any thread."""
        self._cut(socket.SHUT_RDWR)

    def secure(self, tls: SSLContext) -> bool:
        """Shake hands with a client that has sent something; tell whether it is still there.

        Raises:
            RefusedError: when the handshake fails.
        """
        self._socket.settimeout(self._limits.handshake_seconds)
        self.begun = self._socket.recv(SHOWN_BYTES, socket.MSG_PEEK)
        if not self.begun:
            return False
        check_begins_tls(self.begun)
        self._is_proven = False
        self._socket = secure = wrapped(self._socket, tls)
        if self.is_cut:  # while it changed hands
            return False
        try:
            secure.do_handshake()
        except OSError as error:
            raise self._refusal(error) from None
        self._is_secure = True
        self.calm_down()
        return True

    def take(self) -> bytes | None:
        """Return what has come: nothing at the client's end, and ``None`` when nothing has come after all.

        Raises:
            RefusedError: when the client does not trust the certificate; with TLS 1.3 it may say so only now.
        """
        try:
            if self._is_secure or os.name == "nt":
                data = self._socket.recv(RECEIVED_BYTES)
            else:
                data = os.read(self._socket.fileno(), RECEIVED_BYTES)
        except BlockingIOError:
            return None
        except OSError as error:
            raise (error if self._is_proven else self._refusal(error)) from None
        self._is_proven = True
        return data

    def _refusal(self, error: OSError) -> OSError | RefusedError:
        """Return what to tell of an *error* of TLS; itself, when the client has just gone."""
        return error if self._is_stopping() else failure(error) or error

    def until(self, seconds: float, what: str) -> Callable[[], bytes]:
        """Return what receives more of a request, for that long altogether.

        It raises a ``RefusedError`` when nothing comes in time, or nothing can come any more.
        """
        return partial(self._receive, stopwatch() + seconds, f"{what} must be complete within {seconds:g} seconds")

    def _receive(self, deadline: float, sentence: str) -> bytes:
        self._is_hurried = True
        data = None
        with suppress(TimeoutError):
            if (left := deadline - stopwatch()) > 0:
                self._socket.settimeout(left)
                data = self._socket.recv(RECEIVED_BYTES)
        if data is None:
            raise RefusedError(Kind.TIMEOUT, sentence)
        if not data:
            if self._is_stopping():
                raise EndedError
            raise RefusedError(Kind.INCOMPLETE, "the connection was closed before the request was complete")
        return data

    def calm_down(self) -> None:
        """Give the client the usual time again, for its next request and to receive an answer."""
        self._is_hurried = False
        self._socket.settimeout(self._limits.idle_seconds)

    def begin_answer(self) -> None:
        """Note that the client has done its part."""
        if self._is_hurried:
            self.calm_down()
        self.is_answering = True

    def end_answer(self) -> None:
        """Note that it is the client's turn again."""
        self.is_answering = False

    def send(self, data: bytes) -> None:
        """Send all of *data*.

        Raises:
            EndedError: when that is not possible any more.
        """
        if self.ending is not None:
            raise EndedError
        try:
            rest = data[self._sent_at_once(data) :]
            if rest:
                self._socket.sendall(rest)
        except TimeoutError as error:
            self.reset()  # what is on the way would be kept for a client that does not take it
            raise EndedError from error
        except OSError as error:
            raise EndedError from error

    def _sent_at_once(self, data: bytes) -> int:
        """Send what the system takes without a wait, and return how many bytes.

        A socket with a time-out asks first whether there is room, and there nearly always is.
        """
        if self._is_secure or os.name == "nt":
            return 0
        try:
            return os.write(self._socket.fileno(), data)
        except BlockingIOError:
            return 0

    def part(self) -> bool:
        """Tell the client that nothing more comes, unless the end is another one; tell whether that was possible."""
        if self.ending is not None:
            return False
        self._has_parted = True
        if self._is_secure:
            say_goodbye(cast("SSLSocket", self._socket))
        self._shut(socket.SHUT_WR)
        self._socket.settimeout(0)
        return True

    def let_go(self) -> bool:
        """Let go what still comes after the parting: closing while bytes wait would take the answer from the client.

        Tells whether more can come.
        """
        try:
            data = socket.socket.recv(self._socket, RECEIVED_BYTES)
        except BlockingIOError:
            return True
        self._let_go_bytes += len(data)
        return bool(data) and self._let_go_bytes < self._limits.discarded_bytes

    def close(self) -> None:
        """End the connection as was asked for."""
        try:
            if self.ending is Ending.RESET:
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            elif self.ending is None and self._is_secure and not self._has_parted:
                say_goodbye(cast("SSLSocket", self._socket))
        except OSError:
            pass  # the client has gone
        finally:
            self._socket.close()

    def _cut(self, how: int) -> None:
        """Wake the thread that waits for the socket: elsewhere it is enough to shut it, on Windows it is not."""
        self.is_cut = True
        self._shut(how)
        if os.name == "nt":
            self._socket.close()

    def _shut(self, how: int) -> None:
        with suppress(OSError):
            socket.socket.shutdown(self._socket, how)  # of an SSLSocket it would also take the TLS away
