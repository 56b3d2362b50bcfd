"""The WSGI environment (PEP 3333): that of the oracle, and what this server adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any

import pytest

from tests.serving.oracle import oracle
from tests.serving.raw import exchange, serving

Environ = dict[str, Any]

OF_THE_ORACLE = {"wsgi.file_wrapper", "waitress.client_disconnected"}
OURS = {"RAW_URI", "sandbox.connection"}
DIFFERENT = {"SERVER_NAME", "SERVER_PORT", "REMOTE_PORT", "wsgi.input"}


class Notes:
    """An application that notes the environments it is called with."""

    def __init__(self) -> None:
        self.taken: list[Environ] = []

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.taken.append({**environ, "body": environ["wsgi.input"].read()})
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]


def noted(sent: bytes, **options: Any) -> Environ:
    """Return the environment that this server makes of a request."""
    notes = Notes()
    with serving(notes, **options) as server:
        exchange(server.port, sent)
    (environ,) = notes.taken
    return environ


def request(line: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([line + b" HTTP/1.1", b"Host: a:1", b"Connection: close", *headers, b"", body])


REQUESTS = [
    pytest.param(request(b"GET /a%20b?c=%20d"), id="a path and a query"),
    pytest.param(request(b"GET /Zo%C3%AB?q=Zo%C3%AB"), id="a path beyond ASCII"),
    pytest.param(request(b"GET /%2e%2e/a;b"), id="a path with dots and a parameter"),
    pytest.param(request(b"GET //a//b?c?d#e"), id="doubled slashes, a question mark twice, a fragment"),
    pytest.param(request(b"OPTIONS *"), id="an asterisk"),
    pytest.param(request(b"POST /", b"Content-Type: a/b", b"Content-Length: 3", body=b"abc"), id="a body"),
    pytest.param(
        request(b"POST /", b"Content-Type: a/b", b"Transfer-Encoding: chunked", body=b"3\r\nabc\r\n0\r\nX: y\r\n\r\n"),
        id="a body in chunks",
    ),
    pytest.param(request(b"GET /", b"A-B: c", b"A-B:d", b"a-b: \t e \t"), id="a header three times"),
    pytest.param(request(b"GET /", b"A_B: c", b"A-B: d", b"Remote_Addr: e"), id="headers with underscores"),
    pytest.param(request(b"GET /", b"A: \xc3\xa9", b"B:", b"Authorization: Bearer x"), id="a header beyond ASCII"),
    pytest.param(request(b"GET /", b"Remote-Addr: 6.6.6.6", b"Script-Name: /x", b"Path-Info: y"), id="lookalikes"),
    pytest.param(request(b"GET /", b"X-Forwarded-For: 6.6.6.6", b"X-Forwarded-Proto: https"), id="a proxy's headers"),
]


@pytest.mark.parametrize("sent", REQUESTS)
def test_it_is_that_of_the_oracle(sent: bytes) -> None:
    notes = Notes()
    with oracle(notes) as port:
        exchange(port, sent)
    (theirs,) = notes.taken

    ours = noted(sent)

    assert {key: ours[key] for key in ours.keys() - OURS - DIFFERENT} == {
        key: theirs[key] for key in theirs.keys() - OF_THE_ORACLE - DIFFERENT
    }


def test_the_server_is_named_as_it_was_asked_to_listen() -> None:
    notes = Notes()
    with serving(notes) as server:
        exchange(server.port, request(b"GET /"))

    (environ,) = notes.taken
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", str(server.port))


def test_several_cookies_are_joined_as_cookies_are() -> None:
    assert noted(request(b"GET /", b"Cookie: a=b", b"Cookie: c=d"))["HTTP_COOKIE"] == "a=b; c=d"


TARGETS = ["/a%20b//c?d=%C3%AB#e", "//a", "http://b:1/a?c", "*"]


@pytest.mark.parametrize("target", TARGETS)
def test_the_target_is_there_as_it_was_sent(target: str) -> None:
    environ = noted(request(b"OPTIONS " + target.encode()))

    assert environ["REQUEST_URI"] == environ["RAW_URI"] == target


def test_a_target_with_raw_bytes_is_there_as_it_was_sent() -> None:
    environ = noted(request('GET /ë?q="ë"'.encode()))

    assert environ["RAW_URI"].encode("latin-1") == '/ë?q="ë"'.encode()
    assert environ["QUERY_STRING"].encode("latin-1") == 'q="ë"'.encode()


def test_the_host_of_a_whole_url_counts() -> None:
    environ = noted(request(b"GET http://user@b.example:1/a?c"))

    assert environ["HTTP_HOST"] == "b.example:1"
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/a", "c")


def test_the_scheme_is_that_of_the_connection(server_tls: SSLContext, client_tls: SSLContext) -> None:
    notes = Notes()
    with serving(notes, tls=server_tls) as server:
        exchange(server.port, request(b"GET http://a/"), tls=client_tls)

    assert notes.taken[0]["wsgi.url_scheme"] == "https"
    assert noted(request(b"GET https://a/"))["wsgi.url_scheme"] == "http"


def test_requests_of_one_connection_share_nothing_but_the_connection() -> None:
    notes = Notes()
    with serving(notes) as server:
        exchange(server.port, b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n" + request(b"GET /"))

    first, second = notes.taken
    assert "HTTP_X" in first
    assert "HTTP_X" not in second
    assert first["sandbox.connection"] is second["sandbox.connection"]
