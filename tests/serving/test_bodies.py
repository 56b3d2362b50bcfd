"""Bodies of requests: how an application reads them, how large they may be, and who has to wait for leave."""

from __future__ import annotations

import http.client
import tracemalloc
from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

import pytest
from flask import Flask, request

from sandbox.serving import Limits
from tests.serving.raw import HOST, LAST, MAX_BODY_BYTES, answers_in, connected, echo, exchange, read_to_end, read_until
from tests.serving.raw import serving as serve

Environ = dict[str, Any]
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


def length(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the length that was announced, and leave the body alone."""
    said = environ.get("CONTENT_LENGTH", "none").encode()
    start_response("200 OK", [("Content-Length", str(len(said)))])
    return [said]


READINGS: list[Any] = [
    pytest.param(lambda stream: [stream.read()], id="all"),
    pytest.param(lambda stream: [stream.read(3), stream.read(-1), stream.read()], id="a part, then the rest"),
    pytest.param(lambda stream: [stream.read(1000), stream.read(1000)], id="more than there is"),
    pytest.param(lambda stream: [stream.readline(), stream.readline(2), stream.read()], id="lines"),
    pytest.param(lambda stream: stream.readlines(), id="all lines"),
    pytest.param(list, id="line after line"),
]


@pytest.mark.parametrize("read", READINGS)
@pytest.mark.parametrize(
    "framing", [b"Content-Length: 11\r\n\r\n%b", b"Transfer-Encoding: chunked\r\n\r\nb\r\n%b\r\n0\r\n\r\n"]
)
def test_an_application_reads_as_it_likes(read: Callable[[Any], list[bytes]], framing: bytes) -> None:
    def reading(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"".join(read(environ["wsgi.input"]))]

    with serve(reading) as server:
        answers = exchange(server.port, POST + framing % b"abc\ndef\nghi", LAST)

    assert [answer.body for answer in answers] == [b"abc\ndef\nghi", b""]


CONTINUED = [
    pytest.param(b"Content-Length: 3", b"abc", id="sized"),
    pytest.param(b"Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", id="in chunks"),
]


@pytest.mark.parametrize(("framing", "body"), CONTINUED)
def test_who_asks_for_leave_to_send_the_body_gets_it(framing: bytes, body: bytes, echo_port: int) -> None:
    with connected(echo_port) as connection:
        connection.sendall(POST + b"Expect: 100-Continue\r\n" + framing + b"\r\n\r\n")
        assert read_until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body + LAST)

        answers = answers_in(read_to_end(connection))
        assert [str(answer) for answer in answers] == ["200 POST / abc", "200 GET /last"]


def test_who_asks_for_leave_to_send_too_much_is_answered_without_sending_it() -> None:
    with serve(length) as server, connected(server.port) as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY_BYTES + 1))

        (answer,) = answers_in(read_to_end(connection))
        assert answer.body == b"%d" % (MAX_BODY_BYTES + 1)
        assert answer.header("Connection") == "close"


SIZES = [0, 1, MAX_BODY_BYTES - 1, MAX_BODY_BYTES, MAX_BODY_BYTES + 1, 100 * MAX_BODY_BYTES]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("is_chunked", [False, True])
def test_an_application_learns_the_size_of_any_body_and_the_connection_goes_on(size: int, is_chunked: bool) -> None:
    sized = b"Content-Length: %d\r\n\r\n%b" % (size, bytes(size))
    chunked = b"Transfer-Encoding: chunked\r\n\r\n%b0\r\n\r\n" % (
        b"%x\r\n%b\r\n" % (size, bytes(size)) if size else b""
    )

    with serve(length) as server:
        answers = exchange(server.port, POST + (chunked if is_chunked else sized), LAST)

    assert [answer.body for answer in answers] == [b"%d" % size, b"none"]


def test_a_body_over_the_limit_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    with serve(echo) as server:
        answers = exchange(server.port, POST + b"Content-Length: 1025\r\n\r\n" + bytes(1025), LAST)

    assert [str(answer) for answer in answers] == ["500", "200 GET /last"]
    assert "over the limit" in caplog.text


@pytest.mark.parametrize("is_chunked", [False, True])
def test_flask_refuses_a_body_over_its_limit_and_the_client_sees_it(is_chunked: bool) -> None:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES

    @app.post("/")
    def receive() -> bytes:
        return request.get_data()

    with serve(app) as server, closing(http.client.HTTPConnection(HOST, server.port, timeout=30)) as connection:
        for size, status in ((MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413), (3_000_000, 413), (1, 200)):
            body = bytes(size)
            connection.request("POST", "/", body=iter([body]) if is_chunked else body, encode_chunked=is_chunked)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == status


LITTLE = Limits(discarded_bytes=100_000)
FAR_TOO_LARGE = MAX_BODY_BYTES + LITTLE.discarded_bytes


def test_a_body_beyond_all_measure_is_refused_before_it_is_sent() -> None:
    with serve(length, limits=LITTLE) as server, connected(server.port) as connection:
        connection.sendall(POST + b"Content-Length: %d\r\n\r\n" % FAR_TOO_LARGE)

        (answer,) = answers_in(read_to_end(connection))
        assert answer.status == 413


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_client_that_sends_far_too_much_still_sees_the_refusal(is_chunked: bool) -> None:
    framing = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" if is_chunked else b"Content-Length: %d\r\n\r\n"

    with serve(length, limits=LITTLE) as server:
        (answer,) = exchange(server.port, POST + framing % FAR_TOO_LARGE, bytes(FAR_TOO_LARGE), b"\r\n0\r\n\r\n")

    assert answer.status == 413


FRAMES = [
    pytest.param(b"1;" + b"x" * 70_000, id="an extension without end"),
    pytest.param(b"0\r\nX: " + b"x" * 70_000, id="a trailer without end"),
    pytest.param(b"0\r\n" + b"X: y\r\n" * 20_000, id="trailers without number"),
    pytest.param(b"0" * 70_000, id="a size without end"),
]


@pytest.mark.parametrize("frame", FRAMES)
def test_what_stands_around_chunks_is_limited(frame: bytes, echo_port: int) -> None:
    (answer,) = exchange(echo_port, POST + b"Transfer-Encoding: chunked\r\n\r\n" + frame)

    assert answer.status == 400


def test_a_body_that_ends_early_never_reaches_the_application() -> None:
    called = []

    def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        called.append(environ)
        return length(environ, start_response)

    with serve(app) as server:
        answers = exchange(server.port, POST + b"Content-Length: 10\r\n\r\nabc", half_close=True)
        answers += exchange(server.port, POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nab", half_close=True)

    assert [answer.status for answer in answers] == [400, 400]
    assert called == []


def test_a_client_that_has_said_all_is_answered_all_the_same(echo_port: int) -> None:
    answers = exchange(echo_port, POST + b"Content-Length: 3\r\n\r\nabc", half_close=True)

    assert [str(answer) for answer in answers] == ["200 POST / abc"]


def test_the_default_limits_let_a_body_be_as_large_as_before() -> None:
    assert Limits().discarded_bytes == 64 * 1024 * 1024


def test_a_large_body_does_not_stay_in_memory_when_it_is_over_the_limit() -> None:
    with serve(length) as server, connected(server.port) as connection:
        tracemalloc.start()
        connection.sendall(POST + b"Content-Length: 8000000\r\n\r\n")
        for _ in range(80):
            connection.sendall(bytes(100_000))
        connection.sendall(LAST)
        answers = answers_in(read_to_end(connection))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert [answer.body for answer in answers] == [b"8000000", b"none"]
    assert peak < 1_000_000
