"""What a client still has to bring over: what it has heard of, what failed, and whom each change is about."""

from __future__ import annotations

from collections import deque

from sandbox.simulators.conversation import Failed, Script
from sandbox.simulators.memory import Memory, Owed
from sandbox.simulators.source import Change, Group, Source
from sandbox.simulators.subject import Subject
from sandbox.simulators.values import Values

_RANKS = {
    "person reports": 1,
    "group made": 2,
    "group renamed": 2,
    "members changed": 3,
    "group dropped": 4,
    "person left": 5,
}
"""In a cycle users come before groups, and groups before memberships; who leaves, leaves last."""

_ENDINGS = frozenset({"person left", "group dropped"})
_JOINING = frozenset({"person joined", "person enabled"})
_AS_JOINED = _JOINING | {"person changed", "person renamed", "person reports"}
"""Events in which a person whom the service provider does not have can be brought over."""


class Backlog:
    """The changes of one source, as one client has come to know them."""

    def __init__(self, script: Script, source: Source, memory: Memory, values: Values) -> None:
        """Begin before the first change."""
        self._script = script
        self._source = source
        self._memory = memory
        self._values = values

    @property
    def is_empty(self) -> bool:
        """Whether nothing that was heard of is still to be brought over."""
        return not self._memory.failed and not self._memory.pending

    @property
    def length(self) -> int:
        """How many changes were heard of and not begun with, and how many failed."""
        return len(self._memory.failed) + len(self._memory.pending)

    def outstanding(self) -> set[str]:
        """Return the keys of people and groups of whom the service provider has not heard the latest."""
        unheard = self._source.changes[self._memory.position :]
        owed = [owed.change for owed in self._memory.failed.values()]
        return {change.key for change in (*unheard, *self._memory.pending, *owed)}

    def hear(self) -> None:
        """Take up what happened since the last time, as far as the client does something about it."""
        memory, changes = self._memory, self._source.changes
        heard = [change for change in changes[memory.position :] if self._script.flow(change.event)]
        memory.position = len(changes)
        memory.pending = deque(sorted([*memory.pending, *heard], key=lambda change: _RANKS.get(change.event, 0)))

    def start_over(self) -> None:
        """Forget all ids, and take everybody and everything up as if they were new."""
        memory, groups = self._memory, self._source.groups.values()
        memory.ids.clear()
        memory.failed.clear()
        people = [Change(event="person joined", key=key) for key in self._source.people]
        made = [Change(event="group made", key=group.key) for group in groups]
        memory.pending = deque([*people, *made, *map(self._all_members, groups)])
        memory.position = len(self._source.changes)

    def due(self, *, by_hand: bool) -> list[Change]:
        """Return what failed and is to be tried again now; by hand, that is everything."""
        owed = self._memory.failed.values()
        if by_hand:
            return [each.change for each in owed]
        if self._script.failed is Failed.BY_HAND:
            return []
        for each in owed:
            each.due_in -= 1
        return [each.change for each in owed if each.due_in <= 0]

    def next(self) -> Change | None:
        """Take the next change that was heard of; ``None`` when there is none."""
        return self._memory.pending.popleft() if self._memory.pending else None

    def put_back(self, change: Change) -> None:
        """Put a change back that was taken and neither done nor failed."""
        if (change.event, change.key) not in self._memory.failed:
            self._memory.pending.appendleft(change)

    def whom(self, change: Change) -> tuple[Subject | None, str]:
        """Return whom a change is about and the event it is to this client; nobody, when it does nothing about it."""
        event, key = change.event, change.key
        is_known = key in self._memory.ids
        if event in _ENDINGS:
            return (self._values.gone(change) if is_known else None), event
        if key in self._source.groups:
            group = self._source.groups[key]
            return (self._values.group(group, change) if is_known or event == "group made" else None), event
        person = self._source.people.get(key)
        if person is None or is_known:
            return (self._values.person(person) if person is not None else None), event
        return (self._values.person(person) if person.active and self._joins(change) else None), "person joined"

    def done(self, change: Change, subject: Subject) -> list[Change]:
        """Keep what is known now; return what else is to be done, as a change that comes late has been passed over."""
        memory, key = self._memory, change.key
        was_owed = memory.failed.pop((change.event, key), None) is not None
        was_known = key in memory.ids
        if change.event in _ENDINGS:
            memory.ids.pop(key, None)
            return []
        self._know(change, subject)
        if subject.attributes:
            memory.sent[key] = subject.wanted()
        return self._passed_over(change) if was_owed and not was_known else []

    def nobody(self, change: Change) -> None:
        """Owe nothing for a change that is about nobody any more."""
        self._memory.failed.pop((change.event, change.key), None)

    def owe(self, change: Change, subject: Subject) -> None:
        """Keep a change that failed, to be tried again after a gap that doubles."""
        self._know(change, subject)
        before = self._memory.failed.get((change.event, change.key))
        tries = before.tries + 1 if before else 1
        self._memory.failed[change.event, change.key] = Owed(change, tries=tries, due_in=2 ** (tries - 1))

    def _know(self, change: Change, subject: Subject) -> None:
        if subject.is_known:
            self._memory.ids[change.key] = str(subject.values["id"])

    def _joins(self, change: Change) -> bool:
        """Tell whether a change of a person who is not there brings the person over."""
        if change.event in _JOINING:
            return True
        is_owed = ("person joined", change.key) in self._memory.failed
        return change.event in _AS_JOINED and self._script.failed is Failed.NEXT_CYCLE and not is_owed

    def _passed_over(self, change: Change) -> list[Change]:
        """Return what could not be done before this was: who the manager is, and who is in which group."""
        key, groups = change.key, self._source.groups
        if change.event == "group made":
            return [self._all_members(groups[key])]
        if change.event not in _AS_JOINED:
            return []
        entered = [group for group in groups.values() if key in group.members and group.key in self._memory.ids]
        return [
            Change(event="person reports", key=key),
            *(Change(event="members changed", key=group.key, added=(key,)) for group in entered),
        ]

    def _all_members(self, group: Group) -> Change:
        return Change(event="members changed", key=group.key, added=group.members)
