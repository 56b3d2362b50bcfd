"""Many clients at once: nobody starves, nobody is in the way for long, and everything is given back."""

from __future__ import annotations

import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from select import select
from ssl import SSLContext
from threading import Barrier, Condition, Semaphore, active_count
from typing import Any

import pytest

from sandbox.serving import Limits
from sandbox.serving.crew import QUIET_TURNS, TURN_SECONDS
from tests.serving.raw import (
    GET,
    LAST,
    PATIENCE_SECONDS,
    ask,
    connected,
    echo,
    exchange,
    read_answer,
    read_to_end,
    read_until,
    serving,
    wait_for,
    wait_for_crowd,
)

try:
    import resource
except ImportError:  # Windows, where a process may have many more sockets
    resource = None  # type: ignore[assignment]

CROWD = 300
STREAMS = 40
ONE_CONNECTION_BYTES = 60_000
"""What a connection may take of Python's memory while it is open."""
IDLE_SECONDS = 0.5
"""After which a connection is ended; a test does not come near it before."""
LEFT_BYTES = 300_000
"""What a thousand things of the machine may take meanwhile."""


@pytest.fixture
def many_sockets() -> Iterator[None]:
    """Allow this process to have both ends of a crowd of connections."""
    if resource is None:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CROWD + 200
    if 0 <= soft < wanted:
        if 0 <= hard < wanted:
            pytest.skip(f"this machine allows only {hard} open files")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.usefixtures("many_sockets")
@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
def test_a_crowd_of_idle_clients_is_in_nobodys_way(
    secured: bool, server_tls: SSLContext, client_tls: SSLContext
) -> None:
    context = client_tls if secured else None
    with serving(echo, tls=server_tls if secured else None) as server:
        exchange(server.port, LAST, tls=context)
        wait_for_crowd(server, 0)
        threads_before = active_count()
        gc.collect()
        tracemalloc.start()
        memory_before = tracemalloc.get_traced_memory()[0]
        with ExitStack() as stack:
            crowd = [stack.enter_context(connected(server.port, context)) for _ in range(CROWD)]
            for connection in crowd[::2]:
                assert ask(connection).status == 200
            assert [str(answer) for answer in exchange(server.port, LAST, tls=context)] == ["200 GET /last"]
            assert [str(ask(connection)) for connection in crowd[1::50]] == ["200 GET /"] * 6
            wait_for_crowd(server, CROWD)
            wait_for(active_count, threads_before, "threads")
            taken = tracemalloc.get_traced_memory()[0] - memory_before
        wait_for_crowd(server, 0)
        del crowd, connection
        gc.collect()
        left = tracemalloc.get_traced_memory()[0] - memory_before
        tracemalloc.stop()

        assert taken < CROWD * ONE_CONNECTION_BYTES
        assert left < LEFT_BYTES
        wait_for(active_count, threads_before, "threads")


class Streams:
    """An application that streams an event a round until it is told to end, and answers all else at once."""

    def __init__(self) -> None:
        self.closed = Semaphore(0)
        self._round = 0
        self._is_over = False
        self._changed = Condition()

    def go_on(self, *, is_over: bool = False) -> None:
        """Begin the next round, or end."""
        with self._changed:
            self._round += 1
            self._is_over = is_over
            self._changed.notify_all()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/stream":
            return echo(environ, start_response)
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return self._events()

    def _events(self) -> Iterator[bytes]:
        try:
            while not self._is_over:
                seen = self._round
                yield b"data: tick\n\n"
                with self._changed:
                    self._changed.wait_for(lambda seen=seen: self._round > seen)  # type: ignore[misc]
        finally:
            self.closed.release()


def test_streams_are_in_nobodys_way() -> None:
    streams = Streams()
    with serving(streams) as server, ExitStack() as stack:
        listeners = [stack.enter_context(connected(server.port)) for _ in range(STREAMS)]
        for listener in listeners:
            listener.sendall(GET.replace(b"/ ", b"/stream "))
        for listener in listeners:
            read_until(listener, b"tick\n\n")

        assert [str(answer) for answer in exchange(server.port, GET * 50, LAST)] == ["200 GET /"] * 50 + [
            "200 GET /last"
        ]
        streams.go_on()
        for listener in listeners:
            assert read_until(listener, b"tick\n\n").endswith(b"data: tick\n\n")

        streams.go_on(is_over=True)
        for _ in range(STREAMS):
            assert streams.closed.acquire(timeout=PATIENCE_SECONDS)
        for listener in listeners:
            read_until(listener, b"0\r\n\r\n")
            assert str(ask(listener)) == "200 GET /"


def test_streams_whose_clients_have_gone_are_given_back() -> None:
    streams = Streams()
    with serving(streams) as server:
        with ExitStack() as stack:
            for _ in range(STREAMS):
                listener = stack.enter_context(connected(server.port))
                listener.sendall(GET.replace(b"/ ", b"/stream "))
                read_until(listener, b"tick\n\n")
        for _ in range(STREAMS):
            while not streams.closed.acquire(timeout=0.01):
                streams.go_on()
        wait_for_crowd(server, 0)


def test_all_clients_are_answered_at_the_same_time() -> None:
    together = Barrier(50)

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        together.wait(PATIENCE_SECONDS)
        return echo(environ, start_response)

    with serving(app) as server, ExitStack() as stack:
        crowd = [stack.enter_context(connected(server.port)) for _ in range(50)]
        for connection in crowd:
            connection.sendall(GET)

        assert [str(read_answer(connection)) for connection in crowd] == ["200 GET /"] * 50


class OneWaits:
    """An application that lets whoever asks for ``/slow`` wait until it is told to go on."""

    def __init__(self) -> None:
        self.entered = Semaphore(0)
        self.goes_on = Semaphore(0)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.entered.release()
            assert self.goes_on.acquire(timeout=PATIENCE_SECONDS)
        return echo(environ, start_response)


SLOW = GET.replace(b"/ ", b"/slow ")


def test_who_was_slow_is_a_client_as_any_other_afterwards() -> None:
    one_waits = OneWaits()
    limits = Limits(idle_seconds=IDLE_SECONDS)
    with serving(one_waits, limits=limits) as server, ExitStack() as stack:
        slow, other = (stack.enter_context(connected(server.port)) for _ in range(2))
        assert [str(ask(each)) for each in (slow, other)] == ["200 GET /"] * 2
        threads_before = active_count()
        for _ in range(3):
            slow.sendall(SLOW)
            one_waits.entered.acquire()
            assert str(ask(other)) == "200 GET /"
            one_waits.goes_on.release()
            assert str(read_answer(slow)) == "200 GET /slow"
            assert str(ask(slow)) == "200 GET /"
        wait_for(active_count, threads_before, "threads")

        assert read_to_end(slow) == b""
        wait_for_crowd(server, 0)


def test_who_comes_after_a_quiet_time_is_in_nobodys_way_either() -> None:
    one_waits = OneWaits()
    with serving(one_waits) as server, connected(server.port) as slow, connected(server.port) as other:
        select([slow], [], [], 2 * QUIET_TURNS * TURN_SECONDS)
        slow.sendall(SLOW)
        one_waits.entered.acquire()

        assert str(ask(other)) == "200 GET /"
        one_waits.goes_on.release()
        assert str(read_answer(slow)) == "200 GET /slow"


def test_beyond_the_number_an_idle_client_makes_room() -> None:
    with serving(echo, limits=Limits(connections=3)) as server, ExitStack() as stack:
        crowd = [stack.enter_context(connected(server.port)) for _ in range(3)]
        for connection in crowd:
            assert ask(connection).status == 200

        with connected(server.port) as newcomer:
            assert str(ask(newcomer)) == "200 GET /"
            wait_for_crowd(server, 3)
            assert read_to_end(crowd[0]) == b""
            assert [ask(connection).status for connection in crowd[1:]] == [200, 200]


def test_beyond_the_number_a_newcomer_is_refused_when_all_are_busy() -> None:
    streams = Streams()
    limits = Limits(connections=2, refused_connections=1)
    with serving(streams, limits=limits) as server, ExitStack() as stack:
        for _ in range(2):
            listener = stack.enter_context(connected(server.port))
            listener.sendall(GET.replace(b"/ ", b"/stream "))
            read_until(listener, b"tick\n\n")

        with connected(server.port) as newcomer:
            newcomer.sendall(b"GET / HTTP/1.1\r\n")
            wait_for_crowd(server, 3)
            with connected(server.port) as one_too_many:
                assert read_to_end(one_too_many) == b""
            newcomer.sendall(b"Host: a\r\n\r\n")
            answer = read_answer(newcomer)
            assert (answer.status, answer.header("Connection")) == (503, "close")

        streams.go_on(is_over=True)
    assert "try again" in answer.body.decode()


NO_MORE_THREADS = """
import threading
from select import select
from sandbox.serving import Limits, Server

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        threading.stack_size(1 << 46)
        select([], [], [], 0.1)
    if environ["PATH_INFO"] == "/last":
        server.stop()
        select([], [], [], 600)
    start_response("200 OK", [])
    return [environ["PATH_INFO"].encode()]

server = Server(app, "127.0.0.1", 0, 1024, limits=Limits(grace_seconds=0.1))
print(server.port, flush=True)
server.serve()
"""


@pytest.mark.skipif(resource is None, reason="whether Windows refuses such a stack was not tried")
def test_a_server_that_gets_no_thread_answers_one_after_the_other() -> None:
    with started(NO_MORE_THREADS) as (process, port), connected(port) as slow, connected(port) as other:
        for _ in range(2):
            slow.sendall(SLOW)
            other.sendall(GET)
            assert read_answer(other).body == b"/"
            assert read_answer(slow).body == b"/slow"

        other.sendall(LAST)
        assert read_to_end(other) == b""
        assert process.wait(PATIENCE_SECONDS) == 0


FEW_FILES = """
import resource
from select import select
from sandbox.serving import Server

def app(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        select([], [], [], 0.5)
    start_response("200 OK", [])
    return [b"abc"]

server = Server(app, "127.0.0.1", 0, 1024)
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (40, hard))
print(server.port, flush=True)
server.serve()
"""


@contextmanager
def started(program: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run a program that serves, and yield its process and its port; it says nothing of errors."""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process, int(process.stdout.readline())
    finally:
        process.terminate()
        _, errors = process.communicate()
    assert errors == b""


@pytest.mark.skipif(resource is None, reason="no limit of open files on Windows")
def test_a_server_without_file_numbers_left_makes_room_and_goes_on() -> None:
    with started(FEW_FILES) as (_, port):
        with ExitStack() as stack:
            for _ in range(100):
                connection = stack.enter_context(connected(port))
                connection.sendall(GET)
            assert read_answer(connection).body == b"abc"

        (answer,) = exchange(port, LAST)
        assert answer.body == b"abc"


@pytest.mark.skipif(resource is None, reason="no limit of open files on Windows")
def test_a_server_without_file_numbers_left_lets_clients_in_when_others_are_done() -> None:
    with started(FEW_FILES) as (_, port), ExitStack() as stack:
        for _ in range(60):
            connection = stack.enter_context(connected(port))
            connection.sendall(SLOW)

        assert read_answer(connection).body == b"abc"
