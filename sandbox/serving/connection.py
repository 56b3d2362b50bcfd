"""One connection: read the request that came, ask the application, write the answer."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sandbox.clock import stopwatch
from sandbox.serving.answer import Answer, OwnHeaders, TooShortError
from sandbox.serving.body import Body, Unkept, read_chunked, read_sized, too_large
from sandbox.serving.environ import CONNECTION, WSGI, Environ, environ_of, expects_leave, takes_chunked
from sandbox.serving.head import Head
from sandbox.serving.limits import Limits
from sandbox.serving.refusals import JSON_TYPE, SHOWN_BYTES, STATUS, Kind, RefusedError, Unreadable, message_body
from sandbox.serving.wire import EndedError, Wire

if TYPE_CHECKING:
    from ssl import SSLContext

logger = logging.getLogger("sandbox.serving")

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_WHOLE = (list, tuple)
"""What an application may return that shows at once how many parts there are."""
_NO_REQUEST: Environ = {"REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}
"""What an answer needs to know of a request that could not be read."""


@dataclass(slots=True, kw_only=True)
class Site:
    """What all connections of one server share."""

    app: WSGI
    template: Mapping[str, Any]
    max_body_bytes: int
    limits: Limits
    tls: SSLContext | None
    on_unreadable: Callable[[Unreadable], None] | None
    own_headers: OwnHeaders = field(default_factory=OwnHeaders)
    connections: set[Connection] = field(default_factory=set)
    """Those that are open."""
    stop_is_asked: bool = False

    def is_stopping(self) -> bool:
        """Tell whether the server was told to stop."""
        return self.stop_is_asked


class Connection:
    """Answers the requests of one client as they come."""

    def __init__(self, wire: Wire, address: tuple[str, int], site: Site, *, is_one_too_many: bool) -> None:
        remote = {"REMOTE_ADDR": address[0], "REMOTE_HOST": address[0], "REMOTE_PORT": str(address[1])}
        self.wire = wire
        self.deadline = stopwatch() + (site.limits.idle_seconds if site.tls is None else site.limits.handshake_seconds)
        self._template = {**site.template, **remote, CONNECTION: wire}
        self._client = address[0]
        self._site = site
        self._is_one_too_many = is_one_too_many
        self._tls = site.tls
        """What to shake hands with; nothing once that is done."""
        self._head: Head | None = None
        self._rest = b""
        self._has_last_answer = False
        self._is_parting = False
        site.connections.add(self)

    def fileno(self) -> int:
        """Return the number of its socket."""
        return self.wire.fileno()

    def attend(self) -> bool:
        """Take what came, and answer it; tell whether more can come."""
        try:
            return self.wire.let_go() if self._is_parting else self._go_on() or self._part()
        except (OSError, EndedError):
            return False  # the client has gone, or is meant to
        except Exception:  # a bug of the server costs one client its connection, and nobody else anything
            logger.exception("a connection failed")
            return False

    def close(self) -> None:
        """End it."""
        self._site.connections.discard(self)
        self.wire.close()

    def _go_on(self) -> bool:
        """Shake hands, or answer the requests that came; tell whether there can be others."""
        try:
            goes_on = self._shake_hands(self._tls) if self._tls is not None else self._answer_all()
        except RefusedError as refusal:
            self._refuse(refusal)
            return False
        self.deadline = stopwatch() + self._site.limits.idle_seconds
        return goes_on

    def _shake_hands(self, tls: SSLContext) -> bool:
        self._tls = None
        return self.wire.secure(tls)

    def _answer_all(self) -> bool:
        data = self.wire.take()
        if data == b"":
            return False
        while data:
            if not self._answer_one(data):
                return False
            data = self._rest
        return True

    def _answer_one(self, data: bytes) -> bool:
        """Answer the request that begins with *data*; tell whether there can be another."""
        self._rest = b""
        self._head = head = Head(self._site.limits)
        if not self._read_head(head, data):
            return True
        if self._is_one_too_many:
            raise RefusedError(Kind.OVERLOADED, "too many clients are connected; try again later")
        environ = environ_of(head, self._template)
        environ["wsgi.input"] = self._read_body(head, environ)
        self.wire.begin_answer()
        answer = self._new_answer(environ, keeps_alive=head.keeps_alive)
        self._fill(answer, environ)
        self.wire.end_answer()
        self._has_last_answer = not answer.keeps_alive
        return answer.keeps_alive and self.wire.ending is None

    def _part(self) -> bool:
        """Part from the client; tell whether what it still sends is let go, for it to receive the last answer."""
        if not self._has_last_answer or self._site.stop_is_asked or not self.wire.part():
            return False
        self._is_parting = True
        self.deadline = stopwatch() + self._site.limits.linger_seconds
        return True

    def _read_head(self, head: Head, data: bytes) -> bool:
        """Read the rest of *head*; tell whether it is one, and not only empty lines so far."""
        receive = None
        while (rest := head.feed(data)) is None:
            if not head.has_begun:
                return False
            receive = receive or self.wire.until(self._site.limits.header_seconds, "the headers")
            data = receive()
        self._rest = rest
        return True

    def _read_body(self, head: Head, environ: Environ) -> io.IOBase:
        """Return the body, received whole; one that is over the limit is counted and let go."""
        is_chunked = takes_chunked(environ)
        length = int(environ.get("CONTENT_LENGTH", 0))
        if not is_chunked and not length:
            return io.BytesIO()
        kept_bytes, limits = self._site.max_body_bytes, self._site.limits
        most_bytes = kept_bytes + limits.discarded_bytes
        if length >= most_bytes:
            raise too_large(most_bytes)
        if expects_leave(environ) and not self._rest:
            if length > kept_bytes:
                head.keeps_alive = False  # the client has not sent it, and will not need to
                return Unkept()
            self.wire.send(_CONTINUE)
        body = Body(kept_bytes)
        receive = self.wire.until(limits.body_seconds, "the body")
        if is_chunked:
            self._rest = read_chunked(body, self._rest, receive, most_bytes, limits.header_bytes)
            environ["CONTENT_LENGTH"] = str(body.size)
        else:
            self._rest = read_sized(body, length, self._rest, receive)
        return body.stream()

    def _new_answer(self, environ: Environ, *, keeps_alive: bool) -> Answer:
        site = self._site
        return Answer(environ, self.wire.send, site.own_headers, site.is_stopping, keeps_alive=keeps_alive)

    def _fill(self, answer: Answer, environ: Environ) -> None:
        """Let the application answer; a failure is answered if nothing was sent, and else ends the connection."""
        try:
            self._ask(answer, environ)
        except EndedError:
            raise
        except TooShortError as error:
            self._log(environ, str(error))
            self.wire.drop()
        except Exception as error:  # what an application raises here is its own bug, whatever it is
            self._log(environ, "the application failed", error)
            if answer.has_left:
                self.wire.drop()
            else:
                answer.fail()

    def _ask(self, answer: Answer, environ: Environ) -> None:
        parts = self._site.app(environ, answer.start_response)
        try:
            if isinstance(parts, _WHOLE) and len(parts) == 1 and not answer.has_left:
                answer.send_whole(parts[0])
            else:
                answer.send(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()

    def _log(self, environ: Environ, what: str, error: Exception | None = None) -> None:
        """Log what went wrong with an answer, unless the application has ended the connection on purpose."""
        if self.wire.ending is None:
            logger.error("%s %s: %s", environ["REQUEST_METHOD"], environ["PATH_INFO"], what, exc_info=error)

    def _refuse(self, refusal: RefusedError) -> None:
        """Tell whoever wants to know, then the client, why there is no answer of the application."""
        status = STATUS.get(refusal.kind)
        if self._site.on_unreadable is not None:
            self._tell(self._site.on_unreadable, refusal, status)
        if status is None:
            return
        self.wire.calm_down()
        self._has_last_answer = True
        answer = self._new_answer(_NO_REQUEST, keeps_alive=False)
        answer.start_response(f"{status.value} {status.phrase}", [("Content-Type", JSON_TYPE)])
        answer.send_whole(message_body(refusal.message))

    def _tell(self, listener: Callable[[Unreadable], None], refusal: RefusedError, status: HTTPStatus | None) -> None:
        first_bytes = self.wire.begun if self._head is None else self._head.first_bytes
        event = Unreadable(
            kind=refusal.kind,
            status=status,
            message=refusal.message,
            client=self._client,
            first_bytes=first_bytes[:SHOWN_BYTES],
        )
        try:
            listener(event)
        except Exception:  # the client is answered, whatever becomes of the news
            logger.exception("a refused connection could not be told")
