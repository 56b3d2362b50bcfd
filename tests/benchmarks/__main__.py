"""``python -m tests.benchmarks [--quick] [--only SECTION]``: measure, and print tables of ratios."""

from __future__ import annotations

import argparse
import compileall
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import sandbox
from tests.benchmarks import console, lifetime, wire
from tests.benchmarks.rounds import Effort
from tests.benchmarks.table import Table

WHOLE, QUICK = Effort(3, 1.0, 4_000), Effort(1, 0.3, 1_500)
SIZES = {WHOLE: (100, 1_000, 10_000, 50_000), QUICK: (100, 2_000)}
MEMBERS = {WHOLE: (10, 1_000, 10_000), QUICK: (10, 1_000)}
PEOPLE = {WHOLE: 10_000, QUICK: 2_000}
MANY = {WHOLE: 50_000, QUICK: 5_000}

SECTIONS: dict[str, Callable[[Effort], Table]] = {
    "peer": wire.beside_a_peer,
    "flask": wire.beside_flask,
    "growth": lambda effort: wire.as_it_grows(effort, SIZES[effort]),
    "members": lambda effort: wire.as_a_group_grows(effort, MEMBERS[effort]),
    "journal": wire.with_a_journal,
    "recording": wire.with_a_recorder,
    "console": lambda effort: console.beside_a_list(effort, PEOPLE[effort]),
    "lifetime": lambda effort: lifetime.lifetime(rounds=effort.rounds, many=MANY[effort], people=PEOPLE[effort]),
}


def main() -> None:
    """Measure what was asked for, section by section."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a look in under a minute instead of a measurement")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="this section alone; repeatable")
    asked = parser.parse_args()
    compileall.compile_dir(Path(sandbox.__file__).parent, quiet=1)  # as an installation does
    start = perf_counter()
    for name in asked.only or SECTIONS:
        print(SECTIONS[name](QUICK if asked.quick else WHOLE), flush=True)
    print(f"Measured in {perf_counter() - start:.0f} s.")


if __name__ == "__main__":
    main()
