"""What 4me's users and groups do, told again in plain dicts: what the state machine compares the sandbox with.

A resource is flat here: ``name.givenName``, ``ent.department`` and ``field.cost`` are keys like any other, so that an
update is a ``dict.update``. An edit is ``(key, value)``; ``None`` clears. Nothing of the sandbox is used.

Source: facts/4me.md 5.8, 7.5 to 7.10, 9.6 to 9.11, and the defaults of its section 17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
FIELDS = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"
HOMES = {"name": "name", "ent": ENTERPRISE, "field": FIELDS}
"""Where the flat keys live in a resource."""

BASE = "http://localhost:4630/scim/v2"
ZONE = ZoneInfo("America/Chicago")
TIMES = ("created", "lastModified")

Edit = tuple[str, Any]
Key = tuple[str, str]
"""A member: ``User``, ``Group`` or ``?`` (nobody), and its id."""


class RefusedError(Exception):
    """The sandbox must refuse, with one of these statuses."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(statuses)
        self.statuses = statuses


class Model:
    """One account of 4me."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.users: dict[str, dict[str, Any]] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[Key]] = {}

    # What happens

    def create_user(self, new_id: str, edits: list[Edit]) -> None:
        """Create a user; without ``active`` it is active (facts 17.23)."""
        user = edited({}, edits)
        self._check_name(self.users, new_id, user, "userName")
        self.users[new_id] = {"active": True, **user, "created": self.now, "lastModified": self.now}

    def create_group(self, new_id: str, edits: list[Edit], members: list[Edit]) -> None:
        """Create a group with its members."""
        group = edited({}, edits)
        keys = self._with_members([], members)
        self._check(self.groups, new_id, group, keys)
        self.groups[new_id] = {**group, "created": self.now, "lastModified": self.now}
        self.members[new_id] = keys

    def update_user(self, user_id: str, edits: list[Edit]) -> None:
        """Change what is named and nothing else, by PUT or PATCH (facts 7.5)."""
        user = edited(self.users[user_id], edits)
        self._check_name(self.users, user_id, user, "userName")
        self._keep(self.users, user_id, user)

    def update_group(self, group_id: str, edits: list[Edit], members: list[Edit]) -> None:
        """Change what is named; *members* are ``add``, ``remove`` and ``replace`` with a list of references."""
        group = edited(self.groups[group_id], edits)
        keys = self._with_members(self.members[group_id], members)
        self._check(self.groups, group_id, group, keys)
        self._keep(self.groups, group_id, group, touched=set(keys) != set(self.members[group_id]))
        self.members[group_id] = keys

    def deactivate(self, user_id: str) -> None:
        """DELETE a user: the record stays (facts 7.8)."""
        self.update_user(user_id, [("active", False)])

    def remove_user(self, user_id: str) -> None:
        """DELETE a user with ``hard=true``: it leaves its groups and is nobody's manager any more (facts 17.37)."""
        del self.users[user_id]
        self._forget(("User", user_id))
        for report_id, user in list(self.users.items()):
            if user.get("ent.manager") == user_id:
                self.update_user(report_id, [("ent.manager", None)])

    def remove_group(self, group_id: str) -> None:
        """DELETE a group (facts 9.11)."""
        del self.groups[group_id]
        del self.members[group_id]
        self._forget(("Group", group_id))

    def _keep(self, home: dict[str, Any], one: str, new: dict[str, Any], *, touched: bool = False) -> None:
        """Store; what changes nothing leaves ``lastModified`` alone (facts 17.44)."""
        home[one] = {**new, "lastModified": self.now} if touched or new != home[one] else new

    def _forget(self, key: Key) -> None:
        self.members = {group: [each for each in keys if each != key] for group, keys in self.members.items()}

    # What is refused

    def _check_name(self, home: dict[str, Any], one: str, new: dict[str, Any], name: str) -> None:
        if not (new.get(name) or "").strip():
            raise RefusedError(400)
        if any(other != one and each[name].casefold() == new[name].casefold() for other, each in home.items()):
            raise RefusedError(409)

    def _check(self, home: dict[str, Any], one: str, new: dict[str, Any], keys: list[Key]) -> None:
        unknown = (400,) if any(kind == "?" for kind, _ in keys) else ()
        try:
            self._check_name(home, one, new, "displayName")
        except RefusedError as refused:
            raise RefusedError(*refused.statuses, *unknown) from None
        if unknown:
            raise RefusedError(*unknown)

    # Members

    def is_in_doubt(self, edits: list[Edit]) -> bool:
        """Tell whether a request names nobody and takes that back: it may be refused or not."""
        named = [self._named(reference) for verb, listed in edits if verb != "remove" for reference in listed]
        nobody = {one for kind, one in named if kind == "?"}
        mentioned = [reference["value"] for _, listed in edits for reference in listed]
        is_replaced = all(kind != "?" for kind, _ in self._with_members([], edits))
        return bool(nobody) and (is_replaced or any(mentioned.count(one) > 1 for one in nobody))

    def _with_members(self, keys: list[Key], edits: Iterable[Edit]) -> list[Key]:
        for verb, references in edits:
            if verb == "remove":
                gone = {key for reference in references for key in meant(reference)}
                keys = [key for key in keys if key not in gone]
            else:
                named = [self._named(reference) for reference in references]
                keys = list(dict.fromkeys(named if verb == "replace" else [*keys, *named]))
        return keys

    def _named(self, reference: dict[str, str]) -> Key:
        """Return who is named: without a type a user if there is one of that id, else a group."""
        homes = {"User": self.users, "Group": self.groups}
        one = reference["value"]
        kinds = [reference["type"]] if "type" in reference else list(homes)
        return next(((kind, one) for kind in kinds if one in homes[kind]), ("?", one))

    # How it looks

    def user(self, user_id: str) -> dict[str, Any]:
        """Return a user as 4me shows it, its groups in the order of their ids."""
        user = self.users[user_id]
        shown = nested({name: value for name, value in user.items() if name not in TIMES})
        if manager := shown.get(ENTERPRISE, {}).get("manager"):
            shown[ENTERPRISE]["manager"] = self._manager(manager)
        groups = sorted((group for group, keys in self.members.items() if ("User", user_id) in keys), key=int)
        if groups:
            shown["groups"] = [{"type": "direct", **self._member("Group", each)} for each in groups]
        return {"schemas": [CORE_USER, ENTERPRISE], "id": user_id, "meta": meta("User", user_id, user), **shown}

    def _manager(self, user_id: str) -> dict[str, str]:
        if user_id not in self.users:
            return {"value": user_id}
        name = self.users[user_id].get("displayName")
        return {"value": user_id, "$ref": f"{BASE}/Users/{user_id}", **({"displayName": name} if name else {})}

    def group(self, group_id: str, *, whole: bool = True) -> dict[str, Any]:
        """Return a group as 4me shows it, its members ordered by kind and id; a list shows none (facts 6.9)."""
        group = self.groups[group_id]
        shown = {name: value for name, value in group.items() if name not in TIMES}
        if whole and self.members[group_id]:
            shown["members"] = [self._member(*key) for key in sorted(self.members[group_id])]
        return {"schemas": [CORE_GROUP], "id": group_id, "meta": meta("Group", group_id, group), **shown}

    def _member(self, kind: str, one: str) -> dict[str, str]:
        display = self.users[one]["userName"] if kind == "User" else self.groups[one]["displayName"]
        return {"display": display, "value": one, "$ref": f"{BASE}/{kind}s/{one}"}

    def found(self, collection: str, matches: Callable[[dict[str, Any]], bool]) -> list[str]:
        """Return the ids of what matches, the newest first."""
        home = self.users if collection == "Users" else self.groups
        return sorted((one for one, each in home.items() if matches(each)), key=int, reverse=True)


def edited(resource: dict[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """Return a flat resource after edits, in their order."""
    new = dict(resource)
    for key, value in edits:
        if key in HOMES:
            new = {name: each for name, each in new.items() if not name.startswith(f"{key}.")}
        elif key.startswith("emails"):
            new["emails"] = _EMAIL_EDITS[key.partition(":")[0]](new.get("emails") or [], key.partition(":")[2], value)
        else:
            new[key] = value
    return {name: value for name, value in new.items() if value is not None and value != []}


def _added(emails: list[Any], _: str, value: Any) -> list[Any]:
    new = [each for at, each in enumerate(value) if each not in emails and each not in value[:at]]
    if any(each.get("primary") for each in new):
        emails = [{**each, "primary": False} if each.get("primary") else each for each in emails]
    return [*emails, *new]


def _valued(emails: list[Any], kind: str, value: Any) -> list[Any]:
    if any(each.get("type") == kind for each in emails):
        return [{**each, "value": value} if each.get("type") == kind else each for each in emails]
    return [*emails, {"type": kind, "value": value}]


_EMAIL_EDITS: dict[str, Callable[[list[Any], str, Any], Any]] = {
    "emails": lambda _, __, value: value,
    "emails+": _added,
    "emails=": _valued,
    "emails-": lambda emails, kind, _: [each for each in emails if each.get("type") != kind],
}
"""What becomes of a list: all new, some more, the one of a type with another value, without those of a type."""


def meant(reference: dict[str, str]) -> list[Key]:
    """Return who leaves by a reference: without a type the user and the group of that id."""
    return [(kind, reference["value"]) for kind in ([reference["type"]] if "type" in reference else ["User", "Group"])]


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """Return a flat resource, or part of one, in the form of SCIM."""
    result: dict[str, Any] = {}
    for key, value in flat.items():
        home, dot, name = key.partition(".")
        if dot:
            result.setdefault(HOMES[home], {})[name] = value
        else:
            result[HOMES.get(key, key)] = value
    return result


def meta(kind: str, one: str, resource: dict[str, Any]) -> dict[str, str]:
    """Return the ``meta`` of a resource."""
    times = {name: resource[name].astimezone(ZONE).isoformat(timespec="seconds") for name in TIMES}
    return {"resourceType": kind, **times, "location": f"{BASE}/{kind}s/{one}"}
