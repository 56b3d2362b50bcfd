"""What 4me keeps of people: persons with contacts and addresses, organizations, sites, and what SCIM is linked to.

Each is a value over a row: fields carry the names of 4me's REST API (facts/4me.md section 12), and what is blank is not
in the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

Row = dict[str, Any]

PEOPLE, ORGANIZATIONS, SITES = "People", "Organizations", "Sites"
"""The collections of the store that hold them."""
USER_LINKS, GROUP_LINKS = "UserLinks", "GroupLinks"
"""What each SCIM user and group is linked to; a row has the id of its user or group."""

ORGANIZATION, SITE = "organization", "site"
UNCLASSIFIED = "unclassified"
"""What a SCIM group is to 4me (facts/4me.md 9.13)."""

PROTOCOLS = ("telephone", "email", "chat", "website")
"""How a person is reached; in a contact the member that holds the value."""

PERSON_FIELDS = (
    *("id", "primary_email", "name", "source", "sourceID", "job_title", "locale", "time_zone", "location"),
    *("employeeID", "supportID", "authenticationID", "vip", "disabled", "guest", "organization", "site", "manager"),
    *("contacts", "addresses", "custom_fields", "created_at", "updated_at", "last_change"),
)
"""The fields of a person in the order in which they show; ``organization``, ``site`` and ``manager`` hold ids.

``last_change`` is ours: when the last change was, the SCIM user behind it, and of each field the value before.
"""
ORGANIZATION_FIELDS = ("id", "name", "disabled", "own", "parent", "region", "financialID", "source", "sourceID")
"""``own`` is ours: whether it is the account's own, which new persons get when nothing else is known."""
SITE_FIELDS = (
    "id",
    "name",
    "disabled",
    "address",
    "city",
    "state",
    "zip",
    "country",
    "time_zone",
    "source",
    "sourceID",
)


@dataclass(frozen=True, slots=True)
class Record:
    """A value over a row that nobody changes."""

    row: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The id; empty as long as none was given."""
        return str(self.row.get("id", ""))

    @property
    def name(self) -> str:
        """The name."""
        return str(self.row.get("name", ""))

    @property
    def disabled(self) -> bool:
        """Whether it is out of use."""
        return bool(self.row.get("disabled", False))

    def with_fields(self, values: Mapping[str, Any]) -> Self:
        """Return the same with other values; a blank leaves the row."""
        row = {**self.row, **values}
        for name, value in values.items():
            if is_blank(value):
                del row[name]
        return type(self)(row)


class Person(Record):
    """One person."""

    __slots__ = ()

    @property
    def primary_email(self) -> str:
        """The address that tells persons apart, without case."""
        return str(self.row.get("primary_email", ""))

    @property
    def contacts(self) -> list[Row]:
        """How to reach the person: ``label``, one of ``PROTOCOLS``, and ``integration`` when SCIM keeps it."""
        return list(self.row.get("contacts", ()))

    @property
    def addresses(self) -> list[Row]:
        """Where the person lives or gets mail: ``label``, the parts, and ``integration`` when SCIM keeps it."""
        return list(self.row.get("addresses", ()))

    def value_of(self, field: str) -> Any:
        """Return the value of a field, ``None`` for a blank; ``custom_fields.ID`` names one of those."""
        head, _, custom = field.partition(".")
        value = self.row.get(head)
        return (value or {}).get(custom) if custom else value


class Organization(Record):
    """A company, or a part of one."""

    __slots__ = ()


class Site(Record):
    """A place of work."""

    __slots__ = ()


def is_blank(value: Any) -> bool:
    """Tell whether a row leaves a value out: none, no, an empty text, list or object."""
    return value is None or value is False or value in ("", [], {})


def contact(label: str, protocol: str, value: str) -> Row:
    """Return a contact that an integration keeps: read-only in 4me's own pages."""
    return {"label": label, protocol: value, "integration": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLink:
    """What a SCIM group is to 4me."""

    id: str
    """The id of the group."""
    classification: str = UNCLASSIFIED
    organization: str | None = None
    site: str | None = None

    def as_row(self) -> Row:
        """Return what the store keeps."""
        row = {"id": self.id, "classification": self.classification, "organization": self.organization}
        return {name: value for name, value in {**row, "site": self.site}.items() if value is not None}


def group_link_of(row: Mapping[str, Any]) -> GroupLink:
    """Return the link that a row holds."""
    return GroupLink(**row)
