"""What the author of a provisioning client should know of a mapping: what was not taken, or not as it was sent.

Cautions are values; whoever explains exchanges turns them into findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sandbox.dialect import Evidence
from sandbox.people.contact_rules import ADDRESS_LABELS, EMAIL_LABELS, PHONE_LABELS
from sandbox.people.limits import COUNTRY_LETTERS, excesses
from sandbox.people.mapping import Link, Mapped, Step
from sandbox.people.outcome import Verdict, text_of
from sandbox.people.rules import CHOSEN, DATA_TYPES, DOCUMENTED, INFERRED, MAPPINGS, NEIGHBOUR, NO_SOURCE
from sandbox.people.values import ORGANIZATION, SITE, Person

SET = Verdict.SET
PEOPLE_API = "https://developer.xurrent.com/v1/people/"
CONTACT_ORIGINS = {"telephone": "phoneNumbers", "email": "emails"}
"""From which attribute contacts are, by their protocol."""
NAMED_OTHERS = 3
"""How many of the users who share a person are named."""
LANGUAGES = "https://github.com/romanenz/XurrentAPITools"


@dataclass(frozen=True, slots=True)
class CautionRow:
    """One kind of caution."""

    code: str
    sentence: str
    fix: str
    """The smallest change that helps."""
    evidence: Evidence
    source: str


_ROWS = (
    CautionRow(
        "no_email",
        "No primary e-mail address is known, so no person is created.",
        "Send an e-mail address as userName, or in emails.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "no_name",
        "No name is known, so no person is created.",
        "Send displayName, or name with a given and a family name.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "blank_kept",
        "A blank does not clear this field of the person: the value before stays.",
        "Clear it in 4me itself, or with a rule of your own.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "new_person_only",
        "Only a new person gets this; of a person who exists it stays as it is.",
        "Send it when the user is created; later change it in 4me itself.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "locale_unknown",
        "4me has no such language, so the person gets none.",
        "Send one of 4me's codes, as en-US, nl or pt-BR.",
        CHOSEN,
        LANGUAGES,
    ),
    CautionRow(
        "time_zone_unknown",
        "This is neither a time zone of 4me nor an IANA name, so the person gets none.",
        "Send a name such as Amsterdam or Europe/Amsterdam.",
        CHOSEN,
        DATA_TYPES,
    ),
    CautionRow(
        "time_zone_by_offset",
        "4me maps an IANA name to one of its own zones by the offset from UTC; which one of those is not known.",
        "Send 4me's own name, as Amsterdam or Central Time (US & Canada).",
        NEIGHBOUR,
        DATA_TYPES,
    ),
    CautionRow(
        "organization_unknown",
        "No organization has this name, and the mapping creates none.",
        "Create the organization in 4me first, or send the name of one that exists.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "organization_disabled",
        "The organization of this name is disabled, so it is not used.",
        "Enable the organization in 4me, or send another one.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "site_unknown",
        "No site has this name, and the mapping creates none.",
        "Create the site in 4me first, or send the name of one that exists.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "site_disabled",
        "The site of this name is disabled, so it is not used.",
        "Enable the site in 4me, or send another one.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "manager_unknown",
        "manager.value is the id of no SCIM user with a person, so the manager stays as it is.",
        "Create the manager first, and send the id that the service provider gave it.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "manager_disabled",
        "The manager's person is disabled, so the person has no manager now.",
        "Send the id of a manager who is active.",
        DOCUMENTED,
        MAPPINGS,
    ),
    CautionRow(
        "manager_self",
        "The manager is the person itself; what 4me does with that is not known. Here the manager stays as it is.",
        "Send the id of another user.",
        CHOSEN,
        NO_SOURCE,
    ),
    CautionRow(
        "over_limit",
        "The value is longer than 4me's REST API takes; what 4me does with it is not known. Here it is kept whole.",
        "Shorten it before it is sent.",
        NEIGHBOUR,
        PEOPLE_API,
    ),
    CautionRow(
        "country_form",
        "4me writes a country as two letters; what it does with anything else is not known. Here it is kept.",
        "Send a code such as NL or US.",
        NEIGHBOUR,
        PEOPLE_API,
    ),
    CautionRow(
        "label_chosen",
        "4me has no label of this name; which one it takes is not known. Here it is the one that is shown.",
        "Send a type that 4me has too, as work, home, mobile or fax.",
        CHOSEN,
        NO_SOURCE,
    ),
    CautionRow(
        "shared_email",
        "Another SCIM user fills this person too, as both had one primary e-mail address; who was written last wins.",
        "Give each user an address of its own.",
        INFERRED,
        MAPPINGS,
    ),
)
CAUTIONS: Mapping[str, CautionRow] = {row.code: row for row in _ROWS}
"""Every kind of caution by its code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something worth telling, of one field of one person."""

    row: CautionRow
    field: str
    attribute: str | None
    detail: str
    """What was given, and what became of it."""

    def as_json(self) -> dict[str, Any]:
        """Return the members as they are listed."""
        return {
            "code": self.row.code,
            "field": self.field,
            "attribute": self.attribute,
            "message": self.row.sentence,
            "detail": self.detail,
            "fix": self.row.fix,
            "evidence": self.row.evidence.value,
            "source": self.row.source,
        }


class MappedUser(NamedTuple):
    """What became of a SCIM user, and who else has to do with its person."""

    mapped: Mapped
    others: tuple[str, ...] = ()
    """The ids of other SCIM users with the same person."""

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """What there is to tell of it."""
        found = list(_of_steps(self.mapped))
        if self.mapped.person is not None:
            found += _of_person(self.mapped.person, self.mapped.steps)
            found += _of_labels(self.mapped.user)
        if self.others:
            found.append(_caution("shared_email", "primary_email", "userName", _who_else(self.others)))
        return tuple(found)


def _caution(code: str, field: str, attribute: str | None, detail: str) -> Caution:
    return Caution(row=CAUTIONS[code], field=field, attribute=attribute, detail=detail)


def _who_else(others: tuple[str, ...]) -> str:
    named = ", ".join(others[:NAMED_OTHERS])
    if len(others) == 1:
        return f"SCIM user {named} is linked to it too"
    more = len(others) - NAMED_OTHERS
    return f"SCIM users {named} {f'and {more} more ' if more > 0 else ''}are linked to it too"


def _of_steps(mapped: Mapped) -> Iterator[Caution]:
    """Yield what a rule has told, unless a rule after it filled the field."""
    filled = {rule.target: number for number, (rule, outcome) in enumerate(mapped.steps) if outcome.verdict is SET}
    for number, (rule, outcome) in enumerate(mapped.steps):
        is_about_creating = outcome.caution in ("no_email", "no_name")
        is_told = outcome.caution and (mapped.link is Link.NONE or not is_about_creating)
        if is_told and filled.get(rule.target, number) <= number:
            # of an organization or a site its name is meant, wherever the value is from in the end
            attribute = rule.attributes[0] if rule.target in (ORGANIZATION, SITE) else outcome.attribute
            yield _caution(outcome.caution, rule.target, attribute, outcome.reason)


def _of_person(person: Person, steps: tuple[Step, ...]) -> Iterator[Caution]:
    origins = {rule.target: outcome.attribute for rule, outcome in steps if outcome.verdict is SET}
    for excess in excesses(person):
        detail = f"{excess.length} characters, where {excess.limit} are taken"
        listed, _, part = excess.field.partition("].")
        origin = CONTACT_ORIGINS.get(part, "addresses") if listed != excess.field else origins.get(excess.field)
        yield _caution("over_limit", excess.field, origin, detail)
    for position, address in enumerate(person.addresses):
        country = address.get("country", "")
        if country and not (len(country) == COUNTRY_LETTERS and country.isalpha()):
            yield _caution("country_form", f"addresses[{position}].country", "addresses", repr(country))


def _of_labels(user: Mapping[str, Any]) -> Iterator[Caution]:
    """Yield each type that 4me has no label for."""
    for attribute, field, labels, otherwise in (
        ("phoneNumbers", "contacts", PHONE_LABELS, "work"),
        ("emails", "contacts", EMAIL_LABELS, "personal"),
        ("addresses", "addresses", ADDRESS_LABELS, "mailing"),
    ):
        types = dict.fromkeys(text_of(entry.get("type")) for entry in user.get(attribute) or ())
        for given in types:
            label = labels.get(given.lower(), otherwise)
            if given and label != given.lower():
                yield _caution("label_chosen", field, attribute, f"type {given!r} becomes the label {label}")
