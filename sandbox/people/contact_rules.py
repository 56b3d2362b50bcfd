"""The rules for contacts and addresses: those of an integration are cleared, then those of the SCIM user are added.

Which label of 4me a SCIM type becomes is not known where 4me has none of the same name; the tables here are our choice.

Source: facts/4me.md sections 11 and 12.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.people.identity_rules import email_entries
from sandbox.people.outcome import IDLE, Case, Outcome, Verdict, text_of
from sandbox.people.values import Row, contact

PHONE_LABELS = {"work": "work", "home": "home", "mobile": "mobile", "fax": "fax", "pager": "work", "other": "work"}
"""4me's label for a SCIM type of phoneNumbers; for any other type it is ``work``."""
EMAIL_LABELS = {"work": "work", "home": "personal", "personal": "personal", "other": "personal"}
"""4me's label for a SCIM type of emails; for any other type it is ``personal``."""
ADDRESS_LABELS = {"home": "home"}
"""4me's label for a SCIM type of addresses; for any other type it is ``mailing``."""


_ADDRESS_PARTS = (("city", "locality"), ("state", "region"), ("zip", "postalCode"), ("country", "country"))
"""4me's parts of an address beside the street, and SCIM's."""


def other_emails(case: Case) -> Outcome:
    """Keep the contacts that people entered, and add each e-mail address but the primary one."""
    primary = str(case.values.get("primary_email") or case.current("primary_email") or "").casefold()
    seen = {primary}
    added = []
    for value, entry in email_entries(case):
        if value.casefold() not in seen:
            seen.add(value.casefold())
            label = EMAIL_LABELS.get(text_of(entry.get("type")).lower(), "personal")
            added.append(contact(label, "email", value))
    return _taken_over(case, "contacts", added, "emails")


def phone_numbers(case: Case) -> Outcome:
    """Add each phone number to the contacts, flagged as an integration's."""
    added = []
    for entry in case.user.get("phoneNumbers") or ():
        value = text_of(entry.get("value"))
        if value:
            label = PHONE_LABELS.get(text_of(entry.get("type")).lower(), "work")
            added.append(contact(label, "telephone", value))
    if not added:
        return IDLE
    return Outcome(Verdict.SET, [*(case.current("contacts") or ()), *added], "phoneNumbers")


def addresses(case: Case) -> Outcome:
    """Keep the addresses that people entered, and add those of the SCIM user, flagged as an integration's."""
    added = [address for entry in case.user.get("addresses") or () if (address := _address(entry)) is not None]
    return _taken_over(case, "addresses", added, "addresses")


def _address(entry: Mapping[str, Any]) -> Row | None:
    """Return an entry as an address of 4me; nothing when none of its parts has a value."""
    address: Row = {"label": ADDRESS_LABELS.get(text_of(entry.get("type")).lower(), "mailing")}
    street = text_of(entry.get("streetAddress")) or text_of(entry.get("formatted"))
    if street:
        address["address"] = street
    for name, part in _ADDRESS_PARTS:
        value = text_of(entry.get(part))
        if value:
            address[name] = value
    if len(address) == 1:
        return None
    address["integration"] = True
    return address


def _taken_over(case: Case, field: str, added: list[Any], attribute: str) -> Outcome:
    """Return what people entered, without what an integration had added before, with what it adds now."""
    before = () if case.before is None else case.before.row.get(field, ())
    entered = [each for each in before if not each.get("integration")]
    value = [*entered, *added]
    if added:
        return Outcome(Verdict.SET, value, attribute)
    if len(entered) != len(before):
        return Outcome(Verdict.SET, value, None, "what an integration had added is cleared")
    return IDLE
