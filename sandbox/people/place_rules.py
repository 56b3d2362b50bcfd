"""The rules for where a person belongs: organization, site and manager.

Source: facts/4me.md section 11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.people.field_rules import enterprise
from sandbox.people.outcome import IDLE, Case, Outcome, Verdict, text_of
from sandbox.people.values import ORGANIZATION, SITE, Organization, Site
from sandbox.scim.schema import ENTERPRISE_URN

ORGANIZATION_NAME, SITE_NAME, MANAGER = map(enterprise, ("organization", "site", "manager"))
GROUPS = "groups"
_NAMES = {ORGANIZATION: ORGANIZATION_NAME, SITE: SITE_NAME}
Place = Organization | Site


def organization(case: Case) -> Outcome:
    """Take the organization of that name, else that of the first such group, else the current one, else our own."""
    company = case.company
    found, why_not, caution = _place(case, ORGANIZATION, company.organization_named, company.organization)
    if found is not None:
        return found
    reason = f"{why_not}, so it is the account's own" if why_not else "a new person gets the account's own"
    return Outcome(Verdict.SET, company.own_organization(), None, reason, caution)


def site(case: Case) -> Outcome:
    """Take the site of that name, else that of the first such group, else the current one."""
    found, why_not, caution = _place(case, SITE, case.company.site_named, case.company.site)
    if found is not None:
        return found
    return Outcome(Verdict.IGNORED, None, SITE_NAME, why_not, caution) if why_not else IDLE


def _place(
    case: Case, kind: str, by_name: Callable[[str], Place | None], by_id: Callable[[str], Place | None]
) -> tuple[Outcome | None, str, str]:
    """Return what is taken of one kind of place, and for what the name led to nothing: why, and the caution."""
    attribute = _NAMES[kind]
    given = text_of(case.enterprise.get(kind))
    named = by_name(given) if given else None
    if named is not None and not named.disabled:
        return Outcome(Verdict.SET, named.id, attribute), "", ""
    why_not, caution = _why_not(kind, given, named)
    for link in case.links():
        linked_id = getattr(link, kind) if link.classification == kind else None
        grouped = by_id(linked_id) if linked_id is not None else None
        if grouped is not None and not grouped.disabled:
            return Outcome(Verdict.SET, grouped.id, GROUPS, why_not, caution), why_not, caution
    if case.current(kind) is not None:
        return _left(given, attribute, why_not, caution), why_not, caution
    return None, why_not, caution


def manager(case: Case) -> Outcome:
    """Take the person of the SCIM user that manager names; a disabled one clears it; else the current one stays."""
    given = manager_in(case.user)
    found = case.company.manager_of(given) if given else None
    if given == case.user["id"] or (found is not None and case.before is not None and found[0] == case.before.id):
        return Outcome(Verdict.IGNORED, None, MANAGER, "nobody is made their own manager", "manager_self")
    if found is not None:
        person_id, is_disabled = found
        if is_disabled:
            reason = "the manager's person is disabled"
            return Outcome(Verdict.CLEARED, None, MANAGER, reason, "manager_disabled")
        return Outcome(Verdict.SET, person_id, MANAGER)
    why_not, caution = ("its value is the id of no SCIM user with a person", "manager_unknown") if given else ("", "")
    if case.current("manager") is not None:
        return _left(given, MANAGER, why_not, caution)
    return Outcome(Verdict.IGNORED, None, MANAGER, why_not, caution) if given else IDLE


def manager_in(user: Mapping[str, Any]) -> str:
    """Return the id of the SCIM user that a document names as manager; an empty text for nobody."""
    return text_of(((user.get(ENTERPRISE_URN) or {}).get("manager") or {}).get("value"))


def _why_not(kind: str, given: str, found: Place | None) -> tuple[str, str]:
    """Return why the name that was given leads to nothing, and the caution; nothing when none was given."""
    if not given:
        return "", ""
    if found is None:
        return f"no {kind} has this name", f"{kind}_unknown"
    return f"this {kind} is disabled", f"{kind}_disabled"


def _left(given: str, attribute: str, why_not: str, caution: str) -> Outcome:
    """Return that the current value stays, with the reason."""
    if given:
        return Outcome(Verdict.IGNORED, None, attribute, f"{why_not}, so the current one stays", caution)
    return Outcome(Verdict.KEPT, None, attribute, "nothing names another one")
