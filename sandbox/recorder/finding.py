"""A finding: one thing worth telling the author of a provisioning client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sandbox.dialect import Evidence


class Severity(StrEnum):
    """How much a finding matters."""

    REFUSED = "refused"
    """The call was refused, and this is why."""
    SLIP = "slip"
    """It worked, here or by 4me's tolerance, but it is wrong, or does not do what the client seems to want."""
    HINT = "hint"
    """Right, and yet there is something to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found in one exchange. It never shows a secret: a token is named by its fingerprint."""

    code: str
    """The stable name of the rule."""
    severity: Severity
    message: str
    """One sentence, about this exchange."""
    fix: str
    """The smallest change that helps."""
    source: str
    """A public address, or ``no public source``."""
    evidence: Evidence
    where: str | None = None
    """A JSON pointer into the body, or the part of the request: ``header Accept``, ``query count``, ``path``."""
    expected: str | None = None
    received: str | None = None
    type_instead: Mapping[str, str] = field(default_factory=dict)
    """For a wrong address: what to type, by what the client appends (``nothing``, ``/scim``, ``/scim/v2``)."""

    def as_json(self) -> dict[str, Any]:
        """Return its members."""
        shown = {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "expected": self.expected,
            "received": self.received,
            "where": self.where,
            "fix": self.fix,
            "source": self.source,
            "evidence": self.evidence.value,
        }
        return {**shown, "type_instead": dict(self.type_instead)} if self.type_instead else shown


def read_finding(kept: Mapping[str, Any]) -> Finding:
    """Return the finding that ``Finding.as_json`` wrote; ``KeyError``, ``TypeError`` or ``ValueError`` for no such."""
    return Finding(
        code=kept["code"],
        severity=Severity(kept["severity"]),
        message=kept["message"],
        expected=kept["expected"],
        received=kept["received"],
        where=kept["where"],
        fix=kept["fix"],
        source=kept["source"],
        evidence=Evidence(kept["evidence"]),
        type_instead=dict(kept.get("type_instead", {})),
    )
