"""The verbs that steer, against a sandbox that runs."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2 as httpx
import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.serving import Server
from sandbox.settings import Settings
from tests.cli.conftest import TOKEN, Steer


def status_of(facts: dict[str, Any], token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{facts['accounts'][0]['endpoints'][0]}/Users", headers=headers).status_code


def test_status_shows_every_account(steer: Steer) -> None:
    answer = steer("status")

    assert answer.exit_code == 0
    blocks = answer.output.split("\n\n")
    assert [block.split()[:2] for block in blocks] == [["name", "widget"], ["name", "widget-qa"]]
    assert "users        3" in blocks[0]


def test_status_shows_the_account_that_is_asked_for(steer: Steer) -> None:
    answer = json.loads(steer("status", "--account", "widget-qa", "--json").output)

    assert (answer["name"], answer["environment"]) == ("widget-qa", "qa")


def test_status_as_json_is_what_the_control_api_answers(steer: Steer, facts: dict[str, Any]) -> None:
    shown = json.loads(steer("status", "--json").output)

    answered = httpx.get(f"{facts['control']}/accounts").json()
    assert [item["name"] for item in shown["items"]] == [item["name"] for item in answered["items"]]
    assert shown["total"] == 2


def test_token_show_shows_the_current_token_whole(steer: Steer) -> None:
    lines = steer("token", "show").output.splitlines()

    assert lines[0] == f"token     {TOKEN}"
    assert lines[2].startswith("current   t1 …bababab, used ")


def test_after_a_rotation_both_tokens_work_and_the_answer_says_until_when(steer: Steer, facts: dict[str, Any]) -> None:
    answer = json.loads(steer("token", "rotate", "--json").output)

    assert answer["token"] != TOKEN
    assert [status_of(facts, token) for token in (TOKEN, answer["token"])] == [200, 200]
    shown = steer("token", "show").output
    assert answer["token"] in shown
    assert f"retiring  t1 …bababab, accepted until {answer['items'][1]['retires_at']}" in shown


def test_an_overlap_of_nothing_ends_the_old_token_at_once(steer: Steer, facts: dict[str, Any]) -> None:
    assert steer("token", "rotate", "--overlap", "0").exit_code == 0

    assert status_of(facts, TOKEN) == 401


def test_the_clock_is_shown_advanced_frozen_resumed_and_reset(steer: Steer) -> None:
    frozen = json.loads(steer("clock", "freeze", "--json").output)
    advanced = json.loads(steer("clock", "advance", "1h30m", "--json").output)
    shown = json.loads(steer("clock", "show", "--json").output)
    resumed = json.loads(steer("clock", "resume", "--json").output)
    reset = json.loads(steer("clock", "reset", "--json").output)

    assert frozen["frozen"] is True
    assert shown["now"] == advanced["now"] != frozen["now"]
    assert resumed["frozen"] is False
    assert reset["offset"] == "0s"


def test_the_clock_advances_to_an_instant(steer: Steer) -> None:
    answer = json.loads(steer("clock", "advance", "--to", "2099-01-01T00:00:00Z", "--json").output)

    assert answer["now"].startswith("2099-01-01T00:00:")


def test_advance_says_what_came_due(steer: Steer, facts: dict[str, Any]) -> None:
    steer("token", "rotate")

    answer = steer("clock", "advance", "31d")

    assert "…bababab" in answer.output
    assert "frozen" in answer.output
    assert status_of(facts, TOKEN) == 401


@pytest.mark.parametrize(
    "arguments",
    [[], ["31d", "--to", "2099-01-01T00:00:00Z"]],
    ids=["nothing", "both"],
)
def test_advance_needs_one_of_duration_and_instant(arguments: list[str], steer: Steer) -> None:
    answer = steer("clock", "advance", *arguments)

    assert answer.exit_code == 2
    assert "clock advance 31d" in answer.stderr


REFUSED = [
    pytest.param(["status", "--account", "nobody"], "nobody", id="an unknown account"),
    pytest.param(["status", "--account", "../x?y"], "x?y", id="an account with a slash"),
    pytest.param(["token", "rotate", "--overlap", "-1d"], "-1d", id="a negative overlap"),
    pytest.param(["clock", "advance", "soon"], "soon", id="a duration that is none"),
    pytest.param(["clock", "advance", "--to", "2001-01-01T00:00:00Z"], "2001", id="an instant in the past"),
]


@pytest.mark.parametrize(("arguments", "named"), REFUSED)
def test_a_refusal_is_the_sentence_of_the_control_api(arguments: list[str], named: str, steer: Steer) -> None:
    answer = steer(*arguments)

    assert (answer.exit_code, answer.output) == (1, answer.stderr)
    assert answer.stderr.startswith("Error: ")
    assert named in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_the_address_comes_from_the_flag_then_the_environment_then_the_ready_file(
    steer: Steer, facts: dict[str, Any], folder: Path
) -> None:
    nowhere = "http://127.0.0.1:1"

    assert steer("status").exit_code == 0
    assert steer("status", SCIM_SANDBOX_URL=nowhere).exit_code == 1
    assert steer("status", "--url", facts["url"] + "/", SCIM_SANDBOX_URL=nowhere).exit_code == 0
    assert steer("status", "--url", facts["control"]).exit_code == 0
    (folder / ".sandbox").rename(folder / "moved")
    assert steer("status").exit_code == 1
    assert steer("status", "--state", "moved").exit_code == 0
    (folder / "moved").rename(folder / ".sandbox")


def test_the_account_comes_from_the_environment(steer: Steer) -> None:
    assert json.loads(steer("status", "--json", SCIM_SANDBOX_ACCOUNT="widget-qa").output)["name"] == "widget-qa"


def test_a_proxy_in_the_environment_is_not_asked(steer: Steer) -> None:
    assert steer("status", http_proxy="http://127.0.0.1:1", HTTP_PROXY="http://127.0.0.1:1").exit_code == 0


@pytest.mark.parametrize("settings", [Settings(ephemeral=True, users=0, groups=0, port=0, control_key="k3y")])
def test_the_control_key_goes_along(steer: Steer, facts: dict[str, Any], settings: Settings) -> None:
    assert settings.control_key == facts["control_key"]

    assert steer("status").exit_code == 0
    assert steer("status", "--control-key", "wrong").exit_code == 1
    assert steer("status", "--url", facts["url"]).exit_code == 1
    assert steer("status", "--url", facts["url"], "--control-key", "k3y").exit_code == 0
    assert steer("status", "--url", facts["url"], SCIM_SANDBOX_CONTROL_KEY="k3y").exit_code == 0


def test_no_sandbox_is_one_sentence_that_says_how_to_start_one(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.scim-sandbox]\nport = 1\n")

    answer = CliRunner().invoke(main, ["status"])

    assert answer.exit_code == 1
    assert answer.stderr.startswith("Error: no sandbox answers at http://127.0.0.1:1/_sandbox (")
    assert "scim-sandbox serve" in answer.stderr


def test_a_ready_file_that_was_left_behind_is_named(folder: Path) -> None:
    (folder / ".sandbox").mkdir()
    (folder / ".sandbox" / "ready.json").write_text('{"control": "http://127.0.0.1:1/_sandbox"}')

    answer = CliRunner().invoke(main, ["status"])

    assert answer.exit_code == 1
    assert "from .sandbox/ready.json" in answer.stderr


def test_a_ready_file_that_cannot_be_read_is_one_sentence(folder: Path) -> None:
    (folder / ".sandbox").mkdir()
    (folder / ".sandbox" / "ready.json").write_text("{")

    answer = CliRunner().invoke(main, ["status"])

    assert (answer.exit_code, answer.stderr.count("\n")) == (1, 1)
    assert answer.stderr.startswith("Error: .sandbox/ready.json cannot be read as a ready file: ")


def test_an_address_that_is_none_is_a_usage_error(folder: Path) -> None:
    answer = CliRunner().invoke(main, ["status", "--url", "file:///etc/hosts"])

    assert answer.exit_code == 2
    assert "does not begin with http:// or https://" in answer.stderr
    assert list(folder.iterdir()) == []


OTHERS = [
    pytest.param(b"<html>", "200 OK", "text/html", id="a page"),
    pytest.param(b"[]", "200 OK", "application/json", id="a list"),
    pytest.param(b"not here", "404 Not Found", "text/plain", id="a refusal"),
    pytest.param(b'{"error": "no"}', "400 Bad Request", "application/json", id="a refusal in JSON"),
]


@pytest.mark.parametrize(("content", "line", "media_type"), OTHERS)
@pytest.mark.parametrize("verb", [["token", "show"], ["clock", "freeze", "--account", "widget"]], ids=" ".join)
@pytest.mark.usefixtures("folder")
def test_another_server_at_the_address_is_told_apart(
    verb: list[str], content: bytes, line: str, media_type: str
) -> None:
    def other(_environ: Any, start_response: Any) -> list[bytes]:
        start_response(line, [("Content-Type", media_type), ("Content-Length", str(len(content)))])
        return [content]

    server = Server(other, "127.0.0.1", 0, 1024)
    thread = Thread(target=server.serve)
    thread.start()
    answer = CliRunner().invoke(main, [*verb, "--url", server.url])
    server.stop()
    thread.join()

    assert answer.exit_code == 1
    assert answer.stderr.startswith(f"Error: {server.url}/_sandbox ")
    assert answer.stderr.count("\n") == 1
