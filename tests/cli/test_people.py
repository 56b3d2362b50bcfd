"""``scim-sandbox people``: list, explain, the rules, and what an identity source would change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.cli.conftest import TOKEN, Steer

MAIL = "ann@widget.example"


@pytest.fixture
def client(facts: dict[str, Any]) -> Iterator[httpx.Client]:
    """A provisioning client of the first account, which has Ann beside the three seeded users."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"{facts['url']}/scim/v2", headers=headers) as client:
        client.post("/Users", json={"userName": MAIL, "displayName": "Ann", "title": "Clerk", "nickName": "A"})
        yield client


def users_of(client: httpx.Client) -> list[dict[str, Any]]:
    """Return every user, those of the seed first."""
    return list(reversed(client.get("/Users").json()["Resources"]))


@pytest.mark.parametrize("verb", [("people",), ("people", "list")])
def test_people_lists_the_persons(steer: Steer, client: httpx.Client, verb: tuple[str, ...]) -> None:
    lines = steer(*verb).output.splitlines()

    assert [line for line in lines if MAIL in line and "from SCIM user 4" in line]
    assert [line for line in lines if "service.desk@widget.example" in line and "not from SCIM" in line]


def test_people_as_json_are_what_the_control_api_shows(
    steer: Steer, facts: dict[str, Any], client: httpx.Client
) -> None:
    shown = json.loads(steer("people", "--json").output)

    assert shown == httpx.get(f"{facts['control']}/accounts/widget/people").json()


def test_people_explain_tells_of_fields_attributes_and_cautions(steer: Steer, client: httpx.Client) -> None:
    client.patch("/Users/4", json={"locale": "nl", "title": ""})

    answer = steer("people", "explain", "4")

    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert lines[0].endswith(f"Ann <{MAIL}>")
    assert lines[1] == f"SCIM user 4  {MAIL}: the user is linked to this person already"
    told = {line.split()[0]: line for line in lines if line.startswith("  ")}
    assert "rule name" in told["name"]
    assert "not mapped by default" in told["nickName"]
    assert "kept" in told["job_title"]
    assert any(line.startswith("new_person_only (documented)") for line in lines)


def test_a_name_that_would_steer_the_terminal_is_shown_tame(steer: Steer, client: httpx.Client) -> None:
    client.patch("/Users/4", json={"displayName": "Ann\x1b[2J\nBob", "title": "\x1b]0;taken\x07"})

    for verb in (("list",), ("explain", "4")):
        output = steer("people", *verb).output
        assert "Ann\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}Bob" in output
        assert "\x1b" not in output


def test_people_explain_of_nobody_is_refused(steer: Steer) -> None:
    answer = steer("people", "explain", "99")

    assert (answer.exit_code, answer.stderr.strip()) == (1, "Error: there is no person or SCIM user '99'")


def test_the_rules_are_shown_set_copied_and_reset(steer: Steer, folder: Path, facts: dict[str, Any]) -> None:
    (folder / "rules.toml").write_text("[[user]]\nfield = 'location'\nfrom = 'nickName'\n", encoding="utf-8")

    assert steer("people", "mapping", "show").output.startswith("the default mapping\n")
    set_ = steer("people", "mapping", "set", "rules.toml", "--account", "widget-qa")
    copied = steer("people", "mapping", "copy", "--from", "widget-qa", "--to", "widget")
    shown = steer("people", "mapping", "show")
    reset = steer("people", "mapping", "reset")

    assert set_.output.startswith("the default mapping and rules.toml\n")
    assert copied.output == "widget has the rules of widget-qa now: rules.toml\n"
    assert "user rule own_1: nickName → location  (own)" in shown.output
    assert reset.output == "the default mapping is in force\n"
    assert json.loads(steer("people", "mapping", "show", "--json").output)["name"] is None


def test_a_mapping_file_that_cannot_be_used_is_refused_with_its_line(steer: Steer, folder: Path) -> None:
    (folder / "rules.toml").write_text("[[user]]\nfield = 'nothing'\n", encoding="utf-8")

    answer = steer("people", "mapping", "set", "rules.toml")

    assert answer.exit_code == 1
    assert "line 2: a rule cannot fill 'nothing'" in answer.stderr


def test_a_mapping_file_that_cannot_be_read_is_refused_with_the_place(steer: Steer, folder: Path) -> None:
    (folder / "latin.toml").write_bytes("off = []\n# é\n".encode("latin-1"))

    latin, none = (steer("people", "mapping", "set", name) for name in ("latin.toml", "none.toml"))

    assert (latin.exit_code, none.exit_code) == (2, 2)
    assert "latin.toml: line 2, column 3: the byte 0xe9 is not UTF-8: save the file as UTF-8" in latin.stderr
    assert "none.toml: this file cannot be read: No such file" in none.stderr
    assert json.loads(steer("people", "mapping", "show", "--json").output)["name"] is None


def write_source(folder: Path, client: httpx.Client, *, keep: int = 4, **changes: str) -> None:
    """Write a source with the first *keep* users of the directory, Ann with other values and in the group New."""
    rows = ["userName,title,groups"]
    for user in users_of(client)[:keep]:
        is_ann = user["userName"] == MAIL
        title = changes.get("title", "Clerk") if is_ann else user.get("title", "")
        groups = [each["display"] for each in user.get("groups", ())] + (["New"] if is_ann else [])
        rows.append(f'{user["userName"]},"{title}","{";".join(groups)}"')
    rows += changes.get("more", "").splitlines()
    (folder / "source.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_people_diff_shows_differences_and_calls(steer: Steer, folder: Path, client: httpx.Client) -> None:
    write_source(folder, client, title="Chief", more="new@widget.example,Clerk,New")

    answer = steer("people", "diff", "source.csv")

    assert answer.exit_code == 1
    lines = answer.output.splitlines()
    assert lines[:3] == [
        "missing        new@widget.example",
        f"different      {MAIL}: title: Clerk → Chief",
        "missing group  New",
    ]
    assert sum(line.startswith("  POST /Users ") for line in lines) == 1
    assert sum(line.startswith("  PATCH /Users/4 ") for line in lines) == 1
    assert any(line.startswith("  POST /Groups ") and '"bulkId:u1"' in line for line in lines)
    assert users_of(client)[3]["title"] == "Clerk", "nothing is sent unless --apply says so"


def test_people_diff_applies_its_calls_and_nothing_differs_any_more(
    steer: Steer, folder: Path, client: httpx.Client
) -> None:
    write_source(folder, client, title="Chief", more="new@widget.example,Clerk,New")

    answer = steer("people", "diff", "source.csv", "--apply")

    assert (answer.exit_code, answer.output) == (0, "3 calls were sent\nnothing differs\n")
    assert users_of(client)[3]["title"] == "Chief"
    again = json.loads(steer("people", "diff", "source.csv", "--json").output)
    assert (again["differs"], again["calls"]) == (False, [])


def test_a_budget_refuses_and_nothing_is_sent(steer: Steer, folder: Path, client: httpx.Client) -> None:
    write_source(folder, client, keep=2)

    answer = steer("people", "diff", "source.csv", "--apply")

    assert answer.exit_code == 1
    assert (
        "refused: 2 users or groups would be deleted or made inactive, but the budget of 2% allows 0" in answer.output
    )
    assert "/Users/" not in answer.output
    assert all(user["active"] for user in users_of(client))
    of_five = [steer("people", "diff", "source.csv", "--max-deletes", each, "--json").output for each in ("39%", "40%")]
    assert [(each["allowed"], bool(each["refused"])) for each in map(json.loads, of_five)] == [(1, True), (2, False)]
    allowed = json.loads(steer("people", "diff", "source.csv", "--max-deletes", "50%", "--json").output)
    assert [call["method"] for call in allowed["calls"]] == ["DELETE", "DELETE"]
    assert steer("people", "diff", "source.csv", "--max-deletes", "2", "--apply").exit_code == 0
    assert [user["active"] for user in users_of(client)] == [True, True, False, False]


def test_a_call_that_is_refused_ends_the_sending_with_its_answer(
    steer: Steer, folder: Path, client: httpx.Client, facts: dict[str, Any]
) -> None:
    (folder / "source.json").write_text(
        json.dumps([{"userName": "new@widget.example"}, {"userName": MAIL, "title": "x" * 1_200_000}]), encoding="utf-8"
    )

    answer = steer("people", "diff", "source.json", "--apply", "--max-deletes", "100%")

    assert answer.exit_code == 1
    assert "call 2 of 5 was refused, 1 are done: PATCH /Users/4 was answered 413" in answer.stderr


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("a.csv", "userName,titel\n", "a.csv: line 1, column 2: 'titel' is no attribute", id="a column"),
        pytest.param("a.json", "{", "a.json: line 1, column 2: this is no JSON", id="no JSON"),
        pytest.param("a.txt", "", "a source is a file that ends in .csv or .json", id="another kind of file"),
        pytest.param("none.csv", None, "this file cannot be read", id="no file"),
    ],
)
def test_a_source_that_does_not_fit_is_a_usage_error(
    steer: Steer, folder: Path, name: str, content: str | None, reason: str
) -> None:
    if content is not None:
        (folder / name).write_text(content, encoding="utf-8")

    answer = steer("people", "diff", name)

    assert (answer.exit_code, reason in answer.stderr) == (2, True)


def test_a_budget_that_is_none_is_a_usage_error(steer: Steer, folder: Path) -> None:
    answer = steer("people", "diff", "source.csv", "--max-deletes", "lots")

    assert (answer.exit_code, "'lots' is no budget" in answer.stderr) == (2, True)


def test_a_mapping_file_that_cannot_be_used_stops_the_start(launch: Any, tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("off = ['vp']\n", encoding="utf-8")

    _, err = launch("serve", "--port", "0", "--mapping", "rules.toml").process.communicate(timeout=30)

    assert err == "Error: --mapping rules.toml: line 1: there is no rule 'vp'; did you mean vip?\n"
