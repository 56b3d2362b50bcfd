"""What a client keeps from one cycle to the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.simulators.source import Change


@dataclass(slots=True)
class Owed:
    """A change that failed."""

    change: Change
    tries: int
    due_in: int
    """Cycles until it is tried again."""


@dataclass(slots=True)
class Memory:
    """What a client keeps from one cycle to the next."""

    ids: dict[str, str] = field(default_factory=dict)
    """The service provider's ids, by the key of the person or the group."""
    sent: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What was sent last of each person, by path."""
    learned: dict[str, str] = field(default_factory=dict)
    """Ids of groups that were there, by name."""
    position: int = 0
    """How many of the source's changes the client has heard of."""
    pending: deque[Change] = field(default_factory=deque)
    """Those it has heard of and not begun with."""
    failed: dict[tuple[str, str], Owed] = field(default_factory=dict)
    """Those that failed, by event and key."""
