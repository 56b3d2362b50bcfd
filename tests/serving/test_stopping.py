"""How a server stops: answers in flight are finished, everything else ends at once, no thread is left."""

from __future__ import annotations

import signal
import socket
import ssl
from collections.abc import Callable, Iterable
from threading import Event, Semaphore, Thread, current_thread
from typing import Any

import pytest

from sandbox.serving import Limits, Server, Unreadable
from tests.serving.raw import (
    GET,
    HOST,
    PATIENCE_SECONDS,
    answers_in,
    ask,
    connected,
    echo,
    quick,
    read_answer,
    read_to_end,
    read_until,
    serving,
    threads_of,
    wait_for_crowd,
)

PATIENT = Limits(grace_seconds=PATIENCE_SECONDS)
"""A grace in which a test would notice that it was waited for."""
AT_ONCE = PATIENCE_SECONDS / 2
"""Seconds within which a server that waits for nothing has stopped, on a busy machine too."""


class Slow:
    """An application whose answers wait until they are released."""

    def __init__(self) -> None:
        self.entered = Semaphore(0)
        self.released = Event()

    def __call__(self, _environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.entered.release()
        self.released.wait()
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]


def accepts_connections(server: Server) -> bool:
    try:
        socket.create_connection((HOST, server.port)).close()
    except OSError:
        return False
    return True


def served(server: Server) -> Thread:
    thread = Thread(target=server.serve)
    thread.start()
    return thread


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
def test_an_answer_in_flight_is_finished(secured: bool, server_tls: ssl.SSLContext, client_tls: ssl.SSLContext) -> None:
    slow = Slow()

    with (
        serving(slow, limits=PATIENT, tls=server_tls if secured else None) as server,
        connected(server.port, client_tls if secured else None) as connection,
    ):
        connection.sendall(GET)
        slow.entered.acquire()
        server.stop()
        while accepts_connections(server):
            pass
        slow.released.set()

        (answer,) = answers_in(read_to_end(connection))
        assert str(answer) == "200 done"


def test_the_answer_after_which_a_server_stops_says_so() -> None:
    servers: list[Server] = []

    def stopping(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        servers[0].stop()
        return echo(environ, start_response)

    with serving(stopping) as server, connected(server.port) as connection:
        servers.append(server)
        connection.sendall(GET * 2)

        (answer,) = answers_in(read_to_end(connection))
        assert answer.header("Connection") == "close"


def half_a_request(connection: socket.socket) -> None:
    connection.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf")


def half_a_head(connection: socket.socket) -> None:
    connection.sendall(b"POST / HTTP/1.1\r\nHost")


def a_request(connection: socket.socket) -> None:
    assert ask(connection).status == 200


def half_a_second_request(connection: socket.socket) -> None:
    a_request(connection)
    half_a_request(connection)


def a_last_request(connection: socket.socket) -> None:
    connection.sendall(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert read_answer(connection).status == 200


def nothing(_connection: socket.socket) -> None:
    pass


WAITING = [
    pytest.param(nothing, id="that has sent nothing"),
    pytest.param(a_request, id="between requests"),
    pytest.param(half_a_head, id="in the middle of the headers"),
    pytest.param(half_a_request, id="in the middle of a body"),
    pytest.param(half_a_second_request, id="in the middle of a second request"),
    pytest.param(a_last_request, id="that stays open after the last answer"),
]


@pytest.mark.parametrize("use", WAITING)
def test_a_connection_does_not_hold_up_the_stop(use: Callable[[socket.socket], None]) -> None:
    server = Server(echo, HOST, 0, 1024, limits=PATIENT)
    thread = served(server)
    with connected(server.port) as connection:
        use(connection)
        wait_for_crowd(server, 1)

        server.stop()
        thread.join(AT_ONCE)

        assert not thread.is_alive()
        assert read_to_end(connection) == b""
        assert threads_of(server) == []


@pytest.mark.parametrize("use", WAITING)
def test_a_connection_with_tls_does_not_hold_up_the_stop(
    use: Callable[[socket.socket], None], server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    server = Server(echo, HOST, 0, 1024, limits=PATIENT, tls=server_tls)
    thread = served(server)
    with connected(server.port, client_tls) as connection:
        use(connection)

        server.stop()
        thread.join(AT_ONCE)

        assert not thread.is_alive()
        assert read_to_end(connection) == b""


def test_a_stalled_handshake_does_not_hold_up_the_stop(server_tls: ssl.SSLContext) -> None:
    news: list[Unreadable] = []
    server = Server(echo, HOST, 0, 1024, limits=PATIENT, tls=server_tls, on_unreadable=news.append)
    thread = served(server)
    with connected(server.port) as connection:
        connection.sendall(b"\x16\x03\x01")
        wait_for_crowd(server, 1)

        server.stop()
        thread.join(AT_ONCE)

        assert not thread.is_alive()
        assert news == []


def test_an_answer_that_never_ends_holds_up_the_stop_for_the_grace_only() -> None:
    slow = Slow()
    server = Server(slow, HOST, 0, 1024, limits=Limits(grace_seconds=0.05))
    thread = served(server)
    with connected(server.port) as connection:
        connection.sendall(GET)
        slow.entered.acquire()

        server.stop()
        thread.join(AT_ONCE)

        assert not thread.is_alive()
        assert read_to_end(connection) == b""
        slow.released.set()
        for left in threads_of(server):
            left.join(PATIENCE_SECONDS)
        assert threads_of(server) == []


def test_a_server_that_is_stopped_before_it_serves_returns_at_once() -> None:
    server = Server(echo, HOST, 0, 1024)
    server.stop()
    server.stop()

    server.serve()

    server.close()
    server.stop()


def test_a_server_that_never_serves_lets_go_of_its_address() -> None:
    server = Server(echo, HOST, 0, 1024)

    server.close()
    server.close()

    assert not accepts_connections(server)


def test_a_stream_of_events_ends_in_order_when_the_server_stops(caplog: pytest.LogCaptureFixture) -> None:
    is_closed = Event()

    def stream(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        try:
            while not is_closed.wait(0.01):
                yield b": still here\n\n"
        finally:
            is_closed.set()

    server = Server(stream, HOST, 0, 1024, limits=PATIENT)
    thread = served(server)
    with connected(server.port) as connection:
        connection.sendall(GET)
        begin = read_until(connection, b": still here\n\n")

        server.stop()
        thread.join(AT_ONCE)

        assert not thread.is_alive()
        assert is_closed.is_set()
        (answer,) = answers_in(begin + read_to_end(connection))
        assert answer.is_whole
    assert caplog.records == []


def test_an_answer_in_parts_is_cut_after_the_grace() -> None:
    is_closed = Event()

    def endless(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [])
        try:
            while not is_closed.wait(0.01):
                yield b"more"
        finally:
            is_closed.set()

    with serving(endless, limits=quick(grace_seconds=0.1)) as server, connected(server.port) as connection:
        connection.sendall(GET)
        begin = read_until(connection, b"more")
        server.stop()

        (answer,) = answers_in(begin + read_to_end(connection))
        assert not answer.is_whole
        assert is_closed.wait(PATIENCE_SECONDS)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs signals to a thread")
def test_a_signal_handler_may_stop_it_again_and_again() -> None:
    server = Server(echo, HOST, 0, 1024)
    before = signal.signal(signal.SIGTERM, lambda *_: server.stop())
    main = current_thread().ident
    assert main is not None

    def kill() -> None:
        with connected(server.port) as connection:
            ask(connection)
            for _ in range(20):
                signal.pthread_kill(main, signal.SIGTERM)

    killer = Thread(target=kill)
    try:
        killer.start()
        server.serve()
    finally:
        killer.join()
        signal.signal(signal.SIGTERM, before)

    assert threads_of(server) == []
