"""The body of a request: received whole before the application is asked, and kept unless it is over the limit."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import NoReturn

from httptools import HttpParserError, HttpRequestParser

from sandbox.serving.refusals import Kind, RefusedError

Receive = Callable[[], bytes]

_LINE_END = b"\r\n"
_CHUNKED_HEAD = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


class Body:
    """The bytes of one body as they come in: the first *kept_bytes* are kept, the others counted."""

    def __init__(self, kept_bytes: int) -> None:
        self.size = 0
        self._kept_bytes = kept_bytes
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        """Take a part."""
        self.size += len(part)
        if self.size <= self._kept_bytes:
            self._parts.append(part)
        else:
            self._parts.clear()

    def stream(self) -> io.IOBase:
        """Return it as ``wsgi.input``; one over the limit cannot be read."""
        return io.BytesIO(b"".join(self._parts)) if self.size <= self._kept_bytes else Unkept()


class Unkept(io.RawIOBase):
    """The body over the limit, which an application refuses by its announced length."""

    def readable(self) -> bool:
        """Say that it is meant for reading."""
        return True

    def readinto(self, _buffer: object) -> NoReturn:
        """Say why there is nothing to read."""
        raise OSError("the body is over the limit of this server and was not kept")


def read_sized(body: Body, length: int, data: bytes, receive: Receive) -> bytes:
    """Read a body of *length* bytes that begins with *data*; return what follows it."""
    while length > len(data):
        body.add(data)
        length -= len(data)
        data = receive()
    body.add(data[:length])
    return data[length:]


def read_chunked(body: Body, data: bytes, receive: Receive, most_bytes: int, frame_bytes: int) -> bytes:
    """Read a body in chunks that begins with *data*; return what follows it. Trailers are passed over.

    Raises:
        RefusedError: when it is no such body, is larger than *most_bytes*, or has more than *frame_bytes* of sizes,
            extensions or trailers in one place.
    """
    chunks = _Chunks(body)
    while True:
        rest = chunks.feed(data)
        if body.size >= most_bytes:
            raise too_large(most_bytes)
        if rest is not None:
            return rest
        if chunks.frame_size > frame_bytes:
            raise RefusedError(Kind.BAD_REQUEST, "the chunks of the body have too much around them")
        data = receive()


def too_large(most_bytes: int) -> RefusedError:
    """Return the refusal of a body that the server does not even receive."""
    return RefusedError(Kind.BODY_TOO_LARGE, f"the body is too large: {most_bytes} bytes are not even received")


class _Chunks:
    """Decodes chunks with llhttp, line by line, so that what follows the last one stays for the next request."""

    def __init__(self, body: Body) -> None:
        self.frame_size = 0
        """Bytes that came since the last one that belongs to the body."""
        self._body = body
        self._is_complete = False
        self._ended_in_cr = False
        self._parser = HttpRequestParser(self)
        self._parser.feed_data(_CHUNKED_HEAD)

    def feed(self, data: bytes) -> bytes | None:
        """Take what belongs to the body; return what follows it, or ``None`` as long as it is not whole."""
        start = 0
        while start < len(data):
            end = self._end_of_line(data, start)
            self._parse(data[start:end])
            start = end
            if self._is_complete:
                return data[start:]
        return None

    def on_body(self, part: bytes) -> None:
        """Take the data of a chunk from the parser."""
        self.frame_size = 0
        self._body.add(part)

    def on_message_complete(self) -> None:
        """Take from the parser that the body is whole."""
        self._is_complete = True

    def _end_of_line(self, data: bytes, start: int) -> int:
        """Return where the next line ends, whose CR may have come before; or the end of *data*."""
        if start == 0 and self._ended_in_cr and data[:1] == b"\n":
            return 1
        end = data.find(_LINE_END, start)
        self._ended_in_cr = data.endswith(b"\r")
        return len(data) if end < 0 else end + len(_LINE_END)

    def _parse(self, part: bytes) -> None:
        self.frame_size += len(part)
        try:
            self._parser.feed_data(part)
        except HttpParserError as error:
            raise RefusedError(Kind.BAD_REQUEST, f"the chunks of the body cannot be read: {error}") from None
