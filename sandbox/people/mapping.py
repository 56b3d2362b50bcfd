"""Working out what SCIM users and groups become: the only place where rules are applied.

Source: facts/4me.md section 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sandbox.people.outcome import Case, Lookups, Outcome, Verdict
from sandbox.people.rules import FIELD_RULES, GROUP_RULES, IDENTITY_RULES, GroupRule, MappingRule
from sandbox.people.values import ORGANIZATION, SITE, UNCLASSIFIED, GroupLink, Organization, Person, Site

Step = tuple[MappingRule, Outcome]
"""A rule, and what it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All rules that are in force, each list in the order in which it is applied."""

    identity: tuple[MappingRule, ...] = IDENTITY_RULES
    fields: tuple[MappingRule, ...] = FIELD_RULES
    groups: tuple[GroupRule, ...] = GROUP_RULES


DEFAULT_RULES = Rules()


class Link(StrEnum):
    """How a SCIM user came to its person."""

    MATCHED = "a person with this primary e-mail address exists"
    KEPT = "the user is linked to this person already"
    CREATED = "nobody has this primary e-mail address, so a person is created"
    NONE = "there is no person: primary e-mail address and name must both be known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """What the rules make of one SCIM user: the person, and every step on the way."""

    link: Link
    before: Person | None
    """The person as it was; ``None`` for a new one."""
    person: Person | None
    """The person as it is now, without an id when it is new; ``None`` when there is none."""
    changed: frozenset[str] = frozenset()
    """The fields of ``before`` that change."""
    steps: tuple[Step, ...]


def map_user(user: Mapping[str, Any], company: Lookups, rules: Rules = DEFAULT_RULES) -> Mapped:
    """Return what *rules* make of the person of *user*; nothing is changed.

    Args:
        user: the document of a SCIM user, with its id.
        company: what the rules ask of the account.
        rules: the rules in force.
    """
    case = Case(user, company)
    identity = [_applied(rule, case) for rule in rules.identity]
    email = case.values.get("primary_email")
    linked = company.person_of(user["id"])
    case.before = (company.person_with_email(email) if email else None) or linked
    steps = (*identity, *[_applied(rule, case) for rule in rules.fields])
    if case.before is not None:
        link = Link.KEPT if linked is not None and linked.id == case.before.id else Link.MATCHED
        person, changed = _changed(case.before, case.values)
        return Mapped(link=link, before=case.before, person=person, changed=changed, steps=steps)
    if not (email and case.values.get("name")):
        return Mapped(link=Link.NONE, before=None, person=None, steps=steps)
    return Mapped(link=Link.CREATED, before=None, person=Person({}).with_fields(case.values), steps=steps)


def _applied(rule: MappingRule, case: Case) -> Step:
    """Apply one rule, and note what it sets."""
    outcome = rule.apply(case)
    if outcome.verdict is Verdict.SET:
        value = outcome.value
        if rule.custom_field:
            value = {**(case.current(rule.slot) or {}), rule.custom_field: value}
        case.values[rule.slot] = value
    elif outcome.verdict is Verdict.CLEARED:
        case.values[rule.slot] = _cleared(rule, case)
    return rule, outcome


def _cleared(rule: MappingRule, case: Case) -> Any:
    """Return what is in a field that is cleared."""
    if rule.custom_field:
        return {name: value for name, value in (case.current(rule.slot) or {}).items() if name != rule.custom_field}
    return None


def _changed(before: Person, values: Mapping[str, Any]) -> tuple[Person, frozenset[str]]:
    """Return the person with its new values, and which fields those are; the same person when nothing changes."""
    row = before.row
    changed = {name: value for name, value in values.items() if row.get(name) != (value or None)}
    return (before.with_fields(changed) if changed else before), frozenset(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMapped:
    """What the rules make of one SCIM group."""

    link: GroupLink
    renamed: tuple[Organization | Site, ...] = ()
    """Organizations and sites under the names they get; one without an id is new."""
    steps: tuple[tuple[GroupRule, Outcome], ...] = ()


def map_group(
    group: Mapping[str, Any], link: GroupLink | None, company: Lookups, rules: Rules = DEFAULT_RULES
) -> GroupMapped:
    """Return what *rules* make of *group*; nothing is changed.

    Args:
        group: the document of a SCIM group, with its id.
        link: what the group is linked to so far.
        company: what the rules ask of the account.
        rules: the rules in force.
    """
    mapped = GroupMapped(link=link or GroupLink(id=group["id"]))
    mapped = replace(mapped, link=replace(mapped.link, classification=UNCLASSIFIED))
    for kind in (ORGANIZATION, SITE):
        rule = next((each for each in rules.groups if each.kind == kind and each.applies(group)), None)
        if rule is not None:
            mapped = _with_place(mapped, rule, rule.name_of(group), company)
    return mapped


def _with_place(mapped: GroupMapped, rule: GroupRule, name: str, company: Lookups) -> GroupMapped:
    """Return the group linked to the organization or site that a rule finds or creates."""
    linked_id = getattr(mapped.link, rule.kind)
    place: Organization | Site | None
    if rule.kind == ORGANIZATION:
        place = company.organization_named(name) or (company.organization(linked_id) if linked_id else None)
    else:
        place = company.site_named(name) or (company.site(linked_id) if linked_id else None)
    steps = mapped.steps
    if place is None and not (rule.creates and name):
        outcome = Outcome(Verdict.IGNORED, None, "displayName", f"no {rule.kind} has the name {name!r}")
        return replace(mapped, link=_linked(mapped.link, rule.kind, None), steps=(*steps, (rule, outcome)))
    if place is None:
        place = Organization({"name": name}) if rule.kind == ORGANIZATION else Site({"name": name})
    is_new = place.id == ""
    outcome = Outcome(Verdict.SET, place.id, "displayName", "created" if is_new else "")
    is_renamed = bool(name) and place.name != name
    return GroupMapped(
        link=_linked(mapped.link, rule.kind, place.id),
        renamed=(*mapped.renamed, place.with_fields({"name": name})) if is_new or is_renamed else mapped.renamed,
        steps=(*steps, (rule, outcome)),
    )


def _linked(link: GroupLink, kind: str, place_id: str | None) -> GroupLink:
    """Return the link to one organization or site, with the classification that follows; ``None`` is to none."""
    if place_id is None:
        return replace(link, organization=None) if kind == ORGANIZATION else replace(link, site=None)
    if kind == ORGANIZATION:
        return replace(link, classification=ORGANIZATION, organization=place_id)
    return replace(link, classification=SITE, site=place_id)
