"""``scim-sandbox simulate`` as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.cli.simulate import CHOICES, CLIENTS
from sandbox.simulators.reading import shipped
from tests.simulators.conftest import SandboxAt, TypeIn, as_json

SMALL = ("--people", "3", "--groups", "1")


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_is_played_against_the_running_sandbox(client: str, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    result = type_in("simulate", client, *SMALL)

    assert result.exit_code == 0
    for told in ("first cycle", "Concluded: provisioned", "An administrator would see:", "How sure this is:"):
        assert told in result.stdout
    assert result.stderr == ""


def test_the_report_as_json_has_everything(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    url = sandbox_at()

    report = as_json(type_in("simulate", "okta", "--mode", "oin", *SMALL, "--json"))

    assert (report["client"], report["mode"], report["endpoint"]) == ("okta", "oin", f"{url}/scim/v2")
    assert (report["conclusion"], report["people"], report["groups"]) == ("provisioned", 4, 1)
    assert [phase["name"] for phase in report["phases"]] == [
        "connect",
        "first cycle",
        "cycle without changes",
        "cycle after changes",
        "cycle after more changes",
        "import",
    ]
    assert report["calls"] == sum(phase["calls"] for phase in report["phases"])
    assert sum(report["evidence"].values()) == len(report["steps"])
    step = next(step for step in report["steps"] if step["name"] == "reactivate")
    assert step["evidence"] == "documented"
    assert step["source"][0].startswith("https://developer.okta.com/")
    assert all(told["evidence"] in {"documented", "seen", "inferred"} for told in report["screen"])


def test_the_same_seed_sends_the_same(sandbox_at: SandboxAt, type_in: TypeIn, folder: Path) -> None:
    sent = []
    for number in range(2):
        sandbox_at()
        type_in("simulate", "entra", *SMALL, "--seed", "7", "--transcript", f"{number}.jsonl")
        lines = (folder / f"{number}.jsonl").read_text(encoding="utf-8").splitlines()
        sent.append([json.loads(line)["request"] for line in lines[1:]])

    assert sent[0] == sent[1]
    assert len(sent[0]) > 20


def test_a_transcript_has_every_exchange_and_no_secret(sandbox_at: SandboxAt, type_in: TypeIn, folder: Path) -> None:
    sandbox_at()
    token = as_json(type_in("token", "show", "--json"))["token"]

    report = as_json(type_in("simulate", "okta", *SMALL, "--transcript", "t.jsonl", "--json"))

    text = (folder / "t.jsonl").read_text(encoding="utf-8")
    about, *exchanges = map(json.loads, text.splitlines())
    assert (about["client"], about["mode"], about["seed"]) == ("okta", "aiw", 42)
    assert len(exchanges) == report["calls"]
    assert token not in text
    created = next(each for each in exchanges if each["step"] == "create")
    assert created["request"]["body"]["password"] == "{{password}}"
    assert (created["answer"]["status"], created["accepted"], created["phase"]) == (201, True, "first cycle")
    assert created["answer"]["body"]["id"]


@pytest.mark.parametrize(("until", "phases"), [("connect", 1), ("first", 2), ("all", 6)])
def test_a_run_goes_as_far_as_it_is_told_to(until: str, phases: int, sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    report = as_json(type_in("simulate", "okta", *SMALL, "--until", until, "--json"))

    assert len(report["phases"]) == phases
    assert report["conclusion"] == "provisioned"


def test_a_flag_in_the_endpoint_chooses_the_mode(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    url = sandbox_at()
    token = as_json(type_in("token", "show", "--json"))["token"]

    typed = f"{url}/scim/v2/?aadOptscim062020"
    report = as_json(type_in("simulate", "entra", *SMALL, "--endpoint", typed, "--token", token, "--json"))

    assert (report["mode"], report["conclusion"]) == ("optscim", "provisioned")
    assert any("refuses an address that begins with http://" in note["says"] for note in report["notes"])


def test_a_suite_that_fails_ends_with_one(sandbox_at: SandboxAt, type_in: TypeIn) -> None:
    sandbox_at()

    result = type_in("simulate", "okta", "--mode", "spec")

    assert result.exit_code == 1
    assert "Concluded: not passed: 11 of 12 tests passed." in result.stdout
    assert "status 401: the answer is 401" in result.stdout


def test_a_template_of_one_s_own_is_sent(sandbox_at: SandboxAt, type_in: TypeIn, folder: Path) -> None:
    sandbox_at()
    (folder / "template.json").write_text(
        '{"userName": "{$parameters.scimusername}", "active": {$user.active}, "nickName": "{$user.firstname}"}',
        encoding="utf-8",
    )

    result = type_in("simulate", "onelogin", *SMALL, "--template", "template.json", "--transcript", "t.jsonl")

    assert result.exit_code == 0
    exchanges = [json.loads(line) for line in (folder / "t.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    bodies = {each["step"]: each["request"]["body"] for each in exchanges if each["request"]["body"]}
    assert list(bodies["create"]) == ["userName", "active", "nickName"]
    assert bodies["create"]["active"] is True
    assert bodies["suspend"]["active"] is False


def test_a_conversation_of_one_s_own_is_played(sandbox_at: SandboxAt, type_in: TypeIn, folder: Path) -> None:
    sandbox_at()
    conversation = {
        "name": "My script",
        "client": "mine",
        "headers": {"Authorization": "Bearer {{token}}"},
        "headers_with_body": {"Content-Type": "application/json"},
        "flows": {"connect": ["look"], "person joined": ["make"]},
        "steps": [
            {"name": "look", "evidence": "inferred", "request": {"method": "GET", "path": "/Users?count=1"}},
            {
                "name": "make",
                "evidence": "inferred",
                "request": {"method": "POST", "path": "/Users", "body": {"userName": "{{userName}}"}},
                "accept": [201],
                "save": {"id": "/id"},
            },
        ],
    }
    (folder / "mine.json").write_text(json.dumps(conversation), encoding="utf-8")

    report = as_json(type_in("simulate", "--script", "mine.json", *SMALL, "--json"))

    assert (report["name"], report["conclusion"], report["people"]) == ("My script", "provisioned", 4)


@pytest.mark.parametrize("client", CLIENTS)
def test_what_a_client_appends_is_shown_and_nothing_is_sent(client: str, type_in: TypeIn) -> None:
    result = type_in("simulate", client, "--appends", "--endpoint", "https://api.4me.qa/scim/v2", "--json")

    answer = as_json(result)
    assert result.exit_code == 0
    assert answer["evidence"] in {"documented", "seen", "inferred"}
    asked = {row["typed"]: row["requested"] for row in answer["items"]}
    path = "Schemas" if client == "google" else "Users"
    assert asked["https://api.4me.qa/scim/v2"] == f"https://api.4me.qa/scim/v2/{path}"
    assert asked["https://api.4me.qa"] == f"https://api.4me.qa/{path}"
    slashes = "/" if client == "entra" else "//"
    assert asked["https://api.4me.qa/scim/"] == f"https://api.4me.qa/scim{slashes}{path}"
    assert " appends " in type_in("simulate", client, "--appends", "--endpoint", "https://api.4me.qa").stdout


def test_a_second_run_with_the_same_seed_meets_the_first_and_the_report_says_so(
    sandbox_at: SandboxAt, type_in: TypeIn
) -> None:
    sandbox_at()
    first = type_in("simulate", "okta", *SMALL)
    again = type_in("simulate", "okta", *SMALL)
    other = type_in("simulate", "okta", *SMALL, "--seed", "43")

    assert "409 uniqueness" in again.stdout
    assert "Names are taken, mostly by an earlier run: choose another --seed" in " ".join(again.stdout.split())
    assert "409" not in first.stdout + other.stdout


def test_help_names_every_option_and_mode_of_every_client(type_in: TypeIn) -> None:
    text = " ".join(type_in("simulate", "--help").stdout.split())

    assert sorted(shipped()) == sorted(CLIENTS)
    for conversations in shipped().values():
        for conversation in conversations:
            assert set(conversation.options) <= set(CHOICES)
            assert all(mode in text for mode in conversation.modes if mode != "users")
            for name, values in conversation.options.items():
                assert f"--{name}" in text
                assert all(value in text for value in values)
