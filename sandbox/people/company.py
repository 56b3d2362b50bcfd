"""The 4me side of one account: persons, organizations, sites, and what SCIM users and groups are linked to.

A company stands on tables, those of a transaction of the store, and is used while that is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from sandbox.people.group_mapping import map_group
from sandbox.people.mapping import DEFAULT_RULES, Link, Mapped, Rules, map_user
from sandbox.people.place_rules import manager_in
from sandbox.people.values import (
    GROUP_LINKS,
    ORGANIZATIONS,
    PEOPLE,
    SITES,
    UNCLASSIFIED,
    USER_LINKS,
    GroupLink,
    Organization,
    Person,
    Record,
    Row,
    Site,
    group_link_of,
)

FIRST_PERSON = 1_000_001
"""The lowest id of a person: no SCIM user reaches it, so one number never means both."""
OWN = "own"
"""The field of the one organization that is the account's own, and its index."""
PERSON_INDEX = "person"
"""The index of links by their person."""
USERS, GROUPS, MEMBERS = "Users", "Groups", "Members"
Place = TypeVar("Place", bound=Record)


class Tables(Protocol):
    """What holds the rows: a transaction of the store."""

    def look(self, collection: str, resource_id: str) -> Mapping[str, Any] | None:
        """Return a row, not a copy, or ``None``."""

    def look_by_key(self, collection: str, value: str) -> Mapping[str, Any] | None:
        """Return the row, not a copy, whose unique value is *value* in any case, or ``None``."""

    def adopt(self, collection: str, document: Row, /) -> None:
        """Keep a row under its id, without a copy: nobody else holds it."""

    def drop(self, collection: str, resource_id: str) -> bool:
        """Remove a row; tell whether it was there."""

    def next_id(self, collection: str) -> str:
        """Give out an id."""

    def groups_of(self, member: tuple[bool, str], /) -> Iterable[str]:
        """Return the ids of the SCIM groups a user is in, in the order of joining."""

    def equal(self, collection: str, index: str, value: Any) -> list[str]:
        """Return the ids of the rows with a value in an index."""

    def edition(self, *tables: str) -> tuple[object, ...]:
        """Return what is equal to a later answer as long as no row of these tables changes, nor is staged."""


@dataclass(frozen=True, slots=True)
class Company:
    """Persons, organizations and sites on tables that are open."""

    tables: Tables
    name: str
    """What the account's own organization is called when it has to be made."""
    now: Callable[[], str]
    """Tells the account's time, as persons show it."""
    rules: Rules = DEFAULT_RULES

    def person(self, person_id: str) -> Person | None:
        """Return the person with that id."""
        row = self.tables.look(PEOPLE, person_id)
        return None if row is None else Person(row)

    def person_with_email(self, email: str) -> Person | None:
        """Return the person with that primary e-mail address, in any case."""
        row = self.tables.look_by_key(PEOPLE, email)
        return None if row is None else Person(row)

    def person_of(self, user_id: str) -> Person | None:
        """Return the person that is linked to a SCIM user."""
        link = self.tables.look(USER_LINKS, user_id)
        return self.person(link["person"]) if link is not None and "person" in link else None

    def manager_of(self, user_id: str) -> tuple[str, bool] | None:
        """Return the id of the person that is linked to a SCIM user, and whether it is disabled."""
        link = self.tables.look(USER_LINKS, user_id)
        row = self.tables.look(PEOPLE, link["person"]) if link is not None and "person" in link else None
        return None if row is None else (row["id"], row.get("disabled", False))

    def organization(self, organization_id: str) -> Organization | None:
        """Return the organization with that id."""
        row = self.tables.look(ORGANIZATIONS, organization_id)
        return None if row is None else Organization(row)

    def organization_named(self, name: str) -> Organization | None:
        """Return the organization of that name, in any case."""
        row = self.tables.look_by_key(ORGANIZATIONS, name)
        return None if row is None else Organization(row)

    def own_organization(self) -> str:
        """Return the id of the account's own organization, which is made when there is none."""
        own = self.tables.equal(ORGANIZATIONS, OWN, True)
        return own[0] if own else self.own(self.name)

    def own(self, name: str) -> str:
        """Make the organization of that name the account's own, and return its id; it is created when there is none."""
        found = self.organization_named(name) or Organization({"name": name})
        return self.keep(found.with_fields({OWN: True})).id

    def site(self, site_id: str) -> Site | None:
        """Return the site with that id."""
        row = self.tables.look(SITES, site_id)
        return None if row is None else Site(row)

    def site_named(self, name: str) -> Site | None:
        """Return the site of that name, in any case."""
        row = self.tables.look_by_key(SITES, name)
        return None if row is None else Site(row)

    def links_of(self, user_id: str) -> Iterator[GroupLink]:
        """Yield what the groups of a SCIM user are linked to, in the order in which the user joined them."""
        for group_id in self.tables.groups_of((False, user_id)):
            link = self.group_link(group_id)
            if link is not None and link.classification != UNCLASSIFIED:
                yield link

    def around(self, user: Mapping[str, Any]) -> tuple[object, ...]:
        """Return what is equal as long as all is the same that the account has for a SCIM user beside its person."""
        manager_id = manager_in(user)
        manager = self.manager_of(manager_id) if manager_id else None
        return (*self.tables.edition(ORGANIZATIONS, SITES, GROUP_LINKS, MEMBERS), manager)

    def group_link(self, group_id: str) -> GroupLink | None:
        """Return what a SCIM group is linked to."""
        row = self.tables.look(GROUP_LINKS, group_id)
        return None if row is None else group_link_of(row)

    def keep(self, place: Place) -> Place:
        """Keep an organization or a site, a new one under the next id.

        Raises:
            UniquenessError: when another one has its name.
        """
        collection = ORGANIZATIONS if isinstance(place, Organization) else SITES
        if not place.id:
            place = place.with_fields({"id": self.tables.next_id(collection)})
        self.tables.adopt(collection, dict(place.row))
        return place

    def keep_person(self, person: Person, before: Person | None, changed: Iterable[str], user_id: str | None) -> str:
        """Keep a person, a new one under the next id, and note what changed and which SCIM user was behind it.

        Args:
            person: as it is from now on.
            before: as it was; ``None`` for a new one.
            changed: the fields that differ.
            user_id: the SCIM user whose mapping it was; ``None`` for the owner of the sandbox.

        Returns:
            the id of the person.

        Raises:
            UniquenessError: when another one has its primary e-mail address.
        """
        row = dict(person.row)
        now = self.now()
        change: Row = {"at": now, **({} if user_id is None else {"user": user_id})}
        if before is None:
            number = int(self.tables.next_id(PEOPLE))
            row["id"] = str(number if number >= FIRST_PERSON else number + FIRST_PERSON - 1)
            row["created_at"] = now
        else:
            change["before"] = {name: before.row.get(name) for name in sorted(changed)}
        row.update(updated_at=now, last_change=change)
        self.tables.adopt(PEOPLE, row)
        return str(row["id"])

    def run_user_rules(self, user: Mapping[str, Any], last: Mapped | None = None) -> Mapped:
        """Let all rules for users run on one, keep what they make of its person, and return it.

        Args:
            user: the document of the SCIM user.
            last: what they made of it before, if that is known.
        """
        mapped = map_user(user, self, self.rules, last)
        person = mapped.person
        person_id = None if person is None else person.id
        if person is not None and person is not mapped.before:
            person_id = self.keep_person(person, mapped.before, mapped.changed, user["id"])
        if mapped.link is not Link.KEPT:
            self._link(user["id"], person_id)
        return mapped

    def run_group_rules(self, group: Mapping[str, Any]) -> None:
        """Let all rules for groups run on one, and keep what they make of its organization or site."""
        before = self.group_link(group["id"])
        mapped = map_group(group, before, self, self.rules)
        link = mapped.link
        for place in mapped.renamed:
            kept = self.keep(place)
            if not place.id:
                is_organization = isinstance(place, Organization)
                link = replace(link, organization=kept.id) if is_organization else replace(link, site=kept.id)
        if link != before:
            self.tables.adopt(GROUP_LINKS, link.as_row())

    def others_of(self, user_id: str) -> tuple[str, ...]:
        """Return the ids of the other SCIM users that are linked to the person of one."""
        link = self.tables.look(USER_LINKS, user_id)
        if link is None or "person" not in link:
            return ()
        linked = self.tables.equal(USER_LINKS, PERSON_INDEX, link["person"])
        return tuple([other for other in linked if other != user_id])

    def forget_user(self, user_id: str) -> None:
        """Drop the link of a SCIM user that is gone; its person stays."""
        self.tables.drop(USER_LINKS, user_id)

    def forget_group(self, group_id: str) -> None:
        """Drop the link of a SCIM group that is gone; its organization or site stays."""
        self.tables.drop(GROUP_LINKS, group_id)

    def _link(self, user_id: str, person_id: str | None) -> None:
        row = {"id": user_id} if person_id is None else {"id": user_id, "person": person_id}
        if self.tables.look(USER_LINKS, user_id) != row:
            self.tables.adopt(USER_LINKS, row)
