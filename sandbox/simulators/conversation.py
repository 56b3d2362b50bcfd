"""A conversation as values: what a client says in one of its modes, and how it takes the answers.

The form of the files is in fixtures/clients/README.md; ``reading`` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sandbox.simulators.endpoint import Slash


class Evidence(StrEnum):
    """How we know what a client does."""

    DOCUMENTED = "documented"
    """Its maker says so."""
    SEEN = "seen"
    """In a public log, thread, or in code written against the client."""
    INFERRED = "inferred"
    """It follows from the others, or is our choice where nothing is known."""


class Do(StrEnum):
    """What a client does about an answer that it does not accept."""

    PASS = "pass"
    """It goes on as if nothing were wrong."""
    FAIL = "fail"
    """The person or group at hand has failed; it goes on with the next."""
    AGAIN = "again"
    """It takes the steps in ``run`` instead of what is left of the flow."""
    WAIT = "wait"
    """It sends the same again after a while; when it has done so often enough, the person or group has failed."""
    END = "end"
    """This cycle ends here; what was not done is done in the next."""
    QUARANTINE = "quarantine"
    """The cycle ends, and runs come further and further apart until one succeeds."""
    REFUSE = "refuse"
    """The set-up is refused: nothing more is sent."""


class Failed(StrEnum):
    """When a client tries once more what has failed."""

    NEXT_CYCLE = "next cycle"
    BY_HAND = "by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A sentence that somebody may rely on, or not."""

    says: str
    evidence: Evidence
    source: tuple[str, ...] = ()
    """Public addresses; none where the sentence is inferred from the facts beside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Told):
    """What a person should know before relying on a run."""

    scheme: str | None = None
    """Only where the endpoint has this scheme: ``http``."""


class Stride(StrEnum):
    """How a client gets from one page to the next."""

    ASKED = "asked"
    """By what it asked for, however much there was."""
    SHOWN = "shown"
    """By what there was."""


@dataclass(frozen=True, slots=True)
class Page:
    """How a client reads a list."""

    size: int
    by: Stride


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request, and what of its answer the client accepts."""

    name: str
    evidence: Evidence
    source: tuple[str, ...]
    method: str
    path: str
    """Path and query behind the endpoint as they go over the wire; variables in it are encoded."""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    """Laid over those of the conversation; ``None`` leaves one out."""
    body: Any = None
    raw: str | None = None
    accept: tuple[int, ...] = (200,)
    has: Mapping[str, Any] | None = None
    """What the body of an accepted answer must have, in the notation of ``expecting``."""
    save: Mapping[str, str] = field(default_factory=dict)
    """Variables, from JSON pointers into the body; what is not there is not saved."""
    when: tuple[str, ...] = ()
    """Names in ``conditions.CONDITIONS`` that must all hold; else the step is left out."""
    each: str | None = None
    """A list of members: one request for each."""
    batch: str | None = None
    """A list of members: one request for so many of them as fit."""
    at_most: int = 100
    """How many fit."""
    page: Page | None = None
    """The step is sent again, from ``{{startIndex}}`` on, until everything was asked for."""
    is_unique: bool = False
    """Whether more than one hit is too many."""
    learn: str | None = None
    """Remember the groups that the answer lists, by the attribute of this name."""
    wait: timedelta = timedelta(0)
    """How long the client lets pass before."""
    note: str | None = None

    @property
    def is_write(self) -> bool:
        """Whether it may change something at the service provider."""
        return self.method not in {"GET", "HEAD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What the client does when an answer is not accepted, and what a person sees of it."""

    to: frozenset[str]
    """Verdicts: a status, ``4xx``, ``5xx``, a word of ``judging.Word``, or ``*``."""
    at: frozenset[str] = frozenset()
    """Steps; none stands for all."""
    during: frozenset[str] = frozenset()
    """Phases; none stands for all."""
    do: Do
    run: tuple[str, ...] = ()
    screen: Told

    def fits(self, verdicts: frozenset[str], step: str, phase: str) -> bool:
        """Tell whether the row is about this verdict, step and phase."""
        return (
            bool(self.to & verdicts) and (not self.at or step in self.at) and (not self.during or phase in self.during)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How a client repeats what it was told to send later."""

    attempts: int
    """In all, the first one included."""
    first_wait: timedelta | None
    """When the answer has no whole number of seconds in ``Retry-After``; ``None``: it does not wait then."""
    factor: int
    """By which that wait grows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """How a client goes on with a service provider that it cannot work with."""

    gaps: tuple[timedelta, ...]
    """Between the runs; the last one stays."""
    disabled_after: timedelta
    failures: int
    """So many failures, of which ``share`` of all calls …"""
    share: float
    """… put it there without any other reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A conversation in one mode, with its options chosen: what an engine plays."""

    name: str
    client: str
    mode: str
    headers: Mapping[str, str]
    headers_with_body: Mapping[str, str]
    space: str
    """How a space is written in a query: ``+`` or ``%20``."""
    slash: Slash
    appends: Told
    """How we know what the client appends to the address."""
    cycle: timedelta
    timeout: timedelta
    failed: Failed
    retry: Retry | None
    quarantine: Quarantine | None
    attributes: Mapping[str, Any]
    """What of a person goes where, by the target path."""
    templates: Mapping[str, Any]
    flows: Mapping[str, tuple[str, ...]]
    """What is done for each event: names of steps, those of other modes left out."""
    steps: Mapping[str, Step]
    reactions: tuple[Reaction, ...]
    screens: Mapping[str, Told]
    """What a person sees at the end, by conclusion."""
    notes: tuple[Note, ...]

    @property
    def is_suite(self) -> bool:
        """Whether this is a list of tests instead of a client at work."""
        return "suite" in self.flows

    def flow(self, event: str) -> tuple[Step, ...]:
        """Return the steps for an event; none when the client does nothing about it."""
        return tuple(self.steps[name] for name in self.flows.get(event, ()))

    def reaction(self, verdicts: frozenset[str], step: str, phase: str) -> Reaction:
        """Return the first row that fits; an answer that no row is about fails what is at hand."""
        rows = (row for row in self.reactions if row.fits(verdicts, step, phase))
        return next(rows, _UNFORESEEN)


_UNFORESEEN = Reaction(to=frozenset({"*"}), do=Do.FAIL, screen=Told(says="a failed task", evidence=Evidence.INFERRED))
