"""The source: the people and groups of a company as its identity provider knows them, and what happens to them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is to have an account."""

    key: str
    """What the identity provider calls the person: a UUID that never changes."""
    user_name: str
    nick: str
    given: str
    family: str
    title: str
    department: str
    employee: str
    mobile: str | None = None
    manager: str | None = None
    """The key of the manager."""
    active: bool = True

    @property
    def display(self) -> str:
        """The whole name."""
        return f"{self.given} {self.family}"

    def values(self) -> dict[str, Any]:
        """Return what the steps of a conversation can name."""
        return {
            "key": self.key,
            "userName": self.user_name,
            "mail": self.user_name,
            "nick": self.nick,
            "given": self.given,
            "family": self.family,
            "display": self.display,
            "title": self.title,
            "department": self.department,
            "employee": self.employee,
            "mobile": self.mobile,
            "active": self.active,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group with its members, by their keys."""

    key: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that happened in the company; a client acts on it by the flow of that name."""

    event: str
    """``person joined``, ``members changed`` … (the list: fixtures/clients/README.md)."""
    key: str
    """Of the person or the group."""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def is_about_a_person(self) -> bool:
        """Whether the key is a person's."""
        return self.event.startswith("person")


class Source:
    """The company as it is now, and everything that happened to it, in order."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.groups: dict[str, Group] = {}
        self.former: dict[str, Person] = {}
        """Those who have left, as they were."""
        self.changes: list[Change] = []

    def happened(self, event: str, key: str, **more: Any) -> None:
        """Write down that something happened."""
        self.changes.append(Change(event=event, key=key, **more))

    def join(self, person: Person) -> None:
        """Take somebody on."""
        self.people[person.key] = person
        self.happened("person joined", person.key)
        if person.manager is not None:
            self.happened("person reports", person.key)

    def alter(self, event: str, key: str, **attributes: Any) -> Person:
        """Change attributes of somebody."""
        self.people[key] = replace(self.people[key], **attributes)
        self.happened(event, key)
        return self.people[key]

    def part_with(self, key: str) -> None:
        """Delete somebody; nobody reports to them any more, and no group has them."""
        for group in self.groups.values():
            if key in group.members:
                self.move(group.key, removed=(key,))
        for person in self.people.values():
            if person.manager == key:
                self.people[person.key] = replace(person, manager=None)
        self.happened("person left", key)
        self.former[key] = replace(self.people.pop(key), active=False)

    def make(self, group: Group) -> None:
        """Make a group, then put its members in."""
        self.groups[group.key] = replace(group, members=())
        self.happened("group made", group.key)
        self.move(group.key, added=group.members)

    def rename(self, key: str, name: str) -> None:
        """Give a group another name."""
        self.groups[key] = replace(self.groups[key], name=name)
        self.happened("group renamed", key)

    def move(self, key: str, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> None:
        """Put members into a group and take others out."""
        group = self.groups[key]
        stay = tuple(member for member in group.members if member not in removed)
        self.groups[key] = replace(group, members=(*stay, *added))
        if added or removed:
            self.happened("members changed", key, added=added, removed=removed)

    def drop(self, key: str) -> None:
        """Delete a group."""
        del self.groups[key]
        self.happened("group dropped", key)
