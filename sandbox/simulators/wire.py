"""The wire: one connection of a client, on which target, headers and body go out just as they are written."""

from __future__ import annotations

import gzip
import json
import ssl
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead, RemoteDisconnected
from socket import SHUT_RDWR
from threading import Timer
from typing import Any

from sandbox.simulators.endpoint import Endpoint, Slash

NO_JSON = object()
"""What the body of an answer reads as when it is no JSON."""

MAX_ANSWER_BYTES = 64 * 1024 * 1024
"""An answer is read up to here; what is longer is no SCIM list of anybody's."""


class Silence(StrEnum):
    """Why there is no answer."""

    SLOW = "slow"
    """None came within the time the client waits."""
    UNREACHABLE = "unreachable"
    """There is no connection, or it broke."""


class NoAnswerError(Exception):
    """The service provider did not answer; the sentence says why."""

    def __init__(self, why: Silence, sentence: str) -> None:
        super().__init__(sentence)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What goes out."""

    method: str
    path: str
    """Path and query behind the SCIM endpoint, encoded."""
    headers: tuple[tuple[str, str], ...]
    """In the order in which they are sent, behind ``Host``."""
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case."""
        return next((value for given, value in self.headers if given.lower() == name.lower()), None)

    def json(self) -> Any:
        """Return the body as JSON: ``None`` for an empty one, ``NO_JSON`` for what is none."""
        if not self.content.strip():
            return None
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return NO_JSON


class Connection:
    """Keeps one connection to an endpoint alive, as clients do, and opens it again when the server has closed it."""

    def __init__(self, endpoint: Endpoint, slash: Slash, *, patience_seconds: float) -> None:
        """Take an address; nothing is opened yet.

        An answer that is not complete after *patience_seconds* of real time does not come at all.
        """
        self.endpoint = endpoint
        self._slash = slash
        self._patience = patience_seconds
        self._open: HTTPConnection | None = None

    def send(self, request: Request) -> Answer:
        """Send a request and return the answer; redirects are not followed.

        Raises:
            NoAnswerError: when there is none.
        """
        is_reused = self._open is not None
        try:
            try:
                return self._exchange(request)
            except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self.close()
                if not is_reused:
                    raise
            return self._exchange(request)
        except (OSError, HTTPException) as error:
            self.close()
            raise self._no_answer(error) from error

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _exchange(self, request: Request) -> Answer:
        connection = self._open or self._connected()
        with _Deadline(connection, self._patience):
            connection.putrequest(
                request.method,
                self.endpoint.target(request.path, self._slash),
                skip_host=True,
                skip_accept_encoding=True,
            )
            connection.putheader("Host", self.endpoint.authority)
            for name, value in request.headers:
                connection.putheader(name, value.encode())
            if request.body is not None:
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body)
            response = connection.getresponse()
            content = response.read(MAX_ANSWER_BYTES)
            if response.length:
                raise IncompleteRead(content, response.length)
            if response.will_close or not response.isclosed():
                self.close()
        return Answer(status=response.status, headers=tuple(response.getheaders()), content=_plain(response, content))

    def _connected(self) -> HTTPConnection:
        kind = HTTPSConnection if self.endpoint.scheme == "https" else HTTPConnection
        connection = kind(self.endpoint.host, self.endpoint.port, timeout=self._patience)
        connection.connect()
        self._open = connection
        return connection

    def _no_answer(self, error: Exception) -> NoAnswerError:
        where = f"{self.endpoint.scheme}://{self.endpoint.authority}"
        if isinstance(error, TimeoutError):
            return NoAnswerError(Silence.SLOW, f"{where} did not answer in time")
        if isinstance(error, ssl.SSLCertVerificationError):
            told = f"the certificate of {where} cannot be verified: {error.verify_message}"
            hint = "if its authority is your own, name that one's file in SSL_CERT_FILE"
            return NoAnswerError(Silence.UNREACHABLE, f"{told}; {hint}")
        told = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return NoAnswerError(Silence.UNREACHABLE, f"{where} gives no HTTP answer: {told}")


class _Deadline:
    """Breaks a connection on which an answer is still not complete after some time, however it trickles."""

    def __init__(self, connection: HTTPConnection, seconds: float) -> None:
        self._socket = connection.sock
        self._timer = Timer(seconds, self._break)
        self._timer.daemon = True
        self._is_over = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._timer.cancel()
        if self._is_over and (error is None or isinstance(error, OSError | HTTPException)):
            raise TimeoutError from error

    def _break(self) -> None:
        self._is_over = True
        with suppress(OSError):
            self._socket.shutdown(SHUT_RDWR)


def _plain(response: HTTPResponse, content: bytes) -> bytes:
    """Return the body without its transfer coding: Okta allows gzip and deflate."""
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    try:
        return DECODERS.get(coding, bytes)(content)
    except (OSError, EOFError, zlib.error) as error:
        raise HTTPException(f"a body that is no {coding}") from error


DECODERS: Mapping[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "deflate": zlib.decompress}
