"""The rules for where a person belongs: organization, site and manager.

Source: facts/4me.md section 11.
"""

from __future__ import annotations

from sandbox.people.field_rules import enterprise
from sandbox.people.outcome import IDLE, Case, Outcome, Verdict, text_of
from sandbox.people.values import ORGANIZATION, SITE, Organization, Site

ORGANIZATION_NAME, SITE_NAME, MANAGER = map(enterprise, ("organization", "site", "manager"))
GROUPS = "groups"


def organization(case: Case) -> Outcome:
    """Take the organization of that name, else that of the first such group, else the current one, else our own."""
    given = text_of(case.enterprise.get("organization"))
    found = case.company.organization_named(given) if given else None
    if found is not None and not found.disabled:
        return Outcome(Verdict.SET, found.id, ORGANIZATION_NAME)
    why_not, caution = _why_not(ORGANIZATION, given, found)
    for link in case.company.links_of(case.user["id"]):
        if link.classification == ORGANIZATION and link.organization is not None:
            grouped = case.company.organization(link.organization)
            if grouped is not None and not grouped.disabled:
                return Outcome(Verdict.SET, grouped.id, GROUPS, why_not, caution)
    if case.current("organization") is not None:
        return _left(given, ORGANIZATION_NAME, why_not, caution)
    reason = f"{why_not}, so it is the account's own" if why_not else "a new person gets the account's own"
    return Outcome(Verdict.SET, case.company.own_organization(), None, reason, caution)


def site(case: Case) -> Outcome:
    """Take the site of that name, else that of the first such group, else the current one."""
    given = text_of(case.enterprise.get("site"))
    found = case.company.site_named(given) if given else None
    if found is not None and not found.disabled:
        return Outcome(Verdict.SET, found.id, SITE_NAME)
    why_not, caution = _why_not(SITE, given, found)
    for link in case.company.links_of(case.user["id"]):
        if link.classification == SITE and link.site is not None:
            grouped = case.company.site(link.site)
            if grouped is not None and not grouped.disabled:
                return Outcome(Verdict.SET, grouped.id, GROUPS, why_not, caution)
    if case.current("site") is not None:
        return _left(given, SITE_NAME, why_not, caution)
    return Outcome(Verdict.IGNORED, None, SITE_NAME, why_not, caution) if given else IDLE


def manager(case: Case) -> Outcome:
    """Take the person of the SCIM user that manager names; a disabled one clears it; else the current one stays."""
    given = text_of((case.enterprise.get("manager") or {}).get("value"))
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


def _why_not(kind: str, given: str, found: Organization | Site | None) -> tuple[str, str]:
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
