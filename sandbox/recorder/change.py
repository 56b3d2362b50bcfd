"""What a request changed: rows before and after a commit, told as a JSON Patch (RFC 6902).

The patch is for the directory as :func:`picture` shows it: users and groups by their id, the members of a group by
theirs (a group that is a member has a ``g`` before it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Operation = dict[str, Any]
"""One operation of a JSON Patch: ``{"op", "path", "value"?}``."""
RowChange = tuple[str, int, Mapping[str, Any] | None, Mapping[str, Any] | None]
"""Collection, number, the row before, the row after; ``None`` for no row. Rows are shared and never changed."""

MEMBERS = "Members"
GROUPS = "Groups"
COLLECTIONS = ("Users", GROUPS)
SHOWN = (*COLLECTIONS, MEMBERS)
"""The tables whose rows a patch tells of."""


def picture(tables: Mapping[str, Mapping[int, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Return the document that patches are for, from the tables of a state: rows by their number."""
    shown: dict[str, dict[str, Any]] = {
        name: {str(number): row for number, row in tables.get(name, {}).items()} for name in COLLECTIONS
    }
    shown[GROUPS] = {group_id: {**group, "members": {}} for group_id, group in shown[GROUPS].items()}
    for row in tables.get(MEMBERS, {}).values():
        shown[GROUPS][row["group"]]["members"][_reference(row)] = _member(row)
    return shown


def json_patch(commits: Iterable[list[RowChange]]) -> Iterator[Operation]:
    """Yield the operations that lead from before to after; nothing for rows that came out as they went in."""
    for rows in commits:
        yield from _operations(rows)


def _operations(rows: list[RowChange]) -> Iterator[Operation]:
    """Yield those of one commit: members leave first and join last, so that each path is there when it is needed."""
    for name, _, old, new in rows:
        if name == MEMBERS and old is not None and (new is None or _path(old) != _path(new)):
            yield {"op": "remove", "path": _path(old)}
    for name, number, old, new in rows:
        if name != MEMBERS:
            yield from _resource_operations(name, number, old, new)
    for name, _, old, new in rows:
        if name == MEMBERS and new is not None and old != new:
            yield {"op": "add", "path": _path(new), "value": _member(new)}


def _resource_operations(
    name: str, number: int, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[Operation]:
    path = f"/{name}/{number}"
    if new is None:
        if old is not None:
            yield {"op": "remove", "path": path}
    elif old is None:
        yield {"op": "add", "path": path, "value": {**new, "members": {}} if name == GROUPS else new}
    else:
        yield from _differences(old, new, path)


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[Operation]:
    for name in old:
        if name not in new:
            yield {"op": "remove", "path": f"{path}/{_escaped(name)}"}
    for name, value in new.items():
        place = f"{path}/{_escaped(name)}"
        if name not in old:
            yield {"op": "add", "path": place, "value": value}
        elif isinstance(value, Mapping) and isinstance(old[name], Mapping):
            yield from _differences(old[name], value, place)
        elif not _is_same(old[name], value):
            yield {"op": "replace", "path": place, "value": value}


def _is_same(old: Any, new: Any) -> bool:
    """Tell whether two JSON values are equal: ``True`` is not 1."""
    return old == new and repr(old) == repr(new)


def _path(row: Mapping[str, Any]) -> str:
    return f"/{GROUPS}/{_escaped(row['group'])}/members/{_escaped(_reference(row))}"


def _reference(row: Mapping[str, Any]) -> str:
    return f"g{row['value']}" if row.get("type") == "Group" else str(row["value"])


def _member(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "group"}


def _escaped(name: str) -> str:
    """Return a name as a part of a JSON pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1")
