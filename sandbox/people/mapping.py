"""Working out what SCIM users become: the only place where rules for users are applied.

Source: facts/4me.md section 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from sandbox.people.naming import PERSON
from sandbox.people.outcome import Case, Lookups, Outcome, Verdict
from sandbox.people.rules import (
    ACCOUNT,
    ANYTHING,
    FIELD_RULES,
    GROUP_RULES,
    IDENTITY_RULES,
    GroupRule,
    MappingRule,
)
from sandbox.people.values import Person

SET, CLEARED = Verdict.SET, Verdict.CLEARED

Step = tuple[MappingRule, Outcome]
"""A rule, and what it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules that are in force, each list in the order in which it is applied."""

    identity: tuple[MappingRule, ...] = IDENTITY_RULES
    fields: tuple[MappingRule, ...] = FIELD_RULES
    groups: tuple[GroupRule, ...] = GROUP_RULES

    rest_on: frozenset[str] = field(init=False, compare=False)
    """All that anything in a person depends on; see ``MappingRule.rests_on``."""

    def __post_init__(self) -> None:
        """Gather once what the rules rest on."""
        object.__setattr__(self, "rest_on", frozenset().union(*[each.rests_on for each in self.identity + self.fields]))


DEFAULT_RULES = Rules()


class Link(StrEnum):
    """How a SCIM user came to its person."""

    MATCHED = "a person with this primary e-mail address exists"
    KEPT = "the user is linked to this person already"
    CREATED = "nobody has this primary e-mail address, so a person is created"
    NONE = "there is no person: primary e-mail address and name must both be known"


class Mapped(NamedTuple):
    """What the rules make of one SCIM user: the person, and every step on the way."""

    user: Mapping[str, Any]
    """The document of the SCIM user."""
    rules: Rules
    """The rules that were applied."""
    link: Link
    before: Person | None
    """The person as it was; ``None`` for a new one."""
    person: Person | None
    """The person as it is now, without an id when it is new; ``None`` when there is none."""
    changed: frozenset[str]
    """The fields of ``before`` that change."""
    outcomes: tuple[Outcome, ...]
    """What each rule did, in the order of the rules."""
    around: tuple[object, ...]
    """What the account had for the user, see ``Lookups.around``; nothing for a person that is new."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Every rule with what it did."""
        return tuple(zip((*self.rules.identity, *self.rules.fields), self.outcomes, strict=True))


def map_user(
    user: Mapping[str, Any], company: Lookups, rules: Rules = DEFAULT_RULES, last: Mapped | None = None
) -> Mapped:
    """Return what *rules* make of the person of *user*; nothing is changed.

    Args:
        user: the document of a SCIM user, with its id.
        company: what the rules ask of the account.
        rules: the rules in force.
        last: what they made of it before, if that is known: it spares applying the rules for which nothing differs.
    """
    case = Case(user, company)
    past = last if last is not None and last.before is not None and last.rules is rules else None
    known = () if past is None else past.outcomes
    changed = set[str]() if past is None else {ANYTHING} | _differing(past.user, user)
    first = len(rules.identity)
    outcomes = _applied(rules.identity, case, known[:first], changed)
    linked = company.person_of(user["id"])
    before = case.before = _person_with(case.values.get("primary_email"), linked, company)
    link = Link.KEPT if linked is not None and before is not None and linked.id == before.id else Link.MATCHED
    around = () if before is None else company.around(user)
    if before is None or past is None or past.before is None:
        known = ()
    else:
        changed |= _changed_around(past, before, around)
        if link is past.link and before.row is past.before.row and rules.rest_on.isdisjoint(changed):
            return past._replace(user=user)
    outcomes += _applied(rules.fields, case, known[first:], changed)
    return _mapped(case, link, rules, tuple(outcomes), around)


def _changed_around(past: Mapped, before: Person, around: tuple[object, ...]) -> set[str]:
    """Return what rules can rest on that differs from last time, beside the attributes of the user."""
    changed = set[str]() if around == past.around else {ACCOUNT}
    if past.before is not None and past.before.row is not before.row:
        changed.update([PERSON + name for name in _differing(past.before.row, before.row)])
    return changed


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> set[str]:
    """Return the names under which two documents or rows have different values, or only one of them has any."""
    differing = {name for name, value in one.items() if other.get(name) != value}
    return differing | (other.keys() - one.keys())


def _mapped(case: Case, link: Link, rules: Rules, outcomes: tuple[Outcome, ...], around: tuple[object, ...]) -> Mapped:
    """Return what all values together make of the person; *link* is how the user came to one who is there."""
    before, values = case.before, case.values
    person, changed = before, frozenset[str]()
    if before is not None:
        person, changed = _with_values(before, values)
    elif values.get("primary_email") and values.get("name"):
        link, person = Link.CREATED, Person({}).with_fields(values)
    else:
        link = Link.NONE
    return Mapped(case.user, rules, link, before, person, changed, outcomes, around)


def _person_with(email: str | None, linked: Person | None, company: Lookups) -> Person | None:
    """Return the person with that address, else the one that is linked; no two persons have one address."""
    if not email or (linked is not None and linked.primary_email.casefold() == email.casefold()):
        return linked
    return company.person_with_email(email) or linked


def _applied(
    rules: tuple[MappingRule, ...], case: Case, known: tuple[Outcome, ...], changed: set[str]
) -> list[Outcome]:
    """Apply rules one after the other, and return what each does.

    Args:
        rules: in the order in which they are applied.
        case: gets the values that they set.
        known: what each did last time; nothing when that does not count.
        changed: what differs from last time. A rule that rests on nothing of it would do the same again, so its outcome
            stands; of one that does something else now the field is added.
    """
    outcomes = []
    for position, rule in enumerate(rules):
        if known and rule.rests_on.isdisjoint(changed):
            outcome = known[position]
        else:
            outcome = rule.apply(case)
            if known and outcome != known[position]:
                changed.add(PERSON + rule.slot)
        if outcome.verdict is SET or outcome.verdict is CLEARED:
            case.values[rule.slot] = _held_of_all(rule, outcome, case) if rule.custom_field else outcome.value
        outcomes.append(outcome)
    return outcomes


def _held_of_all(rule: MappingRule, outcome: Outcome, case: Case) -> dict[str, Any]:
    """Return all custom fields when a rule has set or cleared one of them."""
    fields = {**(case.current(rule.slot) or {}), rule.custom_field: outcome.value}
    if outcome.verdict is CLEARED:
        del fields[rule.custom_field]
    return fields


def _with_values(before: Person, values: Mapping[str, Any]) -> tuple[Person, frozenset[str]]:
    """Return the person with its new values, and which fields those are; the same person when nothing changes."""
    row = before.row
    changed = {name: value for name, value in values.items() if row.get(name) != (value or None)}
    return (before.with_fields(changed) if changed else before), frozenset(changed)
