"""What is recorded of requests, well-formed and not; and that recording changes nothing but one header."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from httpx2 import BaseTransport, Client, Request, Response

from sandbox.app import create_app
from sandbox.running import RunningAccount, RunningSandbox
from tests.clients.test_transcripts import TRANSCRIPTS, Player
from tests.conftest import HOST, Connect, InProcess, OpenSandbox
from tests.diagnosis.golden import Golden, golden

HEADER = "X-Sandbox-Exchange"


class Listening(BaseTransport):
    """Carries requests, and keeps the answers as they come: status, headers, body."""

    def __init__(self, inner: BaseTransport) -> None:
        self._inner = inner
        self.answers: list[tuple[int, list[tuple[bytes, bytes]], bytes]] = []

    def handle_request(self, request: Request) -> Response:
        answer = self._inner.handle_request(request)
        self.answers.append((answer.status_code, list(answer.headers.raw), answer.read()))
        return answer


def answers(sandbox: RunningSandbox, name: str, dialect: str) -> list[tuple[int, list[tuple[bytes, bytes]], bytes]]:
    """Play a transcript and return every answer."""
    current = sandbox.accounts["widget"].keyring.current
    assert current is not None
    transport = Listening(InProcess(create_app(sandbox)))
    headers = {"Authorization": f"Bearer {current.value}"}
    with Client(transport=transport, base_url=f"{HOST}/scim/v2", headers=headers) as client:
        Player(TRANSCRIPTS[name], dialect, client, current.value).play()
    return transport.answers


@pytest.mark.parametrize("dialect", ["4me", "rfc7644"])
@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_answers_are_byte_for_byte_the_same_but_for_one_header(
    name: str, dialect: str, start_sandbox: OpenSandbox
) -> None:
    common = {"dialect": dialect, "ephemeral": True}
    recorded = answers(start_sandbox(**common), name, dialect)
    silent = answers(start_sandbox(**common, exchange_header=False), name, dialect)
    off = answers(start_sandbox(**common, exchanges=0), name, dialect)

    assert silent == off
    assert [headers[-1][0].decode() for _, headers, _ in recorded] == [HEADER] * len(recorded)
    assert [(status, headers[:-1], body) for status, headers, body in recorded] == off


def test_the_header_names_the_exchange(client: Client, account: RunningAccount) -> None:
    ids = [client.get("/Users").headers[HEADER] for _ in range(3)]

    assert ids == ["x1", "x2", "x3"]
    assert [each.id for each in account.recorder.exchanges()] == ids


def test_an_exchange_tells_what_was_asked_and_answered(client: Client, account: RunningAccount) -> None:
    body = '{"userName": "ann@widget.example",  "displayName": "Ann"}'
    answer = client.post("/Users?x=%41", content=body, headers={"Content-Type": "application/scim+json"})

    exchange = account.recorder.exchanges()[-1]

    assert (exchange.method, exchange.target, exchange.status) == ("POST", "/scim/v2/Users?x=%41", 201)
    assert exchange.body.text == body
    assert exchange.answer.kept == answer.content
    assert exchange.answer_headers == {name.decode(): value.decode() for name, value in answer.headers.raw}
    assert exchange.headers["Content-Type"] == "application/scim+json"
    assert "Authorization" not in exchange.headers
    assert exchange.presented.verdict == "accepted"
    assert exchange.presented.fingerprint == account.keyring.tokens[0].fingerprint
    assert exchange.at == account.clock.now()
    assert 0 < exchange.duration_ms < 10_000
    assert [each["path"] for each in exchange.change] == ["/Users/1"]


def test_each_account_has_its_own_exchanges_and_ids_name_one_of_all(sandbox: RunningSandbox, connect: Connect) -> None:
    production, qa = connect(sandbox), connect(sandbox, account="widget-qa")
    for client in (production, qa, production):
        client.get("/Users")

    assert [each.id for each in sandbox.accounts["widget"].recorder.exchanges()] == ["x1", "x3"]
    assert [each.id for each in sandbox.accounts["widget-qa"].recorder.exchanges()] == ["x2"]


@pytest.mark.parametrize(
    ("account", "authorization"),
    [
        pytest.param("widget-qa", "Bearer {qa}", id="the token of an account, at a wrong address"),
        pytest.param("widget-qa", "Bearer {qa_cut}", id="nearly the token of an account"),
        pytest.param("widget", "Bearer 4be2a0c1d3f59687", id="a token of nobody"),
        pytest.param("widget", None, id="no token"),
    ],
)
def test_an_exchange_that_names_no_account_is_shown_where_its_token_points(
    account: str, authorization: str | None, sandbox: RunningSandbox, connect: Connect
) -> None:
    qa = sandbox.accounts["widget-qa"].keyring.tokens[0].value
    client = connect(sandbox, "")
    del client.headers["Authorization"]
    headers = {} if authorization is None else {"Authorization": authorization.format(qa=qa, qa_cut=qa[:-2])}

    assert client.get("/Users", headers=headers).status_code == 404

    assert {name: len(each.recorder.exchanges()) for name, each in sandbox.accounts.items()} == {
        "widget": int(account == "widget"),
        "widget-qa": int(account == "widget-qa"),
    }


def test_exchanges_and_their_numbers_outlive_a_restart(start_sandbox: OpenSandbox, connect: Connect) -> None:
    first = start_sandbox()
    connect(first).get("/Users")
    connect(first).post("/Users", json={"userName": "ann@widget.example"})
    kept = [each.as_json() for each in first.accounts["widget"].recorder.exchanges()]
    first.close()

    second = start_sandbox()

    assert connect(second).get("/Users").headers[HEADER] == "x3"
    assert [each.as_json() for each in second.accounts["widget"].recorder.exchanges()][:2] == kept


def test_nothing_is_written_when_nothing_is_kept(start_sandbox: OpenSandbox, connect: Connect, tmp_path: Any) -> None:
    sandbox = start_sandbox(ephemeral=True)
    connect(sandbox).get("/Users")
    sandbox.close()

    assert not list(tmp_path.rglob("exchanges*"))


def test_the_folder_of_exchanges_goes_with_its_account(
    sandbox: RunningSandbox, connect: Connect, tmp_path: Any
) -> None:
    connect(sandbox, account="widget-qa").get("/Users")
    sandbox.accounts["widget-qa"].recorder.exchanges()

    sandbox.delete("widget-qa")

    assert not (tmp_path / "state/accounts/widget-qa").exists()


@pytest.fixture
def odd(caplog: pytest.LogCaptureFixture) -> Iterator[Golden]:
    """Return a sandbox that is asked byte for byte, and pass when nothing was logged as our failure."""
    with caplog.at_level(logging.WARNING, logger="sandbox"), golden() as opened:
        yield opened
    assert caplog.records == []


LONG = 60_000
BODY_LIMIT = 1_048_576

ODD: dict[str, tuple[Callable[[Golden], Any], str | None]] = {
    "a body that is no UTF-8": (
        lambda it: it.ask("POST", "/scim/v2/Users", it.bearer, b'{"userName": "\xff"}'),
        "body-not-utf-8",
    ),
    "a header that is no ASCII": (
        lambda it: it.ask("GET", "/scim/v2/Groups", {**it.bearer, "X-Name": "\xe4\xff"}),
        "header-not-ascii",
    ),
    "a body at the limit": (
        lambda it: it.ask("POST", "/scim/v2/Users", it.bearer, b'{"userName": "' + b"a" * (BODY_LIMIT - 16) + b'"}'),
        "user-name-no-email",
    ),
    "a body above the limit": (
        lambda it: it.ask("POST", "/scim/v2/Users", it.bearer, b'{"userName": "' + b"a" * BODY_LIMIT + b'"}'),
        "body-too-large",
    ),
    "a target of 60 kB": (lambda it: it.ask("GET", "/scim/v2/Groups?x=" + "z" * LONG, it.bearer), "target-too-long"),
    "a path of 60 kB": (lambda it: it.ask("GET", "/scim/v2/Users/" + "z" * LONG, it.bearer), "id-is-a-name"),
    "HTTP/1.0": (lambda it: it.ask("GET", "/scim/v2/Groups", it.bearer, version="HTTP/1.0"), "http-1-0"),
    "an unknown method": (lambda it: it.ask("BREW", "/scim/v2/Users", it.bearer), "method-unknown"),
    "an unknown method nowhere": (lambda it: it.ask("BREW", "/coffee", it.bearer), "method-unknown"),
    "bytes in the path that are no UTF-8": (
        lambda it: it.ask("GET", "/scim/v2/Users/%ff%fe", it.bearer),
        "id-is-a-name",
    ),
    "a query that is no UTF-8": (
        lambda it: it.ask("GET", "/scim/v2/Users?filter=userName%20eq%20%22%ff%22", it.bearer),
        "invalid-filter",
    ),
    "a NUL in the target": (lambda it: it.ask("GET", "/scim/v2/Users/%00", it.bearer), "id-is-a-name"),
    "a whole URL as target": (lambda it: it.ask("GET", "http://127.0.0.1:4630/scim/v2/Groups", it.bearer), None),
    "JSON that nests deeply": (
        lambda it: it.ask("POST", "/scim/v2/Users", it.bearer, b"[" * 50_000 + b"]" * 50_000),
        "invalid-syntax",
    ),
    "JSON that nests in a PATCH": (
        lambda it: it.ask("PATCH", "/scim/v2/Users/1", it.bearer, b'{"Operations":' + b"[" * 60 + b"]" * 60 + b"}"),
        "invalid-syntax",
    ),
    "a number where operations belong": (
        lambda it: it.ask("PATCH", "/scim/v2/Users/1", it.bearer, b'{"Operations": [7, null, {"op": 3, "path": []}]}'),
        "invalid-syntax",
    ),
    "no Host": (lambda it: it.ask("GET", "/scim/v2/Groups", {**it.bearer, "Host": ""}), "bad-request"),
    "a HEAD": (lambda it: it.ask("HEAD", "/scim/v2/Groups", it.bearer), None),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_is_recorded_and_named(name: str, odd: Golden) -> None:
    ask, code = ODD[name]

    answer = ask(odd)

    assert answer.status < 500
    exchanges = odd.exchanges()
    assert len(exchanges) == 1
    assert exchanges[0].status == answer.status
    codes = [finding.code for finding in exchanges[0].findings]
    assert code in codes if code else codes == []
    json.dumps(exchanges[0].as_json())


def test_a_body_that_nobody_reads_is_recorded_all_the_same(odd: Golden) -> None:
    answer = odd.ask("POST", "/scim/v2/Users", {"Authorization": "Bearer nonsense"}, b'{"userName": "ann"}')

    assert answer.status == 401
    assert odd.exchanges()[0].body.text == '{"userName": "ann"}'


def test_a_body_that_the_client_asks_about_first_is_not_read(odd: Golden) -> None:
    odd.ask("POST", "/scim/v2/Users", {"Authorization": "Bearer nonsense", "Expect": "100-continue"}, b'{"a": "ann"}')

    assert (odd.exchanges()[0].body.kept, odd.exchanges()[0].body.length) == (b"", 12)
