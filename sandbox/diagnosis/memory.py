"""What is remembered of one client from exchange to exchange: little, and bounded."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

REMEMBERED = 2_000
"""How many names or ids are remembered of one kind."""


@dataclass(slots=True)
class Page:
    """The last page of a list that a client has read."""

    start: int
    shown: int
    """How many resources came."""
    items_per_page: int
    total: int
    wants_all: bool
    """Whether as many were asked for as a page can have, as a client does that reads the whole list."""
    exchange_id: str
    is_told: bool = False
    """Whether it was told that the client read no further."""


@dataclass(slots=True)
class Limited:
    """An answer 429."""

    at: datetime
    retry_after: float
    """Seconds."""
    exchange_id: str
    early: int = 0
    """How many calls came since, before the time was over."""


@dataclass(slots=True)
class Memory:
    """One client's past."""

    looked_up: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """What was looked for by name or ``externalId`` in a filter, in lower case, with the exchange's id."""
    deleted: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """``userName`` (in lower case) of who was deleted, with the id of the user."""
    refused_creates: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """``userName`` or ``displayName`` (in lower case) of what was refused with 409, with the exchange's id."""
    read: OrderedDict[str, int] = field(default_factory=OrderedDict)
    """The path of what was read by id, with the hash of the answer."""
    pages: dict[str, Page] = field(default_factory=dict)
    """By the list: its path and all of its query but the place in it."""
    limited: Limited | None = None
    unchanged_reads: int = 0
    """How many users were read again unchanged since it was last told."""
    refused: int = 0
    """The last request that was refused, as a hash."""
    refused_times: int = 0
    tokens: set[str] = field(default_factory=set)
    """Fingerprints of retiring tokens of which it was told."""
    blind: int = 0
    """For how many exchanges yet the past is too short to say that something never happened."""

    def note(self, kind: OrderedDict[str, str], name: str, value: str) -> None:
        """Remember *value* under *name*, and forget the oldest when there are too many."""
        kind[name] = value
        kind.move_to_end(name)
        if len(kind) > REMEMBERED:
            kind.popitem(last=False)

    def note_read(self, path: str, answer: bytes) -> bool:
        """Remember that a resource was read; tell whether it was read before, and is unchanged."""
        content = hash(answer)
        is_unchanged = self.read.get(path) == content
        self.read[path] = content
        self.read.move_to_end(path)
        if len(self.read) > REMEMBERED:
            self.read.popitem(last=False)
        return is_unchanged
