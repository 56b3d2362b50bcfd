"""A company to provision: made from a number, and a year in its life. Nobody in it is real."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from itertools import count

from sandbox.fixtures import fixtures
from sandbox.simulators.draw import Draw, uuid
from sandbox.simulators.source import Group, Person, Source

AWAY = 8
"""The place of the one person who is disabled from the start."""
SPAN = 8
"""People who report to one."""
MEMBERS_AT_MOST = 40
"""People in a group."""
NEW_NAMES = 500
"""So many names a group can get, so that runs with other seeds seldom want the same one."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "ß": "ss", "đ": "d", "æ": "ae"})
"""Latin letters that have no decomposition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people and groups are called: ``fixtures/clients/source.json``."""

    domain: str
    given: list[str]
    family: list[str]
    departments: dict[str, list[str]]
    groups: list[str]


def read_words() -> Words:
    """Read the lists."""
    return Words(**json.loads((fixtures() / "clients" / "source.json").read_text(encoding="utf-8")))


class Company:
    """A source, and what makes more of it."""

    def __init__(self, seed: int, people: int, groups: int) -> None:
        """Make a source with so many people and groups: the same for the same seed, on any machine."""
        self.source = Source()
        self._seed = seed
        self._words = read_words()
        self._draw = Draw(seed, "company")
        self._renamed = Draw(seed, "group renamed")
        self._numbers = count(1)
        self._nicks: dict[str, int] = {}
        for _ in range(people):
            self.hire()
        for number in range(groups):
            self._make_group(number)

    def hire(self) -> Person:
        """Take somebody on, to report to one who has been there longer."""
        number = next(self._numbers)
        given, family = self._draw.one(self._words.given), self._draw.one(self._words.family)
        department = self._draw.one(list(self._words.departments))
        nick = self._nick(given, family)
        person = Person(
            key=uuid(self._seed, "person", number),
            user_name=f"{nick}@{self._words.domain}",
            nick=nick,
            given=given,
            family=family,
            title=self._draw.one(self._words.departments[department]),
            department=department,
            employee=str(1000 + number),
            manager=self._manager(number),
            active=number != AWAY,
        )
        self.source.join(person)
        return person

    def live_on(self) -> None:
        """Let happen to the company, once each, what a client can be told of."""
        around = self._around()
        if around:
            department = self._draw.one(list(self._words.departments))
            title = self._draw.one(self._words.departments[department])
            self.source.alter(
                "person changed", around.pop(), department=department, title=title, mobile="+31 20 0000000"
            )
        if around:
            self.marry(around.pop())
        if around:
            self.source.alter("person disabled", around.pop(), active=False)
        if around:
            self.source.part_with(around.pop())
        if around:
            self.source.happened("password changed", around.pop())
        newcomer = self.hire()
        for key, group in list(self.source.groups.items())[:1]:
            self.source.move(key, added=(newcomer.key,), removed=group.members[:1])
            self.source.rename(key, f"{group.name} {self._renamed.below(NEW_NAMES) + 2}")

    def return_and_close(self) -> None:
        """Let those who are away come back, and close the last group."""
        for person in list(self.source.people.values()):
            if not person.active:
                self.source.alter("person enabled", person.key, active=True)
        for key in list(self.source.groups)[1:][-1:]:
            self.source.drop(key)

    def marry(self, key: str) -> Person:
        """Give somebody another family name, and with it another address."""
        person = self.source.people[key]
        names = [name for name in self._words.family if name != person.family]
        family = self._draw.one(names)
        nick = self._nick(person.given, family)
        address = f"{nick}@{self._words.domain}"
        return self.source.alter("person renamed", key, family=family, nick=nick, user_name=address)

    def rename_one(self, turn: int) -> Person:
        """Give one of those who are around a family name that tells the turn; the address stays."""
        around = self._around()
        return self.source.alter("person changed", around[turn % len(around)], family=f"of Day {turn}")

    def _around(self) -> list[str]:
        """Return the keys of those who are active, whom most others report to last."""
        return [person.key for person in self.source.people.values() if person.active]

    def _manager(self, number: int) -> str | None:
        """Return who the person of that number reports to: the first one heads the company."""
        around = self._around()
        return around[min((number - 2) // SPAN, len(around) - 1)] if number > 1 and around else None

    def _make_group(self, number: int) -> None:
        names = self._words.groups
        name = names[number] if number < len(names) else f"Crew {number + 1}"
        around = self._around()
        size = self._draw.below(min(len(around), MEMBERS_AT_MOST)) + 1 if around else 0
        members = tuple(self._draw.several(around, size))
        self.source.make(Group(key=uuid(self._seed, "group", number), name=name, members=members))

    def _nick(self, given: str, family: str) -> str:
        """Return a local part that nobody else has."""
        stem = f"{_ascii(given)}.{_ascii(family)}"
        number = self._nicks[stem] = self._nicks.get(stem, 0) + 1
        return stem if number == 1 else f"{stem}{number}"


def _ascii(text: str) -> str:
    """Return a name as a piece of a local part: letters, hyphens and the apostrophe, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    return "".join(character for character in plain if "a" <= character <= "z" or character in "-'")
