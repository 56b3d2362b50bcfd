"""What became of a SCIM user: field by field which rule set it from what, attribute by attribute where it went.

An explanation is worked out from the user and the account as they are now; nothing is changed by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.people.cautions import Caution, MappedUser
from sandbox.people.mapping import DEFAULT_RULES, Link, Mapped, Rules, Step, map_user
from sandbox.people.naming import short_name
from sandbox.people.outcome import Lookups, Outcome, Verdict
from sandbox.people.rules import MappingRule
from sandbox.scim.schema import CORE_USER_URN

NOT_MAPPED = "not mapped by default"
OWN_OF_SCIM = ("id", "meta", "schemas", "password")
"""What is SCIM's own and no attribute of a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one attribute that the user has."""

    attribute: str
    value: Any
    fate: str
    """``used``, ``ignored``, ``not mapped by default`` or ``SCIM's own``."""
    rule: str | None = None
    field: str | None = None
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the members as they are listed."""
        return {
            "attribute": self.attribute,
            "value": self.value,
            "fate": self.fate,
            "rule": self.rule,
            "field": self.field,
            "reason": self.reason or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of one SCIM user."""

    mapped: Mapped
    fates: tuple[Fate, ...]
    cautions: tuple[Caution, ...]

    @property
    def lost(self) -> tuple[Fate, ...]:
        """The attributes whose values reach no field of the person."""
        return tuple(each for each in self.fates if each.fate in ("ignored", NOT_MAPPED))

    def steps_json(self, person: Mapping[str, Any] | None, following: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        """Return every rule with what it does.

        Args:
            person: the person as JSON, as it is.
            following: the person as JSON, as the next write of the user would leave it.
        """
        return [_step_json(step, self.mapped, person or {}, following or {}) for step in self.mapped.steps]


def explain(
    user: Mapping[str, Any],
    company: Lookups,
    rules: Rules = DEFAULT_RULES,
    *,
    groups: tuple[str, ...] = (),
    others: tuple[str, ...] = (),
) -> Explanation:
    """Explain what *rules* make of *user* in *company*.

    Args:
        user: the document of a SCIM user, with its id.
        company: what the rules ask of the account.
        rules: the rules in force.
        groups: the names of the groups the user is in.
        others: the ids of other SCIM users that are linked to the same person.
    """
    mapped = map_user(user, company, rules)
    values = dict(_attributes(user))
    if groups:
        values["groups"] = list(groups)
    fates = tuple(_fate(name, value, mapped) for name, value in values.items())
    return Explanation(mapped=mapped, fates=fates, cautions=MappedUser(mapped, others).cautions)


def _attributes(user: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each attribute of a document by its full name, parts of an object one by one, with its value."""
    for name, value in user.items():
        if ":" in name and isinstance(value, Mapping):
            prefix = "" if name.lower() == CORE_USER_URN.lower() else f"{name}:"
            yield from ((f"{prefix}{inner}", each) for inner, each in value.items())
        elif isinstance(value, Mapping) and name not in OWN_OF_SCIM:
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield name, value


def _fate(name: str, value: Any, mapped: Mapped) -> Fate:
    if name in OWN_OF_SCIM and name != "id":
        return Fate(attribute=name, value=value, fate="SCIM's own")
    reading = [step for step in mapped.steps if name in step[0].attributes]
    if not reading:
        return Fate(attribute=name, value=value, fate=NOT_MAPPED)
    using = [step for step in reading if _is_in_force(step, name, value)]
    rule, outcome = using[0] if using else reading[0]
    if using and mapped.link is not Link.NONE:
        fields = ", ".join(dict.fromkeys(each.target for each, _ in using))
        names = ", ".join(each.name for each, _ in using)
        return Fate(attribute=name, value=value, fate="used", rule=names, field=fields, reason=outcome.reason)
    reason = Link.NONE.value if using else _why_not(name, reading[0])
    return Fate(attribute=name, value=value, fate="ignored", rule=rule.name, field=rule.target, reason=reason)


def _is_in_force(step: Step, name: str, value: Any) -> bool:
    """Tell whether the field has its value from an attribute, now or since the person was created."""
    rule, outcome = step
    if outcome.verdict is Verdict.KEPT:
        return outcome.attribute == name and rule.target in ("locale", "time_zone") and bool(value)
    return outcome.verdict in (Verdict.SET, Verdict.CLEARED) and _rests_on(rule, outcome, name)


def _rests_on(rule: MappingRule, outcome: Outcome, name: str) -> bool:
    """Tell whether a rule took its value from an attribute; given and family name are taken together."""
    if outcome.attribute == name or rule.evidence is None:
        return True
    return {outcome.attribute, name} == {"name.givenName", "name.familyName"}


def _why_not(name: str, step: Step) -> str:
    """Say why a rule did not take its value from an attribute."""
    rule, outcome = step
    if outcome.attribute not in (None, name) and outcome.verdict is Verdict.SET:
        before = rule.attributes.index(outcome.attribute) < rule.attributes.index(name)
        used = short_name(outcome.attribute or "")
        return f"{used} comes first" if before else outcome.reason or f"{used} is used"
    return outcome.reason or "it is blank"


def _step_json(step: Step, mapped: Mapped, person: Mapping[str, Any], following: Mapping[str, Any]) -> dict[str, Any]:
    rule, outcome = step
    changes = rule.slot in mapped.changed
    return {
        "field": rule.target,
        "value": _value_in(person, rule),
        "changes": changes,
        "next": _value_in(following, rule) if changes else None,
        "rule": rule.name,
        "verdict": outcome.verdict.value,
        "attribute": outcome.attribute,
        "reason": outcome.reason or None,
        "sentence": rule.sentence,
        "evidence": None if rule.evidence is None else rule.evidence.value,
        "source": rule.source,
    }


def _value_in(person: Mapping[str, Any], rule: MappingRule) -> Any:
    """Return the value of a rule's field in a person as JSON."""
    value = person.get(rule.slot)
    if not rule.custom_field:
        return value
    return next((each["value"] for each in value or () if each["id"] == rule.custom_field), None)
