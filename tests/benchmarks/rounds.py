"""Measuring one operation on several servers in turn, so that a slow moment of the machine meets all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.benchmarks.load import Outcome, Plan, play_in_processes
from tests.benchmarks.operations import Content, Operation, raw_requests, with_fresh_users
from tests.benchmarks.servers import Running

PROCESSES = 2
"""Processes that send; they share the machine with the server, as a client on the same laptop would."""


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    rounds: int
    seconds: float
    """Of each measurement."""
    requests: int
    """Prepared for each process of a measurement."""


@dataclass
class Contender:
    """A server with what it holds, and the requests per second that it reached, by round."""

    server: Running
    content: Content
    rates: dict[str, list[float]] = field(default_factory=dict)

    def rate(self, row: str) -> float:
        """Return the median requests per second of a row; 0 when it was not measured."""
        return median(self.rates[row]) if self.rates.get(row) else 0.0


def measure(
    operation: Operation, contenders: Sequence[Contender], effort: Effort, connections: int, row: str | None = None
) -> None:
    """Send an operation to each contender in turn, and note the rates; one round of reads is not counted."""
    if operation.is_cyclic:
        for contender in contenders:
            _send(operation, contender, effort, connections)
    for _ in range(effort.rounds):
        for contender in contenders:
            outcome = _send(operation, contender, effort, connections)
            if outcome.refusals:
                share = f"{outcome.refusals} of {outcome.answers} refused: {outcome.first_refusal}"
                raise RuntimeError(f"{contender.server.name}, {operation.name}: {share}")
            contender.rates.setdefault(row or operation.name, []).append(outcome.answers / outcome.seconds)


def _send(operation: Operation, contender: Contender, effort: Effort, connections: int) -> Outcome:
    content = contender.content
    if operation.fresh_users:
        content = with_fresh_users(contender.server, content, operation.fresh_users)
    requests = raw_requests(operation, content, operation.fresh_users or effort.requests * PROCESSES)
    processes = min(PROCESSES, connections)
    plans = [
        Plan(
            contender.server.port,
            requests[place::processes],
            connections // processes,
            effort.seconds,
            operation.is_cyclic,
        )
        for place in range(processes)
    ]
    return play_in_processes(plans)
