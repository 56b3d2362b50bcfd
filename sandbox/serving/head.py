"""The head of a request, its line and headers: llhttp parses it, and this server adds rules of its own."""

from __future__ import annotations

import re

from httptools import (
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserInvalidURLError,
    HttpParserUpgrade,
    HttpRequestParser,
)

from sandbox.serving.limits import Limits
from sandbox.serving.refusals import SHOWN_BYTES, Kind, RefusedError

_END = b"\r\n\r\n"
_HANDSHAKE = b"\x16"
"""How TLS begins: a handshake record."""
_METHOD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}(?= |$)")
_OTHER_VERSION = re.compile(rb"[^ ]+ [^ ]+(?: (?!HTTP/1\.[01]\r?\n)[A-Z]+/[0-9][0-9.]*)?\r?\n")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")


class Head:
    """What a request says before its body; fed with bytes until it is whole.

    A target may have bytes beyond ASCII, as of a filter that a script did not encode. llhttp refuses them, so it is
    shown them percent-encoded.
    """

    __slots__ = ("_has_ended", "_limits", "_parser", "_size", "_tail", "first_bytes", "headers", "keeps_alive", "line")

    def __init__(self, limits: Limits) -> None:
        self.line = b""
        """The request line as it was sent."""
        self.headers: list[tuple[bytes, bytes]] = []
        """Names and values as they were sent, in order."""
        self.keeps_alive = False
        """Whether the client wants to send more on this connection."""
        self.first_bytes = b""
        self._limits = limits
        self._parser = HttpRequestParser(self)
        self._size = 0
        self._tail = b""
        self._has_ended = False

    def feed(self, data: bytes) -> bytes | None:
        """Take what belongs to the head; return what follows it, or ``None`` as long as it is not whole.

        Raises:
            RefusedError: when this is no request that the server reads.
        """
        if not self._size:
            data = data.lstrip(b"\r\n")  # empty lines before a request mean nothing (RFC 9112 §2.2)
        if len(self.first_bytes) < SHOWN_BYTES:
            self.first_bytes += data
        end = (self._tail + data).find(_END)
        taken = data if end < 0 else data[: end + len(_END) - len(self._tail)]
        self._size += len(taken)
        if self._size > self._limits.header_bytes:
            raise RefusedError(
                Kind.HEADER_TOO_LARGE,
                f"the request line and the headers are too large: {self._limits.header_bytes} bytes are the limit here",
            )
        self._parse(taken)
        if end < 0:
            self._tail = (self._tail + data)[1 - len(_END) :]
            return None
        self._complete()
        return data[len(taken) :]

    @property
    def has_begun(self) -> bool:
        """Whether more than empty lines came."""
        return self._size > 0

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header from the parser."""
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Take from the parser that the head is whole."""
        self._has_ended = True
        self.keeps_alive = self._parser.should_keep_alive()  # the parser forgets it when the request is whole

    def _parse(self, data: bytes) -> None:
        shown = data
        if not self._has_line:
            line, newline, rest = data.partition(b"\n")
            self.line += line + newline
            if not line.isascii():
                shown = _NOT_ASCII.sub(lambda match: b"%%%02X" % match[0][0], line) + newline + rest
        try:
            self._parser.feed_data(shown)
        except HttpParserUpgrade:
            pass  # a wish for another protocol may be passed over (RFC 9110 §7.8); the body is read as ever
        except HttpParserError as error:
            raise self._refusal(error) from None

    @property
    def _has_line(self) -> bool:
        return self.line.endswith(b"\n")

    def _complete(self) -> None:
        """Pass when the parser agrees that the head is whole, and it is not too long."""
        if not self._has_ended:
            raise self._refusal("its headers have no end")
        del self._parser
        if len(self.headers) > self._limits.header_lines:
            raise RefusedError(
                Kind.HEADER_TOO_LARGE, f"there are too many headers: {self._limits.header_lines} are the limit here"
            )

    def _refusal(self, problem: HttpParserError | str) -> RefusedError:
        """Say what about these bytes is no request."""
        if self.first_bytes.startswith(_HANDSHAKE):
            return RefusedError(
                Kind.TLS_TO_HTTP, "this port speaks http, but these bytes are TLS: use a URL with http://"
            )
        method = _METHOD.match(self.first_bytes)
        if method and isinstance(problem, HttpParserInvalidMethodError):
            return RefusedError(
                Kind.UNKNOWN_METHOD, f"{method[0].decode()} is no method known here; methods are written in capitals"
            )
        if self._has_ended:
            return unknown_coding()
        if _OTHER_VERSION.fullmatch(self.line):
            return other_version()
        if isinstance(problem, HttpParserInvalidURLError):
            return RefusedError(
                Kind.BAD_REQUEST, f"the request target cannot be read: {problem}; other characters are percent-encoded"
            )
        return RefusedError(Kind.BAD_REQUEST, f"this is no HTTP request that can be read: {problem}")


def other_version() -> RefusedError:
    """Return the refusal of another version of HTTP, or of another protocol."""
    return RefusedError(Kind.UNKNOWN_VERSION, "HTTP/1.1 and HTTP/1.0 are served here")


def unknown_coding() -> RefusedError:
    """Return the refusal of a body that comes in another transfer coding than chunks."""
    return RefusedError(Kind.UNKNOWN_CODING, "chunked is the only Transfer-Encoding known here")
