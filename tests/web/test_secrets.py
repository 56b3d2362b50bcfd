"""Tokens, passwords and other credentials are in nothing that is kept, told, exported or logged."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.cli.exported_test import exported_test
from tests.diagnosis.golden import CONTROL_KEY, Golden, golden

PASSWORDS = {
    "password": "Tr0ub4dor-and-3",
    "patched": "c0rrect-horse",
    "broken": "batt3ry-staple",
    "form": "h0tel-x-ray",
}
WRONG = "abcdef0123456789" * 4
BASIC = b64encode(b"ann:0pen-sesame").decode()
COOKIE = "se55ion-of-ann"
OWN_FILES = ("keyring.json",)
"""Where an account keeps its accepted tokens, and may."""


@pytest.fixture
def told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[Golden]:
    """Return a sandbox that was sent secrets in every place."""
    with caplog.at_level(logging.DEBUG), golden(state=tmp_path / "state") as sandbox:
        send_secrets(sandbox)
        yield sandbox


def send_secrets(sandbox: Golden) -> None:
    """Send tokens that are valid, wrong and retired, passwords, Basic credentials and cookies, everywhere."""
    bearer = sandbox.bearer
    tokens = [value for name, value in sandbox.variables.items() if name.endswith(("token", "widget_qa"))]
    users = "/scim/v2/Users"
    for token in [*tokens, WRONG, CONTROL_KEY]:
        sandbox.ask("GET", users, {"Authorization": f"Bearer {token}"})
        sandbox.ask("GET", users, {"Authorization": token})
        sandbox.ask("GET", users, {"Authorization": f'Bearer "{token}"', "X-Api-Key": token})
        sandbox.ask("GET", f"{users}?access_token={token}&count=1", {})
        sandbox.ask("GET", f"{users}?key={token}", {})
        sandbox.ask("GET", f"/scim/v2/{token}/Users", {})
        sandbox.ask("GET", f"{users}/{token}", bearer)
        sandbox.ask("GET", f"{users}?filter=userName%20eq%20%22{token}%22", bearer)
        sandbox.ask("GET", users, {**bearer, "X-4me-Account": token})
    for body in (
        f'{{"userName": "a@widget.example", "password": "{PASSWORDS["password"]}"}}',
        f'{{"userName": "b@widget.example", "password": "{PASSWORDS["broken"]}",',
        f"grant_type=password&password={PASSWORDS['form']}",
    ):
        sandbox.ask("POST", users, bearer, body.encode())
    patch = f'{{"Operations": [{{"op": "replace", "path": "password", "value": "{PASSWORDS["patched"]}"}}]}}'
    sandbox.ask("PATCH", f"{users}/1", bearer, patch.encode())
    sandbox.ask("GET", users, {"Authorization": f"Basic {BASIC}"})
    sandbox.ask("GET", users, {**bearer, "Cookie": f"session={COOKIE}", "Proxy-Authorization": f"Basic {BASIC}"})


def secrets_of(sandbox: Golden) -> dict[str, str]:
    """Return everything that must be found nowhere."""
    lost = {
        name: value
        for name, value in sandbox.variables.items()
        if name not in ("bytes_of_no_text", "nine_thousand_letters", "token_first_half", "token_second_half")
    }
    others = {"wrong": WRONG, "basic": BASIC, "plain basic": "0pen-sesame", "cookie": COOKIE}
    return {**lost, **PASSWORDS, **others}


def test_no_secret_is_in_the_state_folder(told: Golden, tmp_path: Path) -> None:
    secrets = secrets_of(told)
    told.sandbox.close()

    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file() and path.name not in OWN_FILES]
    assert any(path.parent.name == "exchanges" for path in files)
    found = [
        (path.name, name) for path in files for name, value in secrets.items() if value.encode() in path.read_bytes()
    ]
    assert found == []


@pytest.mark.parametrize("target", ["exchanges", "exchanges.har", "report", "report?format=text"])
def test_no_secret_is_told(target: str, told: Golden) -> None:
    for account in ("widget", "widget-qa"):
        answer = told.ask("GET", f"/_sandbox/accounts/{account}/{target}", {"X-Sandbox-Control-Key": CONTROL_KEY})

        assert answer.status == 200
        assert [name for name, value in secrets_of(told).items() if value.encode() in answer.body] == []


def test_no_secret_is_in_an_exported_test(told: Golden) -> None:
    text = exported_test([each.as_json() for each in told.exchanges()], {})

    assert [name for name, value in secrets_of(told).items() if value in text] == []


def test_no_secret_is_logged(told: Golden, caplog: pytest.LogCaptureFixture) -> None:
    told.sandbox.close()

    assert [name for name, value in secrets_of(told).items() if value in caplog.text] == []


def test_no_secret_stays_in_memory(told: Golden) -> None:
    kept = repr([each.as_json() for each in told.exchanges()])

    assert [name for name, value in secrets_of(told).items() if value in kept] == []
