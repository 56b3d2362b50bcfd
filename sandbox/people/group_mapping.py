"""Working out what SCIM groups become: the only place where rules for groups are applied.

Source: facts/4me.md section 11.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sandbox.people.mapping import DEFAULT_RULES, Rules
from sandbox.people.outcome import Lookups
from sandbox.people.rules import GroupRule
from sandbox.people.values import ORGANIZATION, SITE, UNCLASSIFIED, GroupLink, Organization, Site

Place = Organization | Site


class GroupMapped(NamedTuple):
    """What the rules make of one SCIM group."""

    link: GroupLink
    renamed: tuple[Place, ...] = ()
    """Organizations and sites under the names they get; one without an id is new."""


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
    before = link or GroupLink(id=group["id"])
    linked = {ORGANIZATION: before.organization, SITE: before.site}
    classification = UNCLASSIFIED
    renamed: list[Place] = []
    for kind in (ORGANIZATION, SITE):
        rule = next((each for each in rules.groups if each.kind == kind and each.applies(group)), None)
        if rule is None:
            continue
        name = rule.name_of(group)
        place = _place(rule, name, linked[kind], company)
        linked[kind] = None if place is None else place.id
        if place is not None:
            classification = kind
            if place.id == "" or (name and place.name != name):
                renamed.append(place.with_fields({"name": name}))
    return GroupMapped(GroupLink(id=before.id, classification=classification, **linked), tuple(renamed))


def _place(rule: GroupRule, name: str, linked_id: str | None, company: Lookups) -> Place | None:
    """Return the organization or site of that name, else the linked one, else a new one where the rule says so."""
    place: Place | None
    if rule.kind == ORGANIZATION:
        place = company.organization_named(name) or (company.organization(linked_id) if linked_id else None)
    else:
        place = company.site_named(name) or (company.site(linked_id) if linked_id else None)
    if place is None and rule.creates and name:
        return Organization({"name": name}) if rule.kind == ORGANIZATION else Site({"name": name})
    return place
