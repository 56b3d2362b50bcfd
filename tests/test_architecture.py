"""The arrows between the rooms: who may import whom, and who alone may use what.

The rules read the source as it stands, also of imports inside functions. ``test_a_stray_import_is_found`` proves that
they can fail.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SANDBOX = Path(__file__).parent.parent / "sandbox"

ROOMS_BELOW = {
    "moments": set(),
    "clock": {"moments"},
    "accounts": set(),
    "client_forms": {"fixtures"},
    "fixtures": set(),
    "tokens": {"moments"},
    "keyring": {"clock", "moments", "tokens"},
    "knobs": {"scim", "tokens"},
    "rates": {"clock", "moments"},
    "settings": {"accounts", "knobs", "moments", "scim"},
    "scim": set(),
    "dialect": {"scim"},
    "store": {"scim"},
    "people": {"dialect", "fixtures", "scim"},
    "planning": {"people", "scim", "store"},
    "completion": {"dialect", "scim", "store"},
    "references": {"dialect", "planning", "scim", "store"},
    "directory": {"clock", "completion", "dialect", "people", "planning", "references", "scim", "store"},
    "personnel": {"clock", "dialect", "people", "planning", "scim", "store"},
    "differences": {"planning", "store"},
    "seeding": {"directory", "fixtures", "scim"},
    "recorder": {"clock", "dialect", "moments", "people", "scim"},
    "diagnosis": {
        *("accounts", "clock", "dialect", "fixtures", "keyring", "moments", "people", "recorder", "scim", "tokens"),
    },
    "running": {
        *("accounts", "clock", "dialect", "directory", "keyring", "moments", "people", "personnel", "planning"),
        *("rates", "recorder", "settings", "store", "tokens"),
    },
    "starting": {"clock", "fixtures", "people", "personnel", "planning", "seeding", "settings", "store"},
    "planting": {
        *("accounts", "clock", "dialect", "directory", "personnel", "planning", "seeding", "starting", "store"),
    },
    "web": {
        *("accounts", "client_forms", "clock", "completion", "diagnosis", "dialect", "differences", "directory"),
        *("keyring", "moments", "people", "planning", "recorder", "running", "scim", "store", "tokens"),
    },
    "app": {
        *("accounts", "clock", "diagnosis", "dialect", "planting", "rates", "recorder", "running", "settings"),
        *("starting", "tokens", "web"),
    },
    "serving": {"clock"},
    "simulators": {"fixtures"},
    "steering": {"scim"},
    "exchange_text": set(),
    "certificates": {"clock"},
    "cli": {
        *("accounts", "app", "certificates", "client_forms", "clock", "diagnosis", "dialect", "exchange_text", "knobs"),
        *("people", "running", "scim", "serving", "settings", "simulators", "steering", "store"),
    },
    "testing": {
        *("accounts", "app", "clock", "diagnosis", "exchange_text", "moments", "running", "serving", "settings"),
        "steering",
    },
    "__main__": {"cli"},
    "__init__": set(),
}
"""For each room the rooms it may import."""

OWNERS = {
    "flask": {"web", "app"},
    "werkzeug": {"web"},
    "tinydb": {"store"},
    "filelock": {"store"},
    "faker": {"seeding"},
    "httptools": {"serving"},
    "click": {"cli"},
    "trustme": {"certificates"},
    "pytest": {"testing"},
}
"""For each library the rooms that may use it."""

STORE_TAKES_OF_SCIM = {"sandbox.scim.errors"}


def modules() -> Iterator[tuple[str, Path]]:
    """Yield each module of the package with the room it belongs to."""
    for path in sorted(SANDBOX.rglob("*.py")):
        yield path.relative_to(SANDBOX).parts[0].removesuffix(".py"), path


def imported_by(source: str) -> list[str]:
    """Return the full names of the modules that *source* imports, wherever the import stands."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names += [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
    return names


def stray_imports(room: str, source: str) -> list[str]:
    """Return what a module of *room* imports against the rules."""
    strays = []
    for name in imported_by(source):
        package, _, rest = name.partition(".")
        if package == "sandbox" and rest:
            other = rest.partition(".")[0]
            known = other in ROOMS_BELOW or other.startswith("__")
            if known and other != room and other not in ROOMS_BELOW[room] and not other.startswith("__"):
                strays.append(name)
        elif room not in OWNERS.get(package, {room}):
            strays.append(name)
    return strays


def clock_reads(source: str) -> list[str]:
    """Return the calls in *source* that ask the machine for the time."""
    asking = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime"}
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in asking and node.value.id in {"datetime", "date", "time"}:
                found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found += [f"time.{alias.name}" for alias in node.names]
    return found


def test_every_module_belongs_to_a_known_room() -> None:
    assert {room for room, _ in modules()} <= set(ROOMS_BELOW)


@pytest.mark.parametrize("path", [path for _, path in modules()], ids=lambda path: str(path.relative_to(SANDBOX)))
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    room = path.relative_to(SANDBOX).parts[0].removesuffix(".py")

    assert stray_imports(room, path.read_text(encoding="utf-8")) == []


def test_the_store_takes_only_errors_from_scim() -> None:
    for room, path in modules():
        if room == "store":
            taken = {name for name in imported_by(path.read_text(encoding="utf-8")) if name.startswith("sandbox.scim")}
            assert {name for name in taken if not name.startswith("sandbox.scim.errors")} <= {"sandbox.scim"}


def test_only_the_clock_asks_for_the_time() -> None:
    asking = {room for room, path in modules() if clock_reads(path.read_text(encoding="utf-8"))}

    assert asking == {"clock"}


@pytest.mark.parametrize(
    ("room", "source"),
    [
        pytest.param("scim", "from flask import request", id="flask outside of web"),
        pytest.param("directory", "import tinydb", id="tinydb outside of store"),
        pytest.param("store", "from sandbox.directory import Directory", id="an arrow upward"),
        pytest.param("dialect", "from sandbox import store", id="an arrow sideways"),
        pytest.param("scim", "def f():\n    from sandbox.web import reply", id="an import inside a function"),
    ],
)
def test_a_stray_import_is_found(room: str, source: str) -> None:
    assert stray_imports(room, source)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("from datetime import datetime\ndatetime.now()", id="datetime.now"),
        pytest.param("import time\ntime.monotonic()", id="time.monotonic"),
        pytest.param("from time import time", id="from time"),
    ],
)
def test_a_stray_question_for_the_time_is_found(source: str) -> None:
    assert clock_reads(source)
