"""Snapshots through the control API: kept, listed, compared, put back, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest
from httpx2 import Client

from sandbox.running import RunningSandbox
from tests.conftest import Connect, OpenSandbox

SNAPSHOTS = "/accounts/widget/snapshots"


@pytest.fixture(params=["kept", "ephemeral"])
def sandbox(request: pytest.FixtureRequest, start_sandbox: OpenSandbox) -> RunningSandbox:
    """Return a sandbox with three users and a group, on files and in memory alike."""
    return start_sandbox(users=3, groups=1, ephemeral=request.param == "ephemeral")


def test_a_snapshot_is_kept_with_the_account_s_time_and_listed(owner: Client) -> None:
    saved = owner.post(SNAPSHOTS, json={"name": "before"})

    facts = {"name": "before", "saved_at": "2026-03-02T09:00:00Z", "users": 3, "groups": 1}
    assert (saved.status_code, saved.json()) == (201, facts)
    assert owner.get(SNAPSHOTS).json() == {"items": [facts], "total": 1}
    assert owner.get(f"{SNAPSHOTS}/before").json() == facts
    assert owner.get("/accounts/widget-qa/snapshots").json() == {"items": [], "total": 0}


def test_a_snapshot_of_the_same_name_takes_its_place(owner: Client, client: Client) -> None:
    owner.post(SNAPSHOTS, json={"name": "a"})
    client.post("/Users", json={"userName": "jane"})

    assert owner.post(SNAPSHOTS, json={"name": "a"}).json()["users"] == 4
    assert owner.get(SNAPSHOTS).json()["total"] == 1


def test_what_changed_since_is_shown_and_undone(owner: Client, client: Client) -> None:
    owner.post(SNAPSHOTS, json={"name": "a"})
    title = client.get("/Users/1").json().get("title")
    client.patch("/Users/1", json={"title": "Chief"})

    diff = owner.get(f"{SNAPSHOTS}/a/diff").json()
    assert (diff["before"], diff["after"], diff["changed"], diff["total"]) == ("a", None, 1, 1)
    assert diff["items"][0]["attributes"] == [{"path": "title", "before": title, "after": "Chief"}]
    owner.post("/accounts/widget/reset", json={"to": "snapshot:a"})
    assert owner.get(f"{SNAPSHOTS}/a/diff").json()["total"] == 0
    assert client.get("/Users/1").json().get("title") == title


def test_a_deleted_snapshot_is_gone(owner: Client) -> None:
    owner.post(SNAPSHOTS, json={"name": "a"})

    assert owner.delete(f"{SNAPSHOTS}/a").status_code == 204

    for answer in (
        owner.delete(f"{SNAPSHOTS}/a"),
        owner.get(f"{SNAPSHOTS}/a"),
        owner.get(f"{SNAPSHOTS}/a/diff"),
        owner.post("/accounts/widget/reset", json={"to": "snapshot:a"}),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_snapshot")
        assert answer.json()["error"]["message"] == "widget has no snapshot 'a'; there is none yet"


def test_a_comparison_with_a_snapshot_that_is_not_there_names_those_that_are(owner: Client) -> None:
    for name in ("a", "b"):
        owner.post(SNAPSHOTS, json={"name": name})

    refused = owner.get(f"{SNAPSHOTS}/a/diff?to=c")

    assert refused.status_code == 404
    assert refused.json()["error"]["message"] == "widget has no snapshot 'c'; there is a, b"
    assert owner.get(f"{SNAPSHOTS}/a/diff?to=b").json()["total"] == 0


@pytest.mark.parametrize("name", ["", "../a", "a/b", "a.json", "-a", "a b", "ä", "a" * 65, None, 7, ["a"]])
def test_a_name_that_no_snapshot_can_have_is_refused(owner: Client, name: object) -> None:
    refused = owner.post(SNAPSHOTS, json={"name": name})

    assert refused.status_code == 400
    assert "1 to 64 of A-Z, a-z, 0-9, - and _" in refused.json()["error"]["message"]
    assert owner.get(SNAPSHOTS).json()["total"] == 0


def test_a_snapshot_that_was_damaged_is_named_and_changes_nothing(start_sandbox: OpenSandbox, connect: Connect) -> None:
    sandbox = start_sandbox(users=3)
    owner = connect(sandbox, "/_sandbox")
    owner.post(SNAPSHOTS, json={"name": "a"})
    path: Path = sandbox.settings.state / "accounts" / "widget" / "snapshots" / "a.json"
    path.write_text(path.read_text()[:-200])

    for answer in (owner.get(f"{SNAPSHOTS}/a/diff"), owner.post("/accounts/widget/reset", json={"to": "snapshot:a"})):
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "unusable")
        assert "a.json, line " in answer.json()["error"]["message"]
    assert connect(sandbox).get("/Users").json()["totalResults"] == 3
    assert owner.delete(f"{SNAPSHOTS}/a").status_code == 204
