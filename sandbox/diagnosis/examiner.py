"""The one place where exchanges are examined: in order, each against the rules it may concern."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from sandbox.diagnosis.case import Case, Situation
from sandbox.diagnosis.clients import UNKNOWN, ClientKey, key_of, recognised
from sandbox.diagnosis.memory import Memory
from sandbox.diagnosis.refusal_rules import LAST_RULE, PLAIN_RULES
from sandbox.diagnosis.remembering import note
from sandbox.diagnosis.rule import Key, Rule
from sandbox.diagnosis.table import FIRST_RULES
from sandbox.recorder import Exchange, Finding, Severity

KNOWN_CLIENTS = 200
"""How many clients are remembered."""
BLIND_EXCHANGES = 100
"""For how many exchanges after a gap nothing is said about what did not happen before."""
_ORDER = {severity: number for number, severity in enumerate(Severity)}


def key_of_rules(case: Case) -> Key:
    """Return by what the rules for an exchange are chosen."""
    place, has_body = case.place, case.exchange.body.length > 0
    return Key(case.method, case.status // 100, case.collection, bool(place.query), has_body, place.is_odd)


@dataclass(slots=True)
class Client:
    """One client, as far as it is known."""

    name: str = UNKNOWN
    memory: Memory = field(default_factory=Memory)


class Examiner:
    """Examines the exchanges of one account."""

    def __init__(self, situation: Situation) -> None:
        """Know no client yet."""
        self._situation = situation
        self._clients: OrderedDict[ClientKey, Client] = OrderedDict()
        self._chosen: dict[Key, tuple[Rule, ...]] = {}
        self._blind = 0

    def examine(self, exchange: Exchange, follows_gap: bool) -> tuple[str, tuple[Finding, ...]]:
        """Return which client the exchange is of, and what was found; after a gap the past counts no more."""
        if follows_gap:
            self._clients.clear()
            self._blind = BLIND_EXCHANGES
        case = Case(exchange, self._situation)
        client = self._client(case)
        findings = [each for rule in self._rules(case) for each in rule.findings(case, client.memory)]
        if not 0 < case.status < 400 and not any(each.severity is Severity.REFUSED for each in findings):
            findings += self._plain(case, client.memory)
        note(case, client.memory)
        if len(findings) > 1:
            findings.sort(key=lambda each: _ORDER[each.severity])
        return client.name, tuple(findings)

    def _client(self, case: Case) -> Client:
        key = key_of(case)
        client = self._clients.get(key)
        if client is None:
            client = self._clients[key] = Client(memory=Memory(blind=self._blind))
            if len(self._clients) > KNOWN_CLIENTS:
                self._clients.popitem(last=False)
        if client.name is UNKNOWN:
            client.name = recognised(case) or UNKNOWN
        self._blind = max(0, self._blind - 1)
        return client

    def _rules(self, case: Case) -> tuple[Rule, ...]:
        key = key_of_rules(case)
        chosen = self._chosen.get(key)
        if chosen is None:
            chosen = tuple(rule for rule in FIRST_RULES if rule.when.holds(key))
            if len(self._chosen) < KNOWN_CLIENTS:
                self._chosen[key] = chosen
        return chosen

    def _plain(self, case: Case, memory: Memory) -> list[Finding]:
        found = [each for rule in PLAIN_RULES for each in rule.findings(case, memory)]
        return found or LAST_RULE.findings(case, memory)
