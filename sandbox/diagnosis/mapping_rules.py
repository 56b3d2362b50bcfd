"""Rules about what 4me's default mapping makes of a user, whoever else there is (facts/4me.md 11 and 12).

Rules that need to know which organizations, sites and persons there are stand in ``person_rules``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import USER_WRITE, Rule, Told
from sandbox.diagnosis.sources import DOCUMENTED, HINT, MAPPINGS, SLIP
from sandbox.scim.errors import quoted
from sandbox.scim.schema import ENTERPRISE_URN

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_KEPT_WHEN_BLANK = {
    "title": "job_title",
    f"{ENTERPRISE_URN}:location": "location",
    f"{ENTERPRISE_URN}:employeeNumber": "employeeID",
    f"{ENTERPRISE_URN}:supportID": "supportID",
}
_ONLY_FOR_NEW = ("locale", "timezone")


def _is_email(value: Any) -> bool:
    return isinstance(value, str) and _EMAIL.fullmatch(value.strip()) is not None


def _emails(case: Case) -> list[Mapping[str, Any]]:
    listed = case.resource.get("emails", [])
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def _touches_identity(case: Case) -> bool:
    return case.method == "POST" or any(each.parent in ("userName", "emails") for each in case.sent)


def _user_name(case: Case) -> Iterator[Told]:
    name = case.resource.get("userName")
    if name and not _is_email(name) and any(each.name == "userName" for each in case.sent):
        yield Told(
            f"userName is {quoted(name)}, which is no e-mail address: 4me looks there for the primary e-mail first.",
            where="/userName",
            expected="the primary e-mail address",
            received=str(name)[:120],
        )


def _primary_email(case: Case) -> Iterator[Told]:
    emails = _emails(case)
    is_needed = case.resource and not _is_email(case.resource.get("userName")) and _touches_identity(case)
    if is_needed and emails and not any(each.get("primary") is True for each in emails):
        yield Told(
            f"No e-mail is marked primary, so 4me takes the first one, {quoted(emails[0].get('value', ''))}.",
            where="/emails",
            expected='"primary": true at one of them',
        )


def _no_email(case: Case) -> Iterator[Told]:
    has_none = case.resource and not _is_email(case.resource.get("userName")) and not _emails(case)
    if has_none and _touches_identity(case):
        yield Told(
            "Neither userName nor emails has an e-mail address: without one 4me makes no person of this user.",
            where="/emails",
            expected="an e-mail address in userName, or in emails",
        )


def _no_name(case: Case) -> Iterator[Told]:
    user = case.resource
    name = user.get("name", {}) if isinstance(user.get("name", {}), Mapping) else {}
    has_name = user.get("displayName") or any(name.get(part) for part in ("formatted", "givenName", "familyName"))
    if user and case.method == "POST" and not has_name and _is_email(user.get("userName")):
        yield Told(
            "There is neither displayName nor name: without a name 4me makes no person of this user.",
            where="/displayName",
            expected="displayName, or name.givenName and name.familyName",
        )


def _only_for_new(case: Case) -> Iterator[Told]:
    for name in _ONLY_FOR_NEW:
        if case.method != "POST" and case.changed(name):
            yield Told(
                f"{name} changed, but 4me's mapping looks at it for new persons alone: the person keeps its own.",
                where=f"/{name}",
            )


def _blank(case: Case) -> Iterator[Told]:
    for each in case.sent:
        field = _KEPT_WHEN_BLANK.get(each.name)
        is_blank = each.value is None or (isinstance(each.value, str) and not each.value.strip())
        if field and case.method != "POST" and (is_blank or each.op == "remove"):
            yield Told(
                f"{each.name.rpartition(':')[2]} was cleared, but a blank leaves {field} of the person as it is.",
                where=each.pointer,
            )


def _vip(case: Case) -> Iterator[Told]:
    for each in case.sent_as("userType"):
        if isinstance(each.value, str) and re.search("vip", each.value, re.IGNORECASE) and "VIP" not in each.value:
            yield Told(
                f"userType is {quoted(each.value)}; 4me looks for VIP in capitals, so the person is no VIP.",
                where=each.pointer,
                expected="VIP",
                received=each.value[:40],
            )


MAPPING_RULES = (
    Rule("user-name-no-email", SLIP, "userName is no e-mail address",
         "Map the primary e-mail address (for Entra ID most often userPrincipalName or mail) to userName.",
         MAPPINGS, DOCUMENTED, USER_WRITE, _user_name, passed="userName is an e-mail address"),
    Rule("primary-email-missing", SLIP, "No e-mail is the primary one",
         "Mark one of emails with primary true, or make userName the e-mail address.",
         MAPPINGS, DOCUMENTED, USER_WRITE, _primary_email),
    Rule("email-missing", SLIP, "The user has no e-mail address",
         "Send the e-mail address as userName.", MAPPINGS, DOCUMENTED, USER_WRITE, _no_email),
    Rule("name-missing", SLIP, "The user has no name", "Send displayName.", MAPPINGS, DOCUMENTED, USER_WRITE, _no_name),
    Rule("person-keeps-locale", SLIP, "locale or timezone changed for a user who has a person",
         "Change the person's locale and time zone at 4me, or with a rule of your own.",
         MAPPINGS, DOCUMENTED, USER_WRITE, _only_for_new),
    Rule("person-keeps-value", SLIP, "A value was cleared that the person keeps",
         "Clear the person's field at 4me, or with a rule of your own.", MAPPINGS, DOCUMENTED, USER_WRITE, _blank),
    Rule("vip-in-small-letters", HINT, "VIP is not in capitals", "Write VIP in userType.",
         MAPPINGS, DOCUMENTED, USER_WRITE, _vip),
)  # fmt: skip
