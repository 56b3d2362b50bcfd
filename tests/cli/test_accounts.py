"""The verbs about accounts, and those that set them back."""

from __future__ import annotations

import json
from typing import Any

import httpx2 as httpx
import pytest

from tests.cli.conftest import TOKEN, Steer


def users_of(facts: dict[str, Any], token: str) -> int:
    """Return how many users a client with this token sees."""
    answer = httpx.get(f"{facts['url']}/scim/v2/Users", headers={"Authorization": f"Bearer {token}"})
    return int(answer.json()["totalResults"])


def test_accounts_are_listed_with_what_they_hold_and_no_token(steer: Steer) -> None:
    answer = steer("accounts", "list")

    assert answer.output.splitlines() == [
        f"widget     production  …{TOKEN[-7:]}  3 users, 1 group",
        answer.output.splitlines()[1],
    ]
    assert answer.output.splitlines()[1].startswith("widget-qa  qa          …")
    assert TOKEN not in answer.output


def test_an_account_is_created_with_what_is_asked_for_and_serves_at_once(steer: Steer, facts: dict[str, Any]) -> None:
    options = ["--environment", "qa", "--time-zone", "Europe/Amsterdam", "--seed", "7", "--users", "2", "--groups", "0"]
    clock = ["--token", "cd" * 32, "--clock", "2030-01-01", "--frozen"]

    created = json.loads(steer("accounts", "create", "test-1", *options, *clock, "--json").output)

    assert (created["name"], created["environment"], created["token"]) == ("test-1", "qa", "cd" * 32)
    assert (created["now"], created["seed"]) == ("2029-12-31T23:00:00Z", {"seed": 7, "users": 2, "groups": 0})
    assert users_of(facts, "cd" * 32) == 2
    assert "now          2029-12-31T23:00:00Z" in steer("accounts", "show", "test-1").output


def test_a_created_account_shows_its_token_once(steer: Steer, facts: dict[str, Any]) -> None:
    answer = steer("accounts", "create", "test-1")

    token = answer.output.splitlines()[0].removeprefix("token  ")
    assert users_of(facts, token) == 3
    assert answer.output.count(token) == 1


def test_a_deleted_account_is_gone_with_its_token(steer: Steer) -> None:
    assert (
        steer("accounts", "delete", "widget-qa").output == "widget-qa is deleted, with everything that was kept of it\n"
    )

    assert steer("accounts", "show", "widget-qa").exit_code == 1
    assert "widget-qa" not in steer("accounts", "list").output


def test_no_account_at_all_is_said_so(steer: Steer) -> None:
    for name in ("widget", "widget-qa"):
        assert steer("accounts", "delete", name, "--json").output == "{}\n"

    assert "scim-sandbox accounts create NAME" in steer("accounts", "list").output
    assert "names no account" in steer("token", "show").stderr
    assert steer("accounts", "create", "widget").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        pytest.param(["accounts", "create", "widget"], 1, "there is an account widget already", id="a taken name"),
        pytest.param(["accounts", "create", "a", "--token", TOKEN], 1, "one of widget's", id="a taken token"),
        pytest.param(["accounts", "create", "../x"], 1, "1 to 63 of a-z", id="a name with dots"),
        pytest.param(["accounts", "create", "a", "--time-zone", "Mars"], 1, "America/Chicago", id="no zone"),
        pytest.param(["accounts", "create", "a", "--clock", "soon"], 1, "ISO 8601", id="no instant"),
        pytest.param(["accounts", "create", "a", "--token", "xyz"], 1, "openssl rand -hex 32", id="no token"),
        pytest.param(["accounts", "create", "a", "--environment", "prod"], 2, "production", id="no environment"),
        pytest.param(["accounts", "create", "a", "--users", "-1"], 2, "0<=x<=100000", id="fewer users than none"),
        pytest.param(["accounts", "delete", "nobody"], 1, "there is widget, widget-qa", id="nobody to delete"),
        pytest.param(["accounts", "delete", "a/b"], 1, "Not Found", id="a name with a slash"),
        pytest.param(["reset", "nowhere"], 1, "seed, empty or snapshot:NAME", id="nothing to reset to"),
        pytest.param(["reset", "snapshot:"], 1, "seed, empty or snapshot:NAME", id="no name of a snapshot"),
        pytest.param(["reset", "snapshot:x"], 1, "there is none yet", id="no such snapshot"),
        pytest.param(["seed", "--groups", "10001"], 2, "0<=x<=10000", id="too many groups"),
        pytest.param(["token", "revoke", "t9"], 1, "accepted at the moment: t1", id="no such token"),
        pytest.param(["snapshot", "save", "a b"], 1, "1 to 64 of A-Z", id="no name for a snapshot"),
        pytest.param(["snapshot", "diff", "x"], 1, "there is none yet", id="nothing to compare with"),
        pytest.param(["snapshot", "restore", "x", "--from", "no"], 1, "there is no account 'no'", id="from nobody"),
        pytest.param(["clock", "freeze", "--at", "1999-01-01"], 1, "lies in the past", id="frozen in the past"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(
    steer: Steer, arguments: list[str], code: int, named: str
) -> None:
    before = steer("accounts", "list").output

    answer = steer(*arguments)

    assert answer.exit_code == code
    assert named in " ".join(answer.stderr.split())
    assert answer.stdout == ""
    assert steer("accounts", "list").output == before


def test_users_and_groups_are_set_back_to_the_seed_or_to_none(steer: Steer, facts: dict[str, Any]) -> None:
    assert steer("reset", "empty").output == "widget has 0 users, 0 groups\n"
    assert users_of(facts, TOKEN) == 0

    assert steer("reset").output == "widget has 3 users, 1 group\n"
    assert users_of(facts, TOKEN) == 3


def test_an_account_is_seeded_anew_with_other_numbers_which_stay(steer: Steer) -> None:
    assert steer("seed", "--seed", "7", "--users", "5").output == "widget has 5 users, 1 group, of seed 7\n"

    steer("reset", "empty")
    assert steer("reset").output == "widget has 5 users, 1 group\n"
    assert json.loads(steer("status", "--account", "widget", "--json").output)["seed"]["seed"] == 7


def test_a_token_is_revoked(steer: Steer, facts: dict[str, Any]) -> None:
    steer("token", "rotate")

    assert "t1" not in steer("token", "revoke", "t1").output

    status = httpx.get(f"{facts['url']}/scim/v2/Users", headers={"Authorization": f"Bearer {TOKEN}"}).status_code
    assert status == 401


def test_a_clock_is_frozen_at_a_later_instant(steer: Steer) -> None:
    frozen = json.loads(steer("clock", "freeze", "--at", "2099-01-01T00:00:00Z", "--json").output)

    assert (frozen["now"], frozen["frozen"]) == ("2099-01-01T00:00:00Z", True)
    assert [due["what"] for due in frozen["fired"]] == ["token_reminder"]
