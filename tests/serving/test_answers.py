"""Answers on the wire: framing, heads, failures of the application, and clients that go."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from email.utils import parsedate_to_datetime
from threading import Event, Semaphore
from typing import Any

import pytest

from sandbox.clock import system_time
from tests.serving.raw import (
    GET,
    LAST,
    PATIENCE_SECONDS,
    Answer,
    ask,
    connected,
    echo,
    exchange,
    quick,
    read_to_end,
    read_until,
    serving,
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
HEAD = GET.replace(b"GET", b"HEAD")
FIRST_VERSION = b"GET / HTTP/1.0\r\n\r\n"


def answering(status: str, headers: list[tuple[str, str]], parts: Any) -> Callable[..., Any]:
    """Return an application that answers so; the last request of a test is answered by the echo."""

    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/last":
            return echo(environ, start_response)
        start_response(status, headers)
        return parts() if callable(parts) else parts  # type: ignore[no-any-return]

    return app


def answered(app: Callable[..., Any], sent: bytes = GET) -> tuple[Answer, str]:
    """Return the answer to *sent*, and how the connection goes on."""
    with serving(app) as server:
        first, *others = exchange(server.port, sent, LAST)
    return first, " ".join(map(str, others)) or "closed"


GOES_ON = "200 GET /last"
OK = "200 OK"
THREE = [("Content-Length", "3")]


def test_one_part_gets_its_length() -> None:
    answer, then = answered(answering(OK, [], [b"abc"]))

    assert (answer.body, answer.header("Content-Length"), then) == (b"abc", "3", GOES_ON)


def test_a_length_that_is_announced_is_kept() -> None:
    answer, then = answered(answering(OK, THREE, [b"a", b"", b"bc"]))

    assert (answer.body, answer.header("Content-Length"), then) == (b"abc", "3", GOES_ON)
    assert answer.header("Transfer-Encoding") is None


def test_parts_without_a_length_go_in_chunks() -> None:
    answer, then = answered(answering(OK, [], [b"a", b"", b"bc"]))

    assert (answer.body, answer.header("Transfer-Encoding"), then) == (b"abc", "chunked", GOES_ON)


def test_parts_without_a_length_end_with_the_connection_in_the_first_version() -> None:
    keeping = FIRST_VERSION.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n")

    answer, then = answered(answering(OK, [], [b"a", b"bc"]), keeping)

    assert (answer.body, answer.header("Transfer-Encoding"), then) == (b"abc", None, "closed")
    assert answer.header("Connection") == "close"


def test_an_answer_in_the_first_version_says_that_the_connection_goes_on() -> None:
    keeping = FIRST_VERSION.replace(b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n")

    answer, then = answered(answering(OK, THREE, [b"abc"]), keeping)

    assert (answer.header("Connection"), then) == ("keep-alive", GOES_ON)


NOTHING: list[Any] = [
    pytest.param([], id="a list"),
    pytest.param([b""], id="an empty part"),
    pytest.param(lambda: iter(()), id="an iterator"),
]


@pytest.mark.parametrize("parts", NOTHING)
def test_an_answer_of_nothing_has_the_length_nought(parts: Any) -> None:
    answer, then = answered(answering(OK, [], parts))

    assert (answer.body, answer.header("Content-Length"), then) == (b"", "0", GOES_ON)


BODILESS = [
    pytest.param("204 No Content", THREE, None, id="204"),
    pytest.param("204 No Content", [], None, id="204 without a length"),
    pytest.param("304 Not Modified", THREE, "3", id="304"),
    pytest.param("304 Not Modified", [], None, id="304 without a length"),
]


@pytest.mark.parametrize(("status", "headers", "length"), BODILESS)
@pytest.mark.parametrize("parts", [[b"abc"], [b"a", b"bc"], []], ids=["one part", "two parts", "no part"])
def test_some_answers_have_no_body(status: str, headers: Any, length: str | None, parts: Any) -> None:
    answer, then = answered(answering(status, headers, parts))

    assert (answer.header("Content-Length"), answer.header("Transfer-Encoding"), then) == (length, None, GOES_ON)


@pytest.mark.parametrize("headers", [THREE, []], ids=["with its length", "without a length"])
@pytest.mark.parametrize("parts", [[b"abc"], [b"a", b"bc"], [b""], []], ids=["one", "two", "empty", "none"])
def test_an_answer_to_head_has_no_body_and_the_length_of_that_to_get(headers: Any, parts: Any) -> None:
    app = answering(OK, [*headers, ("X-Method", "HEAD")], parts)

    answer, then = answered(app, HEAD)

    assert (answer.header("Content-Length"), then) == (headers[0][1] if headers else None, GOES_ON)


def test_a_stream_without_end_is_no_answer_to_head() -> None:
    def stream() -> Iterator[bytes]:
        while True:
            yield b"more"

    answer, then = answered(answering(OK, [("X-Method", "HEAD")], stream), HEAD)

    assert (answer.status, then) == (200, GOES_ON)


def test_connection_close_of_the_application_ends_the_connection() -> None:
    answer, then = answered(answering(OK, [("Connection", "close"), *THREE], [b"abc"]))

    assert ([value for name, value in answer.headers if name == "Connection"], then) == (["close"], "closed")


def test_every_answer_says_who_serves_and_when(echo_port: int) -> None:
    (answer,) = exchange(echo_port, LAST)

    assert answer.header("Server") == "scim-sandbox"
    age = system_time() - parsedate_to_datetime(answer.header("Date") or "")
    assert -2 < age.total_seconds() < 30


def test_the_application_may_say_so_itself() -> None:
    own = [("date", "Thu, 01 Jan 1970 00:00:00 GMT"), ("SERVER", "4me")]

    answer, _ = answered(answering(OK, own, [b"abc"]))

    assert [header for header in answer.headers if header[0].lower() in {"date", "server"}] == own


def test_headers_are_sent_as_they_are_given() -> None:
    given = [("x-One", "a"), ("X-Two", "Zoë"), ("x-One", "b")]

    answer, _ = answered(answering(OK, given, [b"abc"]))

    assert [header for header in answer.headers if header[0].lower().startswith("x-")] == given


def test_what_write_takes_comes_before_the_rest() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response(OK, [])
        write(b"a")
        write(b"")
        write(b"b")
        return [b"c"]

    with serving(app) as server:
        first, second = exchange(server.port, GET + LAST)

    assert (first.body, second.body) == (b"abc", b"abc")


def test_a_generator_may_start_its_answer_late() -> None:
    def app(environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
        start_response(OK, [])
        yield b"abc"

    with serving(app) as server:
        assert [answer.body for answer in exchange(server.port, GET + LAST)] == [b"abc", b"abc"]


class Closed:
    """Parts of an answer that note when they are closed."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts = iter(parts)
        self.closed = Semaphore(0)

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def close(self) -> None:
        self.closed.release()


def failing() -> Iterator[bytes]:
    yield b"a"
    raise RuntimeError("in the middle")


PARTS = [
    pytest.param([b"a", b"b"], id="whole"),
    pytest.param([], id="nothing"),
    pytest.param(failing(), id="failing"),
]


@pytest.mark.parametrize("parts", PARTS)
def test_what_an_application_returns_is_closed_once(parts: Iterable[bytes]) -> None:
    noted = Closed(parts)

    answered(answering(OK, [], noted))

    assert noted.closed.acquire(timeout=PATIENCE_SECONDS)
    assert not noted.closed.acquire(blocking=False)


def raising(_environ: Environ, _start_response: StartResponse) -> Iterable[bytes]:
    raise RuntimeError("no answer")


def raising_late(_environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(OK, THREE)
    raise RuntimeError("no answer")


def raising_at_the_first_part(_environ: Environ, start_response: StartResponse) -> Iterator[bytes]:
    start_response("204 No Content", [])
    raise RuntimeError("no answer")
    yield b""


def silent(_environ: Environ, _start_response: StartResponse) -> Iterable[bytes]:
    return [b"abc"]


def starting_twice(_environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    start_response(OK, [])
    start_response(OK, [])
    return []


FAILURES = [
    pytest.param(raising, id="it raises"),
    pytest.param(raising_late, id="it raises after start_response"),
    pytest.param(raising_at_the_first_part, id="its parts raise"),
    pytest.param(silent, id="it does not start"),
    pytest.param(starting_twice, id="it starts twice"),
    pytest.param(answering(OK, [("X", "a\r\nSet-Cookie: b")], [b"abc"]), id="a header with a line break"),
    pytest.param(answering(OK, [("X", "a\nb")], [b"a", b"b"]), id="a header with an LF"),
    pytest.param(answering(OK, [("X\r\nY", "a")], [b"abc"]), id="a name with a line break"),
    pytest.param(answering(f"{OK}\r\nX: y", [], [b"abc"]), id="a status with a line break"),
    pytest.param(answering(OK, [("X", "語")], [b"abc"]), id="a header beyond Latin-1"),
    pytest.param(answering(OK, [("Content-Length", "three")], [b"abc"]), id="a length that is none"),
    pytest.param(answering(OK, [("Content-Length", "-3")], [b"abc"]), id="a negative length"),
    pytest.param(answering(OK, [("Transfer-Encoding", "chunked")], [b"abc"]), id="a framing of its own"),
    pytest.param(answering(OK, [], ["text"]), id="text for bytes"),
    pytest.param(answering(OK, [], None), id="nothing for parts"),
]


@pytest.mark.parametrize("app", FAILURES)
def test_an_application_that_fails_is_answered_for_and_the_connection_goes_on(
    app: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as server, connected(server.port) as connection:
        for _ in range(2):
            answer = ask(connection)
            assert answer.status == 500
            assert answer.body == b'{"message":"Internal Server Error"}'
            assert answer.header("Content-Type") == "application/json; charset=utf-8"

    assert len(caplog.records) == 2
    assert all(record.exc_info for record in caplog.records)


def test_a_failure_is_answered_to_head_without_a_body(caplog: pytest.LogCaptureFixture) -> None:
    with serving(raising) as server, connected(server.port) as connection:
        connection.sendall(HEAD + LAST)
        received = read_to_end(connection)

    assert received.count(b"HTTP/1.1 500 ") == 2
    assert received.count(b'{"message"') == 1
    assert len(caplog.records) == 2


BROKEN = [
    pytest.param([("Content-Length", "9")], failing, b"a", id="sized"),
    pytest.param([], failing, b"a", id="in chunks"),
    pytest.param([("Content-Length", "9")], [b"abc"], b"abc", id="too short"),
    pytest.param([("Content-Length", "9")], [b"a", b"bc"], b"abc", id="too short, in parts"),
    pytest.param([("Content-Length", "9")], [], b"", id="nothing where something was announced"),
]


@pytest.mark.parametrize(("headers", "parts", "body"), BROKEN)
def test_an_answer_that_breaks_off_ends_the_connection(
    headers: Any, parts: Any, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(answering(OK, headers, parts)) as server:
        (answer,) = exchange(server.port, GET, LAST)

    assert (answer.body, answer.is_whole) == (body, False)
    assert len(caplog.records) == 1


def test_an_answer_that_is_too_long_ends_where_it_said(caplog: pytest.LogCaptureFixture) -> None:
    answer, then = answered(answering(OK, THREE, [b"ab", b"cd", b"ef"]))

    assert (answer.body, answer.is_whole, then) == (b"abc", True, "closed")
    assert caplog.records


def test_an_answer_may_be_replaced_until_it_leaves() -> None:
    def app(_environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response(OK, THREE)
        start_response("503 Service Unavailable", [], (RuntimeError, RuntimeError("after all"), None))
        return [b"sorry"]

    with serving(app) as server, connected(server.port) as connection:
        answer = ask(connection)

    assert (answer.status, answer.body) == (503, b"sorry")


def test_an_answer_that_has_left_cannot_be_replaced(caplog: pytest.LogCaptureFixture) -> None:
    def app(_environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        start_response(OK, [])(b"a")
        error = RuntimeError("too late")
        start_response("503 Service Unavailable", [], (RuntimeError, error, None))
        return [b"sorry"]

    with serving(app) as server:
        (answer,) = exchange(server.port, GET, LAST)

    assert (answer.status, answer.body, answer.is_whole) == (200, b"a", False)
    assert "too late" in caplog.text


def test_each_part_leaves_when_it_is_there() -> None:
    more = Semaphore(0)

    def stream() -> Iterator[bytes]:
        for number in range(3):
            yield b"data: %d\n\n" % number
            more.acquire()

    with (
        serving(answering(OK, [("Content-Type", "text/event-stream")], stream)) as server,
        connected(server.port) as connection,
    ):
        connection.sendall(GET)
        for number in range(3):
            assert read_until(connection, b"data: %d\n\n" % number).endswith(b"data: %d\n\n" % number)
            more.release()
        assert read_until(connection, b"0\r\n\r\n").endswith(b"0\r\n\r\n")


def endless(go_on: Event) -> Iterator[bytes]:
    while go_on.wait(PATIENCE_SECONDS):
        yield bytes(100_000)


def test_a_stream_whose_client_has_gone_is_closed(caplog: pytest.LogCaptureFixture) -> None:
    go_on = Event()
    parts = Closed(endless(go_on))
    go_on.set()

    with serving(answering(OK, [], parts)) as server:
        with connected(server.port) as connection:
            connection.sendall(GET)
            read_until(connection, b"\r\n\r\n")

        assert parts.closed.acquire(timeout=PATIENCE_SECONDS)
    assert caplog.records == []


def test_a_client_that_does_not_receive_is_given_up() -> None:
    go_on = Event()
    parts = Closed(endless(go_on))
    go_on.set()

    with (
        serving(answering(OK, [], parts), limits=quick(idle_seconds=0.05)) as server,
        connected(server.port) as connection,
    ):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(GET)

        assert parts.closed.acquire(timeout=PATIENCE_SECONDS)
        assert not read_to_end(connection).endswith(b"\r\n0\r\n\r\n")
