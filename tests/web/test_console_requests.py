"""Requests in the console: chosen, read in full, told again as commands, and the history of what they changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from httpx2 import Client

from sandbox.app import create_app
from sandbox.running import RunningAccount, RunningSandbox
from sandbox.serving import Limits, Server
from tests.conftest import Connect, Serve
from tests.web.pages import Pages


@pytest.fixture
def pages(sandbox: RunningSandbox, connect: Connect) -> Pages:
    """Return the way through the console, for the owner at this machine."""
    client = connect(sandbox, "")
    del client.headers["Authorization"]
    return Pages(client)


@pytest.fixture
def traffic(client: Client) -> None:
    """Let four requests come in: x1 creates, x2 patches, x3 is refused, x4 reads."""
    client.post("/Users", json={"userName": "ann@widget.example"}, headers={"User-Agent": "Okta SCIM Client 1.0.0"})
    client.patch("/Users/1", json={"title": "Clerk"})
    client.get("/Users", params={"filter": 'title sw "a"'})
    client.get("/Groups")


CHOICES = [
    pytest.param("", {"x1", "x2", "x3", "x4"}, id="all"),
    pytest.param("?status=4xx", {"x3"}, id="by status"),
    pytest.param("?client=okta", {"x1"}, id="by client"),
    pytest.param("?finding=refused", {"x3"}, id="by finding"),
    pytest.param("?user=1", {"x1", "x2"}, id="by user"),
    pytest.param("?path=groups", {"x4"}, id="by path"),
    pytest.param("?user=1&status=201", {"x1"}, id="by user and status"),
    pytest.param("?user=99", set(), id="by a user who was never there"),
]


@pytest.mark.parametrize(("query", "expected"), CHOICES)
def test_requests_are_chosen(query: str, expected: set[str], pages: Pages, traffic: None) -> None:
    answer = pages.open(f"/requests{query}").answer

    assert {each for each in ("x1", "x2", "x3", "x4") if f'/requests/{each}"' in answer.text} == expected


def test_a_choice_that_cannot_be_made_is_told(pages: Pages, traffic: None) -> None:
    page = pages.open("/requests?status=lots")

    assert page.status == 200
    assert "'lots' is not a status as 404, nor a class of them as 4xx" in page.text


def test_an_exchange_shows_bodies_change_and_findings(pages: Pages, traffic: None) -> None:
    created, refused = pages.open("/requests/x1").text, pages.open("/requests/x3").text

    assert '"userName": "ann@widget.example"' in created
    assert "add /Users/1" in created
    assert "Fix" in refused
    assert "Nothing." in refused


def test_a_user_has_the_history_of_its_changes(pages: Pages, traffic: None, client: Client) -> None:
    client.post("/Groups", json={"displayName": "Staff", "members": [{"value": "1"}]})

    page = pages.open("/directory/users/1")

    for exchange, change in (("x1", "add /Users/1"), ("x2", "add /Users/1/title"), ("x5", "/Groups/1")):
        assert f'/requests/{exchange}"' in page.answer.text
        assert change in page.text
    assert '/requests/x4"' not in page.answer.text


@pytest.mark.parametrize("exchange_id", ["x99", "99", "x", "x1' or", "last%00"])
def test_an_exchange_that_is_not_there_gets_a_page_that_leads_on(exchange_id: str, pages: Pages, traffic: None) -> None:
    page = pages.open(f"/requests/{exchange_id}")

    assert page.status == 404
    assert "x1 to x4" in page.text


def test_looking_is_no_request_of_a_client(pages: Pages, traffic: None, account: RunningAccount) -> None:
    for path in ("", "/apps/scim", "/directory/users", "/directory/users/1", "/directory/groups", "/requests/x1"):
        pages.open(path)

    assert [each.id for each in account.recorder.exchanges()] == ["x1", "x2", "x3", "x4"]


def test_requests_are_forgotten(pages: Pages, traffic: None, account: RunningAccount) -> None:
    page = pages.send(pages.open("/requests").form("/forget"))

    assert "4 exchanges are forgotten" in page.text
    assert account.recorder.exchanges() == []


HOSTILE_BODY = '{"userName":"a\'b\\"c$(touch x)`touch x`\\\\ \u05d0@widget.example"}'


@pytest.mark.parametrize("form", ["curl", "python"])
def test_an_exchange_is_sent_again_as_it_was(
    form: str,
    pages: Pages,
    sandbox: RunningSandbox,
    account: RunningAccount,
    client: Client,
    serve: Serve,
    tmp_path: Path,
) -> None:
    if form == "curl" and not (shutil.which("curl") and shutil.which("sh")):
        pytest.skip("no curl or no POSIX shell here")
    sent = client.post("/Users", content=HOSTILE_BODY.encode(), headers={"X-Odd": 'a\'b "c" $HOME'})
    assert sent.status_code == 201
    client.delete("/Users/1", params={"hard": "true"})
    pages.client.headers["Host"] = serve(sandbox).removeprefix("http://")
    text = pages.open("/requests/x1").told(form)
    command = ["sh", "-c", text] if form == "curl" else [sys.executable, "-c", text]
    current = account.keyring.current
    assert current is not None

    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "TOKEN": current.value},
        capture_output=True,
        timeout=60,
        check=False,
    )

    again = account.recorder.exchanges()[-1]
    assert list(tmp_path.rglob("x")) == [], "the body was run as a command"
    assert done.returncode == 0, done.stderr
    assert again.body.text == HOSTILE_BODY
    assert (again.method, again.target, again.status) == ("POST", "/scim/v2/Users", 201)
    assert again.headers["X-Odd"] == 'a\'b "c" $HOME'


def test_no_page_tells_a_token_that_a_request_brought(pages: Pages, account: RunningAccount, traffic: None) -> None:
    current = account.keyring.current
    assert current is not None

    for path in ("/requests", "/requests/x1", "/requests/x3", "/directory/users/1"):
        assert current.value not in pages.open(path).answer.text


def test_the_report_is_on_the_newest_exchanges_unless_all_are_asked_for(pages: Pages, client: Client) -> None:
    assert "No client has called yet" in pages.open("/report").text
    client.get("/Users/none")
    for _ in range(150):
        client.get("/Users/1")

    assert "The newest 150 exchanges of 151 ( all of them )" in pages.open("/report").text
    assert "151 exchanges from" in pages.open("/report?all=true").text
    assert "/requests/x1" in pages.open("/report?all=true").answer.text


def test_the_report_tells_who_called_and_what_to_mend(pages: Pages, traffic: None) -> None:
    text = pages.open("/report").text

    assert "Okta" in text
    assert "To mend" in text
    assert "Fix" in text


def test_a_console_that_follows_requests_does_not_keep_a_server_from_stopping(sandbox: RunningSandbox) -> None:
    server = Server(create_app(sandbox), "127.0.0.1", 0, 1_048_576, limits=Limits(grace_seconds=60))
    thread = Thread(target=server.serve)
    thread.start()
    stream = f"{server.url}/console/accounts/widget/requests/stream?since=x0"

    with Client() as browser, browser.stream("GET", stream, timeout=20) as answer:
        told = answer.iter_lines()
        assert next(told) == ": exchanges as they happen"
        server.stop()
        thread.join(20)

    assert not thread.is_alive()
