"""What a request brings about, collected while it is served: references only, read when the exchange is settled."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field

from sandbox.people.cautions import MappedUser
from sandbox.recorder.change import SHOWN, RowChange


@dataclass(slots=True)
class Effects:
    """What one request brought about."""

    commits: list[list[RowChange]] = field(default_factory=list)
    """What each commit changed in the directory."""
    mapped: list[MappedUser] = field(default_factory=list)
    """What the mapping made of the users that were written."""

    @property
    def size(self) -> int:
        """How many rows it holds on to."""
        return sum(map(len, self.commits)) + len(self.mapped)


NO_EFFECTS = Effects()
"""Of requests that only read; nothing is ever added to it."""

_EFFECTS: ContextVar[Effects | None] = ContextVar("what the request brings about", default=None)


def open_effects() -> Effects:
    """Begin to collect in this thread, and return where it is collected."""
    effects = Effects()
    _EFFECTS.set(effects)
    return effects


def close_effects() -> None:
    """Collect no more."""
    _EFFECTS.set(None)


def note_commit(rows: Iterable[RowChange]) -> None:
    """Take what a commit changes, if a request is collecting; *rows* is read only then."""
    effects = _EFFECTS.get()
    if effects is not None:
        effects.commits.append([row for row in rows if row[0] in SHOWN])


def note_mapped(mapped: MappedUser) -> None:
    """Take what the mapping made of a user, if a request is collecting."""
    effects = _EFFECTS.get()
    if effects is not None:
        effects.mapped.append(mapped)
