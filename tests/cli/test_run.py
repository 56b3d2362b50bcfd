"""``scim-sandbox run -- CMD`` as a process: what the command finds, how it ends, and that nothing is left."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import httpx2 as httpx
import pytest

from sandbox.cli.child import Child
from tests.cli.conftest import Start, Started

PYTHON = sys.executable
ASK = """
import os, sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen
for path in sys.argv[1:]:
    headers = {"Authorization": "Bearer " + os.environ["SCIM_TOKEN"]}
    request = Request(os.environ["SCIM_ENDPOINT"] + path, headers=headers)
    try:
        print(urlopen(request).status)
    except HTTPError as refusal:
        print(refusal.code)
"""
REFUSED = "/Users?count=many"
SLIP = "/Users?sortBy=userName"


@pytest.fixture
def run(launch: Start) -> Start:
    """Run a command with a small sandbox."""

    def run(*arguments: str, **variables: str) -> Started:
        return launch("run", "--users", "3", "--groups", "1", *arguments, **variables)

    return run


def ended(started: Started) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of a process that ends by itself."""
    out, err = started.process.communicate(timeout=60)
    return started.process.returncode, out, err


def test_the_command_finds_in_its_environment_where_everything_is(run: Start) -> None:
    script = (
        "import os, json\n"
        "print(json.dumps({name: os.environ.get(name) for name in "
        "('SCIM_ENDPOINT', 'SCIM_TOKEN', 'SCIM_SANDBOX_CONTROL', 'SCIM_SANDBOX_URL', 'SCIM_SANDBOX_CONTROL_KEY')}))"
    )

    code, out, err = ended(run("--token", "ab" * 32, "--control-key", "secret", "--", PYTHON, "-c", script))

    told = json.loads(out)
    url = told["SCIM_SANDBOX_URL"]
    assert code == 0
    assert url.startswith("http://127.0.0.1:")
    assert told == {
        "SCIM_ENDPOINT": f"{url}/scim/v2",
        "SCIM_TOKEN": "ab" * 32,
        "SCIM_SANDBOX_CONTROL": f"{url}/_sandbox",
        "SCIM_SANDBOX_URL": url,
        "SCIM_SANDBOX_CONTROL_KEY": "secret",
    }
    assert err == "Account widget: no exchange yet\n"


def test_a_client_is_served_and_the_verbs_steer_this_sandbox(run: Start) -> None:
    script = f"{PYTHON} -c '{ASK}' /Users && {PYTHON} -m sandbox status --json"

    code, out, _ = ended(run("--control-key", "secret", "--", "sh", "-c", script))

    lines = out.splitlines()
    assert (code, lines[0]) == (0, "200")
    assert json.loads(lines[1])["items"][0]["users"] == 3


@pytest.mark.parametrize("code", [0, 1, 3, 77])
def test_the_exit_code_is_that_of_the_command(run: Start, code: int) -> None:
    assert ended(run("--fail-on", "slip", "--", PYTHON, "-c", f"raise SystemExit({code})"))[0] == code


@pytest.mark.parametrize(
    ("fail_on", "path", "code"),
    [
        pytest.param("refused", REFUSED, 1, id="a refusal fails for refusals"),
        pytest.param("refused", SLIP, 0, id="a slip does not"),
        pytest.param("slip", REFUSED, 1, id="a refusal fails for slips too"),
        pytest.param("slip", SLIP, 1, id="a slip does for slips"),
        pytest.param("slip", "/Users", 0, id="nothing is found"),
        pytest.param(None, REFUSED, 0, id="nobody asked"),
    ],
)
def test_findings_fail_the_run_when_asked_to(run: Start, fail_on: str | None, path: str, code: int) -> None:
    options = ["--fail-on", fail_on] if fail_on else []

    ending, out, err = ended(run(*options, "--", PYTHON, "-c", ASK, path))

    assert ending == code
    assert out.strip() in ("200", "400")
    assert ("Fix: " in err) is bool(code)


def test_findings_that_were_forgotten_do_not_remain(run: Start) -> None:
    forget = (
        "import os; from urllib.request import Request, urlopen; "
        "urlopen(Request(os.environ['SCIM_SANDBOX_CONTROL'] + '/accounts/widget/exchanges', method='DELETE'))"
    )
    script = f"{PYTHON} -c '{ASK}' '{REFUSED}' && {PYTHON} -c \"{forget}\""

    assert ended(run("--fail-on", "refused", "--", "sh", "-c", script))[0] == 0


@pytest.mark.parametrize(
    ("name", "form", "begins"),
    [
        ("report.xml", [], "<?xml"),
        ("report.md", [], "# SCIM clients of widget"),
        ("report.json", [], "{"),
        ("report.txt", [], "Account widget: 1 exchange"),
        ("report.out", ["--format", "junit"], "<?xml"),
        ("report.md", ["--format", "json"], "{"),
    ],
)
def test_the_report_is_written_in_the_form_of_its_name(
    run: Start, tmp_path: Path, name: str, form: list[str], begins: str
) -> None:
    code, _, _ = ended(run("--report", name, *form, "--", PYTHON, "-c", ASK, REFUSED))

    assert code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_junit_has_a_failed_case_and_json_tells_how_it_ended(run: Start, tmp_path: Path) -> None:
    options = ("--json", "--fail-on", "refused", "--report", "report.xml")

    code, _, err = ended(run(*options, "--", PYTHON, "-c", ASK, REFUSED))

    assert code == 1
    assert len(ElementTree.parse(tmp_path / "report.xml").findall(".//failure")) == 1
    assert json.loads(err) == {
        "exchanges": 1,
        "findings": {"refused": 1, "slip": 0, "hint": 0},
        "exit_code": 1,
        "report": "report.xml",
    }


def test_quiet_leaves_the_output_to_the_command(run: Start) -> None:
    assert ended(run("--quiet", "--", PYTHON, "-c", "print('hello')")) == (0, "hello\n", "")


def test_nothing_is_kept_unless_a_state_is_named(run: Start, tmp_path: Path) -> None:
    ended(run("--", PYTHON, "-c", ASK, "/Users"))
    assert list(tmp_path.iterdir()) == []

    ended(run("--state", "kept", "--", PYTHON, "-c", ASK, "/Users"))
    assert (tmp_path / "kept" / "accounts" / "widget").is_dir()
    assert not (tmp_path / "kept" / "ready.json").exists()


def test_options_behind_the_command_are_the_commands(run: Start) -> None:
    code, out, _ = ended(run(PYTHON, "-c", "import sys; print(sys.argv[1:])", "--users", "7"))

    assert (code, out) == (0, "['--users', '7']\n")


BAD = [
    pytest.param(["--"], "say which command to run, behind --, as in: scim-sandbox run -- pytest", id="no command"),
    pytest.param(["--", "no-such-command"], "there is no command 'no-such-command' here", id="an unknown command"),
    pytest.param(["--", "./plain.txt"], "there is no command './plain.txt' here", id="no program"),
    pytest.param(["--report", "a/b.xml", "--", "true"], "--report: there is no folder a to write", id="folder"),
    pytest.param(["--report", "a.pdf", "--", "true"], "--report: the name a.pdf does not say in which form", id="form"),
    pytest.param(["--format", "junit", "--", "true"], "--format says in which form --report FILE", id="no report"),
    pytest.param(["--fail-on", "hint", "--", "true"], "'hint' is not one of 'refused', 'slip'", id="no severity"),
    pytest.param(["--users", "many", "--", "true"], "--users: 'many' is not a whole number", id="no number"),
]


@pytest.mark.parametrize(("arguments", "sentence"), BAD)
def test_what_is_asked_wrongly_ends_with_two(run: Start, tmp_path: Path, arguments: list[str], sentence: str) -> None:
    (tmp_path / "plain.txt").write_text("plain", encoding="utf-8")

    code, out, err = ended(run(*arguments))

    assert (code, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


def test_a_taken_port_is_one_sentence(run: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, out, err = ended(run("--port", port, "--", PYTHON, "-c", "print('ran')"))

    assert (code, out) == (1, "")
    assert err.startswith(f"Error: port {port} is taken; ")
    assert err.count("\n") == 1


def test_a_state_of_another_process_is_one_sentence(start: Start, run: Start) -> None:
    serving = start("--state", "state")

    code, out, err = ended(run("--state", "state", "--", PYTHON, "-c", "print('ran')"))

    assert (code, out) == (1, "")
    assert err.rstrip().endswith(f"it serves at {serving.url}")
    assert err.count("\n") == 1


WAITING = """
import os, signal, sys
def stopped(number, frame):
    print("stopped by", signal.Signals(number).name, flush=True)
    sys.exit(7)
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    signal.signal(getattr(signal, name), stopped)
print(os.environ["SCIM_SANDBOX_URL"], os.getpid(), flush=True)
signal.pause()
"""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_is_passed_on_and_the_command_ends_as_it_likes(run: Start, name: str) -> None:
    started = run("--", PYTHON, "-c", WAITING)
    url, pid = started.line().split()

    code, out, _ = started.end(signal.Signals[name])

    assert (code, out) == (7, f"stopped by {name}\n")
    assert not is_alive(int(pid))
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_a_command_that_a_signal_ends_counts_as_in_a_shell(run: Start) -> None:
    started = run("--", "sh", "-c", "echo ready; exec sleep 60")
    assert started.line() == "ready\n"

    assert started.end(signal.SIGTERM)[0] == 128 + signal.SIGTERM


def test_a_signal_that_comes_before_the_command_is_not_lost() -> None:
    with Child() as child:
        signal.raise_signal(signal.SIGTERM)
        code = child.run([PYTHON, "-c", "import signal; signal.pause()"], os.environ)

    assert code == 128 + signal.SIGTERM


def test_afterwards_signals_do_what_they_did_before() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with Child() as child:
        assert child.run([PYTHON, "-c", ""], os.environ) == 0

    assert signal.getsignal(signal.SIGTERM) is before


TERMINAL = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)
"""Makes its standard input the terminal that sends Ctrl-C, then becomes another Python."""
TELLS = "from sandbox.cli.child import terminal_tells_both; print(terminal_tells_both())"
COUNTING = """
import signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
print("ready", flush=True)
signal.sigwait([signal.SIGINT])
again = signal.sigtimedwait([signal.SIGINT], 0.2)
print("once" if again is None else "twice", flush=True)
raise SystemExit(7)
"""


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals here")
def test_ctrl_c_in_a_terminal_reaches_the_command_once(tmp_path: Path, environ: dict[str, str]) -> None:
    ours, theirs = os.openpty()
    command = [PYTHON, "-c", TERMINAL, "-m", "sandbox", "run", "--users", "0", "--quiet", "--", PYTHON, "-c", COUNTING]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdin=theirs, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    os.close(theirs)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"

        os.write(ours, b"\x03")

        assert process.communicate(timeout=60)[0] == "once\n"
        assert process.returncode == 7
    finally:
        process.kill()
        process.communicate()
        os.close(ours)


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no terminals here")
def test_only_a_terminal_in_the_foreground_tells_the_command_itself() -> None:
    ours, theirs = os.openpty()
    within = [PYTHON, "-c", TERMINAL, "-c", TELLS]

    in_front = subprocess.run(within, stdin=theirs, capture_output=True, text=True, check=True, start_new_session=True)
    piped = subprocess.run([PYTHON, "-c", TELLS], stdin=subprocess.PIPE, capture_output=True, text=True, check=True)

    assert (in_front.stdout, piped.stdout) == ("True\n", "False\n")
    os.close(theirs)
    os.close(ours)
