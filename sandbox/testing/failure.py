"""What a failed test is told: what came in last, and what was found in it."""

from __future__ import annotations

from sandbox.exchange_text import judgement
from sandbox.steering import SteeringError
from sandbox.testing.exchanges import SHOWN, Exchange
from sandbox.testing.sandbox import Sandbox

EXPLAINED = 3
"""How many exchanges with findings are told in full."""


def told_of(sandbox: Sandbox) -> str:
    """Return the last exchanges, a line each, and the findings of the last that have some; nothing if none came."""
    if not sandbox.is_open:
        return ""
    try:
        exchanges = list(sandbox.exchanges)
    except SteeringError as error:
        return f"what came in cannot be told: {error}"
    faulty = [exchange for exchange in exchanges if exchange.findings]
    parts = [_last(exchanges), *map(judgement, faulty[-EXPLAINED:])]
    return "\n\n".join(part for part in parts if part)


def _last(exchanges: list[Exchange]) -> str:
    shown = exchanges[-SHOWN:]
    head = f"the last {len(shown)} of {len(exchanges)} exchanges:" if len(exchanges) > SHOWN else ""
    return "\n".join(filter(None, [head, *map(str, shown)]))
