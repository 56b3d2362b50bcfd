"""Start, memory, seeding, recovery: what happens around the requests."""

from __future__ import annotations

import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks.servers import Running, sandbox
from tests.benchmarks.table import Table

FEW = 50
ACCOUNT = "/_sandbox/accounts/widget"


def lifetime(*, rounds: int, many: int, people: int) -> Table:
    """Measure what a sandbox costs before and between requests."""
    table = Table("Around the requests", ("what", "measured", "target"))
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small", Path(folder) / "large"
        first = _start("--users", str(FEW), state=small)
        table.add(f"first start, {FEW} people in each account seeded", f"{first:.2f} s", "")
        table.add(f"start, {FEW} people in each account", f"{_again(small, rounds):.2f} s", "<= 0.7 s")
        with sandbox("--users", str(many), state=large) as server:
            table.add(f"first start, 2 x {many:,} people seeded", f"{server.start_seconds:.2f} s", "<= 10 s")
            _kill(server)
        table.add(f"start after kill -9, 2 x {many:,} people in journals", f"{_again(large, 1):.2f} s", "")
        table.add(f"start, 2 x {many:,} people in snapshots", f"{_again(large, rounds):.2f} s", "<= 5 s")
        with sandbox("--users", str(people), state=Path(folder) / "steered") as server:
            table.add(f"snapshot of {people:,} users", f"{_snapshot(server):.2f} s", "")
            table.add(f"reset of {people:,} users to their seed", f"{_reset(server, rounds):.2f} s", "<= 0.5 s")
    with sandbox("--users", "0") as none, sandbox("--users", str(many)) as all_of_them:
        start = f"{all_of_them.start_seconds:.2f} s"
        table.add(f"first start, 2 x {many:,} people seeded in memory alone", start, "<= 10 s")
        bytes_each = (all_of_them.memory_bytes() - none.memory_bytes()) / (2 * many)
        table.add("memory per user", f"{bytes_each / 1024:.1f} KiB", "<= 10 KB")
    return table


def _start(*flags: str, state: Path) -> float:
    with sandbox(*flags, state=state) as server:
        return server.start_seconds


def _again(state: Path, rounds: int) -> float:
    return median(_start(state=state) for _ in range(rounds))


def _snapshot(server: Running) -> float:
    start = perf_counter()
    server.ask("POST", f"{ACCOUNT}/snapshots", {"name": "measured"})
    return perf_counter() - start


def _reset(server: Running, rounds: int) -> float:
    """Return how long a reset takes after a change."""
    taken = []
    for _ in range(rounds):
        server.ask("PATCH", "/Users/1", {"title": "Changed"})
        start = perf_counter()
        server.ask("POST", f"{ACCOUNT}/reset", {"to": "seed"})
        taken.append(perf_counter() - start)
    return median(taken)


def _kill(server: Running) -> None:
    with suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGKILL)
