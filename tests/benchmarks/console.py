"""The pages of the console beside the plain list of 25 users, in one account with many users and exchanges."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection
from statistics import median
from time import perf_counter

from tests.benchmarks.rounds import Effort
from tests.benchmarks.servers import TOKEN, Running, sandbox
from tests.benchmarks.table import Table

EXCHANGES = 1_000
SAMPLES = 15
"""Of each page in one round."""

LIST = "the list of 25 users"

PAGES: Mapping[str, str] = {
    "Overview": "",
    "Apps → SCIM": "/apps/scim",
    "Clock": "/clock",
    "Requests": "/requests",
    "Requests, chosen": "/requests?status=4xx&user=7",
    "One exchange": "/requests/last",
    "Client report": "/report",
    "Users": "/directory/users",
    "Users, the last page": "/directory/users?startIndex=9976&count=25",
    "Users, found by a word": "/directory/users?q=anna",
    "One user": "/directory/users/7",
    "Groups": "/directory/groups",
    "One group": "/directory/groups/1",
    "Snapshots": "/sandbox",
    "Dialect": "/dialect",
}


def beside_a_list(effort: Effort, users: int) -> Table:
    """Compare what each page takes with what the list of 25 users takes, one request after the other."""
    table = Table(
        f"Pages of the console, {users:,} users, {EXCHANGES:,} exchanges, one connection",
        ("page", "ms", "of a list of 25", "target"),
    )
    targets = {LIST: "/scim/v2/Users?count=25"}
    targets |= {name: f"/console/accounts/widget{path}" for name, path in PAGES.items()}
    with sandbox("--users", str(users), "--groups", "60") as server:
        _exchange(server)
        took = _medians(server, targets, SAMPLES * effort.rounds)
    for name in targets:
        table.add(name, f"{took[name]:.1f}", f"{took[name] / took[LIST]:.1f} x", "" if name == LIST else "<= 10 x")
    return table


def _exchange(server: Running) -> None:
    """Let many requests come in, of every kind."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    for number in range(EXCHANGES // 5):
        user = f"/scim/v2/Users/{1 + number % 50}"
        _send(connection, "GET", "/scim/v2/Users?count=25")
        _send(connection, "GET", user)
        _send(connection, "PATCH", user, json.dumps({"title": f"Clerk {number}"}))
        _send(connection, "GET", "/scim/v2/Groups?count=10")
        _send(connection, "GET", "/scim/v2/Users/none")
    connection.close()


def _medians(server: Running, targets: Mapping[str, str], samples: int) -> dict[str, float]:
    """Return how long a GET of each target takes, in milliseconds; they take turns, so that a slow moment meets all."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    taken: dict[str, list[float]] = {name: [] for name in targets}
    for _ in range(samples + 1):
        for name, target in targets.items():
            start = perf_counter()
            status = _send(connection, "GET", target)
            taken[name].append((perf_counter() - start) * 1_000)
            if status != HTTPStatus.OK:
                raise RuntimeError(f"GET {target} answered {status}")
    connection.close()
    return {name: median(each[1:]) for name, each in taken.items()}


def _send(connection: HTTPConnection, method: str, target: str, body: str | None = None) -> int:
    """Send one request, read the whole answer, and return its status."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"}
    connection.request(method, target, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status
