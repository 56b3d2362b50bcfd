"""The SCIM calls that would make a directory as an identity source says, and how many deletes they may contain.

A user that a call creates is named ``bulkId:…`` in the calls after it, as in RFC 7644 §3.7.2: whoever sends them puts
the id of the answer there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.people.diff.comparing import MANAGER_PATH, Compared, Differences, Different
from sandbox.people.diff.source import Column, Source, SourceUser
from sandbox.scim.operations import PATCH_OP_URN
from sandbox.scim.schema import CORE_GROUP_URN, CORE_USER_URN

BULK_ID = "bulkId:"
_BUDGET = re.compile(r"(?P<number>[0-9]{1,6}(?:\.[0-9]{1,3})?)(?P<percent>%?)")


@dataclass(frozen=True, slots=True)
class Budget:
    """How many users and groups may be deleted or made inactive at most."""

    number: float
    is_share: bool
    """Whether the number is a percentage of the active users and the groups."""

    def allowed(self, removable: int) -> int:
        """Return how many deletes are allowed in a directory with so many active users and groups."""
        return int(removable * self.number / 100) if self.is_share else int(self.number)

    def __str__(self) -> str:
        """Return the budget as it is written."""
        return f"{self.number:g}{'%' if self.is_share else ''}"


def read_budget(text: str) -> Budget:
    """Read a budget: ``2%`` of the active users and groups, or ``5``.

    Raises:
        ValueError: when it is neither.
    """
    match = _BUDGET.fullmatch(text.strip())
    number = float(match["number"]) if match else -1.0
    is_share = bool(match and match["percent"])
    if number < 0 or (is_share and number > 100) or (not is_share and number != int(number)):
        raise ValueError(f"{text!r} is no budget: say a share of the active users and groups, as 2%, or a number, as 5")
    return Budget(number, is_share)


@dataclass(frozen=True, slots=True)
class Call:
    """One SCIM request."""

    method: str
    path: str
    """Below the endpoint."""
    body: Mapping[str, Any] | None = None
    bulk_id: str | None = None
    """How later calls name what this one creates."""

    def as_json(self) -> dict[str, Any]:
        """Return the members as they are listed."""
        named = {} if self.bulk_id is None else {"bulkId": self.bulk_id}
        return {"method": self.method, "path": self.path, **named, "body": self.body}


def calls_for(differences: Differences, source: Source, directory: Compared) -> list[Call]:
    """Return the calls that take every difference away, in an order in which each finds what it needs."""
    return list(_Mending(differences, source, directory).calls())


class _Mending:
    """The calls for one comparison."""

    def __init__(self, differences: Differences, source: Source, directory: Compared) -> None:
        self._found = differences
        self._source = source
        self._directory = directory
        self._users = {user["id"]: user for user in directory.users.values()}
        self._ids = {key: user["id"] for key, user in directory.users.items()}
        for number, user in enumerate(differences.missing, start=1):
            self._ids[user.key] = f"{BULK_ID}u{number}"

    def calls(self) -> Iterator[Call]:
        """Yield creates, then changes, then groups, and deletes last."""
        for user in self._found.missing:
            yield Call("POST", "/Users", self._new_user(user), self._ids[user.key].removeprefix(BULK_ID))
        yield from self._changes()
        yield from self._groups()
        for group in self._found.extra_groups:
            yield Call("DELETE", f"/Groups/{group.id}")
        for user_gone in self._found.extra:
            yield Call("DELETE", f"/Users/{user_gone.id}")

    def _new_user(self, user: SourceUser) -> dict[str, Any]:
        """Return the body of a user; the manager comes later, when everybody is there."""
        body: dict[str, Any] = {"schemas": [CORE_USER_URN], "userName": user.user_name, "active": True}
        for name, value in user.values.items():
            if value != "":
                _put(body, self._source.columns[name], value)
        body["schemas"] = [CORE_USER_URN, *(name for name in body if name.startswith("urn:"))]
        return body

    def _changes(self) -> Iterator[Call]:
        """Yield one PATCH for each user that changes."""
        operations: dict[str, list[dict[str, Any]]] = {}
        for each in self._found.different:
            operations.setdefault(each.user_id, []).append(self._operation(each))
        for revived in self._found.inactive:
            operations.setdefault(revived.id, []).append(_replace("active", True))
        for leaver in self._found.leaving:
            operations.setdefault(leaver.id, []).append(_replace("active", False))
        for user in self._found.missing:
            if user.manager and user.manager.casefold() in self._ids:
                operations.setdefault(self._ids[user.key], []).append(self._manager(user.manager))
        for user_id, listed in operations.items():
            yield Call("PATCH", f"/Users/{user_id}", _patch(listed))

    def _operation(self, each: Different) -> dict[str, Any]:
        if each.attribute == MANAGER_PATH:
            return self._manager(str(each.source)) if each.source else {"op": "remove", "path": MANAGER_PATH}
        column = self._source.columns[each.attribute]
        if column.condition_type is None:
            return _replace(each.attribute, each.source)
        if each.source == "":
            return {"op": "remove", "path": each.attribute}
        if self._has_entry(each.user_id, column):
            return _replace(each.attribute, each.source)
        entry = {"type": column.condition_type, column.attribute.name: each.source}
        return {"op": "add", "path": column.path.attribute.name, "value": [entry]}

    def _has_entry(self, user_id: str, column: Column) -> bool:
        """Tell whether the user has an entry of the column's type already."""
        entries = self._users[user_id].get(column.path.attribute.name) or ()
        wanted = str(column.condition_type).casefold()
        return any(str(entry.get("type", "")).casefold() == wanted for entry in entries)

    def _manager(self, user_name: str) -> dict[str, Any]:
        return {"op": "add", "path": MANAGER_PATH, "value": {"value": self._ids[user_name.casefold()]}}

    def _groups(self) -> Iterator[Call]:
        """Yield the groups that are missing with their members, then one PATCH for each that changes."""
        joining: dict[str, list[dict[str, str]]] = {}
        leaving: dict[str, list[dict[str, Any]]] = {}
        for each in self._found.wrong_group:
            user_id = self._ids[each.user_name.casefold()]
            key = each.group.casefold()
            if each.joins:
                joining.setdefault(key, []).append({"value": user_id})
            else:
                leaving.setdefault(key, []).append({"op": "remove", "path": f'members[value eq "{user_id}"]'})
        for name in self._found.missing_groups:
            members = joining.pop(name.casefold(), [])
            body = {"schemas": [CORE_GROUP_URN], "displayName": name, "members": members}
            yield Call("POST", "/Groups", body)
        for key in dict.fromkeys([*leaving, *joining]):
            added = [{"op": "add", "path": "members", "value": joining[key]}] if key in joining else []
            group = self._directory.groups[key.strip()]
            yield Call("PATCH", f"/Groups/{group['id']}", _patch([*leaving.get(key, []), *added]))


def _put(body: dict[str, Any], column: Column, value: str | bool) -> None:
    """Put a value where its attribute belongs in a body."""
    path = column.path
    home = body if path.extension is None else body.setdefault(path.extension.urn, {})
    name = path.attribute.name
    if column.condition_type is not None:
        entries = home.setdefault(name, [])
        entry = next((each for each in entries if each["type"].casefold() == column.condition_type.casefold()), None)
        if entry is None:
            entries.append({"type": column.condition_type, column.attribute.name: value})
        else:
            entry[column.attribute.name] = value
    elif path.sub_attribute is not None:
        home.setdefault(name, {})[path.sub_attribute.name] = value
    else:
        home[name] = value


def _replace(path: str, value: Any) -> dict[str, Any]:
    return {"op": "replace", "path": path, "value": value}


def _patch(operations: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schemas": [PATCH_OP_URN], "Operations": operations}
