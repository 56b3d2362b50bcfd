"""No secret is kept, wherever in a request it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.recorder import REDACTED
from tests.recorder.sample import noted, settler

TOKEN = "0123456789abcdef" * 4
FORMER = "fedcba9876543210" * 2
WRONG = "abcdef0123456789" * 4
SECRET = "Tr0ub4dor&3"
SETTLE = settler(TOKEN, "the-control-key-of-this", former=FORMER)


def kept(**changes: Any) -> str:
    """Return all that is kept of an exchange."""
    return str(SETTLE(noted(1, **changes), False).as_json())


def targeted(target: str) -> dict[str, Any]:
    return {"environ": {"REQUEST_URI": target}}


def headed(**headers: str) -> dict[str, Any]:
    return {"environ": {f"HTTP_{name}": value for name, value in headers.items()}}


HIDING: dict[str, Callable[[str], dict[str, Any]]] = {
    "password in a body": lambda it: {"body": f'{{"userName": "ann", "password": "{it}"}}'.encode()},
    "password in an odd case": lambda it: {"body": f'{{"PassWord": "{it}"}}'.encode()},
    "password with an escaped name": lambda it: {"body": f'{{"pass\\u0077ord": "{it}"}}'.encode()},
    "password in a PATCH without a path": lambda it: {
        "body": f'{{"Operations": [{{"op": "replace", "value": {{"password": "{it}"}}}}]}}'.encode()
    },
    "password in a PATCH with a path": lambda it: {
        "body": f'{{"Operations": [{{"op": "replace", "path": "password", "value": "{it}"}}]}}'.encode()
    },
    "password with its URN": lambda it: {
        "body": f'{{"path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": "{it}"}}'.encode()
    },
    "an object under a secret name": lambda it: {
        "body": f'{{"credentials": {{"user": "ann", "pin": "{it}"}}}}'.encode()
    },
    "password in broken JSON": lambda it: {"body": f'{{"userName": "ann", "password": "{it}",}}'.encode()},
    "password in JSON that ends too soon": lambda it: {"body": f'{{"userName": "ann", "password": "{it}'.encode()},
    "password in single quotes": lambda it: {"body": f"{{'password': '{it}'}}".encode()},
    "password in a form": lambda it: {"body": f"grant_type=password&password={it.replace('&', '%26')}&x=1".encode()},
    "password in UTF-16": lambda it: {"body": f'{{"password": "{it}"}}'.encode("utf-16")},
    "password in UTF-16 without a mark": lambda it: {"body": f'{{"password": "{it}"}}'.encode("utf-16-le")},
    "password beside bytes that are no text": lambda it: {"body": b"\xff" + f'{{"password": "{it}"}}'.encode()},
    "client secret": lambda it: {"body": f'{{"client_secret": "{it}"}}'.encode()},
    "Basic credentials": lambda it: headed(PROXY_AUTHORIZATION=f"Basic {it}"),
    "a cookie": lambda it: headed(COOKIE=f"session={it}"),
    "an API key": lambda it: headed(X_API_KEY=it),
    "the key of the control API": lambda it: headed(X_SANDBOX_CONTROL_KEY=it),
    "a bearer token in another header": lambda it: headed(X_FORWARDED_AUTH=f"Bearer {it}"),
    "a token in the query": lambda it: targeted(f"/scim/v2/Users?access_token={it.replace('&', '%26')}&count=1"),
    "a token in the query by another name": lambda it: targeted(
        f"/scim/v2/Users?x-auth-token={it.replace('&', '%26')}"
    ),
    "a password in a filter": lambda it: targeted(
        f"/scim/v2/Users?filter=password%20eq%20%22{it.replace('&', '%26')}%22"
    ),
}


@pytest.mark.parametrize("name", HIDING)
def test_what_is_called_a_secret_is_not_kept(name: str) -> None:
    told = kept(**HIDING[name](SECRET))

    assert SECRET not in told
    assert SECRET.replace("&", "%26") not in told
    assert REDACTED in told


ANYWHERE: dict[str, Callable[[str], dict[str, Any]]] = {
    "the path": lambda it: targeted(f"/scim/v2/Users/{it}"),
    "the query": lambda it: targeted(f"/scim/v2/Users?x={it}"),
    "a header": lambda it: headed(X_NAME=f"it is {it}."),
    "an answer that is an error": lambda it: {"status": "404 NOT FOUND", "answer": f"User {it}".encode()},
}


@pytest.mark.parametrize("name", ANYWHERE)
@pytest.mark.parametrize("token", [TOKEN, WRONG], ids=["accepted", "wrong"])
def test_a_token_is_not_kept_wherever_it_stands(name: str, token: str) -> None:
    assert token not in kept(**ANYWHERE[name](token))


@pytest.mark.parametrize("secret", [TOKEN, FORMER], ids=["accepted", "former"])
def test_a_token_of_ours_is_not_kept_in_a_body_either(secret: str) -> None:
    assert secret not in kept(body=f'{{"externalId": "{secret}"}}'.encode())


def test_a_token_of_ours_is_not_kept_in_an_answer() -> None:
    assert TOKEN not in kept(answer=f'{{"externalId": "{TOKEN}"}}'.encode())


@pytest.mark.parametrize(
    "body",
    [
        b'{"userName": "ann@widget.example",  "active": true}',
        '{"displayName": "Jürgen"}'.encode(),
        b'{"externalId": "00u1a2b3c4D5e6F7g8h9", "id": "4be2a0c1d3f59687"}',
        b'{"title": "Token secretary", "nickName": "Cookie"}',
        b"not JSON",
        b"\xff\xfe\x00",
        b'{"password": null}',
        b"[" * 5_000,
    ],
)
def test_a_body_without_secrets_is_kept_byte_for_byte(body: bytes) -> None:
    assert SETTLE(noted(1, body=body), False).body.kept == body


def test_the_length_that_is_told_is_that_of_what_was_sent() -> None:
    body = f'{{"password": "{SECRET * 10}"}}'.encode()

    kept_body = SETTLE(noted(1, body=body), False).body

    assert kept_body.length == len(body)
    assert kept_body.text == f'{{"password":"{REDACTED}"}}'
