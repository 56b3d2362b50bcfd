"""Clients that are slow: each part of a request has its time, which trickling does not extend."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from select import select
from ssl import SSLContext
from typing import Any

import pytest

from sandbox.serving import Limits
from tests.serving.raw import (
    GET,
    Answer,
    answers_in,
    ask,
    connected,
    echo,
    quick,
    read_answer,
    read_to_end,
    serving,
    wait_for_crowd,
)

SHORT = 0.05
"""Seconds that a client exceeds by doing nothing."""
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"


def trickle(connection: socket.socket, parts: list[bytes]) -> list[Answer]:
    """Send a part whenever nothing came for a moment, until an answer comes; return the answers."""
    has_come = len(parts) == 1
    with suppress(ConnectionError):
        for part in parts:
            has_come = has_come or bool(select([connection], [], [], SHORT / 10)[0])
            if has_come and len(parts) > 1:
                break
            connection.sendall(part)
    assert has_come, "the server has waited for all of it"
    return answers_in(read_to_end(connection))


TRICKLES: list[Any] = [
    pytest.param({"header_seconds": SHORT}, [b"GET / HTTP/1.1\r\n"], "the headers", id="headers"),
    pytest.param({"header_seconds": SHORT}, [b"GET /", *[b"a"] * 2000], "the headers", id="a target, byte by byte"),
    pytest.param({"header_seconds": SHORT}, [GET[:-2], *[b"A: b\r\n"] * 2000], "the headers", id="header by header"),
    pytest.param({"body_seconds": SHORT}, [POST + b"Content-Length: 9\r\n\r\n"], "the body", id="a body"),
    pytest.param(
        {"body_seconds": SHORT},
        [POST + b"Content-Length: 9999\r\n\r\n", *[b"a"] * 2000],
        "the body",
        id="a body, byte by byte",
    ),
    pytest.param(
        {"body_seconds": SHORT},
        [POST + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\na\r\n"] * 2000],
        "the body",
        id="chunk by chunk",
    ),
]


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
@pytest.mark.parametrize(("seconds", "parts", "what"), TRICKLES)
def test_a_request_that_does_not_come_in_time_is_refused(
    seconds: dict[str, float],
    parts: list[bytes],
    what: str,
    secured: bool,
    server_tls: SSLContext,
    client_tls: SSLContext,
) -> None:
    with (
        serving(echo, limits=quick(**seconds), tls=server_tls if secured else None) as server,
        connected(server.port, client_tls if secured else None) as connection,
    ):
        (answer,) = trickle(connection, parts)

    assert answer.status == 408
    assert json.loads(answer.body) == {"message": f"{what} must be complete within 0.05 seconds"}
    assert answer.header("Connection") == "close"


def test_the_time_of_a_request_begins_with_its_first_byte() -> None:
    with serving(echo, limits=quick(header_seconds=SHORT)) as server, connected(server.port) as connection:
        connection.sendall(b"\r\n")
        select([connection], [], [], 2 * SHORT)

        assert str(ask(connection)) == "200 GET /"
        select([connection], [], [], 2 * SHORT)
        assert str(ask(connection)) == "200 GET /"


def test_the_time_between_requests_is_not_what_the_last_one_had_left() -> None:
    limits = Limits(header_seconds=1, body_seconds=1)
    with serving(echo, limits=limits) as server, connected(server.port) as connection:
        for part in (POST, b"Content-Length: 3\r\n\r\n", b"abc"):
            connection.sendall(part)
            select([connection], [], [], SHORT)
        assert str(read_answer(connection)) == "200 POST / abc"

        assert select([connection], [], [], 1.2)[0] == []
        assert str(ask(connection)) == "200 GET /"


@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("requests", [0, 1])
def test_an_idle_connection_is_closed_without_a_word(
    requests: int, secured: bool, server_tls: SSLContext, client_tls: SSLContext
) -> None:
    with (
        serving(echo, limits=quick(idle_seconds=4 * SHORT), tls=server_tls if secured else None) as server,
        connected(server.port, client_tls if secured else None) as connection,
    ):
        for _ in range(requests):
            assert ask(connection).status == 200

        assert read_to_end(connection) == b""
        wait_for_crowd(server, 0)


def test_a_refused_client_that_does_not_go_is_not_waited_for() -> None:
    with serving(echo, limits=quick(linger_seconds=SHORT)) as server, connected(server.port) as connection:
        connection.sendall(b"no request at all\r\n\r\n")

        assert [answer.status for answer in answers_in(read_to_end(connection))] == [501]
        wait_for_crowd(server, 0)


def test_a_refused_client_that_goes_on_is_not_listened_to_for_ever() -> None:
    limits = Limits(linger_seconds=60, discarded_bytes=1_000)
    with serving(echo, limits=limits) as server, connected(server.port) as connection:
        connection.sendall(b"no request at all\r\n\r\n")
        assert [answer.status for answer in answers_in(read_to_end(connection))] == [501]

        connection.sendall(bytes(900))
        assert server.crowd == 1
        connection.sendall(bytes(100))
        wait_for_crowd(server, 0)


def test_a_handshake_that_stalls_is_ended_and_blocks_nobody(server_tls: SSLContext, client_tls: SSLContext) -> None:
    limits = quick(handshake_seconds=1)
    with serving(echo, limits=limits, tls=server_tls) as server, connected(server.port) as silent:
        with connected(server.port) as stalled:
            stalled.sendall(b"\x16\x03\x01\x02\x00\x01")
            wait_for_crowd(server, 2)
            with connected(server.port, client_tls) as other:
                assert ask(other).status == 200
            wait_for_crowd(server, 2)

            assert read_to_end(stalled) == b""
            assert read_to_end(silent) == b""
        wait_for_crowd(server, 0)
