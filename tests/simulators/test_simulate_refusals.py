"""What ``scim-sandbox simulate`` refuses, and how it says so; what is no service provider."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sandbox.cli.simulate import CLIENTS
from sandbox.serving.environ import WSGI
from tests.simulators.conftest import SandboxAt, TypeIn, as_json
from tests.simulators.rough import HTML


class TestAsking:
    REMOTE = ("simulate", "okta", "--endpoint", "http://192.0.2.1:9/scim", "--token", "x", "--patience", "0.01")

    def test_another_machine_is_written_to_only_after_a_yes(self, type_in: TypeIn) -> None:
        result = type_in(*self.REMOTE, answer="n\n")

        assert result.exit_code == 1
        assert "This writes people and groups to http://192.0.2.1:9/scim. Go on? [y/N]" in result.stderr
        assert "nothing was sent to http://192.0.2.1:9/scim; --yes agrees in advance" in result.stderr
        assert result.stdout == ""

    def test_nobody_there_to_ask_means_no(self, type_in: TypeIn) -> None:
        result = type_in(*self.REMOTE, answer="")

        assert result.exit_code == 1
        assert "--yes agrees in advance" in result.stderr

    @pytest.mark.parametrize(("more", "answer"), [(["--yes"], None), ([], "y\n")], ids=["--yes", "y"])
    def test_a_yes_goes_on(self, more: list[str], answer: str | None, type_in: TypeIn) -> None:
        result = type_in(*self.REMOTE, *more, answer=answer)

        assert "Concluded: refused" in result.stdout

    def test_this_machine_is_not_asked_about(self, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
        sandbox_at()

        assert "Go on?" not in type_in("simulate", "okta", "--people", "3", "--groups", "1").stderr


def answers(status: str, kind: str, content: bytes) -> WSGI:
    """Return an application that always answers the same."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response(status, [("Content-Type", kind)])
        return [content]

    return app


class TestBadService:
    """What is no SCIM service provider: one sentence with the cause, exit code 1."""

    @pytest.mark.parametrize(
        ("app", "told"),
        [
            pytest.param(
                answers("200 OK", "text/html", HTML), "the answer is 200 with text/html instead of JSON", id="html"
            ),
            pytest.param(answers("200 OK", "application/json", b'{"users": []}'), "is not there", id="no list"),
            pytest.param(answers("200 OK", "application/json", b"[]"), "the answer is 200, but", id="a JSON list"),
            pytest.param(answers("404 Not Found", "text/html", HTML), "the answer is 404 with text/html", id="404"),
            pytest.param(answers("302 Found", "text/html", b""), "the answer is 302", id="a redirect"),
            pytest.param(
                answers("200 OK", "application/json", b'{"totalResults": "0'), "instead of JSON", id="broken JSON"
            ),
        ],
    )
    @pytest.mark.parametrize("client", CLIENTS)
    def test_what_answers_is_no_scim(
        self, client: str, app: WSGI, told: str, serve_app: Callable[[WSGI], str], type_in: TypeIn
    ) -> None:
        result = type_in("simulate", client, "--endpoint", serve_app(app), "--token", "x")

        assert result.exit_code == 1
        assert told in result.stderr
        assert " refuses the set-up: " in result.stderr
        assert "Traceback" not in result.output

    def test_nobody_listens(self, type_in: TypeIn) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]

        result = type_in("simulate", "entra", "--endpoint", f"http://127.0.0.1:{port}", "--token", "x")

        assert result.exit_code == 1
        assert f"http://127.0.0.1:{port} gives no HTTP answer: Connection refused" in result.stderr

    def test_there_is_no_such_host(self, type_in: TypeIn) -> None:
        result = type_in("simulate", "entra", "--endpoint", "http://scim.invalid", "--token", "x", "--yes")

        assert result.exit_code == 1
        assert "http://scim.invalid gives no HTTP answer: " in result.stderr

    def test_a_certificate_that_cannot_be_verified(self, folder: Path, type_in: TypeIn) -> None:
        with SecurePort(folder) as port:
            result = type_in("simulate", "entra", "--endpoint", f"https://127.0.0.1:{port}/scim", "--token", "x")

        assert result.exit_code == 1
        assert (
            f"the certificate of https://127.0.0.1:{port} cannot be verified: self-signed certificate" in result.stderr
        )

    def test_a_token_that_is_not_accepted(self, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
        url = sandbox_at()

        result = type_in("simulate", "okta", "--endpoint", f"{url}/scim/v2", "--token", "f" * 64)

        assert result.exit_code == 1
        assert "Okta refuses the set-up: the answer is 401: Unauthorized" in result.stderr


class SecurePort:
    """A port that speaks TLS with a certificate that nobody has signed."""

    def __init__(self, folder: Path) -> None:
        names = [str(folder / "key.pem"), str(folder / "cert.pem")]
        words = (
            f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout {names[0]} -out {names[1]}"
        )
        try:
            subprocess.run([*words.split(), "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        except OSError:
            pytest.skip("there is no openssl to make a certificate with")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(names[1], names[0])
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._context = context
        self._thread = Thread(target=self._greet, daemon=True)

    def __enter__(self) -> int:
        self._thread.start()
        return int(self._listening.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._thread.join(5)
        self._listening.close()

    def _greet(self) -> None:
        client, _ = self._listening.accept()
        with client, suppress(OSError):
            self._context.wrap_socket(client, server_side=True).close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param([], "say which client, as in: simulate okta", id="no client"),
        pytest.param(["okta", "--script", "x.json"], "not both", id="a client and a script"),
        pytest.param(["ping"], "'ping' is not one of 'entra', 'okta', 'onelogin', 'google'", id="no such client"),
        pytest.param(["okta", "--mode", "v2"], "okta has no mode 'v2'; it has aiw, oin, spec", id="a mode of another"),
        pytest.param(
            ["okta", "--update", "put"], "okta has no --update; it has --import-groups", id="an option of another"
        ),
        pytest.param(["google", "--update", "post"], "one of put, patch, not 'post'", id="no such value"),
        pytest.param(["okta", "--people", "0"], "0 is not in the range", id="nobody"),
        pytest.param(["okta", "--people", "many"], "'many' is not a valid integer range", id="no number"),
        pytest.param(["okta", "--endpoint", "http://127.0.0.1:1"], "--endpoint needs the --token", id="no token"),
        pytest.param(
            ["okta", "--endpoint", "4me.qa/scim", "--token", "x"], "is no SCIM endpoint; one looks like", id="no URL"
        ),
        pytest.param(
            ["okta", "--endpoint", "http://h", "--token", "a b"],
            "printable ASCII without spaces",
            id="a token with a space",
        ),
        pytest.param(
            ["okta", "--endpoint", "http://h", "--token", "é"],
            "printable ASCII without spaces",
            id="a token that is no ASCII",
        ),
        pytest.param(
            ["okta", "--template", "t.json"],
            "okta has no template; --template is for onelogin",
            id="no templates there",
        ),
        pytest.param(["onelogin", "--template", "none.json"], "none.json cannot be read", id="no such template"),
        pytest.param(
            ["onelogin", "--template", "bad.json"],
            "bad.json: it is not JSON once its macros",
            id="a template that is no JSON",
        ),
        pytest.param(["--script", "bad.json"], "bad.json is not JSON", id="a script that is no JSON"),
        pytest.param(["--script", "none.json"], "none.json cannot be read", id="no such script"),
        pytest.param(["okta", "--until", "then"], "'then' is not one of", id="no such end"),
    ],
)
def test_what_is_typed_wrongly_is_told_in_a_sentence(
    words: list[str], told: str, folder: Path, type_in: TypeIn
) -> None:
    (folder / "bad.json").write_text('{"userName": ', encoding="utf-8")

    result = type_in("simulate", *words)

    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stdout == ""


def test_a_token_of_another_account_is_told(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()
    token = as_json(type_in("token", "show", "--account", "widget-qa", "--json"))["token"]

    result = type_in("simulate", "okta", "--account", "widget", "--token", token)

    assert result.exit_code == 2
    assert "--token is one of account widget-qa, not of widget; say --account widget-qa" in result.stderr


def test_without_a_sandbox_there_is_nobody_to_send_to(type_in: TypeIn) -> None:
    result = type_in("simulate", "okta")

    assert result.exit_code == 1
    assert "start one with: scim-sandbox serve" in result.stderr


def test_a_transcript_that_cannot_be_written_is_told_before_anything_is_sent(
    sandbox_at: SandboxAt, type_in: TypeIn
) -> None:
    sandbox_at()

    result = type_in("simulate", "okta", "--transcript", "no/such/folder.jsonl")

    assert result.exit_code == 1
    assert "the transcript no/such/folder.jsonl cannot be written" in result.stderr
    assert as_json(type_in("status", "--account", "widget", "--json"))["users"] == 2
