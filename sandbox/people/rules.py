"""The rows of 4me's default mapping, each with where we know it from; and what is our choice because nobody tells.

A row says which attributes a rule looks at, which field of the person it is for, and what it does there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.dialect import Evidence
from sandbox.people import contact_rules, field_rules, identity_rules, place_rules
from sandbox.people.field_rules import EMPLOYEE_NUMBER, LOCATION, SUPPORT_ID
from sandbox.people.naming import PERSON
from sandbox.people.outcome import Case, Outcome, text_of
from sandbox.people.place_rules import GROUPS, MANAGER, ORGANIZATION_NAME, SITE_NAME
from sandbox.people.values import ORGANIZATION, SITE

MAPPINGS = "https://developer.xurrent.com/v1/scim/xurrent_mappings/"
MAPPING = "https://developer.xurrent.com/v1/scim/mapping/"
USERS = "https://developer.xurrent.com/v1/scim/users/"
DATA_TYPES = "https://developer.xurrent.com/v1/general/data_types/"
NO_SOURCE = "no public source"

DOCUMENTED, NEIGHBOUR, INFERRED, CHOSEN = Evidence

ACCOUNT = "the account"
"""What a rule rests on that asks for organizations, sites or the manager, among names of attributes."""
ANYTHING = "anything"
"""What a rule rests on of which nobody knows what it reads: it is applied each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRule:
    """One row: from attributes of a SCIM user to a field of a person."""

    name: str
    attributes: tuple[str, ...]
    """By their full names, in the order in which the rule prefers them."""
    target: str
    """The field of the person, by its REST name; ``custom_fields.ID`` for one of those."""
    sentence: str
    source: str
    """A public address; of an own rule, file and line."""
    evidence: Evidence | None
    """How we know; ``None`` for an own rule, which nobody need prove."""
    apply: Callable[[Case], Outcome]
    rests_on: frozenset[str] = frozenset({ANYTHING})
    """All that the outcome depends on: attributes of the user, by the names at the top of its document, fields of the
    person, each behind ``PERSON``, and ``ACCOUNT``; beside whether the person is new, which always counts."""

    slot: str = field(init=False)
    """The field; of a custom field the field that holds them all."""
    custom_field: str = field(init=False)
    """The id of the custom field the rule is for; else empty."""

    def __post_init__(self) -> None:
        """Read the field's name once."""
        head, _, custom_field = self.target.partition(".")
        object.__setattr__(self, "slot", head)
        object.__setattr__(self, "custom_field", custom_field)

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is listed."""
        return {
            "name": self.name,
            "attributes": list(self.attributes),
            "field": self.target,
            "sentence": self.sentence,
            "evidence": None if self.evidence is None else self.evidence.value,
            "source": self.source,
        }


def display_name(group: Mapping[str, Any]) -> str:
    """Return the displayName of a group."""
    return text_of(group.get("displayName"))


def every_group(_: Mapping[str, Any]) -> bool:
    """Say yes."""
    return True


def _row(
    name: str,
    target: str,
    attributes: tuple[str, ...],
    apply: Callable[[Case], Outcome],
    sentence: str,
    *beside: str,
) -> MappingRule:
    """Return a row of 4me's own page about the mapping; its outcome rests on attributes and target, and on *beside*."""
    return MappingRule(
        name=name,
        attributes=attributes,
        target=target,
        sentence=sentence,
        source=MAPPINGS,
        evidence=DOCUMENTED,
        apply=apply,
        rests_on=frozenset({*map(_at_the_top, attributes), PERSON + target, *beside}),
    )


def _at_the_top(attribute: str) -> str:
    """Return under which name a document has what is in an attribute: the extension, or the complex attribute."""
    extension, _, _ = attribute.rpartition(":")
    return extension or attribute.partition(".")[0]


# fmt: off
IDENTITY_RULES = (
    _row("primary_email", "primary_email", ("userName", "emails"), identity_rules.primary_email,
         "userName when it is an e-mail address, else the primary one of emails, else the first of them."),
)
"""What decides which person it is."""

FIELD_RULES = (
    _row("name", "name",
         ("displayName", "userName", "name.formatted", "name.givenName", "name.familyName"), identity_rules.name,
         "displayName; else userName when it is no e-mail address; else name.formatted; else the given and the family "
         "name. When none has a value, the name stays."),
    _row("source", "source", (), identity_rules.source, "The person is marked as kept by SCIM."),
    _row("source_id", "sourceID", ("id",), identity_rules.source_id, "The id of the SCIM user."),
    _row("job_title", "job_title", ("title",), field_rules.job_title,
         "title; a blank keeps the current value."),
    _row("locale", "locale", ("locale",), field_rules.locale,
         "locale, only when the person is created; ignored for one who exists."),
    _row("time_zone", "time_zone", ("timezone",), field_rules.time_zone,
         "timezone, only when the person is created; ignored for one who exists."),
    _row("location", "location", (LOCATION,), field_rules.location,
         "location of the enterprise extension; a blank keeps the current value."),
    _row("employee_id", "employeeID", (EMPLOYEE_NUMBER,), field_rules.employee_id,
         "employeeNumber; a blank keeps the current value."),
    _row("support_id", "supportID", (SUPPORT_ID,), field_rules.support_id,
         "supportID; a blank keeps the current value."),
    _row("vip", "vip", ("userType",), field_rules.vip,
         "A userType that contains VIP, in capitals, makes a VIP; another one makes none; a blank changes nothing."),
    _row("organization", "organization", (ORGANIZATION_NAME, GROUPS), place_rules.organization,
         "The organization of that name; else that of the first organization group of the user; else the current one; "
         "else, for a new person, the account's own. Disabled organizations are not used.", ACCOUNT),
    _row("site", "site", (SITE_NAME, GROUPS), place_rules.site,
         "The site of that name; else that of the first site group of the user; else the current one. Disabled sites "
         "are not used.", ACCOUNT),
    _row("manager", "manager", (MANAGER,), place_rules.manager,
         "The person of the SCIM user that manager.value names; a disabled one clears the field; else the current.",
         ACCOUNT),
    _row("other_emails", "contacts", ("emails",), contact_rules.other_emails,
         "Every e-mail address but the primary one becomes a contact.", PERSON + "primary_email"),
    _row("phone_numbers", "contacts", ("phoneNumbers",), contact_rules.phone_numbers,
         "Contacts of an integration are cleared, then phoneNumbers are added, flagged as an integration's."),
    _row("addresses", "addresses", ("addresses",), contact_rules.addresses,
         "Addresses of an integration are cleared, then addresses are added, flagged as an integration's."),
    _row("disabled", "disabled", ("active",), identity_rules.disabled,
         "active false disables the person."),
)
"""What fills the fields of the person, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRule:
    """One row: from a SCIM group to an organization or a site."""

    name: str
    kind: str
    """``organization`` or ``site``."""
    sentence: str
    source: str
    evidence: Evidence | None
    attributes: tuple[str, ...] = ("displayName",)
    name_of: Callable[[Mapping[str, Any]], str] = display_name
    """Returns the name to look for."""
    applies: Callable[[Mapping[str, Any]], bool] = every_group
    creates: bool = False
    """Whether one is created where none has the name."""

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is listed."""
        return {
            "name": self.name,
            "attributes": list(self.attributes),
            "field": self.kind,
            "sentence": self.sentence,
            "evidence": None if self.evidence is None else self.evidence.value,
            "source": self.source,
        }


GROUP_RULES = (
    GroupRule(name="group_organization", kind=ORGANIZATION, evidence=DOCUMENTED, source=MAPPINGS,
              sentence="A group whose displayName is the name of an organization is linked to it and classified as "
              "organization; a linked one stays linked when the group is renamed, and the organization takes the new "
              "name. Not found, nothing is created."),
    GroupRule(name="group_site", kind=SITE, evidence=DOCUMENTED, source=MAPPINGS,
              sentence="The same with sites."),
)
"""What a SCIM group becomes; of those for a kind the first that applies is applied."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something the mapping does beside filling a field of a person."""

    name: str
    sentence: str
    evidence: Evidence
    source: str

    def as_json(self) -> dict[str, Any]:
        """Return the row as it is listed."""
        return {
            "name": self.name,
            "sentence": self.sentence,
            "evidence": self.evidence.value,
            "source": self.source,
        }


STATEMENTS = (
    Statement("when_user", "After each update of a SCIM user all user rules run on it.", DOCUMENTED, MAPPINGS),
    Statement("when_group", "After each update of a SCIM group the group rules run, then the user rules for every "
              "member that was added or removed.", DOCUMENTED, MAPPINGS),
    Statement("when_rules", "When rules change, all users and groups are worked through again.", DOCUMENTED, MAPPINGS),
    Statement("background", "The mapping never changes the answer of a SCIM request. Here it has happened when the "
              "answer leaves; 4me does not say how soon.", CHOSEN, NO_SOURCE),
    Statement("match", "A person with the same primary e-mail address is linked; else a new one is created.",
              DOCUMENTED, MAPPING),
    Statement("create", "A person is created only when primary e-mail address and name are known.",
              DOCUMENTED, MAPPINGS),
    Statement("rename", "A user whose primary e-mail address changes to one that nobody has keeps its person, who gets "
              "the new address: groups keep their organization in the same way, and a revived user its person.",
              INFERRED, MAPPINGS),
    Statement("enable", "active true enables the person again, also one that was disabled by hand.", INFERRED,
              USERS),
    Statement("taken_email", "A user whose primary e-mail address changes to that of another person is linked to that "
              "one; the person before stays as it is.", CHOSEN, NO_SOURCE),
    Statement("shared_email", "Two SCIM users with one primary e-mail address share a person; who was written last "
              "fills it.", CHOSEN, NO_SOURCE),
    Statement("hard_delete", "The person of a SCIM user that is really deleted stays as it is.", INFERRED,
              "https://www.xurrent.com/product-updates/use-rest-api-to-delete-scim-user"),
    Statement("names", "Names of organizations and sites are looked up without case.", CHOSEN, NO_SOURCE),
    Statement("both", "A group whose name is that of an organization and of a site is classified as site, the rule "
              "that runs last.", CHOSEN, NO_SOURCE),
    Statement("first_group", "The first group of a user is the one it joined first, of those whose organization or "
              "site is not disabled.", CHOSEN, NO_SOURCE),
    Statement("labels", "A telephone number keeps a type that 4me has as a label; pager, other and the rest become "
              "work. Of addresses home stays home, the rest is mailing. Of e-mail addresses work stays work, the rest "
              "is personal.", CHOSEN, NO_SOURCE),
    Statement("email_contacts", "Contacts made of e-mail addresses are flagged as an integration's too: else they "
              "would pile up.", INFERRED, MAPPINGS),
    Statement("own_manager", "Nobody is made their own manager.", CHOSEN, NO_SOURCE),
    Statement("languages", "A locale that is no language code of 4me counts by its language alone; one of no known "
              "language is ignored.", CHOSEN, NO_SOURCE),
    Statement("zones", "An IANA name is mapped to a zone of 4me with the same offset from UTC.", NEIGHBOUR, DATA_TYPES),
    Statement("zone_names", "Of the zones with the same offset that of the same place is taken, else the first with "
              "the same daylight saving, else the first.", CHOSEN, NO_SOURCE),
    Statement("limits", "A value over the limit that 4me's REST API documents is kept whole, and told.",
              CHOSEN, NO_SOURCE),
    Statement("unchanged", "A SCIM write that changes nothing runs the rules too.", CHOSEN, NO_SOURCE),
)
"""What is not about one field, and what we chose."""
# fmt: on
