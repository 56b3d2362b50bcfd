"""What the server refuses by itself: one clear sentence to the client, and the news to whoever wants to know."""

from __future__ import annotations

import json
import socket
import ssl
from contextlib import suppress
from queue import Queue

import pytest
import trustme

from sandbox.serving import Limits, Unreadable
from tests.serving.raw import (
    GET,
    HOST,
    LAST,
    PATIENCE_SECONDS,
    Answer,
    answers_in,
    ask,
    connected,
    echo,
    exchange,
    quick,
    read_to_end,
    serving,
)

POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
"""How a TLS client says hello."""

REFUSED = [
    pytest.param(b"no request\r\n\r\n", "unknown_method", 501, "methods are written in capitals", id="noise"),
    pytest.param(b"FROB / HTTP/1.1\r\n\r\n", "unknown_method", 501, "FROB is no method known here", id="a method"),
    pytest.param(b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "unknown_method", 501, "for proxies", id="a tunnel"),
    pytest.param(b"\x00\x01\x02", "bad_request", 400, "no HTTP request", id="no text"),
    pytest.param(HELLO, "tls_to_http", 400, "use a URL with http://", id="TLS"),
    pytest.param(HELLO[:1], "tls_to_http", 400, "use a URL with http://", id="the first byte of TLS"),
    pytest.param(b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", "unknown_version", 505, "HTTP/1.1", id="a version"),
    pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "unknown_version", 505, "HTTP/1.1", id="HTTP/2"),
    pytest.param(b"GET /\x01 HTTP/1.1\r\n\r\n", "bad_request", 400, "percent-encoded", id="a target"),
    pytest.param(b"GET / HTTP/1.1\r\n\r\n", "bad_request", 400, "Host header is missing", id="no host"),
    pytest.param(GET[:-2] + b"Host: b\r\n\r\n", "bad_request", 400, "several Host headers", id="two hosts"),
    pytest.param(GET[:-2] + b"A : b\r\n\r\n", "bad_request", 400, "Invalid header token", id="a header"),
    pytest.param(GET[:-2] + b"A: b\r\n" * 300 + b"\r\n", "header_too_large", 431, "256", id="many headers"),
    pytest.param(GET[:-2] + b"A: " + b"b" * 70_000, "header_too_large", 431, "65536", id="a large header"),
    pytest.param(GET[:-2] + b"Content-Length: -1\r\n\r\n", "bad_request", 400, "Content-Length", id="a length"),
    pytest.param(
        POST + b"Content-Length: 99999999999\r\n\r\n", "body_too_large", 413, "67109888 bytes", id="a large body"
    ),
    pytest.param(POST + b"Transfer-Encoding: gzip\r\n\r\n", "unknown_coding", 501, "chunked", id="a coding"),
    pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\nzz", "bad_request", 400, "chunk size", id="chunks"),
    pytest.param(
        POST + b"Content-Length: 3\r\n\r\nab", "incomplete", 400, "before the request was complete", id="half"
    ),
    pytest.param(b"GET / HTTP/1.1\r\nHo", "incomplete", 400, "before the request was complete", id="half a head"),
]


@pytest.mark.parametrize(("sent", "kind", "status", "words"), REFUSED)
def test_a_refusal_is_a_sentence_and_news(sent: bytes, kind: str, status: int, words: str) -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, on_unreadable=news.put) as server:
        (answer,) = exchange(server.port, sent, half_close=True)

    assert answer.status == status
    assert answer.header("Content-Type") == "application/json; charset=utf-8"
    assert answer.header("Connection") == "close"
    assert answer.header("Server") == "scim-sandbox"
    message = json.loads(answer.body)["message"]
    assert words in message
    told = news.get(timeout=PATIENCE_SECONDS)
    assert (told.kind, told.status, told.message, told.client) == (kind, status, message, HOST)
    assert sent.startswith(told.first_bytes)
    assert min(len(sent), 1) <= len(told.first_bytes) <= 512
    assert news.empty()


def test_what_is_told_of_the_second_request_begins_with_the_second() -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, on_unreadable=news.put) as server:
        answers = exchange(server.port, GET + b"BAD /\r\n\r\n", LAST)

    assert [answer.status for answer in answers] == [200, 501]
    assert news.get(timeout=PATIENCE_SECONDS).first_bytes.startswith(b"BAD /\r\n\r\n")


def test_what_was_sent_byte_by_byte_is_told_as_a_whole() -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, on_unreadable=news.put) as server:
        exchange(server.port, *[bytes([byte]) for byte in b"GET / HTTP/1.1\r\nA B"], half_close=True)

    assert news.get(timeout=PATIENCE_SECONDS).first_bytes.startswith(b"GET / HTTP/1.1\r\nA ")


def test_what_a_client_sent_is_not_in_the_text_of_the_news() -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, on_unreadable=news.put) as server:
        exchange(server.port, GET[:-2] + b"Authorization: Bearer secret\r\nA : b\r\n\r\n")

    assert "secret" not in repr(news.get(timeout=PATIENCE_SECONDS))


def test_nothing_is_told_of_clients_that_come_and_go() -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, limits=quick(idle_seconds=0.05), on_unreadable=news.put) as server:
        with connected(server.port):
            pass
        with connected(server.port) as connection:
            ask(connection)
        with connected(server.port) as connection:
            connection.sendall(b"\r\n")
            read_to_end(connection)

    assert news.empty()


def test_a_listener_that_fails_does_not_keep_the_answer_from_the_client(caplog: pytest.LogCaptureFixture) -> None:
    def fail(_news: Unreadable) -> None:
        raise RuntimeError("not now")

    with serving(echo, on_unreadable=fail) as server:
        (answer,) = exchange(server.port, b"BAD /\r\n\r\n")

    assert answer.status == 501
    assert "not now" in caplog.text


def raw_exchange(port: int, sent: bytes) -> list[Answer]:
    """Send bytes, without TLS, and return the answers."""
    with connected(port) as connection:
        with suppress(ConnectionError):
            connection.sendall(sent)
        return answers_in(read_to_end(connection))


MEGABYTE = 1_000_000


@pytest.mark.parametrize("sent", [b"noise\r\n\r\n", GET[:-2] + b"A: " + bytes(70_000)], ids=["noise", "a large header"])
def test_a_refused_client_may_send_on_until_it_reads_the_answer(sent: bytes) -> None:
    with serving(echo) as server, connected(server.port) as connection:
        connection.sendall(sent)
        connection.sendall(bytes(MEGABYTE))

        assert len(answers_in(read_to_end(connection))) == 1
        connection.sendall(bytes(MEGABYTE))


HTTP = [
    pytest.param(GET, id="GET"),
    pytest.param(GET.replace(b"GET", b"PATCH"), id="PATCH"),
    pytest.param(b"noise", id="noise"),
    pytest.param(POST + b"Content-Length: 300000\r\n\r\n" + bytes(300_000), id="a large body"),
]


@pytest.mark.parametrize("sent", HTTP)
def test_http_where_https_is_spoken_is_told_so(sent: bytes, server_tls: ssl.SSLContext) -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, tls=server_tls, on_unreadable=news.put) as server:
        (answer,) = raw_exchange(server.port, sent)

    assert answer.status == 400
    assert "https://" in json.loads(answer.body)["message"]
    told = news.get(timeout=PATIENCE_SECONDS)
    assert (told.kind, told.first_bytes) == ("http_to_tls", sent[: len(told.first_bytes)])


def test_https_where_http_is_spoken_is_recognised(client_tls: ssl.SSLContext) -> None:
    news: Queue[Unreadable] = Queue()

    with (
        serving(echo, on_unreadable=news.put) as server,
        pytest.raises(ssl.SSLError, match=r"(?i)wrong.version.number"),
        connected(server.port, client_tls),
    ):
        pass

    assert news.get(timeout=PATIENCE_SECONDS).kind == "tls_to_http"


def test_a_client_that_does_not_trust_the_certificate_is_news(server_tls: ssl.SSLContext) -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, tls=server_tls, on_unreadable=news.put) as server:
        with pytest.raises(ssl.SSLCertVerificationError), connected(server.port, ssl.create_default_context()):
            pass

        told = news.get(timeout=PATIENCE_SECONDS)
    assert (told.kind, told.status) == ("tls_failed", None)
    assert "does not trust the certificate" in told.message
    assert told.first_bytes.startswith(HELLO[:1])


def test_two_that_share_no_version_of_tls_are_news(authority: trustme.CA) -> None:
    news: Queue[Unreadable] = Queue()
    modern = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    modern.minimum_version = ssl.TLSVersion.TLSv1_3
    authority.issue_cert(HOST).configure_cert(modern)
    old = ssl.create_default_context()
    old.maximum_version = ssl.TLSVersion.TLSv1_2

    with serving(echo, tls=modern, on_unreadable=news.put) as server:
        with pytest.raises(ssl.SSLError), connected(server.port, old):
            pass

        assert "TLS handshake failed" in news.get(timeout=PATIENCE_SECONDS).message


def test_what_tls_cannot_read_right_after_the_handshake_is_news(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    news: Queue[Unreadable] = Queue()

    with (
        serving(echo, tls=server_tls, on_unreadable=news.put) as server,
        connected(server.port, client_tls) as connection,
    ):
        socket.socket.send(connection, b"no record of TLS")

        assert news.get(timeout=PATIENCE_SECONDS).kind == "tls_failed"


def test_a_handshake_that_takes_too_long_is_news(server_tls: ssl.SSLContext) -> None:
    news: Queue[Unreadable] = Queue()

    with (
        serving(echo, tls=server_tls, limits=quick(handshake_seconds=0.05), on_unreadable=news.put) as server,
        connected(server.port) as connection,
    ):
        connection.sendall(HELLO)
        assert read_to_end(connection) == b""

        told = news.get(timeout=PATIENCE_SECONDS)
        assert (told.kind, told.message) == ("tls_failed", "the TLS handshake took too long")


def test_a_client_beyond_the_number_is_told_so(client_tls: ssl.SSLContext, server_tls: ssl.SSLContext) -> None:
    news: Queue[Unreadable] = Queue()

    with serving(echo, tls=server_tls, limits=Limits(connections=0), on_unreadable=news.put) as server:
        (answer,) = exchange(server.port, GET, tls=client_tls)

    assert (answer.status, news.get(timeout=PATIENCE_SECONDS).kind) == (503, "overloaded")


def test_a_connection_that_was_reset_before_it_was_looked_at_harms_nobody() -> None:
    with serving(echo) as server:
        for _ in range(50):
            connection = socket.create_connection((HOST, server.port))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            connection.close()

        assert [str(answer) for answer in exchange(server.port, LAST)] == ["200 GET /last"]
