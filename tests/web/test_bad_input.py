"""Whatever comes in: a clear refusal in the right form, and nothing changed."""

from __future__ import annotations

import json

import pytest
from httpx2 import Client

from sandbox.running import RunningAccount

DEEP = b"[" * 5_000 + b"]" * 5_000


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize(
    ("body", "scim_type", "named"),
    [
        pytest.param(b"", "invalidSyntax", "empty", id="nothing"),
        pytest.param(b"{", "invalidSyntax", "not JSON", id="broken"),
        pytest.param(b"[]", "invalidSyntax", "an array", id="an array"),
        pytest.param(b"7", "invalidSyntax", "the number", id="a number"),
        pytest.param(b"null", "invalidSyntax", "null", id="null"),
        pytest.param(b'"text"', "invalidSyntax", "the string", id="a string"),
        pytest.param(b"\xff\xfe{}", "invalidSyntax", "UTF-8", id="not UTF-8"),
        pytest.param(b'{"userName": "a\\ud800"}', "invalidSyntax", "surrogate", id="half a surrogate pair"),
        pytest.param(b'{"userName": NaN}', "invalidSyntax", "NaN", id="NaN"),
        pytest.param(b'{"x": 1e999}', "invalidSyntax", "too large", id="a number too large"),
        pytest.param(b'{"x": ' + b"9" * 5_000 + b"}", "invalidSyntax", "JSON", id="5,000 digits"),
        pytest.param(DEEP, "invalidSyntax", "deeply", id="5,000 deep"),
        pytest.param(b'{"userName": ' + DEEP + b"}", "invalidSyntax", "deeply", id="5,000 deep inside"),
        pytest.param(b'{"userName": {"a": 1}}', "invalidValue", "userName", id="an object for a string"),
        pytest.param(b'{"emails": [7.5]}', "invalidValue", "emails[0]", id="a number for an object"),
        pytest.param(b'{"active": {}, "name": "x"}', "invalidValue", "name", id="a string for an object"),
        pytest.param(b'{"userName": ""}', "invalidValue", "userName", id="an empty userName"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_and_nothing_changes(
    client: Client, account: RunningAccount, method: str, body: bytes, scim_type: str, named: str
) -> None:
    user = client.post("/Users", json={"userName": "a@b.example"}).json()
    path = "/Users" if method == "POST" else f"/Users/{user['id']}"

    refused = client.request(method, path, content=body, headers={"Content-Type": "application/scim+json"})

    assert (refused.status_code, refused.json().get("scimType")) == (400, scim_type), refused.text
    assert named in refused.json()["detail"]
    assert client.get(f"/Users/{user['id']}").json() == user
    assert account.store.count("Users") == 1


def test_a_body_over_the_limit_is_refused_and_one_at_the_limit_is_taken(client: Client) -> None:
    room = 1_048_576 - len(json.dumps({"userName": "a@b.example", "title": ""}, separators=(",", ":")))
    headers = {"Content-Type": "application/json"}

    for extra, status in ((0, 201), (1, 413)):
        text = json.dumps({"userName": "a@b.example", "title": "x" * (room + extra)}, separators=(",", ":"))
        answer = client.post("/Users", content=text, headers=headers)
        assert answer.status_code == status
    assert answer.json()["status"] == "413"
    assert "1048576" in answer.json()["detail"]


@pytest.mark.parametrize(
    "query", ["count=abc", "count=", "count=1.5", "startIndex=x", "count=%00", "count=" + "9" * 40]
)
def test_a_page_that_is_no_number_is_refused(client: Client, query: str) -> None:
    refused = client.get(f"/Users?{query}")

    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("user_id", ["999", "abc", "0", "-1", "1e3", "%00", "%C3%A9", "٣", " 1", "9" * 400, "..%2F1"])
def test_an_unknown_id_is_a_404(client: Client, method: str, user_id: str) -> None:
    refused = client.request(method, f"/Users/{user_id}", content=b'{"title": "x"}')

    assert refused.status_code == 404, refused.text


def test_what_a_body_repeats_of_what_the_server_owns_is_passed_over(client: Client) -> None:
    body = {
        "userName": "a@b.example",
        "id": "77",
        "meta": {"created": "2000-01-01T00:00:00Z", "location": "x"},
        "groups": [{"value": "1"}],
        "schemas": ["urn:scim:schemas:core:1.0"],
        "unknown": {"deep": [1, 2]},
    }

    created = client.post("/Users", json=body).json()

    assert created["id"] == "1"
    assert created["meta"]["created"].startswith("2026")
    assert not {"groups", "unknown"} & set(created)
