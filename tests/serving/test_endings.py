"""Connections that an application ends on purpose: before the answer, inside it, and after it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from ssl import SSLContext, SSLEOFError
from typing import Any

import pytest
from flask import Flask, Response, request

from tests.serving.raw import GET, HOST, PATIENCE_SECONDS, answers_in, connected, read_to_end, serving, wait_for_crowd

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
App = Callable[[Environ, StartResponse], Iterable[bytes]]


def ends_with_a_reset(connection: socket.socket) -> bool:
    """Receive all there is; tell whether a reset is the end. Python's TLS would hide it."""
    try:
        while socket.socket.recv(connection, 65_536):
            pass
    except ConnectionResetError:
        return True
    return False


class After:
    """An answer after which the connection ends."""

    def __init__(self, parts: Iterable[bytes], end: Callable[[], None]) -> None:
        self._parts = parts
        self.close = end

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._parts)


def before(end: str, headers: list[tuple[str, str]]) -> App:
    """Return an application that ends the connection instead of answering."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        getattr(environ["sandbox.connection"], end)()
        start_response("200 OK", headers)
        return [b"abcdef"]

    return app


def inside(end: str, headers: list[tuple[str, str]]) -> App:
    """Return an application that ends the connection after three bytes of six."""

    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", headers)
        yield b"abc"
        getattr(environ["sandbox.connection"], end)()
        yield b"def"

    return app


def inside_at_the_end(end: str, headers: list[tuple[str, str]]) -> App:
    """Return an application that ends the connection after three bytes, and then itself."""

    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", headers)
        yield b"abc"
        getattr(environ["sandbox.connection"], end)()

    return app


def after(end: str, headers: list[tuple[str, str]]) -> App:
    """Return an application that ends the connection after its answer."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", headers)
        return After([b"abc", b"def"], getattr(environ["sandbox.connection"], end))

    return app


SIZED = [("Content-Length", "6")]
CASES = [
    pytest.param(before, SIZED, b"", False, id="before the answer"),
    pytest.param(inside, SIZED, b"abc", False, id="inside a sized answer"),
    pytest.param(inside, [], b"abc", False, id="inside an answer in chunks"),
    pytest.param(inside_at_the_end, SIZED, b"abc", False, id="inside a sized answer, with no more parts"),
    pytest.param(inside_at_the_end, [], b"abc", False, id="inside an answer in chunks, with no more parts"),
    pytest.param(after, SIZED, b"abcdef", True, id="after a sized answer"),
    pytest.param(after, [], b"abcdef", True, id="after an answer in chunks"),
]


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(("place", "headers", "body", "is_whole"), CASES)
def test_an_application_drops_the_connection(
    place: Callable[..., App],
    headers: Any,
    body: bytes,
    is_whole: bool,
    secured: bool,
    server_tls: SSLContext,
    client_tls: SSLContext,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        serving(place("drop", headers), tls=server_tls if secured else None) as server,
        connected(server.port, client_tls if secured else None) as connection,
    ):
        connection.sendall(GET)
        received = b""
        while data := connection.recv(65_536):
            received += data
        wait_for_crowd(server, 0)

    assert [(answer.body, answer.is_whole) for answer in answers_in(received)] == ([(body, is_whole)] if body else [])
    assert caplog.records == []


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(
    ("place", "headers"), [case.values[:2] for case in CASES], ids=[str(case.id) for case in CASES]
)
def test_an_application_resets_the_connection(
    place: Callable[..., App],
    headers: Any,
    secured: bool,
    server_tls: SSLContext,
    client_tls: SSLContext,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with (
        serving(place("reset", headers), tls=server_tls if secured else None) as server,
        connected(server.port, client_tls if secured else None) as connection,
    ):
        connection.sendall(GET)

        assert ends_with_a_reset(connection)
    assert caplog.records == []


def test_with_tls_a_client_can_tell_an_end_from_a_cut(server_tls: SSLContext, client_tls: SSLContext) -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Connection", "close"), *SIZED])
        ending = environ["sandbox.connection"].drop if environ["PATH_INFO"] == "/dropped" else bool
        return After([b"abcdef"], ending)

    def received(path: bytes) -> bytes:
        with (
            socket.create_connection((HOST, server.port), timeout=PATIENCE_SECONDS) as raw,
            client_tls.wrap_socket(raw, server_hostname=HOST, suppress_ragged_eofs=False) as connection,
        ):
            connection.sendall(GET.replace(b"/ ", path + b" "))
            return read_to_end(connection)

    with serving(app, tls=server_tls) as server:
        assert received(b"/").endswith(b"abcdef")
        with pytest.raises(SSLEOFError):
            received(b"/dropped")


def test_a_connection_dropped_with_a_request_waiting_answers_only_the_first() -> None:
    with serving(after("drop", SIZED)) as server, connected(server.port) as connection:
        connection.sendall(GET * 3)

        assert len(answers_in(read_to_end(connection))) == 1


def test_an_application_that_fails_after_it_dropped_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    def app(environ: Environ, _start_response: StartResponse) -> Iterable[bytes]:
        environ["sandbox.connection"].drop()
        raise RuntimeError("on purpose")

    with serving(app) as server, connected(server.port) as connection:
        connection.sendall(GET)

        assert read_to_end(connection) == b""
    assert caplog.records == []


def test_flask_drops_and_cuts_as_any_application() -> None:
    app = Flask(__name__)

    @app.get("/dropped")
    def dropped() -> Response:
        request.environ["sandbox.connection"].drop()
        return Response("abc")

    @app.get("/cut")
    def cut() -> Response:
        wire = request.environ["sandbox.connection"]

        def parts() -> Iterator[bytes]:
            yield b"abc"
            wire.drop()

        return Response(parts(), headers={"Content-Length": "6"})

    with serving(app) as server:
        with connected(server.port) as connection:
            connection.sendall(GET.replace(b"/ ", b"/dropped "))
            assert read_to_end(connection) == b""
        with connected(server.port) as connection:
            connection.sendall(GET.replace(b"/ ", b"/cut "))
            (answer,) = answers_in(read_to_end(connection))
            assert (answer.body, answer.is_whole) == (b"abc", False)


def test_another_client_does_not_notice() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/reset":
            environ["sandbox.connection"].reset()
        start_response("200 OK", [])
        return [b"abc"]

    with serving(app) as server, connected(server.port) as kept:
        with connected(server.port) as ended:
            ended.sendall(GET.replace(b"/ ", b"/reset "))
            assert ends_with_a_reset(ended)
        kept.sendall(GET)
        kept.shutdown(socket.SHUT_WR)
        assert [answer.body for answer in answers_in(read_to_end(kept))] == [b"abc"]
