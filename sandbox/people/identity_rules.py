"""The rules that tell who a person is: primary e-mail, name, source.

Source: facts/4me.md section 11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.people.outcome import IDLE, Case, Outcome, Verdict, text_of

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
SCIM = "SCIM"


def is_email(text: str) -> bool:
    """Tell whether a text is an e-mail address, as far as the mapping looks: something, an @, something, no blanks."""
    return _EMAIL.fullmatch(text) is not None


def primary_email(case: Case) -> Outcome:
    """Take userName when it is an e-mail address, else the primary one of emails, else the first of them."""
    user_name = text_of(case.user.get("userName"))
    if is_email(user_name):
        return Outcome(Verdict.SET, user_name, "userName")
    emails = list(email_entries(case))
    marked = next((value for value, entry in emails if entry.get("primary") is True), None)
    if marked is not None:
        return Outcome(
            Verdict.SET, marked, "emails", "userName is no e-mail address; this is the primary one of emails"
        )
    if emails:
        reason = "userName is no e-mail address and none of emails is primary; this is the first of them"
        return Outcome(Verdict.SET, emails[0][0], "emails", reason)
    return Outcome(
        Verdict.IGNORED, None, "userName", "userName is no e-mail address, and there are no emails", "no_email"
    )


def email_entries(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each address of emails that is not blank, with its entry."""
    for entry in case.user.get("emails") or ():
        value = text_of(entry.get("value"))
        if value:
            yield value, entry


def name(case: Case) -> Outcome:
    """Take displayName; else userName when it is no e-mail address; else name.formatted; else the two names."""
    for attribute, value in _names(case):
        if value:
            return Outcome(Verdict.SET, value, attribute)
    if case.before is not None:
        return Outcome(Verdict.KEPT, None, None, "no attribute gives a name")
    return Outcome(Verdict.IGNORED, None, None, "neither displayName, userName nor name gives a name", "no_name")


def _names(case: Case) -> Iterator[tuple[str, str]]:
    yield "displayName", text_of(case.user.get("displayName"))
    user_name = text_of(case.user.get("userName"))
    yield "userName", "" if is_email(user_name) else user_name
    parts = case.user.get("name") or {}
    yield "name.formatted", text_of(parts.get("formatted"))
    given, family = text_of(parts.get("givenName")), text_of(parts.get("familyName"))
    yield "name.givenName" if given else "name.familyName", " ".join(filter(None, (given, family)))


def source(_: Case) -> Outcome:
    """Note that SCIM keeps the person."""
    return Outcome(Verdict.SET, SCIM)


def source_id(case: Case) -> Outcome:
    """Note which SCIM user keeps the person."""
    return Outcome(Verdict.SET, case.user["id"], "id")


def disabled(case: Case) -> Outcome:
    """Disable the person of a user that is not active, enable that of one that is."""
    active = case.user.get("active")
    if active is None:
        return IDLE if case.before is None else Outcome(Verdict.KEPT, None, "active", "active has no value")
    return Outcome(Verdict.SET, active is False, "active")
