"""The report on the clients of an account: who they are, what they did, what was found, and what they do right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.diagnosis.case import Case, Situation
from sandbox.diagnosis.clients import NAMES, UNKNOWN
from sandbox.diagnosis.examiner import key_of_rules
from sandbox.diagnosis.rehearsal import rehearsed
from sandbox.diagnosis.table import FIRST_RULES
from sandbox.moments import moment_text
from sandbox.recorder import Exchange, Finding, Severity

_SHOWN_IDS = 5
"""How many exchanges are named with a finding."""
_VERBS = {
    ("POST", False): "created",
    ("GET", True): "read",
    ("PUT", True): "replaced",
    ("PATCH", True): "patched",
    ("DELETE", True): "deleted",
}
"""What is done to one resource, by method and whether an id is named."""


@dataclass(slots=True)
class ClientCases:
    """The exchanges of one client."""

    name: str
    user_agent: str
    token: str | None
    cases: list[Case] = field(default_factory=list)


def make_report(exchanges: Sequence[Exchange], account: str, domain: str, situation: Situation) -> dict[str, Any]:
    """Return the report as JSON; *domain* is 4me's for the account's environment (``4me.com``, ``4me.qa``)."""
    clients = [_client(each, domain) for each in _clients(exchanges, situation)]
    counts = Counter(finding.severity.value for exchange in exchanges for finding in exchange.findings)
    return {
        "account": account,
        "dialect": situation.dialect.name,
        "exchanges": len(exchanges),
        "from": moment_text(exchanges[0].at) if exchanges else None,
        "to": moment_text(exchanges[-1].at) if exchanges else None,
        "findings": {severity.value: counts[severity.value] for severity in Severity},
        "clients": clients,
    }


def _clients(exchanges: Iterable[Exchange], situation: Situation) -> list[ClientCases]:
    """Return the exchanges of each client, in the order in which the clients came.

    What came before a client gave itself away is its own too, when it alone has that token and ``User-Agent``.
    """
    listed = list(exchanges)
    names: dict[tuple[str, str | None], set[str]] = {}
    for exchange in listed:
        names.setdefault(_traits(exchange), set()).add(exchange.client)
    found: dict[tuple[str, str, str | None], ClientCases] = {}
    for exchange in listed:
        traits = _traits(exchange)
        known = names[traits] - {UNKNOWN}
        name = next(iter(known)) if exchange.client == UNKNOWN and len(known) == 1 else exchange.client
        client = found.setdefault((name, *traits), ClientCases(name, *traits))
        client.cases.append(Case(exchange, situation))
    return list(found.values())


def _traits(exchange: Exchange) -> tuple[str, str | None]:
    return exchange.headers.get("User-Agent", ""), exchange.presented.fingerprint


def _client(client: ClientCases, domain: str) -> dict[str, Any]:
    groups = _grouped(client.cases)
    return {
        "client": client.name,
        "name": NAMES.get(client.name, client.name),
        "user_agent": client.user_agent or None,
        "token": client.token,
        "exchanges": len(client.cases),
        "first": client.cases[0].exchange.id,
        "last": client.cases[-1].exchange.id,
        "operations": _operations(client.cases),
        "endpoint": rehearsed(client.cases, domain),
        "findings": groups,
        "passed": _passed(client.cases, {group["code"] for group in groups}),
    }


def _grouped(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """Return the findings by their code, the most severe and the most frequent first."""
    found: dict[str, list[tuple[Exchange, Finding]]] = {}
    for case in cases:
        for finding in case.exchange.findings:
            found.setdefault(finding.code, []).append((case.exchange, finding))
    order = list(Severity)
    ranked = sorted(found.values(), key=lambda group: (order.index(group[0][1].severity), -len(group)))
    return [_group(group) for group in ranked]


def _group(group: list[tuple[Exchange, Finding]]) -> dict[str, Any]:
    exchange, finding = group[0]
    ids = dict.fromkeys(each.id for each, _ in group)
    return {
        **finding.as_json(),
        "count": len(group),
        "first": {"id": exchange.id, "method": exchange.method, "target": exchange.target, "status": exchange.status},
        "exchanges": list(ids)[:_SHOWN_IDS],
    }


def _operations(cases: Iterable[Case]) -> dict[str, int]:
    """Return how often each thing was done, and how often something was refused."""
    return dict(Counter(map(_operation, cases)).most_common())


def _operation(case: Case) -> str:
    if case.status >= 400 or not case.status:
        return "refused"
    if case.collection is None:
        return "discovery read"
    name = case.collection.lower()
    if case.method in ("GET", "HEAD") and case.resource_id is None:
        return f"{name} looked up" if "filter" in case.query else f"{name} listed"
    return f"{name} {_VERBS.get((case.method, case.resource_id is not None), 'asked otherwise')}"


def _passed(cases: Sequence[Case], found: set[str]) -> list[dict[str, Any]]:
    """Return what the client had occasion to do wrong and did right, with the number of occasions."""
    passed = []
    for rule in FIRST_RULES:
        if rule.passed is not None and rule.code not in found:
            times = sum(1 for case in cases if rule.when.holds(key_of_rules(case)) and rule.occasion(case))
            if times:
                passed.append({"code": rule.code, "sentence": rule.passed, "times": times})
    return passed
