"""The rules for the plain fields of a person: texts that blanks do not clear, VIP, and what only new persons get.

Source: facts/4me.md section 11.
"""

from __future__ import annotations

from sandbox.people.languages import language_for
from sandbox.people.outcome import IDLE, Case, Outcome, Verdict, text_of
from sandbox.people.time_zones import ZoneForm, zone_for
from sandbox.scim.schema import ENTERPRISE_URN

VIP = "VIP"


def enterprise(attribute: str) -> str:
    """Return the full name of an attribute of the enterprise extension."""
    return f"{ENTERPRISE_URN}:{attribute}"


EMPLOYEE_NUMBER, SUPPORT_ID, LOCATION = map(enterprise, ("employeeNumber", "supportID", "location"))


def job_title(case: Case) -> Outcome:
    """Take title; a blank one keeps what is there."""
    return _kept_when_blank(case, "job_title", "title", case.user.get("title"))


def location(case: Case) -> Outcome:
    """Take the enterprise location; a blank one keeps what is there."""
    return _kept_when_blank(case, "location", LOCATION, case.enterprise.get("location"))


def employee_id(case: Case) -> Outcome:
    """Take employeeNumber; a blank one keeps what is there."""
    return _kept_when_blank(case, "employeeID", EMPLOYEE_NUMBER, case.enterprise.get("employeeNumber"))


def support_id(case: Case) -> Outcome:
    """Take supportID; a blank one keeps what is there."""
    return _kept_when_blank(case, "supportID", SUPPORT_ID, case.enterprise.get("supportID"))


def _kept_when_blank(case: Case, field: str, attribute: str, given: str | None) -> Outcome:
    value = text_of(given)
    if value:
        return Outcome(Verdict.SET, value, attribute)
    if case.current(field) is None:
        return IDLE
    caution = "" if given is None else "blank_kept"
    return Outcome(Verdict.KEPT, None, attribute, "a blank keeps the current value", caution)


def vip(case: Case) -> Outcome:
    """Make a person VIP whose userType contains VIP, in capitals; one without it is none; a blank changes nothing."""
    user_type = text_of(case.user.get("userType"))
    if user_type:
        return Outcome(Verdict.SET, VIP in user_type, "userType")
    return Outcome(Verdict.KEPT, None, "userType", "a blank userType changes nothing") if case.current("vip") else IDLE


def locale(case: Case) -> Outcome:
    """Take locale, for a new person only."""
    text = text_of(case.user.get("locale"))
    if not text or case.before is not None:
        return _for_new_only(case, "locale", "locale", text, language_for(text))
    code = language_for(text)
    if code is None:
        return Outcome(Verdict.IGNORED, None, "locale", "4me has no such language", "locale_unknown")
    return Outcome(Verdict.SET, code, "locale", "" if code == text else f"the language of 4me nearest to it is {code}")


def time_zone(case: Case) -> Outcome:
    """Take timezone, for a new person only."""
    text = text_of(case.user.get("timezone"))
    zone = zone_for(text)
    if not text or case.before is not None:
        return _for_new_only(case, "time_zone", "timezone", text, None if zone is None else zone.name)
    if zone is None:
        reason = "it is neither a time zone of 4me nor an IANA name"
        return Outcome(Verdict.IGNORED, None, "timezone", reason, "time_zone_unknown")
    if zone.form is ZoneForm.IANA:
        reason = f"4me maps IANA names by their offset from UTC, here to {zone.name}"
        return Outcome(Verdict.SET, zone.name, "timezone", reason, "time_zone_by_offset")
    return Outcome(Verdict.SET, zone.name, "timezone")


def _for_new_only(case: Case, field: str, attribute: str, text: str, value: str | None) -> Outcome:
    """Return why the field stays as it is: nothing is given, or the person exists."""
    current = case.current(field)
    if not text:
        return IDLE if current is None else Outcome(Verdict.KEPT, None, attribute, "nothing is given")
    if value == current and value is not None:
        return Outcome(Verdict.KEPT, None, attribute, "the person has it already; only a new one would get another")
    reason = "only a new person gets it, and this one exists"
    return Outcome(Verdict.IGNORED, None, attribute, reason, "new_person_only")
