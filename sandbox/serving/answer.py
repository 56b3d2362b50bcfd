"""One answer on its way out: from ``start_response`` to the last byte, framed as HTTP says (RFC 9112 §6)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from email.utils import format_datetime
from http import HTTPStatus
from types import TracebackType

from sandbox.clock import stopwatch, system_time
from sandbox.serving.environ import Environ
from sandbox.serving.refusals import JSON_TYPE, message_body

logger = logging.getLogger("sandbox.serving")

Headers = list[tuple[str, str]]
ErrorTriple = tuple[type[BaseException], BaseException, TracebackType | None]
Send = Callable[[bytes], None]

_BODILESS = ("204", "304")
_SERVERS = frozenset({"connection", "content-length"})
"""Headers of the application that the server heeds and writes itself."""
_LAST_CHUNK = b"0\r\n\r\n"
_FAILURE = HTTPStatus.INTERNAL_SERVER_ERROR


class TooShortError(Exception):
    """An answer that ended before it had the length it announced; only the end of the connection tells the client."""


class OwnHeaders:
    """The headers that each answer has from the server: who serves, and when; the date is written once a second."""

    def __init__(self) -> None:
        self._lines: dict[str, str] = {}
        self._stale_at = 0.0

    def lines(self) -> dict[str, str]:
        """Return the header lines, by their names in small letters."""
        now = stopwatch()
        if now >= self._stale_at or not self._lines:
            date = format_datetime(system_time(), usegmt=True)
            self._lines = {"server": "Server: scim-sandbox\r\n", "date": f"Date: {date}\r\n"}
            self._stale_at = now + 1
        return self._lines


class Answer:
    """Writes what an application answers; a small answer leaves in one piece.

    The framing is the server's: a ``Content-Length`` of the application is kept to, otherwise the body goes in chunks
    (HTTP/1.1) or ends with the connection (HTTP/1.0). ``Connection: close`` of the application ends the connection.
    """

    __slots__ = (
        "_has_body", "_headers", "_is_chunked", "_is_event_stream", "_is_first_version", "_is_head", "_is_stopping",
        "_own", "_remaining", "_send", "_status", "has_left", "keeps_alive",
    )  # fmt: skip

    def __init__(
        self, environ: Environ, send: Send, own: OwnHeaders, is_stopping: Callable[[], bool], *, keeps_alive: bool
    ) -> None:
        self.keeps_alive = keeps_alive
        """Whether the connection can carry another answer after this one."""
        self.has_left = False
        """Whether something of it was sent."""
        self._is_event_stream = False
        self._send = send
        self._own = own
        self._is_stopping = is_stopping
        self._status = ""
        self._headers: Headers = []
        self._is_head = environ["REQUEST_METHOD"] == "HEAD"
        self._has_body = not self._is_head
        self._is_first_version = environ["SERVER_PROTOCOL"] == "HTTP/1.0"
        self._is_chunked = False
        self._remaining: int | None = None

    def start_response(self, status: str, headers: Headers, exc_info: ErrorTriple | None = None) -> Send:
        """Take status and headers (PEP 3333); an answer that has begun to leave cannot be replaced."""
        if exc_info is not None and self.has_left:
            raise exc_info[1].with_traceback(exc_info[2])
        if exc_info is None and self._status:
            raise AssertionError("start_response was called twice")
        self._status, self._headers = status, headers
        return self.write

    def write(self, part: bytes) -> None:
        """Send a part of the body, and the head before the first."""
        if not part:
            return
        data = self._framed(part) if self.has_left else self._head(None) + self._framed(part)
        self.has_left = True
        if data:
            self._send(data)

    def send(self, parts: Iterable[bytes]) -> None:
        """Send all *parts*; a stream of events ends when the server is stopping.

        Raises:
            TooShortError: when they are fewer bytes than the application announced.
        """
        for part in parts:
            self.write(part)
            if self.has_left and not self._has_body:
                break
            if self._is_event_stream and self._is_stopping():
                break
        self._end()

    def send_whole(self, body: bytes) -> None:
        """Send the whole *body*, whose length is announced if the application has not done so."""
        data = self._head(len(body)) + self._framed(body)
        self.has_left = True
        self._send(data)
        if self._has_body and self._remaining:
            raise TooShortError(f"the answer lacks {self._remaining} bytes of its Content-Length")

    def fail(self) -> None:
        """Answer that the application failed; only for an answer of which nothing was sent."""
        self._status = f"{_FAILURE.value} {_FAILURE.phrase}"
        self._headers = [("Content-Type", JSON_TYPE)]
        self.send_whole(message_body(_FAILURE.phrase))

    def _head(self, length: int | None) -> bytes:
        """Return the head, and settle how the body is framed: *length* is its length where that is known."""
        if not self._status:
            raise AssertionError("the application answers without start_response")
        named = {name.lower(): value for name, value in self._headers}
        self._has_body = not self._is_head and not self._status.startswith(_BODILESS)
        self._is_event_stream = named.get("content-type", "").startswith("text/event-stream")
        framing = self._framing(named, length)
        headers = self._headers
        if not _SERVERS.isdisjoint(named):
            headers = [header for header in headers if header[0].lower() not in _SERVERS]
        given = "".join([f"HTTP/1.1 {self._status}\r\n", *[f"{name}: {value}\r\n" for name, value in headers]])
        if not given.count("\n") == given.count("\r") == len(headers) + 1:
            raise ValueError("the status or a header of the application has a line break in it")
        own = "".join([line for name, line in self._own.lines().items() if name not in named])
        return f"{given}{own}{framing}\r\n".encode("latin-1")

    def _framing(self, named: Mapping[str, str], length: int | None) -> str:
        """Return the header lines about the length of the body and about the connection."""
        if "transfer-encoding" in named:
            raise ValueError("Transfer-Encoding is the server's to choose, not the application's")
        lines = ""
        self._is_chunked = False
        self._remaining = length
        if "content-length" in named:
            self._remaining = int(named["content-length"])
            if self._remaining < 0:
                raise ValueError("a Content-Length is not negative")
            lines = f"Content-Length: {self._remaining}\r\n" if not self._status.startswith("204") else ""
        elif self._has_body and length is not None:
            lines = f"Content-Length: {length}\r\n"
        elif self._has_body and self._is_first_version:
            self.keeps_alive = False
        elif self._has_body:
            self._is_chunked = True
            lines = "Transfer-Encoding: chunked\r\n"
        if "close" in named.get("connection", "").lower() or self._is_stopping():
            self.keeps_alive = False
        if not self.keeps_alive:
            return f"{lines}Connection: close\r\n"
        return f"{lines}Connection: keep-alive\r\n" if self._is_first_version else lines

    def _framed(self, part: bytes) -> bytes:
        """Return what is sent for a part of the body."""
        if not self._has_body:
            return b""
        if self._is_chunked:
            return b"%x\r\n%b\r\n" % (len(part), part)
        if self._remaining is not None:
            if len(part) > self._remaining:
                logger.error("the application answers with more bytes than its Content-Length; the rest is left out")
                self.keeps_alive = False
                part = part[: self._remaining]
            self._remaining -= len(part)
        return part

    def _end(self) -> None:
        if not self.has_left:
            self.send_whole(b"")
        elif self._is_chunked:
            self._send(_LAST_CHUNK)
        elif self._has_body and self._remaining:
            raise TooShortError(f"the answer lacks {self._remaining} bytes of its Content-Length")
