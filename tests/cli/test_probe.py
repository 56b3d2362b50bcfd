"""Probing an endpoint from outside: what to type, and why nothing answers, each in a sentence."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sandbox.cli import main, probing
from tests.cli.talk import TOKEN, Talk, talking

LIST = b'{"totalResults": 7, "Resources": []}'


def probe(*arguments: str) -> Result:
    return CliRunner(catch_exceptions=False).invoke(main, ["probe", *arguments])


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    with talking(tmp_path, monkeypatch) as opened:
        yield opened


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Serve a foreign service provider, of which *answer* answers every GET."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: Any) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answering(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.parametrize("typed", ["", "/", "/scim", "/scim/v2", "/scim/v2/"])
def test_whatever_form_is_typed_the_same_is_tried(typed: str, talk: Talk) -> None:
    shown = probe(talk.facts["url"] + typed, "--token", TOKEN, "--json")

    told = json.loads(shown.output)
    url = talk.facts["url"]
    assert shown.exit_code == 0
    assert [(each["endpoint"], each["outcome"]) for each in told["trials"]] == [
        (f"{url}/scim/v2", "works"),
        (f"{url}/scim", "works"),
        (url, "not_here"),
    ]
    assert told["type"] == {"nothing": f"{url}/scim/v2", "/scim": url, "/scim/v2": url}


@pytest.mark.parametrize(("appends", "form"), [("none", "/scim/v2"), ("/scim", ""), ("/scim/v2", "")])
def test_who_knows_what_a_client_appends_is_told_that_alone(appends: str, form: str, talk: Talk) -> None:
    shown = probe(talk.facts["url"], "--token", TOKEN, "--appends", appends)

    assert shown.exit_code == 0
    assert shown.output.splitlines()[-1].split()[-1] == talk.facts["url"] + form


def test_it_reads_and_changes_nothing(talk: Talk) -> None:
    probe(talk.facts["url"], "--token", TOKEN)

    exchanges = talk.sandbox.accounts["widget"].recorder.exchanges()
    assert {each.method for each in exchanges} == {"GET"}
    assert len(exchanges) == 3


def test_a_refused_token_is_told_apart_from_a_wrong_address(talk: Talk) -> None:
    shown = probe(talk.facts["url"], "--token", TOKEN[:-1])

    assert shown.exit_code == 1
    assert "something is here, but the token is refused" in shown.output
    assert "The address seems right; it is the token that is refused." in shown.output
    assert TOKEN[:-1] not in shown.output


def test_without_a_token_one_is_asked_for(talk: Talk) -> None:
    assert "a token is needed; give it with --token" in probe(talk.facts["url"]).output


PROVIDERS = {
    "a list": (answering(200, LIST), "works", "works: 7 users"),
    "an HTML page": (
        answering(200, b"<html>", Content_Type="text/html"),
        "not_scim",
        "a login page, a tunnel or a proxy",
    ),
    "HTML without saying so": (answering(200, b"<!doctype html>"), "not_scim", "an HTML page answers"),
    "a proxy without its service": (answering(502, b"<html>"), "not_scim", "a proxy cannot reach the service"),
    "http at a port for https": (answering(400, b"<html>"), "not_scim", "http was spoken to a port that wants https"),
    "other JSON": (answering(200, b'{"ok": true}'), "not_scim", "JSON, but no list of SCIM"),
    "no JSON": (answering(200, b"pong"), "not_scim", "the answer is no JSON"),
    "deep JSON": (answering(200, b"[" * 100_000), "not_scim", "the answer is no JSON"),
    "a redirection": (answering(302, Location="https://elsewhere.example/"), "elsewhere", "https://elsewhere.example/"),
    "a forbidding one": (answering(403, b"{}"), "token_refused", "the token is refused"),
    "a failing one": (answering(500, b"{}"), "refused", "answers 500"),
    "too many requests": (answering(429, b"{}"), "refused", "answers 429"),
}


@pytest.mark.parametrize("name", PROVIDERS)
def test_any_service_provider_can_be_probed(name: str) -> None:
    answer, outcome, sentence = PROVIDERS[name]

    with serving(answer) as url:
        told = json.loads(probe(url, "--token", TOKEN, "--json").output)

    assert {each["outcome"] for each in told["trials"]} == {outcome}
    assert all(sentence in each["sentence"] for each in told["trials"])


def test_the_token_is_not_sent_on_to_another_host() -> None:
    seen: list[str | None] = []

    def listening(handler: BaseHTTPRequestHandler) -> None:
        seen.append(handler.headers.get("Authorization"))
        answering(200, LIST)(handler)

    with serving(listening) as elsewhere, serving(answering(307, Location=f"{elsewhere}/scim/v2/Users")) as url:
        probe(url, "--token", TOKEN)

    assert seen == []


def closed_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def test_nothing_that_listens_is_told_once() -> None:
    shown = probe(f"http://127.0.0.1:{closed_port()}", "--token", TOKEN)

    assert shown.exit_code == 1
    assert shown.output.count("nothing listens at 127.0.0.1") == 1
    assert "No form was reached" in shown.output


def test_https_to_a_port_for_http_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=answer_in_the_clear, args=[listening])
        thread.start()
        shown = probe(f"https://127.0.0.1:{listening.getsockname()[1]}", "--token", TOKEN)
        thread.join()

    assert "speaks no TLS at this port: type http://" in shown.output


def answer_in_the_clear(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(4_096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(
            socket.gaierror(-2, "Name or service not known"), "there is no host sandbox.example", id="no host"
        ),
        pytest.param(TimeoutError(), "did not answer within 10 seconds", id="no answer"),
        pytest.param(ConnectionResetError(), "hung up: perhaps this port wants https", id="hung up"),
        pytest.param(ssl.SSLCertVerificationError(1, "self-signed"), "is not trusted", id="a certificate of its own"),
        pytest.param(OSError(113, "No route to host"), "No route to host", id="no route"),
    ],
)
def test_why_no_answer_came_is_told_in_a_sentence(error: Exception, sentence: str) -> None:
    split = probing.read_address("https://sandbox.example:8443").split

    assert sentence in probing._why_unreachable(error, split)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        pytest.param("api.4me.com", "type it with scheme and host", id="no scheme"),
        pytest.param("ftp://api.4me.com", "type it with scheme and host", id="another scheme"),
        pytest.param("https://", "type it with scheme and host", id="no host"),
        pytest.param("https://api.4me.com:99999/", "is no address", id="no port"),
        pytest.param("https://ann:secret@api.4me.com/", "without a user before the host", id="a user"),
        pytest.param("https://api.4me.com/scim/v2?x=1", "without ? or #", id="a query"),
    ],
)
def test_what_is_no_address_is_refused(url: str, sentence: str) -> None:
    refused = probe(url)

    assert refused.exit_code == 2
    assert sentence in refused.output
    assert "Traceback" not in refused.output


@pytest.mark.parametrize("token", ["line\nbreak", "ünïcode", " "])
def test_what_cannot_be_a_token_is_refused_before_it_is_sent(token: str) -> None:
    refused = probe("http://127.0.0.1:9", "--token", token)

    assert refused.exit_code == 2
    assert "--token" in refused.output
