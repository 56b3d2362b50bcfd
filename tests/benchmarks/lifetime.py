"""Start, memory, seeding, recovery: what happens around the requests."""

from __future__ import annotations

import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median

from tests.benchmarks.servers import Running, sandbox
from tests.benchmarks.table import Table

FEW, MANY = 50, 50_000


def lifetime(*, rounds: int, many: int = MANY) -> Table:
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
    with sandbox("--users", "0") as none, sandbox("--users", str(many)) as all_of_them:
        bytes_each = (all_of_them.memory_bytes() - none.memory_bytes()) / (2 * many)
        table.add("memory per user", f"{bytes_each / 1024:.1f} KiB", "<= 10 KB")
    return table


def _start(*flags: str, state: Path) -> float:
    with sandbox(*flags, state=state) as server:
        return server.start_seconds


def _again(state: Path, rounds: int) -> float:
    return median(_start(state=state) for _ in range(rounds))


def _kill(server: Running) -> None:
    with suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGKILL)
