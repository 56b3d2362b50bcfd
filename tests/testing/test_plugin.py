"""The pytest plugin, in sessions of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import httpx2 as httpx
import pytest

from sandbox.app import create_app, open_sandbox
from sandbox.serving import Server
from sandbox.settings import Settings

KEY = "the-key"
PYTESTERS = {"runpytest-0", "runpytest-current", "stdout", "stderr"}
"""What pytester itself leaves of a session."""
SESSION = ("-p", "no:schemathesis", "-p", "no:cacheprovider", "-q")

TALK = """
import json
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest


def ask(sandbox, method="GET", path="/Users", body=None, token=None):
    headers = {"Authorization": f"Bearer {token or sandbox.token}", "Content-Type": "application/scim+json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(sandbox.endpoint + path, data=data, headers=headers, method=method)) as answer:
            return answer.status, json.load(answer)
    except HTTPError as refusal:
        with refusal:
            return refusal.code, json.loads(refusal.read() or b"null")
"""


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder to run pytest in, with no word of a sandbox in the environment."""
    for name in ("URL", "CONTROL", "CONTROL_KEY", "CA"):
        monkeypatch.delenv(f"SCIM_SANDBOX_{name}", raising=False)
    return pytester


@pytest.fixture
def running() -> Iterator[str]:
    """The URL of a sandbox that runs already, with a control key."""
    settings = Settings(ephemeral=True, users=1, groups=0, port=0, control_key=KEY)
    with closing(open_sandbox(settings)) as sandbox:
        server = Server(create_app(sandbox), settings.host, settings.port, settings.max_body_bytes)
        thread = Thread(target=server.serve)
        thread.start()
        yield server.url
        server.stop()
        thread.join()


def run(session: pytest.Pytester, tests: str, *arguments: str) -> pytest.RunResult:
    """Run tests in a session of their own.

    In a process of its own too: within this one, modules that the session was first to import would be imported twice.
    """
    session.makepyfile(TALK + tests)
    loaded = ["-p", "sandbox.testing.plugin", *(["-p", "xdist"] if "-n" in arguments else [])]
    with pytest.MonkeyPatch.context() as patch:  # other plugins take longer to load than these tests take
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        return session.runpytest_subprocess("-p", "no:cacheprovider", "-q", *loaded, *arguments)


def accounts_of(url: str) -> list[str]:
    """Return the names of the accounts that a running sandbox has."""
    answer = httpx.get(f"{url}/_sandbox/accounts", headers={"X-Sandbox-Control-Key": KEY}).json()
    return [account["name"] for account in answer["items"]]


CLEAN = """
JANE = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "jane@widget.example"}
seen = set()


@pytest.mark.parametrize("number", range(5))
def test_each_finds_nobody_and_nothing(scim_sandbox, number):
    assert scim_sandbox.users == []
    scim_sandbox.exchanges.assert_writes(0)
    status, made = ask(scim_sandbox, "POST", body=JANE)
    assert (status, made["id"]) == (201, "1")
    assert ask(scim_sandbox, token="00" * 32)[0] == 401
    assert [exchange.status for exchange in scim_sandbox.exchanges] == [201, 401]
    seen.add((scim_sandbox.url, scim_sandbox.token))


def test_one_server_served_them_all_and_no_token_twice():
    assert len({url for url, _ in seen}) == 1
    assert len(seen) == 5
"""


def test_every_test_has_a_clean_account_on_one_server(session: pytest.Pytester) -> None:
    run(session, CLEAN).assert_outcomes(passed=6)


def test_a_client_that_outlives_its_test_is_not_let_into_the_next_one(session: pytest.Pytester) -> None:
    tests = """
left = []


def test_a_client_is_left_behind(scim_sandbox):
    left.append(scim_sandbox.token)


def test_it_is_refused(scim_sandbox):
    assert ask(scim_sandbox, token=left[0])[0] == 401
"""
    run(session, tests).assert_outcomes(passed=2)


MARKED = """
@pytest.mark.scim_sandbox(users=3, groups=1, seed=7, clock="2026-01-01T00:00Z")
class TestMarked:
    def test_the_class_is_heard(self, scim_sandbox):
        assert (len(scim_sandbox.users), len(scim_sandbox.groups)) == (3, 1)
        assert scim_sandbox.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
        names.append([user["userName"] for user in scim_sandbox.users])

    @pytest.mark.scim_sandbox(users=2)
    def test_the_closest_marker_wins_name_by_name(self, scim_sandbox):
        assert (len(scim_sandbox.users), len(scim_sandbox.groups)) == (2, 1)

    def test_a_seed_is_the_same_people_each_time(self, scim_sandbox):
        assert [[user["userName"] for user in scim_sandbox.users]] == names


@pytest.mark.scim_sandbox(users=1, dialect="rfc7644")
def test_another_dialect_is_another_server(scim_sandbox):
    assert ask(scim_sandbox, path="/Me")[0] == 501


@pytest.mark.scim_sandbox(clock="2026-01-01T00:00Z", frozen=False)
def test_a_clock_may_run(scim_sandbox):
    assert not scim_sandbox.clock.is_frozen


names = []
"""


def test_the_marker_sets_the_account_up(session: pytest.Pytester) -> None:
    run(session, MARKED, "--strict-markers").assert_outcomes(passed=5)


WRONG = [
    ("users='three'", "users: 'three' is not a whole number from 0 to"),
    ("user=3", "user is not an argument of a sandbox; did you mean users?"),
    ("3", "3 has no name; say users=3, or what you mean"),
    ("clock='soon'", "clock: an instant is a text in ISO 8601"),
    ("dialect='okta'", "dialect: 'okta' is not one of 4me, rfc7644"),
    ("token='" + "ab" * 32 + "'", "token is not an argument of a sandbox; known are users, groups, seed"),
]


def test_wrong_arguments_of_the_marker_are_one_sentence_each(session: pytest.Pytester) -> None:
    tests = "".join(
        f"\n@pytest.mark.scim_sandbox({marker})\ndef test_{number}(scim_sandbox):\n    pass\n"
        for number, (marker, _) in enumerate(WRONG)
    )

    result = run(session, tests)

    result.assert_outcomes(errors=len(WRONG))
    for _, sentence in WRONG:
        assert f"\n@pytest.mark.scim_sandbox: {sentence}" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()
    assert "sandbox/testing" not in result.stdout.str()


FAILING = """
def test_it_fails(scim_sandbox):
    ask(scim_sandbox)
    ask(scim_sandbox, path="/Users?count=many")
    assert False


def test_nothing_came(scim_sandbox):
    assert False


def test_it_passes(scim_sandbox):
    ask(scim_sandbox, path="/Users?count=none")


def test_without_a_sandbox():
    assert False
"""


def test_a_failure_shows_the_last_exchanges_with_their_findings(session: pytest.Pytester) -> None:
    result = run(session, FAILING, "-n", "1", "-rP")

    result.assert_outcomes(passed=1, failed=3)
    lines = [
        "*- SCIM sandbox -*",
        "x* 200  GET    /scim/v2/Users",
        "x* 400  GET    /scim/v2/Users[?]count=many*",
        "x*  GET /scim/v2/Users[?]count=many  ->  400 Bad Request",
        "Why it was refused",
        "    fix  *",
    ]
    result.stdout.fnmatch_lines(lines)
    assert result.stdout.str().count("- SCIM sandbox -") == 1
    assert "count=none" not in result.stdout.str()


RUNNING = """
def test_it_is_there(scim_sandbox):
    assert scim_sandbox.url == "{url}"
    assert scim_sandbox.account.name.startswith("test-")
    assert scim_sandbox.users == []
    assert ask(scim_sandbox, "POST", body={{"userName": "jane"}})[0] == 201
    assert [exchange.status for exchange in scim_sandbox.exchanges] == [201]
    with pytest.raises(ValueError, match="is not in this process"):
        scim_sandbox.wsgi
"""


def test_a_sandbox_that_runs_already_is_left_as_it_was(session: pytest.Pytester, running: str) -> None:
    keys = ("--scim-sandbox-control-key", KEY)

    run(session, RUNNING.format(url=running), "--scim-sandbox-url", running, *keys).assert_outcomes(passed=1)

    assert accounts_of(running) == ["widget", "widget-qa"]


def test_the_sandbox_of_run_is_used(session: pytest.Pytester) -> None:
    session.makepyfile(
        """
        import os

        def test_where(scim_sandbox):
            assert scim_sandbox.url == os.environ["SCIM_SANDBOX_URL"]
            assert scim_sandbox.users == []
        """
    )
    command = [sys.executable, "-m", "sandbox", "run", "--control-key", "secret", "--users", "1", "--quiet", "--"]

    done = session.run(*command, sys.executable, "-m", "pytest", *SESSION)

    assert done.ret == 0
    done.assert_outcomes(passed=1)


OPTIONS = [
    pytest.param("{running}", "{nowhere}", "{nowhere}", "is", id="the option before all"),
    pytest.param(None, "{running}", "{nowhere}", "is", id="the environment before the configuration"),
    pytest.param(None, None, "{running}", "is", id="the configuration"),
    pytest.param("", "{nowhere}", "{nowhere}", "is not", id="an empty option starts one"),
    pytest.param(None, None, None, "is not", id="nothing starts one"),
]


@pytest.mark.parametrize(("option", "environment", "configured", "verb"), OPTIONS)
def test_the_option_wins_over_the_environment_over_the_configuration(
    session: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    running: str,
    option: str | None,
    environment: str | None,
    configured: str | None,
    verb: str,
) -> None:
    def filled(text: str | None) -> str:
        return (text or "").format(running=running, nowhere="http://127.0.0.1:9")

    monkeypatch.setenv("SCIM_SANDBOX_CONTROL_KEY", KEY)
    if environment is not None:
        monkeypatch.setenv("SCIM_SANDBOX_URL", filled(environment))
    if configured is not None:
        session.makeini(f"[pytest]\nscim_sandbox_url = {filled(configured)}\n")
    arguments = [] if option is None else ["--scim-sandbox-url", filled(option)]

    tests = (
        f"\ndef test_where(scim_sandbox):\n    assert scim_sandbox.url {'==' if verb == 'is' else '!='} '{running}'\n"
    )
    run(session, tests, *arguments).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "marker", "sentence"),
    [
        pytest.param(
            ["--scim-sandbox-url", "http://127.0.0.1:9"],
            "",
            "no sandbox answers at http://127.0.0.1:9/_sandbox (from --scim-sandbox-url)",
            id="nobody there",
        ),
        pytest.param(["--scim-sandbox-url", "here"], "", "'here' does not begin with http://", id="no URL"),
        pytest.param(["--scim-sandbox-url", "{url}"], "", "send the control key in X-Sandbox-Control-Key", id="no key"),
        pytest.param(
            ["--scim-sandbox-url", "{url}", "--scim-sandbox-control-key", KEY],
            "@pytest.mark.scim_sandbox(dialect='rfc7644')",
            "@pytest.mark.scim_sandbox: dialect: the sandbox at {url} speaks 4me, and this asks for rfc7644",
            id="another dialect",
        ),
    ],
)
def test_a_running_sandbox_that_cannot_be_used_is_one_sentence(
    session: pytest.Pytester, running: str, arguments: list[str], marker: str, sentence: str
) -> None:
    tests = f"\n{marker}\ndef test_it(scim_sandbox):\n    pass\n"

    result = run(session, tests, *(argument.format(url=running) for argument in arguments))

    result.assert_outcomes(errors=1)
    assert f"\n{sentence.format(url=running)}" in result.stdout.str()
    assert "sandbox/testing" not in result.stdout.str()


CROWD = """
import random

NUMBERS = random.Random({seed}).sample(range({count}), {count})


@pytest.mark.scim_sandbox(users=2)
@pytest.mark.parametrize("number", NUMBERS)
def test_nobody_else_is_here(scim_sandbox, number):
    name = f"user-{{number}}@widget.example"
    assert len(scim_sandbox.users) == 2
    assert ask(scim_sandbox, "POST", body={{"userName": name}})[0] == 201
    status, listed = ask(scim_sandbox, path="/Users?count=25")
    assert status == 200
    assert [user["userName"] for user in listed["Resources"] if user["userName"].startswith("user-")] == [name]
    assert listed["totalResults"] == 3
    scim_sandbox.exchanges.assert_writes(1)
    assert len(scim_sandbox.exchanges) == 2
"""


def test_workers_do_not_hear_each_other_and_leave_no_file(session: pytest.Pytester) -> None:
    before = {path.name for path in session.path.iterdir()}
    run(session, CROWD.format(seed=1, count=18), "-n", "3").assert_outcomes(passed=18)

    left = {path.name for path in session.path.iterdir()} - before - PYTESTERS
    assert left <= {f"{session.path.name[:-1]}.py", "__pycache__"}


def test_workers_may_share_a_sandbox_that_runs(session: pytest.Pytester, running: str) -> None:
    options = ("--scim-sandbox-url", running, "--scim-sandbox-control-key", KEY)

    run(session, CROWD.format(seed=2, count=9), "-n", "3", *options).assert_outcomes(passed=9)

    assert accounts_of(running) == ["widget", "widget-qa"]


def test_the_plugin_is_found_by_its_entry_point_and_tells_of_itself(session: pytest.Pytester) -> None:
    result = session.runpytest_subprocess(*SESSION, "--help", "--markers", "--fixtures")

    for word in ("--scim-sandbox-url", "--scim-sandbox-control-key", "scim_sandbox_url"):
        assert word in result.stdout.str()


def test_a_plugin_that_is_not_used_imports_three_modules_and_nothing_else(tmp_path: Path) -> None:
    script = (
        "import sys, pytest\n"
        "before = set(sys.modules)\n"
        "import sandbox.testing.plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )

    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)

    assert printed.stdout.split() == ["sandbox", "sandbox.testing", "sandbox.testing.plugin"]


def test_a_session_that_does_not_use_it_imports_nothing_more(session: pytest.Pytester) -> None:
    tests = """
import sys


def test_idle():
    loaded = {name for name in sys.modules if name.partition(".")[0] == "sandbox"}
    assert loaded == {"sandbox", "sandbox.testing", "sandbox.testing.plugin"}
    assert not {"flask", "faker", "tinydb", "click", "httptools"} & set(sys.modules)
"""
    session.makepyfile(tests)
    session.runpytest_subprocess(*SESSION, "-p", "no:faker").assert_outcomes(passed=1)
