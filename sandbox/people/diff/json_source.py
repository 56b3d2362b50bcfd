"""Reading an identity source from JSON: SCIM users with ``groups`` and ``manager`` by name, and perhaps all groups.

``{"users": [{"userName": …, "groups": ["Staff"], "manager": "boss@widget.example"}], "groups": [{"displayName": …}]}``,
or the list of users alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.people.diff.source import (
    ACTIVE,
    GROUPS,
    MANAGER,
    USER_NAME,
    Column,
    Source,
    SourceUser,
    check_unique,
    read_column,
)
from sandbox.people.json_places import Path, Places, decoded
from sandbox.scim.schema import ResourceType

_PASSED_OVER = ("schemas", "id", "meta")


def read_json_source(content: bytes, users: ResourceType) -> Source:
    """Return the source that a JSON file holds.

    Raises:
        PlacedError: naming line, column and reason of what does not fit.
    """
    text, notes = decoded(content)
    places = Places(text)
    reader = _Reader(places, users)
    listed, where, groups = _parts(places)
    found = tuple(reader.user(row, (*where, position)) for position, row in enumerate(listed))
    check_unique(found, 1)
    names = None if groups is None else reader.group_names(groups)
    speaks = groups is not None or any(user.groups is not None for user in found)
    told = (*notes, *reader.notes)
    return Source(users=found, columns=reader.columns, groups=names, speaks_of_groups=speaks, notes=told)


def _parts(places: Places) -> tuple[list[Any], Path, list[Any] | None]:
    """Return the list of users, where it stands, and the list of groups if there is one."""
    value = places.value
    if isinstance(value, list):
        return value, (), None
    if not isinstance(value, dict) or not isinstance(value.get("users"), list):
        raise places.refusal((), 'this is a list of users, or {"users": […], "groups": […]}')
    for name in value:
        if name not in ("users", "groups"):
            raise places.refusal((name,), "only users and groups are known here")
    groups = value.get("groups")
    if groups is not None and not isinstance(groups, list):
        raise places.refusal(("groups",), 'groups is a list, as [{"displayName": "Staff"}]')
    return value["users"], ("users",), groups


class _Reader:
    """Reads the users and groups of one file."""

    def __init__(self, places: Places, users: ResourceType) -> None:
        self._places = places
        self._users = users
        self.columns: dict[str, Column] = {}
        self.notes: list[str] = []

    def user(self, row: Any, path: Path) -> SourceUser:
        """Return one user."""
        if not isinstance(row, dict):
            raise self._places.refusal(path, 'a user is an object, as {"userName": "ann@widget.example"}')
        user_name = row.get(USER_NAME)
        if not isinstance(user_name, str) or not user_name.strip():
            raise self._places.refusal((*path, USER_NAME), "a user needs a userName that is a text and not empty")
        values: dict[str, str | bool] = {}
        for name, value, where in self._attributes(row, path):
            column = self._column(name, where)
            if column.name in values:
                raise self._places.refusal(where, f"{column.name} is there twice")
            values[column.name] = self._value(column, value, where)
        is_active = values.pop(ACTIVE, True) is not False
        return SourceUser(
            user_name=user_name.strip(),
            line=self._places.line(path),
            values=values,
            groups=self._names(row[GROUPS], (*path, GROUPS)) if GROUPS in row else None,
            manager=self._manager(row, path),
            is_active=is_active,
        )

    def group_names(self, groups: list[Any]) -> tuple[str, ...]:
        """Return the names of all groups."""
        names = {}
        for position, row in enumerate(groups):
            name = row.get("displayName") if isinstance(row, dict) else row
            path = ("groups", position)
            if not isinstance(name, str) or not name.strip():
                raise self._places.refusal(path, 'a group is a name, or {"displayName": "Staff"}')
            if name.strip().casefold() in names:
                raise self._places.refusal(path, f"the group {name.strip()!r} is there twice; compared without case")
            names[name.strip().casefold()] = name.strip()
        return tuple(names.values())

    def _attributes(self, row: Mapping[str, Any], path: Path) -> Iterator[tuple[str, Any, Path]]:
        """Yield each attribute of a user by its name, with its value and where it stands."""
        for name, value in row.items():
            where = (*path, name)
            if name in (USER_NAME, GROUPS, MANAGER, *_PASSED_OVER):
                continue
            if isinstance(value, dict):
                sign = ":" if ":" in name else "."
                for inner, each in value.items():
                    if inner == MANAGER:
                        note = f"line {self._places.line((*where, inner))}: passed over; name the manager by userName"
                        self.notes.append(f'{note}, as "manager": "boss@widget.example"')
                    else:
                        yield f"{name}{sign}{inner}", each, (*where, inner)
            elif isinstance(value, list):
                yield from self._entries(name, value, where)
            else:
                yield name, value, where

    def _entries(self, name: str, entries: list[Any], where: Path) -> Iterator[tuple[str, Any, Path]]:
        """Yield the parts of a list whose entries tell themselves apart by their type."""
        for position, entry in enumerate(entries):
            place = (*where, position)
            if not isinstance(entry, dict) or not isinstance(entry.get("type"), str) or '"' in entry["type"]:
                raise self._places.refusal(
                    place, 'an entry is an object with a type, as {"type": "work", "value": "…"}'
                )
            for inner, each in entry.items():
                if inner not in ("type", "primary"):
                    yield f'{name}[type eq "{entry["type"]}"].{inner}', each, (*place, inner)

    def _column(self, name: str, where: Path) -> Column:
        try:
            column = read_column(name, self._users)
        except ValueError as error:
            raise self._places.refusal(where, str(error)) from None
        return self.columns.setdefault(column.name, column)

    def _value(self, column: Column, value: Any, where: Path) -> str | bool:
        if isinstance(value, bool) and column.is_boolean:
            return value
        if value is not None and not isinstance(value, str | int | float):
            raise self._places.refusal(where, "a value is a text, a number, true, false or null")
        try:
            return column.read("" if value is None else str(value).lower() if isinstance(value, bool) else str(value))
        except ValueError as error:
            raise self._places.refusal(where, str(error)) from None

    def _names(self, value: Any, where: Path) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            raise self._places.refusal(where, 'groups of a user are a list of names, as ["Staff"]')
        return tuple(dict.fromkeys(each.strip() for each in value))

    def _manager(self, row: Mapping[str, Any], path: Path) -> str | None:
        if MANAGER not in row:
            return None
        value = row[MANAGER]
        if value is not None and not isinstance(value, str):
            raise self._places.refusal((*path, MANAGER), "manager is the userName of another user, or null")
        return (value or "").strip()
