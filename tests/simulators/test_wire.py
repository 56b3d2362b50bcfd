"""One connection: kept alive, opened again, given up; what cannot be read is told."""

from __future__ import annotations

import gzip
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from threading import Event, Thread

import pytest

from sandbox.simulators.endpoint import Slash, read_endpoint
from sandbox.simulators.wire import NO_JSON, Answer, Connection, NoAnswerError, Request, Silence

Speak = Callable[[socket.socket, bytes], None]
LOOK = Request(method="GET", path="/Users", headers=())
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@pytest.fixture
def listen() -> Iterator[Callable[..., Connection]]:
    """Listen with something that speaks after each request, and return a connection to it."""
    with ExitStack() as stack:

        def listen(*speeches: Speak, patience_seconds: float = 5) -> Connection:
            listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            is_over = Event()
            thread = Thread(target=_serve, args=(listening, list(speeches), is_over), daemon=True)
            thread.start()
            stack.callback(thread.join, 5)
            stack.callback(_end, listening.getsockname(), is_over)
            endpoint = read_endpoint(f"http://127.0.0.1:{listening.getsockname()[1]}/scim")
            connection = Connection(endpoint, Slash.SINGLE, patience_seconds=patience_seconds)
            return stack.enter_context(closing(connection))

        yield listen


def _end(address: tuple[str, int], is_over: Event) -> None:
    """Let what listens end, even if it waits for a connection."""
    is_over.set()
    with suppress(OSError):
        socket.create_connection(address, timeout=1).close()


def _serve(listening: socket.socket, speeches: list[Speak], is_over: Event) -> None:
    with suppress(OSError):
        while speeches and not is_over.is_set():
            client, _ = listening.accept()
            with client:
                while speeches and (request := client.recv(65_536)):
                    speeches.pop(0)(client, request)
                    if client.fileno() < 0:
                        break


def says(content: bytes, *, hang_up: bool = False) -> Speak:
    """Return what says something, whatever it was asked."""

    def speak(client: socket.socket, _: bytes) -> None:
        client.sendall(content)
        if hang_up:
            client.close()

    return speak


def hangs_up(client: socket.socket, _: bytes) -> None:
    """Say nothing and go."""
    client.close()


def test_a_connection_is_kept_alive(listen: Callable[..., Connection]) -> None:
    connection = listen(says(OK), says(OK))

    assert [connection.send(LOOK).status for _ in range(2)] == [200, 200]


def test_a_connection_that_was_closed_meanwhile_is_opened_again(listen: Callable[..., Connection]) -> None:
    connection = listen(says(OK, hang_up=True), says(OK))

    assert [connection.send(LOOK).status for _ in range(2)] == [200, 200]


def test_a_request_on_a_new_connection_is_not_sent_twice(listen: Callable[..., Connection]) -> None:
    connection = listen(hangs_up, says(OK))

    with pytest.raises(NoAnswerError, match="gives no HTTP answer") as gone:
        connection.send(LOOK)

    assert gone.value.why is Silence.UNREACHABLE


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}", id="a body cut short"),
        pytest.param(b"HTTP/1.1 abc\r\n\r\n", id="no status"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", id="no gzip"),
    ],
)
def test_what_is_no_http_is_told(content: bytes, listen: Callable[..., Connection]) -> None:
    with pytest.raises(NoAnswerError) as gone:
        listen(says(content, hang_up=True)).send(LOOK)

    assert gone.value.why is Silence.UNREACHABLE


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(b'{"a":1}', mtime=0)), ("deflate", zlib.compress(b'{"a":1}')), ("br", b'{"a":1}')],
    ids=["gzip", "deflate", "not compressed at all"],
)
def test_a_compressed_answer_is_read(encoding: str, body: bytes, listen: Callable[..., Connection]) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    assert listen(says(head + body)).send(LOOK).json() == {"a": 1}


def test_a_redirect_is_not_followed(listen: Callable[..., Connection]) -> None:
    answer = listen(says(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n")).send(LOOK)

    assert (answer.status, answer.header("location"), answer.json()) == (302, "/login", None)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        pytest.param(b"<html>", NO_JSON, id="html"),
        pytest.param(b'{"a":', NO_JSON, id="broken"),
        pytest.param(b"\xff\xfe\xfa", NO_JSON, id="no text"),
        pytest.param(b"[" * 100_000, NO_JSON, id="too deep"),
        pytest.param(b"  ", None, id="nothing"),
    ],
)
def test_a_body_that_is_no_json_reads_as_such(content: bytes, shown: object) -> None:
    assert Answer(status=200, headers=(), content=content).json() is shown


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"], ids=["silence", "a trickle"]
)
def test_an_answer_that_never_ends_is_given_up(start: bytes, listen: Callable[..., Connection]) -> None:
    over = Event()

    def trickle(client: socket.socket, _: bytes) -> None:
        client.sendall(start)
        while start and not over.wait(0.05):
            client.sendall(b" ")
        over.wait(5)

    with pytest.raises(NoAnswerError, match="did not answer in time") as gone:
        listen(trickle, patience_seconds=0.3).send(LOOK)

    over.set()
    assert gone.value.why is Silence.SLOW


def test_nobody_at_the_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    connection = Connection(read_endpoint(f"http://127.0.0.1:{port}"), Slash.SINGLE, patience_seconds=5)

    with pytest.raises(NoAnswerError, match=rf"http://127.0.0.1:{port} gives no HTTP answer: Connection refused"):
        connection.send(LOOK)


def test_plain_http_where_tls_is_expected_is_told(listen: Callable[..., Connection]) -> None:
    plain = listen(says(b"HTTP/1.1 400 Bad Request\r\n\r\n", hang_up=True))
    secure = Connection(read_endpoint(f"https://127.0.0.1:{plain.endpoint.port}"), Slash.SINGLE, patience_seconds=5)

    with pytest.raises(NoAnswerError, match=r"https://127[.]0[.]0[.]1") as gone:
        secure.send(LOOK)

    assert isinstance(gone.value.__cause__, ssl.SSLError)
