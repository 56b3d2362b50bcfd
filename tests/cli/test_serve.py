"""``scim-sandbox serve`` as a process: what it prints, writes and answers, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from threading import Event, get_ident

import httpx2 as httpx
import pytest

from sandbox.tokens import seeded_token_value
from tests.cli.conftest import Start, Started

TOKEN = "ab" * 32


def read_card(started: Started) -> str:
    lines = [started.line()]
    while not lines[-1].startswith("Stop with"):
        assert lines[-1], "the card ended early"
        lines.append(started.line())
    return "".join(lines)


def test_what_the_card_types_explains_where_no_shell_finds_the_program(launch: Start, tmp_path: Path) -> None:
    path = {"PATH": "/usr/bin:/bin"}
    started = launch("serve", "--port", "0", "--users", "3", **path)
    printed = read_card(started)
    (endpoint,) = re.findall(r"^SCIM endpoint +(\S+)", printed, re.MULTILINE)
    (typed,) = re.findall(r"^  (.* explain)$", printed, re.MULTILINE)

    httpx.get(f"{endpoint}/Users")
    done = subprocess.run(
        typed, shell=True, env=path, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )

    assert "token-missing" in done.stdout


def test_json_is_one_object_that_says_where_everything_is(start: Start, tmp_path: Path) -> None:
    started = start("--token", TOKEN)
    url = started.url

    assert started.facts["pid"] == started.process.pid
    assert started.facts["dialect"] == "4me"
    assert started.facts["control"] == f"{url}/_sandbox"
    assert started.facts["console"] == f"{url}/console"
    assert started.facts["control_key"] is None
    assert started.facts["state"] == str(tmp_path / ".sandbox")
    assert started.account == {
        "name": "widget",
        "environment": "production",
        "token": TOKEN,
        "endpoints": [f"{url}/scim/v2", f"{url}/scim"],
        "control": f"{url}/_sandbox/accounts/widget",
        "reminder": None,
    }
    assert started.end() == (0, "", "")


def test_the_ready_files_say_the_same_and_are_for_the_owner_only(start: Start, tmp_path: Path) -> None:
    started = start("--ready-file", "here.json")

    for path in (tmp_path / "here.json", tmp_path / ".sandbox" / "ready.json"):
        assert json.loads(path.read_text()) == started.facts
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_signal_ends_it_with_nothing_left_but_the_state(number: int, start: Start, tmp_path: Path) -> None:
    started = start("--ready-file", "here.json")

    assert started.end(number) == (0, "", "")

    assert not (tmp_path / "here.json").exists()
    assert list(tmp_path.rglob("*ready*")) == []
    assert (tmp_path / ".sandbox").is_dir()


def test_what_was_written_is_there_after_a_restart(start: Start) -> None:
    first = start()
    with first.client() as client:
        made = client.post("/Users", json={"userName": "kept@example.com"})
    assert made.status_code == 201
    first.end()

    second = start()

    assert second.token == first.token
    with second.client() as client:
        assert client.get(f"/Users/{made.json()['id']}").json()["userName"] == "kept@example.com"


def test_what_is_only_counted_is_written_down_when_it_stops(start: Start) -> None:
    first = start()
    first.users()
    first.end()

    second = start()

    assert httpx.get(f"{second.account['control']}/tokens").json()["items"][0]["uses"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_every_acknowledged_write_survives_a_stop_in_the_middle_of_writing(number: int, start: Start) -> None:
    first = start()
    acknowledged: list[str] = []
    enough = Event()

    def write() -> None:
        with suppress(httpx.TransportError), first.client() as client:
            for attempt in count():
                answer = client.post("/Users", json={"userName": f"{attempt}-{get_ident()}@example.com"})
                assert answer.status_code == 201
                acknowledged.append(answer.json()["id"])
                if len(acknowledged) > 20:
                    enough.set()

    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(write) for _ in range(4)]
        enough.wait()
        ended = first.end(number)
        for writer in writers:
            writer.result()
    second = start()

    assert ended == (0, "", "")
    with second.client() as client:
        assert {client.get(f"/Users/{number}").status_code for number in acknowledged} == {200}
    assert len(set(acknowledged)) == len(acknowledged)


def test_a_sandbox_that_was_killed_starts_again_and_writes_its_ready_file_anew(start: Start, tmp_path: Path) -> None:
    ready_file = tmp_path / ".sandbox" / "ready.json"
    start().end(signal.SIGKILL)
    assert ready_file.exists()

    second = start()

    assert json.loads(ready_file.read_text())["pid"] == second.process.pid
    assert len(second.users()) == 3


def test_an_ephemeral_sandbox_leaves_nothing(start: Start, tmp_path: Path) -> None:
    started = start("--ephemeral")
    assert started.facts["state"] is None
    assert started.users()

    assert started.end() == (0, "", "")

    assert list(tmp_path.iterdir()) == []


def test_the_same_seed_gives_the_same_people_and_token(start: Start) -> None:
    first, second = start("--seed", "7", "--ephemeral"), start("--seed", "7", "--ephemeral")
    other = start("--seed", "8", "--ephemeral")

    assert first.token == second.token != other.token
    assert first.users() == second.users() != other.users()


def test_each_prefix_is_served_and_the_root_too(start: Start) -> None:
    started = start("--prefix", "/a/b", "--prefix", "", "--ephemeral")

    assert started.account["endpoints"] == [f"{started.url}/a/b", started.url]
    for endpoint in started.account["endpoints"]:
        headers = {"Authorization": f"Bearer {started.token}"}
        assert httpx.get(f"{endpoint}/Users", headers=headers).status_code == 200


def test_settings_come_from_the_environment_and_from_the_pyproject(start: Start, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.scim-sandbox]\ntoken = "{TOKEN}"\nprefix = ["/mine"]\n')

    started = start(SCIM_SANDBOX_EPHEMERAL="yes")

    assert started.token == TOKEN
    assert started.account["endpoints"] == [f"{started.url}/mine"]
    assert not (tmp_path / ".sandbox").exists()


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_the_requests_on_the_card_do_what_it_says(launch: Start) -> None:
    started = launch("serve", "--port", "0", "--users", "3", "--groups", "1", "--ephemeral")
    works, is_refused = (line for line in read_card(started).splitlines() if "curl" in line)

    answer = subprocess.run(works, shell=True, capture_output=True, check=True)
    refusal = subprocess.run(is_refused, shell=True, capture_output=True, check=True)

    assert len(json.loads(answer.stdout)["Resources"]) == 2
    assert refusal.stdout.startswith(b"HTTP/1.1 401 ")
    assert started.end() == (0, "", "")


def test_quiet_prints_nothing(launch: Start, tmp_path: Path) -> None:
    started = launch("serve", "--port", "0", "--users", "0", "--groups", "0", "--quiet")
    while not (tmp_path / ".sandbox" / "ready.json").exists():
        assert started.process.poll() is None

    assert started.end() == (0, "", "")


def test_a_taken_port_is_one_sentence(launch: Start, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        started = launch("serve", "--port", str(port), "--users", "0", "--groups", "0")
        out, err = started.process.communicate()

    assert started.process.returncode == 1
    assert out == ""
    assert err.startswith(f"Error: port {port} is taken; ")
    assert err.count("\n") == 1
    assert not (tmp_path / ".sandbox" / "ready.json").exists()


def test_a_state_that_is_in_use_is_one_sentence_and_leaves_its_owner_alone(start: Start, launch: Start) -> None:
    owner = start()

    second = launch("serve", "--port", "0")
    out, err = second.process.communicate()

    assert (second.process.returncode, out, err.count("\n")) == (1, "", 1)
    assert "in use" in err
    assert err.endswith(f"it serves at {owner.url}\n")
    assert owner.users()


def test_on_another_host_the_key_is_needed_for_everything_of_the_owner_and_the_token_is_random(start: Start) -> None:
    started = start("--host", "0.0.0.0", "--ephemeral")
    key = {"X-Sandbox-Control-Key": started.facts["control_key"]}

    for path in ("/_sandbox/health", "/_sandbox/accounts", "/_sandbox/openapi.json", "/console"):
        assert httpx.get(f"{started.url}{path}").status_code == 401
        assert httpx.post(f"{started.url}{path}").status_code == 401
    assert httpx.get(f"{started.url}/_sandbox/accounts", headers=key).status_code == 200
    assert httpx.get(f"{started.url}/scim/v2/Users", headers={"Authorization": f"Bearer {started.token}"}).is_success
    assert started.token != seeded_token_value(42, "widget", 1)


def test_a_ready_file_that_cannot_be_written_is_one_sentence(launch: Start, tmp_path: Path) -> None:
    started = launch("serve", "--port", "0", "--users", "0", "--groups", "0", "--ready-file", "no/such/folder.json")
    out, err = started.process.communicate()

    assert (started.process.returncode, out) == (1, "")
    assert err == "Error: the ready file no/such/folder.json cannot be written: No such file or directory\n"
    assert not (tmp_path / ".sandbox" / "ready.json").exists()


USAGE = [
    pytest.param(["--port", "http"], {}, "Error: --port: 'http' is not a whole number", id="a flag"),
    pytest.param(["--prefix", "scim"], {}, "Error: --prefix: 'scim' is not a prefix", id="a prefix"),
    pytest.param(["--set", "no_such_row=1"], {}, "no_such_row", id="a quirk that does not exist"),
    pytest.param([], {"SCIM_SANDBOX_USERS": "many"}, "Error: SCIM_SANDBOX_USERS: 'many' is not", id="a variable"),
    pytest.param([], {"SCIM_SANDBOX_USER": "1"}, "did you mean SCIM_SANDBOX_USERS?", id="an unknown variable"),
]


@pytest.mark.parametrize(("arguments", "variables", "sentence"), USAGE)
def test_a_bad_setting_stops_the_start_in_one_sentence(
    arguments: list[str], variables: dict[str, str], sentence: str, launch: Start, tmp_path: Path
) -> None:
    started = launch("serve", "--port", "0", *arguments, **variables)
    out, err = started.process.communicate()

    assert (started.process.returncode, out, err.count("\n")) == (2, "", 1)
    assert sentence in err
    assert list(tmp_path.iterdir()) == []
