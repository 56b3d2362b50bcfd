"""A rule: what it is called, when it is asked, what it finds, and how we know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.memory import Memory
from sandbox.dialect import Evidence
from sandbox.recorder import UNREADABLE, Finding, Severity


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says of one exchange; the rest of the finding stands in its row."""

    message: str
    where: str | None = None
    expected: str | None = None
    received: str | None = None
    fix: str | None = None
    """When the row's is not exact enough."""
    severity: Severity | None = None
    """When it is another one this time."""
    type_instead: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Which exchanges a rule is asked about: what is cheap to tell of each."""

    methods: frozenset[str] | None = None
    answers: frozenset[int] = frozenset({2})
    """The first digits of the statuses."""
    collection: str | None = None
    needs_query: bool = False
    needs_body: bool = False
    needs_odd_path: bool = False

    def holds(self, key: Key) -> bool:
        """Tell whether an exchange with this key is one."""
        return (
            (self.methods is None or key.method in self.methods)
            and key.answer in self.answers
            and (self.collection is None or key.collection == self.collection)
            and (key.has_query or not self.needs_query)
            and (key.has_body or not self.needs_body)
            and (key.has_odd_path or not self.needs_odd_path)
        )


@dataclass(frozen=True, slots=True)
class Key:
    """What rules are chosen by."""

    method: str
    answer: int
    """The first digit of the status."""
    collection: str | None
    has_query: bool
    has_body: bool
    has_odd_path: bool
    """Whether the path is not just endpoint, resource and id."""


ANY_ANSWER = frozenset(range(6))
REFUSALS = frozenset({4, 5})
_WRITING = frozenset({"POST", "PUT", "PATCH"})

REFUSAL = When(answers=REFUSALS)
EVERYTHING = When(answers=ANY_ANSWER)
ODD_PATH = When(answers=ANY_ANSWER, needs_odd_path=True)
NO_REQUEST = When(methods=frozenset({UNREADABLE}), answers=ANY_ANSWER)
QUERY = When(methods=frozenset({"GET"}), answers=frozenset({2, 4}), needs_query=True)
BODY = When(methods=_WRITING, answers=frozenset({2, 4}), needs_body=True)
WRITE = When(methods=_WRITING, needs_body=True)
USER_WRITE = When(methods=_WRITING, needs_body=True, collection="Users")
GROUP_WRITE = When(methods=_WRITING, needs_body=True, collection="Groups")
CREATE = When(methods=frozenset({"POST"}), needs_body=True)
PATCH = When(methods=frozenset({"PATCH"}), needs_body=True)
PUT = When(methods=frozenset({"PUT"}), needs_body=True)
UPDATE = When(methods=frozenset({"PUT", "PATCH"}), needs_body=True)
DELETION = When(methods=frozenset({"DELETE"}))
READ = When(methods=frozenset({"GET"}))

Look = Callable[[Case], Iterable[Told]]
LookBack = Callable[[Case, Memory], Iterable[Told]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table."""

    code: str
    """Stable; others rely on it."""
    severity: Severity
    title: str
    """What is wrong, in a sentence without a full stop."""
    fix: str
    source: str
    evidence: Evidence
    when: When
    look: Look | None = None
    """What it says of one exchange by itself."""
    look_back: LookBack | None = None
    """What it says of one exchange after those before it of the same client."""
    passed: str | None = None
    """What a client does right to which this never happens; ``None`` when that is nothing to speak of."""
    occasion: Callable[[Case], bool] = field(default=lambda _: True)
    """Tells whether an exchange is one where it could have happened; for ``passed``."""

    def findings(self, case: Case, memory: Memory) -> list[Finding]:
        """Return what it finds."""
        if self.look is not None:
            return [self._finding(told) for told in self.look(case)]
        return [self._finding(told) for told in self.look_back(case, memory)] if self.look_back is not None else []

    def as_json(self) -> dict[str, str]:
        """Return the row as it is listed."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "title": self.title,
            "fix": self.fix,
            "source": self.source,
            "evidence": self.evidence.value,
        }

    def _finding(self, told: Told) -> Finding:
        return Finding(
            code=self.code,
            severity=told.severity or self.severity,
            message=told.message,
            expected=told.expected,
            received=told.received,
            where=told.where,
            fix=told.fix or self.fix,
            source=self.source,
            evidence=self.evidence,
            type_instead=told.type_instead,
        )
