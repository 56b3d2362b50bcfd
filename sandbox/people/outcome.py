"""What a rule is asked, and what it answers: a field's new value, or why the field stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from sandbox.people.values import GroupLink, Organization, Person, Site
from sandbox.scim.schema import ENTERPRISE_URN


class Verdict(StrEnum):
    """What a rule did."""

    SET = "set"
    """The field has its value from the attribute, whether that is new or not."""
    KEPT = "kept"
    """The field keeps its value: there is nothing that could replace it."""
    CLEARED = "cleared"
    """The field loses its value."""
    IGNORED = "ignored"
    """The attribute has a value that the rule does not use; the reason says why."""
    IDLE = "idle"
    """Neither the attribute nor the field has a value."""


class Outcome(NamedTuple):
    """The answer of one rule."""

    verdict: Verdict
    value: Any = None
    """The field's new value, where the verdict is ``SET``."""
    attribute: str | None = None
    """The attribute that the verdict rests on."""
    reason: str = ""
    """What there is to add to the verdict, for people."""
    caution: str = ""
    """The code of what the client's author should know: a row of ``cautions.CAUTIONS``."""


IDLE = Outcome(Verdict.IDLE)


class Lookups(Protocol):
    """What rules ask of the account: see ``company.Company``."""

    def organization_named(self, name: str) -> Organization | None:
        """Return the organization of that name."""

    def organization(self, organization_id: str) -> Organization | None:
        """Return the organization with that id."""

    def own_organization(self) -> str:
        """Return the id of the account's own organization."""

    def site_named(self, name: str) -> Site | None:
        """Return the site of that name."""

    def site(self, site_id: str) -> Site | None:
        """Return the site with that id."""

    def person(self, person_id: str) -> Person | None:
        """Return the person with that id."""

    def person_of(self, user_id: str) -> Person | None:
        """Return the person that is linked to a SCIM user."""

    def manager_of(self, user_id: str) -> tuple[str, bool] | None:
        """Return the id of the person that is linked to a SCIM user, and whether it is disabled."""

    def person_with_email(self, email: str) -> Person | None:
        """Return the person with that primary e-mail address."""

    def links_of(self, user_id: str) -> Iterable[GroupLink]:
        """Return what the groups of a SCIM user are linked to, in the order in which the user joined them."""

    def around(self, user: Mapping[str, Any]) -> tuple[object, ...]:
        """Return what is equal to a later answer as long as rules are told the same for a SCIM user, beside persons.

        So organizations, sites, groups and the manager are what they were when it was asked before.
        """


@dataclass(slots=True)
class Case:
    """One SCIM user whose person is being worked out."""

    user: Mapping[str, Any]
    """The document of the SCIM user."""
    company: Lookups
    before: Person | None = None
    """The person as it is now; ``None`` for one that is being created."""
    values: dict[str, Any] = field(default_factory=dict)
    """What the rules so far have set: value by field."""
    enterprise: Mapping[str, Any] = field(init=False)
    """The attributes of the enterprise extension."""
    _links: tuple[GroupLink, ...] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Find the extension once."""
        self.enterprise = self.user.get(ENTERPRISE_URN) or {}

    def links(self) -> tuple[GroupLink, ...]:
        """Return what the groups of the user are linked to, which is looked up once."""
        if self._links is None:
            self._links = tuple(self.company.links_of(self.user["id"]))
        return self._links

    def current(self, name: str) -> Any:
        """Return what the person's field holds so far."""
        if name in self.values:
            return self.values[name]
        return None if self.before is None else self.before.row.get(name)


def text_of(value: Any) -> str:
    """Return a text without blanks around it; anything else counts as blank."""
    return value.strip() if isinstance(value, str) else ""
