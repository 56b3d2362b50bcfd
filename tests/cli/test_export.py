"""Exchanges as an HTTP Archive, and as a test that runs unedited."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.talk import TOKEN, Talk, talking

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture
def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    with talking(tmp_path, monkeypatch) as opened:
        yield opened


def converse(talk: Talk) -> None:
    """Create, find, change and delete people and a group, and be refused in between."""
    client = talk.client
    client.get('/Users?filter=userName eq "eve{0}@widget.example"&startIndex=1&count=100')
    eve = client.post(
        "/Users",
        json={"userName": "eve{0}@widget.example", "displayName": "Eve “the” {braces}", "password": "Tr0ub4dor"},
    ).json()["id"]
    client.post("/Users", json={"userName": "EVE{0}@widget.example"})
    client.get(f"/Users/{eve}?attributes=userName")
    client.patch(
        f"/Users/{eve}",
        json={"schemas": [PATCH_OP], "Operations": [{"op": "Replace", "path": "active", "value": "False"}]},
    )
    team = client.post(
        "/Groups", json={"displayName": "Team", "members": [{"value": eve}, {"value": "1", "type": "User"}]}
    ).json()["id"]
    client.patch(
        f"/Groups/{team}",
        json={"schemas": [PATCH_OP], "Operations": [{"op": "remove", "path": f'members[value eq "{eve}"]'}]},
    )
    client.get(f"/Groups/{team}")
    client.get("/Groups?count=2")
    client.post("/Users", content=b'{"userName": ', headers={"Content-Type": "application/scim+json"})
    client.get("/Users", headers={"Authorization": f"Bearer {TOKEN[:-1]}"})
    client.get("/Users?access_token=" + TOKEN, headers={"Authorization": ""})
    client.get("/Users/4711")
    client.get("/ServiceProviderConfig")
    client.delete(f"/Users/{eve}?hard=true")
    client.delete(f"/Groups/{team}")
    client.get('/Users?filter=meta.lastModified gt "2020-01-01T00:00:00Z"')


def run_test(path: Path) -> subprocess.CompletedProcess[str]:
    """Run a test file as its owner would."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("SCIM_SANDBOX_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)],
        cwd=path.parent,
        env=environ,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_exported_test_runs_unedited(talk: Talk, tmp_path: Path) -> None:
    converse(talk)

    exported = talk.run("export", "pytest", "--output", "test_exported.py")

    assert exported.exit_code == 0, exported.output
    text = (tmp_path / "test_exported.py").read_text(encoding="utf-8")
    assert TOKEN not in text
    assert "Tr0ub4dor" not in text
    assert 'user_1 = answer.json["id"]' in text
    assert "f'/scim/v2/Users/{user_1}'" in text
    assert text.count("client.ask(") == len(talk.sandbox.accounts["widget"].recorder.exchanges()) - 1
    done = run_test(tmp_path / "test_exported.py")
    assert done.returncode == 0, done.stdout + text


def test_the_exported_test_fails_when_an_answer_differs(talk: Talk, tmp_path: Path) -> None:
    converse(talk)
    talk.run("export", "pytest", "-o", "test_exported.py")
    path = tmp_path / "test_exported.py"
    text = path.read_text(encoding="utf-8")

    path.write_text(re.sub(r"('--users',\s*)'3'", r"\1'2'", text), encoding="utf-8")

    assert path.read_text(encoding="utf-8") != text
    assert run_test(path).returncode == 1


def test_a_range_brings_along_what_changed_the_directory_before(talk: Talk, tmp_path: Path) -> None:
    converse(talk)

    exported = talk.run("export", "pytest", "--since", "x6", "--until", "x9", "-o", "test_range.py")

    assert exported.exit_code == 0, exported.output
    text = (tmp_path / "test_range.py").read_text(encoding="utf-8")
    shown = re.findall(r"# (x\d+)(, which comes before)?:", text)
    assert shown == [(f"x{number}", ", which comes before") for number in (2, 5, 6)] + [
        (f"x{number}", "") for number in (7, 8, 9)
    ]
    done = run_test(tmp_path / "test_range.py")
    assert done.returncode == 0, done.stdout + text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["--since", "x99"], "there is no exchange in widget to export", id="behind the last"),
        pytest.param(["--since", "yesterday"], "'yesterday' is not the id of an exchange", id="no id"),
        pytest.param(["--until", "soon"], "until: 'soon' is neither the id of an exchange", id="no end"),
        pytest.param(["-o", "missing/test.py"], "missing/test.py cannot be written", id="no folder"),
    ],
)
def test_what_cannot_be_exported_is_told_in_a_sentence(arguments: list[str], told: str, talk: Talk) -> None:
    talk.client.get("/Users")

    refused = talk.run("export", "pytest", *arguments)

    assert refused.exit_code in (1, 2)
    assert told in refused.output
    assert "Traceback" not in refused.output


def test_the_archive_has_every_exchange_and_no_token(talk: Talk) -> None:
    converse(talk)

    shown = talk.run("export", "har", "--method", "POST,PATCH")

    assert TOKEN not in shown.output
    entries: list[dict[str, Any]] = json.loads(shown.output)["log"]["entries"]
    assert {entry["request"]["method"] for entry in entries} == {"POST", "PATCH"}
