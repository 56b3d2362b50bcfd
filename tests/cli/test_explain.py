"""Requests, explanations, findings and reports at the command line."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.cli.card import card
from sandbox.diagnosis import RULES, SUBJECTS
from sandbox.exchange_text import exchange_line, explanation
from tests.cli.conftest import Start
from tests.cli.talk import TOKEN, Talk, talking

COLUMNS = 100


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    with talking(tmp_path, monkeypatch) as opened:
        yield opened


def test_the_refused_curl_of_the_card_is_explained_by_its_last_command(talk: Talk) -> None:
    text = card({**talk.facts, "state": None})
    refused, explaining = re.findall(r"^  (curl -i .*|scim-sandbox .*)$", text, re.MULTILINE)

    subprocess.run(refused, shell=True, capture_output=True, timeout=30, check=True)
    explained = talk.run(*explaining.split()[1:])

    assert explained.exit_code == 0
    assert "401 Unauthorized" in explained.output
    assert "token-truncated" in explained.output
    assert "but 1 character short: 63 of 64 came." in explained.output
    assert "scim-sandbox token show" in explained.output


def test_https_at_the_http_port_is_explained(talk: Talk) -> None:
    with pytest.raises(httpx.ConnectError):
        httpx.get(talk.facts["url"].replace("http://", "https://"))
    talk.run("requests")

    explained = talk.run("explain").output

    assert "endpoint-https-to-http" in explained
    assert "Type http:// here, or start the sandbox with --tls" in explained
    assert talk.run("export", "har").exit_code == 0


@pytest.mark.parametrize(
    ("begun", "secret"),
    [
        pytest.param(b"GET / HTTP/1.1\r\nAuthorization: Bearer %s\r\nnonsense\r\n\r\n", TOKEN, id="a header"),
        pytest.param(b"GET /scim/v2/Users?access_token=%s\r\n\r\n", "Tr0ub4dor", id="a query"),
        pytest.param(b"hello %s\r\n\r\n", TOKEN, id="a line"),
    ],
)
def test_what_is_no_request_is_explained_and_shows_no_secret(begun: bytes, secret: str, talk: Talk) -> None:
    host, port = talk.facts["url"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(begun % secret.encode())
        while connection.recv(4_096):
            pass

    shown = talk.run("explain", "--json").output

    assert json.loads(shown)["findings"][0]["code"] == "endpoint-no-http"
    assert secret not in shown


def test_what_a_terminal_would_obey_is_shown_and_not_sent_to_it(talk: Talk) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    httpx.post(f"{talk.facts['url']}/scim/v2/Users", content=b"\x1b[2J\x9b2J \xe2\x80\xaeevil", headers=headers)

    explained = talk.run("explain").output

    assert "    \\x1b[2J\\x9b2J \\u202eevil" in explained
    assert explained.replace("\n", "").isprintable()


EXPLAINED = """\
x1  PATCH /scim/v2/Users/1  ->  200 OK
    2026-03-02 09:00:00 UTC, account widget, 0.7 ms, from a client we do not know ("talk")

What is wrong with it, though it was served
  boolean-as-text
    active is the text 'False', not a boolean.
    where         /Operations/0/value
    expected      false
    received      "False"
    fix           Send true or false without quotes. Entra ID does with ?aadOptscim062020 behind its
                  Tenant URL; in OneLogin's template take the quotes from around the macro.
    source        https://learn.microsoft.com/en-us/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility
                  (documented)

What came in
    Content-Type  application/scim+json
    token         accepted …4ef5678
    {"schemas": ["…"], "Operations": [{"op": "replace", "path": "active", "value": "False"}]}

What was answered
    no body

What it changed
    replace  /Users/1/active = false
"""


def test_an_explanation_reads_so() -> None:
    finding = RULES["boolean-as-text"].as_json()
    exchange = {
        "id": "x1",
        "method": "PATCH",
        "target": "/scim/v2/Users/1",
        "status": 200,
        "at": "2026-03-02T09:00:00.123456Z",
        "account": "widget",
        "duration_ms": 0.7123,
        "client": "unknown",
        "token": {"verdict": "accepted", "fingerprint": "…4ef5678"},
        "request": {
            "headers": {"User-Agent": "talk", "Content-Type": "application/scim+json"},
            "body": '{"schemas":["…"],"Operations":[{"op":"replace","path":"active","value":"False"}]}',
        },
        "response": {"body": None},
        "change": [{"op": "replace", "path": "/Users/1/active", "value": False}],
        "change_total": 1,
        "findings": [
            {
                **finding,
                "message": "active is the text 'False', not a boolean.",
                "where": "/Operations/0/value",
                "expected": "false",
                "received": '"False"',
            }
        ],
    }

    assert explanation(exchange) + "\n" == EXPLAINED


def test_explanations_fit_into_a_hundred_columns(talk: Talk) -> None:
    talk.client.get("/Users")
    talk.client.get("/Users?filter=" + "a" * 300)
    talk.client.post("/Users", json={"userName": "x" * 200, "displayName": "y" * 300})
    talk.client.patch("/Users/1", json={"title": "z" * 200})
    shown = [talk.run("explain", f"x{number}").output for number in range(1, 5)] + [talk.run("report").output]

    lines = [line for text in shown for line in text.splitlines() if not line.startswith("x")]
    assert [line for line in lines if len(line) > COLUMNS and "https://" not in line] == []


def test_what_is_as_it_should_be_is_said_so(talk: Talk) -> None:
    talk.client.get("/Groups")

    assert "Nothing was found: this is as it should be." in talk.run("explain").output


@pytest.mark.parametrize("chosen", ["last", "x2"])
def test_an_exchange_is_explained_in_whichever_account_it_is(chosen: str, talk: Talk) -> None:
    other = talk.facts["accounts"][1]["token"]
    talk.client.get("/Users")
    talk.client.get("/Users", headers={"Authorization": f"Bearer {other}"})

    explained = talk.run("explain", chosen)

    assert "account widget-qa" in explained.output
    assert talk.run("explain", "x2", "--account", "widget").exit_code == 1


def test_there_must_be_something_to_explain(talk: Talk) -> None:
    nothing = talk.run("explain")
    assert (nothing.exit_code, nothing.output.count("\n")) == (1, 1)
    assert "nothing came in yet for widget, widget-qa" in nothing.output

    talk.client.get("/Users")
    assert "there is no exchange x9; kept are x1 to x1" in talk.run("explain", "x9").output


def test_requests_are_listed_a_line_each(talk: Talk) -> None:
    talk.client.get("/Users?count=100")
    talk.client.get("/Users/" + "z" * 300)

    first, second = talk.run("requests").output.splitlines()

    assert re.fullmatch(r"x1     \d\d:\d\d:\d\d  200  GET    /scim/v2/Users\?count=100  count-above-25", first)
    assert len(second) <= COLUMNS
    assert second.endswith("...  id-is-a-name")


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], ["x1", "x2", "x3"]),
        (["--method", "POST"], ["x2"]),
        (["--status", "2xx", "--path", "/Groups"], ["x3"]),
        (["--finding", "media-type-json"], ["x2"]),
        (["--since", "x2"], ["x3"]),
        (["--count", "1"], ["x3"]),
        (["--client", "okta"], []),
    ],
)
def test_requests_are_chosen(arguments: list[str], found: list[str], talk: Talk) -> None:
    talk.client.get("/Users")
    talk.client.post("/Users", json={"userName": "eve@widget.example"})
    talk.client.get("/Groups")

    listed = json.loads(talk.run("requests", "--json", *arguments).output)

    assert [each["id"] for each in listed["items"]] == found


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["requests", "--status", "no"], 1, "is not a status as 404"),
        (["requests", "--count", "0"], 2, "0 is not in the range"),
        (["requests", "--account", "nobody"], 1, "there is no account 'nobody'"),
        (["report", "--format", "pdf"], 2, "'pdf' is not one of"),
        (["findings", "no-such"], 1, "there is no finding 'no-such'"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(arguments: list[str], code: int, told: str, talk: Talk) -> None:
    refused = talk.run(*arguments)

    assert refused.exit_code == code
    assert told in refused.output
    assert "Traceback" not in refused.output


def test_the_report_ends_with_1_only_when_something_was_wrong(talk: Talk) -> None:
    talk.client.get("/Groups")
    fine = talk.run("report")
    talk.client.get("/Users?count=100")
    slipped = talk.run("report")

    assert (fine.exit_code, slipped.exit_code) == (0, 1)
    assert "no findings" in fine.output
    assert "count-above-25" in slipped.output


@pytest.mark.parametrize(
    ("form", "start"), [("text", "Account"), ("json", "{"), ("markdown", "# "), ("junit", "<?xml")]
)
def test_the_report_has_the_forms_of_the_control_api(form: str, start: str, talk: Talk) -> None:
    talk.client.get("/Users?count=100")

    assert talk.run("report", "--format", form).output.startswith(start)


def test_followed_requests_are_printed_as_they_come(start: Start, launch: Start) -> None:
    running = start("--ephemeral")
    following = launch("requests", "--follow", "--url", running.url, "--account", "widget")
    with running.client() as client:
        client.get("/Users")
        first = following.line()
        client.get("/Groups")
        second = following.line()

    assert first.startswith("x1 ")
    assert second.startswith("x2 ")


def findings(*arguments: str) -> Any:
    return CliRunner(catch_exceptions=False).invoke(main, ["findings", *arguments])


def test_every_finding_is_listed_by_what_it_is_about() -> None:
    shown = findings().output

    assert shown.startswith(f"{len(RULES)} findings")
    for rules in SUBJECTS.values():
        for rule in rules:
            assert f"  {rule.code} " in shown
            assert rule.title in shown
    assert [line for line in shown.splitlines() if len(line) > 110] == []


@pytest.mark.parametrize("code", RULES)
def test_a_finding_is_shown_with_its_examples(code: str) -> None:
    shown = findings(code)

    assert shown.exit_code == 0
    assert RULES[code].title in shown.output
    assert "A client that does not" in shown.output
    assert "# tested" not in shown.output
    assert "# serve" not in shown.output


def test_findings_are_listed_as_json_without_a_sandbox() -> None:
    listed = json.loads(findings("--json").output)

    assert {row["code"] for row in listed["items"]} == set(RULES)


def test_a_line_of_a_request_without_an_answer_is_a_line_too() -> None:
    exchange = {
        "id": "x1",
        "at": "2026-03-02T09:00:00Z",
        "status": 0,
        "method": "UNREADABLE",
        "target": "",
        "findings": [],
    }

    assert exchange_line(exchange).split() == ["x1", "09:00:00", "000", "UNREADABLE"]
