"""Comparing an identity source with a directory: who is missing, extra, different, in the wrong group, inactive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.people.diff.source import Source, SourceUser
from sandbox.scim.schema import ENTERPRISE_URN

Document = Mapping[str, Any]

MANAGER_PATH = f"{ENTERPRISE_URN}:manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class Different:
    """An attribute of a user that the source has otherwise."""

    user_id: str
    user_name: str
    attribute: str
    directory: str | bool
    source: str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongGroup:
    """A user who should be in a group and is not, or the other way round."""

    user_name: str
    group: str
    joins: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """A user or a group of the directory."""

    id: str
    name: str


@dataclass(slots=True)
class Differences:
    """Everything in which a directory differs from a source."""

    missing: list[SourceUser] = field(default_factory=list)
    """In the source, not in the directory."""
    extra: list[Existing] = field(default_factory=list)
    """Active in the directory, not in the source."""
    different: list[Different] = field(default_factory=list)
    inactive: list[Existing] = field(default_factory=list)
    """In the source, inactive in the directory."""
    leaving: list[Existing] = field(default_factory=list)
    """Active in the directory, inactive in the source."""
    wrong_group: list[WrongGroup] = field(default_factory=list)
    missing_groups: list[str] = field(default_factory=list)
    extra_groups: list[Existing] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def deletes(self) -> int:
        """How many users and groups would be deleted or made inactive."""
        return len(self.extra) + len(self.leaving) + len(self.extra_groups)

    def __bool__(self) -> bool:
        """Tell whether there is any difference."""
        counted = (self.missing, self.different, self.inactive, self.wrong_group, self.missing_groups)
        return self.deletes > 0 or any(counted)

    def as_json(self) -> dict[str, Any]:
        """Return the differences as they are listed."""
        return {
            "missing": [{"userName": each.user_name, "line": each.line} for each in self.missing],
            "extra": [_user_json(each) for each in self.extra],
            "different": [
                {
                    "id": each.user_id,
                    "userName": each.user_name,
                    "attribute": each.attribute,
                    "directory": each.directory,
                    "source": each.source,
                }
                for each in self.different
            ],
            "wrong_group": [
                {"userName": each.user_name, "group": each.group, "should": "join" if each.joins else "leave"}
                for each in self.wrong_group
            ],
            "inactive": [_user_json(each) for each in self.inactive],
            "leaving": [_user_json(each) for each in self.leaving],
            "missing_groups": self.missing_groups,
            "extra_groups": [{"id": each.id, "displayName": each.name} for each in self.extra_groups],
            "notes": self.notes,
        }


def _user_json(user: Existing) -> dict[str, str]:
    return {"id": user.id, "userName": user.name}


@dataclass(frozen=True, slots=True)
class Compared:
    """A directory as it is compared: users by name without case, groups likewise, members by group id."""

    users: Mapping[str, Document]
    groups: Mapping[str, Document]

    @property
    def names(self) -> dict[str, str]:
        """The user names by id."""
        return {user["id"]: user["userName"] for user in self.users.values()}

    @property
    def removable(self) -> int:
        """How many active users and groups there are."""
        return sum(user.get("active") is not False for user in self.users.values()) + len(self.groups)


def compared(users: Iterable[Document], groups: Iterable[Document]) -> Compared:
    """Return a directory as it is compared, from its users and its groups with their members."""
    return Compared(
        {str(user["userName"]).strip().casefold(): user for user in users},
        {str(group["displayName"]).strip().casefold(): group for group in groups},
    )


def compare(source: Source, directory: Compared) -> Differences:
    """Return in what *directory* differs from *source*; only what the source speaks of is compared."""
    found = Differences(notes=list(source.notes))
    names = directory.names
    for user in source.users:
        current = directory.users.get(user.key)
        if current is None:
            if user.is_active:
                found.missing.append(user)
            continue
        _compare_active(user, current, found)
        found.different += _different(user, current, source, names)
    known = {user.key for user in source.users}
    for key, current in directory.users.items():
        if key not in known and current.get("active") is not False:
            found.extra.append(Existing(id=current["id"], name=current["userName"]))
    _drop_unknown_managers(source, directory, found)
    if source.speaks_of_groups:
        _compare_groups(source, directory, found)
    return found


def _compare_active(user: SourceUser, current: Document, found: Differences) -> None:
    is_active = current.get("active") is not False
    existing = Existing(id=current["id"], name=current["userName"])
    if user.is_active and not is_active:
        found.inactive.append(existing)
    elif is_active and not user.is_active:
        found.leaving.append(existing)


def _different(user: SourceUser, current: Document, source: Source, names: Mapping[str, str]) -> Iterator[Different]:
    for name, wanted in user.values.items():
        value = source.columns[name].current(current)
        if value != wanted and not (source.columns[name].is_boolean and wanted == ""):
            yield _difference(current, name, value, wanted)
    if user.manager is not None:
        manager = (current.get(ENTERPRISE_URN) or {}).get("manager") or {}
        value = names.get(manager.get("value", ""), manager.get("value", ""))
        if value.casefold() != user.manager.casefold():
            yield _difference(current, MANAGER_PATH, value, user.manager)


def _difference(current: Document, name: str, value: str | bool, wanted: str | bool) -> Different:
    return Different(
        user_id=current["id"], user_name=current["userName"], attribute=name, directory=value, source=wanted
    )


def reachable(source: Source, directory: Compared) -> set[str]:
    """Return the keys of all users that are there, or will be."""
    return {*directory.users, *(user.key for user in source.users if user.is_active)}


def _drop_unknown_managers(source: Source, directory: Compared, found: Differences) -> None:
    """Pass over managers that are nobody, and say so."""
    known = reachable(source, directory)
    for user in source.users:
        if user.manager and user.manager.casefold() not in known:
            found.notes.append(f"line {user.line}: the manager {user.manager!r} is nobody here, and is passed over")
    found.different = [
        each
        for each in found.different
        if each.attribute != MANAGER_PATH or not each.source or str(each.source).casefold() in known
    ]


def _compare_groups(source: Source, directory: Compared, found: Differences) -> None:
    """Compare groups and who is in them; of users who are not active, memberships do not count."""
    wanted: dict[str, dict[str, str]] = {name.casefold(): {} for name in source.groups or ()}
    spelled = {name.casefold(): name for name in source.groups or ()}
    counted = {user.key: user for user in source.users if user.is_active and user.groups is not None}
    for user in counted.values():
        for name in user.groups or ():
            spelled.setdefault(name.casefold(), name)
            wanted.setdefault(name.casefold(), {})[user.key] = user.user_name
    names = {user_id: name.strip().casefold() for user_id, name in directory.names.items()}
    for key, members in wanted.items():
        group = directory.groups.get(key)
        if group is None:
            found.missing_groups.append(spelled[key])
        current = _member_keys(group, names)
        name = spelled[key] if group is None else group["displayName"]
        found.wrong_group += [
            _wrong(user_name, name, joins=True) for each, user_name in members.items() if each not in current
        ]
    for key, group in directory.groups.items():
        if source.groups is not None and key not in wanted:
            found.extra_groups.append(Existing(id=group["id"], name=group["displayName"]))
            continue
        for each in _member_keys(group, names):
            if each in counted and each not in wanted.get(key, {}):
                found.wrong_group.append(_wrong(counted[each].user_name, group["displayName"], joins=False))


def _member_keys(group: Document | None, names: Mapping[str, str]) -> dict[str, None]:
    members = (group or {}).get("members") or ()
    return {names[member["value"]]: None for member in members if _is_user(member) and member["value"] in names}


def _is_user(member: Document) -> bool:
    """Tell whether a member is a user: groups count their ids on their own."""
    return not str(member.get("$ref", "")).rpartition("/")[0].endswith("Groups")


def _wrong(user_name: str, group: str, *, joins: bool) -> WrongGroup:
    return WrongGroup(user_name=user_name, group=group, joins=joins)
