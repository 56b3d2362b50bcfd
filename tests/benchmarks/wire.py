"""Over the wire: beside a peer, beside bare Flask, as the directory grows, and with a journal."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.operations import OPERATIONS, fill, look_around
from tests.benchmarks.rounds import Contender, Effort, measure
from tests.benchmarks.servers import bare_view, sandbox, scim2_server
from tests.benchmarks.table import Table

BY_NAME = {operation.name: operation for operation in OPERATIONS}
WRITES = ("PATCH user", "PATCH member", "DELETE user", "POST user")


def beside_a_peer(effort: Effort, users: int = 100) -> Table:
    """Compare every operation with scim2-server, both filled over SCIM with the same people."""
    table = Table(
        f"Beside scim2-server, {users} users, 8 connections",
        ("operation", "sandbox /s", "scim2-server /s", "ratio", "target"),
    )
    with sandbox("--users", "0", "--groups", "0") as own, scim2_server() as peer:
        ours, theirs = Contender(own, fill(own, users)), Contender(peer, fill(peer, users))
        for operation in OPERATIONS:
            measure(operation, (ours, theirs), effort, 8)
            rates = ours.rate(operation.name), theirs.rate(operation.name)
            table.add(operation.name, *map(round, rates), f"{rates[0] / rates[1]:.1f} x", ">= 10 x")
    return table


def beside_flask(effort: Effort) -> Table:
    """Compare GET of one user with a bare Flask view on the same server."""
    table = Table(
        "GET user beside a bare Flask view on the same server",
        ("connections", "sandbox /s", "bare view /s", "share", "target"),
    )
    with sandbox("--users", "100") as own, bare_view() as bare:
        content = look_around(own, 100)
        ours, theirs = Contender(own, content), Contender(bare, content)
        for connections, target in ((8, ">= 0.7"), (1, ">= 0.7; >= 2,000/s")):
            row = f"{connections}"
            measure(BY_NAME["GET user"], (ours, theirs), effort, connections, row)
            share = ours.rate(row) / theirs.rate(row)
            table.add(row, round(ours.rate(row)), round(theirs.rate(row)), f"{share:.2f}", target)
    return table


def with_a_recorder(effort: Effort) -> Table:
    """Compare requests that are recorded and examined with the same where nothing is kept."""
    table = Table(
        "Recording and findings, 8 connections",
        ("operation", "without /s", "recorded /s", "cost of recording", "target"),
    )
    with sandbox("--users", "1000", "--exchanges", "0") as plain, sandbox("--users", "1000") as recorded:
        contenders = [Contender(each, look_around(each, 1_000)) for each in (plain, recorded)]
        closely = replace(effort, rounds=3 * effort.rounds)  # the machine's speed varies by more than the difference
        for name, target in (("GET user", "<= 15 %"), ("page of 25", ""), ("PATCH user", "")):
            measure(BY_NAME[name], contenders, closely, 8)
            without, with_it = (each.rate(name) for each in contenders)
            table.add(name, round(without), round(with_it), f"{100 * (without / with_it - 1):.0f} %", target)
    return table


def as_it_grows(effort: Effort, sizes: tuple[int, ...]) -> Table:
    """Compare the cost of every operation in directories of several sizes."""
    titles = [f"{size:,} /s" for size in sizes]
    last = sizes[-1]
    table = Table(
        "As the directory grows, 8 connections",
        ("operation", *titles, f"cost at {last:,} against {sizes[0]:,}", "target"),
    )
    with ExitStack() as stack:
        contenders = []
        for size in sizes:
            server = stack.enter_context(sandbox("--users", str(size), "--groups", "6", name=f"{size:,} users"))
            contenders.append(Contender(server, look_around(server, size)))
        for operation in OPERATIONS:
            measure(operation, contenders, effort, 8)
            rates = [each.rate(operation.name) for each in contenders]
            table.add(operation.name, *map(round, rates), f"{rates[0] / rates[-1]:.2f} x", "<= 1.3 x")
    return table


def as_a_group_grows(effort: Effort, sizes: tuple[int, ...] = (10, 1_000, 10_000)) -> Table:
    """Compare a change of one member in groups of several sizes."""
    titles = [f"{size:,} members /s" for size in sizes]
    table = Table(
        "One member added or removed, 8 connections",
        ("answers", *titles, f"cost at {sizes[-1]:,} against {sizes[0]:,}", "target"),
    )
    with ExitStack() as stack:
        contenders: dict[str, list[Contender]] = {"204": [], "with the whole group": []}
        for title, flags in (("204", ("--set", "patch_reply=no_content")), ("with the whole group", ())):
            for size in sizes:
                server = stack.enter_context(sandbox("--users", str(max(sizes)), *flags, name=f"{size:,} members"))
                contenders[title].append(Contender(server, look_around(server, max(sizes), members=size)))
        for title, target in (("204", "<= 1.5 x"), ("with the whole group", "")):
            measure(BY_NAME["PATCH member"], contenders[title], effort, 8)
            rates = [each.rate("PATCH member") for each in contenders[title]]
            table.add(title, *map(round, rates), f"{rates[0] / rates[-1]:.2f} x", target)
    return table


def with_a_journal(effort: Effort) -> Table:
    """Compare writes that reach a journal with writes to memory alone."""
    table = Table(
        "Writes with a journal, 8 connections",
        ("operation", "memory /s", "journal /s", "fsync /s", "cost of the journal", "target"),
    )
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        states: tuple[tuple[Path | None, tuple[str, ...]], ...] = (
            (None, ()),
            (Path(folder) / "flush", ()),
            (Path(folder) / "fsync", ("--durability", "fsync")),
        )
        contenders = []
        for state, flags in states:
            server = stack.enter_context(sandbox("--users", "1000", *flags, state=state, name=f"state {state}"))
            contenders.append(Contender(server, look_around(server, 1_000)))
        for name in WRITES:
            measure(BY_NAME[name], contenders, effort, 8)
            rates = [each.rate(name) for each in contenders]
            table.add(name, *map(round, rates), f"{rates[0] / rates[1]:.2f} x", "<= 1.5 x")
    return table
