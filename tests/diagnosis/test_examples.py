"""Every finding by its examples: the client that trips it, and the one that does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.diagnosis import RULES
from sandbox.diagnosis.examples import Example, examples, examples_by_code
from sandbox.recorder import Exchange, Finding
from sandbox.settings import read_settings
from tests.diagnosis.golden import Golden, golden

EXAMPLES = list(examples())
CASES = [
    pytest.param(example, id=f"{example.kind} {example.codes[0]}") for example in EXAMPLES if not example.is_told_only
]


def settings_of(example: Example) -> dict[str, Any]:
    """Return the settings that an example asks for."""
    flags: dict[str, Any] = {}
    words = list(example.serve)
    while words:
        name = words.pop(0).removeprefix("--").replace("-", "_")
        value = words.pop(0) if words and not words[0].startswith("--") else "yes"
        flags[name] = [*flags.get(name, []), value] if name in ("set", "prefix") else value
    settings = read_settings(flags, {}, Path("/nowhere"))
    return {name: getattr(settings, name) for name in flags}


def told(exchanges: list[Exchange]) -> str:
    """Return what was found, for the failure of a test."""
    return "\n".join(
        f"{each.method} {each.target} {each.status} {each.refusal} {[finding.code for finding in each.findings]}"
        for each in exchanges
    )


def check_telling(finding: Finding, sandbox: Golden) -> None:
    """Pass when a finding says what, where, what to do and how we know, and shows no token."""
    rule = RULES[finding.code]
    assert finding.message.endswith("."), finding
    assert finding.fix.endswith("."), finding
    assert len(finding.message) <= 300, finding
    assert finding.source.startswith("https://") or finding.source == "no public source"
    assert (finding.source, finding.evidence) == (rule.source, rule.evidence)
    assert finding.where, finding
    assert not any(secret in str(finding) for name, secret in sandbox.variables.items() if "token" in name), finding


@pytest.mark.parametrize("example", CASES)
def test_an_example_does_what_it_is_for(example: Example) -> None:
    with golden(**settings_of(example)) as sandbox:
        exchanges = sandbox.play(example.requests)

    findings = [finding for exchange in exchanges for finding in exchange.findings]
    assert len(exchanges) == len(example.requests)
    expected = set(example.codes) if example.kind == "trips" else set()
    assert {finding.code for finding in findings} & set(example.codes) == expected, told(exchanges)
    for finding in findings:
        check_telling(finding, sandbox)


def test_every_rule_has_both_examples() -> None:
    assert set(examples_by_code("trips")) == set(RULES)
    assert set(examples_by_code("passes")) == set(RULES)
