"""Talking to a server in bytes: what is sent is what stands in the test, and so is what is read."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ssl import SSLContext
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from typing import Any

from sandbox.serving import Limits, Server

HOST = "127.0.0.1"
PATIENCE_SECONDS = 20
"""How long a test waits for what should come at once, on a machine that has other things to do."""
MAX_BODY_BYTES = 1024
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
"""A request that ends the connection; its answer shows that what came before was read to its very end."""

Environ = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer as it came."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    is_whole: bool = True

    def header(self, name: str) -> str | None:
        """Return the value of a header, or ``None``."""
        return next((value for each, value in self.headers if each.lower() == name.lower()), None)

    def __str__(self) -> str:
        shown = f" {self.body.decode()}" if self.status == 200 else ""
        return f"{self.status}{shown}{'' if self.is_whole else ' …'}".rstrip(" ")


def echo(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with what was understood of the request."""
    body = environ["wsgi.input"].read()
    words = [environ["REQUEST_METHOD"], environ["PATH_INFO"], environ["QUERY_STRING"], body.decode("latin-1")]
    said = " ".join(word for word in words if word).encode()
    headers = [("Content-Length", str(len(said))), ("X-Method", environ["REQUEST_METHOD"])]
    start_response("200 OK", headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else said]


@contextmanager
def serving(app: Callable[..., Any], max_body_bytes: int = MAX_BODY_BYTES, **options: Any) -> Iterator[Server]:
    """Serve *app* in a thread, and stop."""
    server = Server(app, HOST, 0, max_body_bytes, **options)
    thread = Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
    assert threads_of(server) == []


def threads_of(server: Server) -> list[Thread]:
    """Return the threads of *server*, but for the one that serves."""
    return [thread for thread in enumerate_threads() if thread.name.startswith(f"{server.url} ")]


def wait_for_crowd(server: Server, number: int) -> None:
    """Wait until *server* has just that many connections."""
    wait_for(lambda: server.crowd, number, "connections")


def wait_for(count: Callable[[], int], number: int, what: str) -> None:
    """Wait until there are just that many of *what*."""
    spinning = Event()
    for _ in range(int(PATIENCE_SECONDS / 0.01)):
        if count() == number:
            return
        spinning.wait(0.01)
    raise AssertionError(f"{count()} {what}, not {number}")


def quick(**seconds: float) -> Limits:
    """Return limits with times that a test can wait for."""
    return Limits(**{"linger_seconds": 1, "grace_seconds": 1, **seconds})


@contextmanager
def connected(port: int, tls: SSLContext | None = None) -> Iterator[socket.socket]:
    """Connect, with TLS if there is a context."""
    with socket.create_connection((HOST, port), timeout=PATIENCE_SECONDS) as connection:
        if tls is None:
            yield connection
        else:
            with tls.wrap_socket(connection, server_hostname=HOST) as secure:
                yield secure


def ask(connection: socket.socket, request: bytes = GET) -> Answer:
    """Send one request on a connection that goes on, and return its answer."""
    connection.sendall(request)
    return read_answer(connection)


def read_answer(connection: socket.socket) -> Answer:
    """Return the next answer, which has a Content-Length or no body."""
    head = read_until(connection, b"\r\n\r\n")
    (answer,) = answers_in(head)
    length = int(answer.header("Content-Length") or 0)
    body = b""
    while len(body) < length and (data := connection.recv(length - len(body))):
        body += data
    return Answer(status=answer.status, headers=answer.headers, body=body, is_whole=len(body) == length)


def exchange(port: int, *parts: bytes, tls: SSLContext | None = None, half_close: bool = False) -> list[Answer]:
    """Send *parts*, read until the server ends the connection, and return the answers."""
    with connected(port, tls) as connection:
        with suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        return answers_in(read_to_end(connection))


def read_to_end(connection: socket.socket) -> bytes:
    """Return all that comes until the server ends the connection, by whatever means."""
    received = []
    with suppress(ConnectionError):
        while data := connection.recv(65_536):
            received.append(data)
    return b"".join(received)


def read_until(connection: socket.socket, end: bytes) -> bytes:
    """Return what comes up to and with *end*, or up to the end of the connection."""
    received = b""
    while not received.endswith(end) and (data := connection.recv(1)):
        received += data
    return received


def answers_in(received: bytes) -> list[Answer]:
    """Return the answers in what a server has sent."""
    found = []
    while received:
        answer, received = _next_answer(received)
        found.append(answer)
    return found


def _next_answer(received: bytes) -> tuple[Answer, bytes]:
    head, end, rest = received.partition(b"\r\n\r\n")
    line, *lines = head.decode("latin-1").split("\r\n")
    headers = [(name, value.strip()) for name, _, value in (each.partition(":") for each in lines)]
    status = int(line.split(" ")[1])
    found = Answer(status=status, headers=headers, is_whole=bool(end))
    if status in {100, 204, 304} or found.header("X-Method") == "HEAD":
        return found, rest
    if found.header("Transfer-Encoding") == "chunked":
        body, is_whole, rest = _chunks(rest)
    else:
        length = int(found.header("Content-Length") or len(rest))
        body, is_whole, rest = rest[:length], len(rest) >= length, rest[length:]
    return Answer(status=status, headers=headers, body=body, is_whole=is_whole), rest


def _chunks(rest: bytes) -> tuple[bytes, bool, bytes]:
    body = b""
    while True:
        size, end, rest = rest.partition(b"\r\n")
        if not end:
            return body, False, b""
        length = int(size, 16)
        body += rest[:length]
        if len(rest) < length + 2:
            return body, False, b""
        assert rest[length : length + 2] == b"\r\n"
        rest = rest[length + 2 :]
        if not length:
            return body, True, rest
