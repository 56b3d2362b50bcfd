"""The HTTP server: where it listens, how it stops, what it leaves to the application."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from threading import Event, Semaphore, Thread
from typing import Any

import pytest

from sandbox.serving import DISCARDED_BYTES, GRACE_SECONDS, THREADS, Server, ServingError, url_of

ENDS_SOON = GRACE_SECONDS - 1
"""Seconds within which a server without answers in flight has stopped."""


def greet(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with the length that the client announced."""
    content = environ.get("CONTENT_LENGTH", "0").encode()
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [content]


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


@contextmanager
def serving(server: Server) -> Iterator[Thread]:
    """Serve in a thread, and stop."""
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield thread
    finally:
        server.stop()
        thread.join()


def connect(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)


def get(connection: http.client.HTTPConnection) -> tuple[int, bytes]:
    connection.request("GET", "/")
    answer = connection.getresponse()
    return answer.status, answer.read()


def accepts_connections(server: Server) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port)).close()
    except OSError:
        return False
    return True


def in_thread(call: Callable[[], Any]) -> tuple[Thread, list[Any]]:
    results: list[Any] = []
    thread = Thread(target=lambda: results.append(call()))
    thread.start()
    return thread, results


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as trial:
            trial.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_port_zero_picks_a_free_port_and_tells_which() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)

    assert server.port > 0
    assert server.url == f"http://127.0.0.1:{server.port}"
    with serving(server), closing(connect(server)) as connection:
        assert get(connection) == (200, b"0")


URLS = [
    pytest.param("127.0.0.1", "http://127.0.0.1:80", id="IPv4"),
    pytest.param("localhost", "http://localhost:80", id="a name"),
    pytest.param("::1", "http://[::1]:80", id="IPv6"),
    pytest.param("0.0.0.0", "http://127.0.0.1:80", id="every IPv4 address"),
    pytest.param("::", "http://[::1]:80", id="every IPv6 address"),
]


@pytest.mark.parametrize(("host", "url"), URLS)
def test_the_url_is_one_that_reaches_the_server(host: str, url: str) -> None:
    assert url_of(host, 80) == url


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_ipv6_is_served() -> None:
    server = Server(greet, "::1", 0, 1024)

    with serving(server), closing(http.client.HTTPConnection("::1", server.port, timeout=30)) as connection:
        assert get(connection) == (200, b"0")


def test_several_requests_share_a_connection() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)

    with serving(server), closing(connect(server)) as connection:
        get(connection)
        first = connection.sock
        get(connection)
        assert connection.sock is first


def test_a_taken_port_is_one_sentence_that_names_it() -> None:
    with (
        closing(Server(greet, "127.0.0.1", 0, 1024)) as first,
        pytest.raises(ServingError, match=rf"^port {first.port} is taken; .* --port"),
    ):
        Server(greet, "127.0.0.1", first.port, 1024)


def test_a_port_is_free_again_once_its_server_has_closed_its_connections() -> None:
    first = Server(greet, "127.0.0.1", 0, 1024)
    with closing(connect(first)) as connection:
        with serving(first):
            get(connection)

        Server(greet, "127.0.0.1", first.port, 1024).close()


HOSTS = [
    pytest.param("192.0.2.1", "is not an address of this machine", id="the address of another machine"),
    pytest.param("no-such-host.invalid", "cannot be found", id="an unknown name"),
    pytest.param("a" * 70 + ".invalid", "cannot be found", id="a label that is too long"),
]


@pytest.mark.parametrize(("host", "sentence"), HOSTS)
def test_a_host_that_cannot_be_served_is_one_sentence_that_names_the_flag(host: str, sentence: str) -> None:
    with pytest.raises(ServingError, match=f"{sentence}.* --host"):
        Server(greet, host, 0, 1024)


def test_an_answer_in_flight_is_finished_when_the_server_stops() -> None:
    slow = Slow()
    server = Server(slow, "127.0.0.1", 0, 1024)

    with serving(server) as thread, closing(connect(server)) as connection:
        client, answers = in_thread(lambda: get(connection))
        slow.entered.acquire()
        server.stop()
        while accepts_connections(server):
            pass
        slow.released.set()
        client.join()
        thread.join(ENDS_SOON)

        assert answers == [(200, b"done")]
        assert not thread.is_alive()


def test_an_idle_connection_does_not_hold_up_the_stop() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)

    with serving(server) as thread, closing(connect(server)) as connection:
        get(connection)
        server.stop()
        thread.join(ENDS_SOON)

        assert not thread.is_alive()


def test_a_request_that_never_ends_does_not_hold_up_the_stop() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)

    with serving(server) as thread, socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        server.stop()
        thread.join(ENDS_SOON)

        assert not thread.is_alive()


def test_an_answer_that_never_ends_holds_up_the_stop_for_a_few_seconds_only() -> None:
    slow = Slow()
    server = Server(slow, "127.0.0.1", 0, 1024)

    with serving(server) as thread, closing(connect(server)) as connection:
        connection.request("GET", "/")
        slow.entered.acquire()
        server.stop()
        thread.join(GRACE_SECONDS + 4)

        assert not thread.is_alive()
        slow.released.set()
        server.close()


def test_a_server_that_is_stopped_before_it_serves_returns_at_once() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)
    server.stop()
    server.stop()

    server.serve()

    server.close()


def test_a_body_over_the_limit_reaches_the_application() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)

    with serving(server), closing(connect(server)) as connection:
        connection.request("POST", "/", body=bytes(4096))
        assert connection.getresponse().read() == b"4096"


def test_a_body_that_is_beyond_all_measure_is_refused_before_it_is_read() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)

    with serving(server), closing(connect(server)) as connection:
        connection.putrequest("POST", "/")
        connection.putheader("Content-Length", str(1024 + DISCARDED_BYTES))
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_the_server_header_tells_no_version() -> None:
    server = Server(greet, "127.0.0.1", 0, 1024)

    with serving(server), closing(connect(server)) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().getheader("Server") == "scim-sandbox"


def test_two_servers_fit_in_one_process() -> None:
    first, second = (Server(greet, "127.0.0.1", 0, 1024) for _ in range(2))

    with serving(first), serving(second), closing(connect(first)) as one, closing(connect(second)) as other:
        assert get(one) == get(other) == (200, b"0")


def test_more_clients_than_threads_wait_and_are_all_answered(caplog: pytest.LogCaptureFixture) -> None:
    slow = Slow()
    server = Server(slow, "127.0.0.1", 0, 1024)

    with serving(server), ExitStack() as stack:
        connections = [stack.enter_context(closing(connect(server))) for _ in range(THREADS + 4)]
        for connection in connections[:THREADS]:
            connection.request("GET", "/")
        for _ in range(THREADS):
            slow.entered.acquire()
        for connection in connections[THREADS:]:
            connection.request("GET", "/")
        while len(server._acceptor.task_dispatcher.queue) < len(connections) - THREADS:
            pass
        slow.released.set()
        answers = [connection.getresponse().read() for connection in connections]

    assert answers == [b"done"] * (THREADS + 4)
    assert caplog.records == []


def test_a_stream_without_end_is_cut_when_the_server_stops(caplog: pytest.LogCaptureFixture) -> None:
    cut = Event()

    def stream(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        try:
            while not cut.wait(0.05):
                yield b": still here\n\n"
        finally:
            cut.set()

    server = Server(stream, "127.0.0.1", 0, 1024)
    with serving(server) as thread, closing(connect(server)) as connection:
        connection.request("GET", "/")
        with connection.getresponse() as answer:
            answer.readline()
            server.stop()
            thread.join(GRACE_SECONDS + 2)

        assert not thread.is_alive()
        assert cut.is_set()
    assert caplog.records == []
