"""What the steps of a conversation can name: of people and groups, and what a client makes up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.simulators.draw import digest, uuid
from sandbox.simulators.memory import Memory
from sandbox.simulators.source import Change, Group, Person, Source
from sandbox.simulators.subject import Subject


class Values:
    """Makes what the steps can name."""

    def __init__(self, seed: int, source: Source, memory: Memory, attributes: Mapping[str, Any]) -> None:
        """Take what is known; *attributes* say what of a person goes where."""
        self._seed = seed
        self._source = source
        self._memory = memory
        self._attributes = attributes
        self._calls = 0

    def common(self, token: str, date: str) -> dict[str, Any]:
        """Return what every request can name, new ones of what is random."""
        self._calls += 1
        run = digest(self._seed, "run", 1)[:8]
        return {
            "token": token,
            "date": date,
            "run": run,
            "RUN": run.upper(),
            "guid": uuid(self._seed, "activity", self._calls),
            "random_guid": uuid(self._seed, "nobody", self._calls),
        }

    def person(self, person: Person) -> Subject:
        """Return a person as the subject of a flow."""
        made_up = digest(self._seed, person.key, 1)
        manager = self._source.people.get(person.manager or "")
        values = {
            **person.values(),
            "okta_id": f"00u{made_up[:17]}",
            "password": made_up[17:25],
            "password2": made_up[25:33],
            "manager": self._memory.ids.get(person.manager or ""),
            "manager_employee": manager.employee if manager else None,
            "manager_given": manager.given if manager else None,
            "manager_family": manager.family if manager else None,
            "manager_name": manager.display if manager else None,
            **self._id(person.key),
        }
        sent = self._memory.sent.get(person.key)
        return Subject(label=person.user_name, values=values, attributes=self._attributes, sent=sent)

    def group(self, group: Group, change: Change) -> Subject:
        """Return a group as the subject of a flow, with who came and who left."""
        values = {
            "key": group.key,
            "group": group.name,
            "members": self._members(group.members, is_active=True),
            "added": self._members(change.added),
            "removed": self._members(change.removed),
            **self._id(group.key, group.name),
        }
        return Subject(label=group.name, values=values)

    def gone(self, change: Change) -> Subject:
        """Return somebody or something that the source has no more, but the service provider has."""
        if change.key in self._source.former:
            return self.person(self._source.former[change.key])
        return Subject(label=change.key, values={"key": change.key, **self._id(change.key)})

    def _id(self, key: str, name: str = "") -> dict[str, str]:
        found = self._memory.ids.get(key) or self._memory.learned.get(name)
        return {} if found is None else {"id": found}

    def _members(self, keys: tuple[str, ...], *, is_active: bool = False) -> list[dict[str, Any]]:
        """Return the members that the service provider has, as ids with names."""
        found = []
        for key in keys:
            person = self._source.people.get(key)
            member_id = self._memory.ids.get(key)
            if member_id is not None and (person is None or person.active or not is_active):
                name = person.user_name if person else key
                found.append({"id": member_id, "name": name, "key": key})
        return found
