"""``scim-sandbox dialect``: the rows of the running sandbox, or of the settings when none runs."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.dialect import QUIRKS_BY_NAME
from sandbox.settings import KNOBS, SettingsError, read_settings
from tests.cli.conftest import Start


@pytest.fixture(autouse=True)
def _somewhere_else(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty folder, without a setting in the environment."""
    monkeypatch.chdir(tmp_path_factory.mktemp("here"))
    for variable in (knob.variable for knob in KNOBS.values()):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize("name", QUIRKS_BY_NAME)
def test_every_row_is_listed_with_its_evidence_and_source(name: str) -> None:
    answer = CliRunner().invoke(main, ["dialect", "--offline", "--dialect", name, "--json"])

    listed = json.loads(answer.output)
    assert (listed["name"], listed["total"]) == (name, len(QUIRKS_BY_NAME[name]))
    assert [row["field"] for row in listed["items"]] == [row.field for row in QUIRKS_BY_NAME[name]]
    assert all(row["evidence"] and row["source"] and row["sentence"] for row in listed["items"])


def test_as_text_a_row_says_what_it_means_and_where_from() -> None:
    answer = CliRunner().invoke(main, ["dialect", "--offline"])

    assert "put = merge  (documented)\n  PUT changes only what is sent" in answer.output
    assert "https://developer.xurrent.com/v1/scim/users/" in answer.output


def test_what_is_set_is_listed_as_set() -> None:
    answer = CliRunner().invoke(main, ["dialect", "--offline", "--set", "max_count=50"])

    assert "max_count = 50  (chosen)" in answer.output


def test_a_running_sandbox_tells_what_it_was_started_with(start: Start) -> None:
    running = start("--dialect", "rfc7644", "--set", "max_count=7")

    listed = json.loads(CliRunner().invoke(main, ["dialect", "--url", running.url, "--json"]).output)

    assert listed["name"] == "rfc7644"
    assert next(row["value"] for row in listed["items"] if row["field"] == "max_count") == 7


@pytest.mark.parametrize(
    ("arguments", "code", "named"),
    [
        pytest.param(["--offline", "--set", "pu=merge"], 2, "put", id="an unknown field"),
        pytest.param(["--offline", "--set", "put=append"], 2, "merge, replace", id="an unknown value"),
        pytest.param(["--url", "http://127.0.0.1:9"], 1, "no sandbox answers", id="nobody there"),
        pytest.param(["--dialect", "rfc2822"], 2, "--dialect", id="an unknown dialect"),
    ],
)
def test_what_cannot_be_listed_is_one_sentence(arguments: list[str], code: int, named: str) -> None:
    answer = CliRunner().invoke(main, ["dialect", *arguments])

    assert answer.exit_code == code
    assert named in answer.output


def test_a_bad_quirk_stops_the_start(start: Start, launch: Start) -> None:
    for pair in ("pu=merge", "max_count=many", "time_zone=Mars/Olympus"):
        code, _, sentence = launch("serve", "--port", "0", "--ephemeral", "--set", pair).end(0)
        assert code == 2
        assert sentence.startswith("Error: --set: ")
        assert "Traceback" not in sentence


def test_the_settings_know_every_dialect() -> None:
    for name in QUIRKS_BY_NAME:
        assert read_settings({"dialect": name}, {}, KNOBS["state"].default).dialect == name
    with pytest.raises(SettingsError, match=", ".join(QUIRKS_BY_NAME)):
        read_settings({"dialect": "?"}, {}, KNOBS["state"].default)
