"""The table of findings as it is listed."""

from __future__ import annotations

from typing import Any

from sandbox.diagnosis.examples import examples_by_code
from sandbox.diagnosis.table import SUBJECTS


def rules_json() -> list[dict[str, Any]]:
    """Return every rule with what it is about, and an example of a client that trips it and one that does not."""
    trips, passes = examples_by_code("trips"), examples_by_code("passes")
    return [
        {
            **rule.as_json(),
            "subject": subject,
            "trips": trips[rule.code].shown,
            "passes": passes[rule.code].shown,
        }
        for subject, rules in SUBJECTS.items()
        for rule in rules
    ]
