"""The exchanges of an account through the control API: choosing, waiting, streaming, archiving, reporting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from threading import Thread
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from httpx2 import Client

from sandbox.app import create_app
from sandbox.running import RunningSandbox
from tests.conftest import Connect
from tests.web.har import problems_of

EXCHANGES = "/accounts/widget/exchanges"


@pytest.fixture
def talked(client: Client) -> Client:
    """Return a client after six exchanges: x1 to x6."""
    client.get("/Users?count=100")
    client.post("/Users", json={"userName": "ann@widget.example", "displayName": "Ann"})
    client.post("/Users", json={"userName": "ANN@widget.example"})
    client.patch("/Users/1", json={"title": "Clerk"})
    client.get("/Groups")
    client.get("/Users/4711")
    return client


def ids(owner: Client, query: str = "") -> list[str]:
    """Return which exchanges a query finds."""
    answer = owner.get(EXCHANGES + query).json()
    assert answer["total"] == len(answer["items"])
    return [each["id"] for each in answer["items"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("?method=POST", [2, 3]),
        ("?method=post,patch", [2, 3, 4]),
        ("?path=/Users/", [4, 6]),
        ("?path=groups", [5]),
        ("?status=409", [3]),
        ("?status=4xx", [3, 6]),
        ("?status=201,404", [2, 6]),
        ("?finding=user-name-taken", [3]),
        ("?finding=refused", [3, 6]),
        ("?finding=any", [1, 2, 3, 4, 6]),
        ("?finding=none", [5]),
        ("?client=unknown", [1, 2, 3, 4, 5, 6]),
        ("?client=okta", []),
        ("?since=x4", [5, 6]),
        ("?until=x2", [1, 2]),
        ("?since=x1&until=x4&method=POST", [2, 3]),
        ("?since=2026-03-02T09:00:00Z", [1, 2, 3, 4, 5, 6]),
        ("?since=2026-03-02T09:00:01Z", []),
        ("?until=2026-03-01", []),
        ("?count=2", [5, 6]),
        ("?count=2&method=POST", [2, 3]),
        ("?count=99", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_exchanges_are_chosen(query: str, found: list[int], talked: Client, owner: Client) -> None:
    assert ids(owner, query) == [f"x{number}" for number in found]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?status=no", "is not a status as 404"),
        ("?status=9xx9", "is not a status as 404"),
        ("?since=soon", "neither the id of an exchange, as x12, nor an instant"),
        ("?since=x", "neither the id of an exchange"),
        ("?count=0", "is not a whole number from 1 on"),
        ("?count=-1", "is not a whole number from 1 on"),
        ("?count=many", "is not a whole number from 1 on"),
        ("?wait=1h", "is too long; at most 60s"),
        ("?wait=5", "has no unit"),
        ("?wait=-1s", "negative"),
        ("?colour=red", "'colour' is not known; known here:"),
    ],
)
def test_what_cannot_be_chosen_by_is_refused_in_a_sentence(query: str, told: str, owner: Client) -> None:
    answer = owner.get(EXCHANGES + query)

    assert answer.status_code == 400
    assert told in answer.json()["error"]["message"]


def test_one_exchange_is_shown_by_its_id(talked: Client, owner: Client) -> None:
    shown = owner.get(f"{EXCHANGES}/x3").json()

    assert shown == owner.get(EXCHANGES).json()["items"][2]
    assert (shown["method"], shown["status"]) == ("POST", 409)
    assert shown["findings"][0]["code"] == "user-name-taken"
    assert shown["findings"][0].keys() >= {"code", "severity", "message", "fix", "source", "evidence"}
    assert owner.get(f"{EXCHANGES}/last").json()["id"] == "x6"


def test_an_exchange_that_is_not_there_is_refused_with_what_is(
    talked: Client, owner: Client, sandbox: RunningSandbox, connect: Connect
) -> None:
    connect(sandbox, account="widget-qa").get("/Users")

    assert "kept are x1 to x6" in owner.get(f"{EXCHANGES}/x99").json()["error"]["message"]
    assert "one of the account widget-qa" in owner.get(f"{EXCHANGES}/x7").json()["error"]["message"]
    assert owner.get(f"{EXCHANGES}/x99").status_code == 404
    assert owner.get("/accounts/nobody/exchanges").status_code == 404


def test_exchanges_can_be_forgotten(talked: Client, owner: Client) -> None:
    assert owner.delete(EXCHANGES).json() == {"forgotten": 6}

    assert ids(owner) == []
    assert owner.get(f"{EXCHANGES}/last").status_code == 404
    assert talked.get("/Users").headers["X-Sandbox-Exchange"] == "x7"


def test_waiting_ends_when_enough_has_come(client: Client, sandbox: RunningSandbox, connect: Connect) -> None:
    owner = connect(sandbox, "/_sandbox")
    later = Thread(target=lambda: [client.get("/Users") for _ in range(3)])

    later.start()
    found = ids(owner, "?wait=30s&count=3&path=/Users")
    later.join()

    assert found[:3] == ["x1", "x2", "x3"]


def test_waiting_ends_with_what_there_is(talked: Client, owner: Client) -> None:
    assert ids(owner, "?wait=0s&count=9&method=POST") == ["x2", "x3"]


def events(app: Flask, query: str = "") -> Iterator[str]:
    """Yield what a stream tells."""
    answer = app.test_client().get(f"/_sandbox{EXCHANGES}/stream{query}", headers={"Host": "localhost"})
    assert answer.content_type == "text/event-stream; charset=utf-8"
    for part in answer.response:
        yield part if isinstance(part, str) else bytes(part).decode()


def test_the_stream_tells_what_happens(talked: Client, sandbox: RunningSandbox) -> None:
    stream = events(create_app(sandbox), "?method=DELETE")
    assert next(stream).startswith(":")

    talked.get("/Users")
    talked.delete("/Users/1")

    told = next(stream).splitlines()
    assert told[:2] == ["id: x8", "event: exchange"]
    assert json.loads(told[2].removeprefix("data: "))["method"] == "DELETE"


def test_the_stream_goes_on_from_where_a_listener_left(talked: Client, sandbox: RunningSandbox) -> None:
    stream = events(create_app(sandbox), "?since=x4")

    assert [next(stream).splitlines()[0] for _ in range(3)][1:] == ["id: x5", "id: x6"]


def test_the_stream_ends_with_the_sandbox(talked: Client, sandbox: RunningSandbox) -> None:
    stream = events(create_app(sandbox))
    next(stream)

    sandbox.close()

    assert list(stream) in ([], [": still here\n\n"])


def test_the_archive_is_har_1_2(talked: Client, owner: Client) -> None:
    archive = owner.get("/accounts/widget/exchanges.har?until=x4").json()

    assert list(problems_of(archive)) == []
    entry = archive["log"]["entries"][1]
    assert entry["request"]["url"] == "http://localhost:4630/scim/v2/Users"
    assert json.loads(entry["request"]["postData"]["text"]) == {"userName": "ann@widget.example", "displayName": "Ann"}
    assert entry["response"]["content"]["size"] == len(entry["response"]["content"]["text"].encode())
    assert {"name": "Authorization", "value": "Bearer [redacted]"} in entry["request"]["headers"]
    assert [each["request"]["method"] for each in archive["log"]["entries"]] == ["GET", "POST", "POST", "PATCH"]


def test_the_check_of_archives_finds_what_is_missing(talked: Client, owner: Client) -> None:
    archive: dict[str, Any] = owner.get("/accounts/widget/exchanges.har").json()

    del archive["log"]["entries"][0]["request"]["cookies"]
    archive["log"]["entries"][1]["time"] = "soon"
    archive["log"]["entries"][2]["startedDateTime"] = "yesterday"

    assert list(problems_of(archive)) == [
        "log.entries[0].request.cookies is missing",
        "log.entries[1].time is 'soon'",
        "log.entries[2].startedDateTime is 'yesterday'",
    ]


def test_the_report_names_the_client_and_what_it_did(talked: Client, owner: Client) -> None:
    report = owner.get("/accounts/widget/report").json()

    assert (report["account"], report["exchanges"]) == ("widget", 6)
    assert report["findings"]["refused"] == 2
    client = report["clients"][0]
    assert client["name"] == "unknown client"
    assert client["operations"] == {
        "refused": 2,
        "users listed": 1,
        "users created": 1,
        "users patched": 1,
        "groups listed": 1,
    }
    assert [group["code"] for group in client["findings"]][:2] == ["user-name-taken", "resource-not-found"]
    group = next(group for group in client["findings"] if group["code"] == "media-type-json")
    assert (group["count"], group["first"]["id"], group["exchanges"]) == (3, "x2", ["x2", "x3", "x4"])
    assert {"code": "create-without-lookup", "sentence": "Looks before it creates", "times": 2} in client["passed"]


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("text", "text/plain"), ("markdown", "text/markdown"), ("junit", "application/xml"), ("json", "application/json")],
)
def test_the_report_comes_in_several_forms(form: str, media_type: str, talked: Client, owner: Client) -> None:
    answer = owner.get(f"/accounts/widget/report?format={form}")

    assert answer.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert "user-name-taken" in answer.text


def test_the_report_as_junit_fails_for_each_finding_but_hints(talked: Client, owner: Client) -> None:
    suite = ElementTree.fromstring(owner.get("/accounts/widget/report?format=junit").text)[0]

    failed = {case.get("name") for case in suite if case.find("failure") is not None}
    assert {"user-name-taken", "count-above-25"} <= failed
    assert "media-type-json" not in failed
    assert "create-without-lookup" not in failed
    assert int(suite.get("failures", "")) == len(failed)
    assert int(suite.get("tests", "")) == len(suite)


def test_the_report_is_of_what_is_chosen(talked: Client, owner: Client) -> None:
    assert owner.get("/accounts/widget/report?method=PATCH").json()["exchanges"] == 1


@pytest.mark.parametrize("query", ["?format=pdf", "?status=no", "?what=ever"])
def test_a_report_that_cannot_be_is_refused(query: str, owner: Client) -> None:
    assert owner.get(f"/accounts/widget/report{query}").status_code == 400


def test_a_report_of_nothing_says_so(owner: Client) -> None:
    assert owner.get("/accounts/widget/report?format=text").text == "Account widget: no exchange yet"


def test_every_finding_is_listed(owner: Client) -> None:
    listed = owner.get("/findings").json()

    assert listed["total"] == len({row["code"] for row in listed["items"]}) > 100
    assert all(row["title"] and row["fix"] and row["passes"] for row in listed["items"])
