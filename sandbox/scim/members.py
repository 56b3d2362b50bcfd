"""What a request does to the members of a group, apart from the group's other attributes.

A group may have ten thousand members, so a change is folded into an edit that costs what it changes; only an edit that
cannot be told without looking (``members[type eq "User"]``) reads who is a member now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sandbox.scim.errors import InvalidValueError
from sandbox.scim.value import described

Member = Mapping[str, Any]
"""``value``, the id of a user or group, and where the client says so ``type``: ``User`` or ``Group``."""

MEMBER_OPERATIONS = ("add", "delete")
"""What 4me takes for the ``operation`` of a member in a resource-shaped PATCH (facts/4me.md 9.7)."""

_TYPES = {"user": "User", "group": "Group"}


def member_key(member: Member) -> tuple[bool, str]:
    """Return what tells members apart: whether it is a group, and its id (each type counts its own ids)."""
    return (member.get("type") == "Group", member["value"])


class MemberEdit:
    """The members to add and to remove, folded from the operations of one request in their order."""

    def __init__(
        self, current: Callable[[], Iterable[Member]], typed: Callable[[Member], Member] = lambda member: member
    ) -> None:
        """Begin with nothing asked for; *typed* gives a member without ``type`` the type of what its id names."""
        self._current = current
        self._typed = typed
        self.replaces = False
        """Everybody who is not in ``added`` leaves, whatever ``removed`` says."""
        self.added: dict[tuple[bool, str], Member] = {}
        self.removed: dict[tuple[bool, str], None] = {}

    def add(self, members: Iterable[Member]) -> None:
        """Add members; one who is there already stays as is."""
        for member in map(self._typed, members):
            key = member_key(member)
            self.removed.pop(key, None)
            self.added.setdefault(key, member)

    def remove(self, members: Iterable[Member]) -> None:
        """Remove members, without a type the user and the group of that id; one who is not there is passed over."""
        for member in members:
            is_group, value = member_key(member)
            for key in [(is_group, value)] if "type" in member else [(False, value), (True, value)]:
                self.added.pop(key, None)
                self.removed[key] = None

    def replace(self, members: Iterable[Member]) -> None:
        """Let the group have these members and no others."""
        self.replaces = True
        self.added.clear()
        self.add(members)

    def now(self) -> list[Member]:
        """Return the members as they are after the edit so far."""
        staying = [] if self.replaces else [each for each in self._current() if member_key(each) not in self.removed]
        here = set(map(member_key, staying))
        return [*staying, *(member for key, member in self.added.items() if key not in here)]


def check_members(members: Any) -> list[Member]:
    """Return the members of a change (``None`` is nobody) when each names somebody.

    Raises:
        InvalidValueError: when a member has no ``value``.
    """
    return [_checked(member, index) for index, member in enumerate(members or ())]


def _checked(member: Member, index: int) -> Member:
    if not member.get("value"):
        raise InvalidValueError(f'members[{index}] needs a "value": the id of a user or group')
    kind = _TYPES.get(str(member.get("type")).lower())
    return {"value": member["value"], "type": kind} if kind else {"value": member["value"]}


def split_by_operation(members: Any, name: str | None) -> tuple[list[Any], list[Any]]:
    """Part the members of a resource-shaped PATCH, as the client sent them, into those to add and those to delete.

    *name* is the sub-attribute that says which; with ``None`` all are to add.

    Raises:
        InvalidValueError: when it says neither ``add`` nor ``delete``.

    Source: facts/4me.md 9.7, 9.8.
    """
    parts: dict[str, list[Any]] = {operation: [] for operation in MEMBER_OPERATIONS}
    listed = members if isinstance(members, list) else [] if members is None else [members]
    for index, member in enumerate(listed):
        operation = member.get(name, "add") if name is not None and isinstance(member, Mapping) else "add"
        if not isinstance(operation, str) or operation.lower() not in parts:
            allowed = " or ".join(MEMBER_OPERATIONS)
            raise InvalidValueError(f"members[{index}].{name} must be {allowed}, but is {described(operation)}")
        parts[operation.lower()].append(member)
    return parts["add"], parts["delete"]
