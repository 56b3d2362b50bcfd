"""Who is let in, at which address, and in which form the others are refused."""

from __future__ import annotations

import pytest
from httpx2 import Client

from sandbox.running import RunningSandbox
from tests.conftest import Connect, OpenSandbox

TOKEN = "9f" * 32


@pytest.mark.quirk("gate_error_shape")
@pytest.mark.quirk("challenge")
@pytest.mark.parametrize("sandbox", [{"token": TOKEN}], indirect=True)
@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="none"),
        pytest.param("", id="empty"),
        pytest.param(TOKEN, id="no scheme"),
        pytest.param("Bearer", id="no token"),
        pytest.param(f"Basic {TOKEN}", id="another scheme"),
        pytest.param(f"Bearer Bearer {TOKEN}", id="the scheme twice"),
        pytest.param(f"Bearer {TOKEN[:-1]}", id="too short"),
        pytest.param(f"Bearer {TOKEN}0", id="too long"),
        pytest.param(f"Bearer {TOKEN.upper()}", id="in capitals"),
        pytest.param(f'Bearer "{TOKEN}"', id="in quotes"),
        pytest.param(b"Bearer t\xc3\xb6ken", id="not ASCII"),
    ],
)
def test_a_request_without_the_token_is_refused_as_4me_refuses(client: Client, header: str | bytes | None) -> None:
    del client.headers["Authorization"]
    headers = {} if header is None else {"Authorization": header}

    refused = client.get("/Users", headers=headers)

    assert refused.status_code == 401
    assert refused.content == b'{"message":"Unauthorized"}'
    assert "WWW-Authenticate" not in refused.headers


@pytest.mark.parametrize("sandbox", [{"token": TOKEN}], indirect=True)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "Bearer  "])
def test_the_scheme_counts_in_any_case(client: Client, scheme: str) -> None:
    assert client.get("/Users", headers={"Authorization": f"{scheme} {TOKEN}"}).status_code == 200


def test_the_token_says_whose_account_a_request_is_for(sandbox: RunningSandbox, connect: Connect) -> None:
    production, qa = connect(sandbox), connect(sandbox, account="widget-qa")
    production.post("/Users", json={"userName": "a@b.example"})

    assert production.get("/Users").json()["totalResults"] == 1
    assert qa.get("/Users").json()["totalResults"] == 0


@pytest.mark.parametrize("prefix", ["/scim/v2", "/scim"])
def test_both_documented_endpoints_serve_the_same_and_name_themselves(
    sandbox: RunningSandbox, connect: Connect, client: Client, prefix: str
) -> None:
    user_id = client.post("/Users", json={"userName": "a@b.example"}).json()["id"]

    shown = connect(sandbox, prefix).get(f"/Users/{user_id}").json()

    assert shown["meta"]["location"] == f"http://localhost:4630{prefix}/Users/{user_id}"


def test_the_endpoint_can_be_the_bare_host(start_sandbox: OpenSandbox, connect: Connect) -> None:
    client = connect(start_sandbox(prefix=("",)), "")

    created = client.post("/Users", json={"userName": "a@b.example"})

    assert created.json()["meta"]["location"] == f"http://localhost:4630/Users/{created.json()['id']}"
    assert client.get("/scim/v2/Users").status_code == 404
    assert client.get("/_sandbox/health").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/Users", id="no prefix"),
        pytest.param("/", id="the host"),
        pytest.param("/scim2/Users", id="a prefix that only begins like one"),
        pytest.param("/scim/v2/scim/v2/Users", id="the prefix twice"),
        pytest.param("/scim/v2/users", id="another case"),
        pytest.param("/scim/v2/User", id="singular"),
        pytest.param("/scim/v2/Users/1/2", id="too deep"),
        pytest.param("/scim/v2/.search", id="search"),
    ],
)
def test_what_is_not_served_is_a_404_in_4me_s_form(sandbox: RunningSandbox, connect: Connect, path: str) -> None:
    answer = connect(sandbox, "").get(path)

    assert (answer.status_code, answer.content) == (404, b'{"message":"Not Found"}')


@pytest.mark.quirk("tidy_paths")
@pytest.mark.quirk("json_suffix")
@pytest.mark.parametrize("path", ["/scim/v2/Users/", "/scim/v2//Users", "/scim//v2/Users.json", "/scim/v2/Users//"])
def test_slashes_too_many_and_a_json_suffix_are_passed_over(
    sandbox: RunningSandbox, connect: Connect, path: str
) -> None:
    assert connect(sandbox, "").get(path).json()["totalResults"] == 0


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        pytest.param("PUT", "/Users", {"GET", "HEAD", "POST"}, id="a collection"),
        pytest.param("POST", "/Users/1", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}, id="a resource"),
        pytest.param("DELETE", "/Schemas", {"GET", "HEAD"}, id="discovery"),
        pytest.param("OPTIONS", "/Users", {"GET", "HEAD", "POST"}, id="options"),
        pytest.param("BREW", "/Users", {"GET", "HEAD", "POST"}, id="no method at all"),
    ],
)
def test_a_method_that_is_not_for_it_is_a_405_that_says_which_are(
    client: Client, method: str, path: str, allowed: set[str]
) -> None:
    refused = client.request(method, path)

    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == allowed
    assert refused.json()["status"] == "405"


@pytest.mark.parametrize("host", ['evil"<x>', "a b", "", "[::1"])
def test_a_host_that_is_none_is_refused(client: Client, host: str) -> None:
    refused = client.get("/Users", headers={"Host": host})

    assert (refused.status_code, refused.json()) == (400, {"message": "Bad Request"})


@pytest.mark.quirk("bulk")
def test_what_4me_declares_unsupported_is_a_501(client: Client) -> None:
    assert client.get("/Me").status_code == 501
    assert client.post("/Bulk", json={}).status_code == 501


@pytest.mark.quirk("media_type_out")
@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        pytest.param("*/*", "application/json; charset=utf-8", id="anything"),
        pytest.param("application/scim+json", "application/scim+json; charset=utf-8", id="scim"),
        pytest.param("text/html", "application/json; charset=utf-8", id="a browser"),
    ],
)
def test_the_media_type_follows_accept(client: Client, accept: str, answered: str) -> None:
    for path in ("/Users", "/Users/999", "/Schemas"):
        assert client.get(path, headers={"Accept": accept}).headers["Content-Type"] == answered


@pytest.mark.quirk("discovery_token")
@pytest.mark.parametrize("path", ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes/User", ""])
def test_discovery_needs_the_token(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200
    del client.headers["Authorization"]
    assert client.get(path).status_code == 401


def test_a_head_request_has_the_headers_and_no_body(client: Client) -> None:
    head = client.head("/Users")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == client.get("/Users").headers["Content-Length"]
