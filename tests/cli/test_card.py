"""The card, from what the ready file says."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cli.card import card

URL = "http://127.0.0.1:4630"
TOKEN = "ab" * 32


def facts(*prefixes: str, **more: Any) -> dict[str, Any]:
    account = {
        "name": "widget",
        "environment": "production",
        "token": TOKEN,
        "endpoints": [URL + prefix for prefix in prefixes],
        "control": f"{URL}/_sandbox/accounts/widget",
    }
    known = {
        "url": URL,
        "dialect": "4me",
        "control": f"{URL}/_sandbox",
        "console": f"{URL}/console",
        "control_key": None,
        "state": "/home/me/.sandbox",
        "accounts": [account],
    }
    return {**known, **more}


def forms(text: str) -> list[str]:
    """Return the lines with the endpoint forms."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("SCIM endpoint"))
    end = next(number for number, line in enumerate(lines) if line.startswith("SCIM access token"))
    return [line.removeprefix("SCIM endpoint").strip() for line in lines[start:end]]


FORMS = [
    pytest.param(
        ["/scim/v2", "/scim"],
        [
            f"{URL}/scim/v2  try this first",
            f"{URL}/scim     then this",
            f'{URL}          not mounted (404); --prefix "" would',
        ],
        id="the default",
    ),
    pytest.param(
        ["", "/scim", "/scim/v2"],
        [f"{URL}/scim/v2  try this first", f"{URL}/scim     then this", f"{URL}          then the bare host"],
        id="all three, in 4me's order",
    ),
    pytest.param(
        ["/mine"],
        [
            f'{URL}/scim/v2  not mounted (404); --prefix "/scim/v2" would',
            f'{URL}/scim     not mounted (404); --prefix "/scim" would',
            f'{URL}          not mounted (404); --prefix "" would',
            f"{URL}/mine",
        ],
        id="another one",
    ),
]


@pytest.mark.parametrize(("prefixes", "lines"), FORMS)
def test_the_card_shows_the_three_forms_and_says_which_are_mounted(prefixes: list[str], lines: list[str]) -> None:
    assert forms(card(facts(*prefixes))) == lines


def test_the_card_shows_the_token_on_a_line_to_copy() -> None:
    assert f"SCIM access token   {TOKEN}" in card(facts("/scim/v2")).splitlines()


def test_the_card_has_a_request_that_works_and_one_with_a_token_that_was_cut_off() -> None:
    works, is_refused = (line for line in card(facts("/scim/v2")).splitlines() if "curl" in line)

    assert f'"Authorization: Bearer {TOKEN}" "{URL}/scim/v2/Users?count=2"' in works
    assert f'"Authorization: Bearer {TOKEN[:-1]}" "{URL}/scim/v2/Users?count=2"' in is_refused


def test_only_lines_to_copy_are_wider_than_a_hundred_columns() -> None:
    assert [line for line in card(facts("/scim/v2")).splitlines() if len(line) > 100 and TOKEN[:-1] not in line] == []


PARTS = [
    pytest.param({}, "State               /home/me/.sandbox", id="state"),
    pytest.param({"state": None}, "State               kept nowhere: gone when the sandbox stops", id="no state"),
    pytest.param({}, f"Console             {URL}/console", id="console"),
    pytest.param({}, f"Control API         {URL}/_sandbox", id="control API"),
    pytest.param({"control_key": "k3y"}, "Control key         k3y", id="control key"),
    pytest.param({"dialect": "rfc7644"}, "SCIM sandbox (rfc7644): account widget (production)", id="dialect"),
]


@pytest.mark.parametrize(("more", "line"), PARTS)
def test_the_card_says_where_things_are(more: dict[str, Any], line: str) -> None:
    assert line in card(facts("/scim/v2", **more)).splitlines()


def test_the_card_names_the_other_accounts_with_their_tokens() -> None:
    first = facts("/scim/v2")["accounts"][0]
    second = {**first, "name": "widget-qa", "environment": "qa", "token": "cd" * 32}

    assert f"Token of widget-qa  {'cd' * 32}" in card(facts("/scim/v2", accounts=[first, second])).splitlines()


def test_a_rotation_that_is_due_is_asked_for() -> None:
    known = facts("/scim/v2")
    known["accounts"][0]["reminder"] = "token t1 is 400 days old"

    assert "Reminder            token t1 is 400 days old" in card(known).splitlines()


def test_an_account_without_a_token_says_how_to_get_one() -> None:
    account = {**facts("/scim/v2")["accounts"][0], "token": None}

    text = card(facts("/scim/v2", accounts=[account]))

    assert "SCIM access token   none: it was revoked; make one with: scim-sandbox token rotate" in text
    assert "curl" not in text
