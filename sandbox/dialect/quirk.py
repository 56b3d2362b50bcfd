"""One way in which a service provider speaks SCIM, with where we know it from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any


class Evidence(StrEnum):
    """How we know what a row says."""

    DOCUMENTED = "documented"
    """Stated in, or shown by an example of, the service provider's own public SCIM pages (or the RFCs)."""
    NEIGHBOUR = "neighbour"
    """Documented for another interface of the same service provider only: for 4me, its REST API."""
    INFERRED = "inferred"
    """Follows from something documented, by reasoning that the sentence gives."""
    CHOSEN = "chosen"
    """Unknown: our default."""


@dataclass(frozen=True, slots=True)
class Quirk:
    """One row of a dialect."""

    field: str
    """The choice it makes, or the path of the schema it amends (``User.groups.type.mutability``)."""
    value: Any
    """The choice, or the JSON of the amendment."""
    source: str
    """A public address, or ``no public source``."""
    evidence: Evidence
    sentence: str
    """What it means on the wire, for the author of a provisioning client."""

    def as_json(self) -> dict[str, Any]:
        """Return the members as they are listed; ``meaning`` says what a named choice does, else it is null."""
        return {
            "field": self.field,
            "value": _shown(self.value),
            "meaning": self.value.value if isinstance(self.value, Enum) else None,
            "sentence": self.sentence,
            "evidence": self.evidence.value,
            "source": self.source,
        }


def _shown(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value
