"""What differs between two snapshots, resource by resource and attribute by attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any, Literal

from sandbox.planning import DIRECTORY, LAYOUT
from sandbox.store import MEMBERS, Collection, Snapshot

Change = Literal["added", "removed", "changed"]
Document = Mapping[str, Any]

_UNCOMPARED = frozenset({"id", "meta"})
"""What identifies a resource, and when it was changed, which says nothing about how."""


@dataclass(frozen=True, slots=True)
class AttributeDifference:
    """One attribute that differs; of one with several values only the values that differ."""

    path: str
    """As a filter writes it: ``name.familyName``."""
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        """Return the three members."""
        return {"path": self.path, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One resource that differs."""

    change: Change
    type: str
    id: str
    name: str | None
    """What it is known by, as it is afterwards."""
    attributes: tuple[AttributeDifference, ...] = ()
    """What differs of a resource that is in both."""

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        attributes = [each.as_json() for each in self.attributes]
        return {"change": self.change, "type": self.type, "id": self.id, "name": self.name, "attributes": attributes}


def differences(before: Snapshot, after: Snapshot) -> list[Difference]:
    """Return what differs, users before groups, in the order of ids."""
    return [each for collection in DIRECTORY for each in _in_collection(collection, before, after)]


def differences_json(found: list[Difference]) -> dict[str, Any]:
    """Return differences as a collection, with how many there are of each kind."""
    counts = {change: sum(each.change == change for each in found) for change in ("added", "removed", "changed")}
    return {**counts, "items": [each.as_json() for each in found], "total": len(found)}


def _in_collection(collection: Collection, before: Snapshot, after: Snapshot) -> Iterator[Difference]:
    old_rows, new_rows = (snapshot.tables.get(collection.name, {}) for snapshot in (before, after))
    is_group = collection.name == LAYOUT.membership.groups
    old_members, new_members = (_members(each) if is_group else {} for each in (before, after))
    for number in sorted({*old_rows, *new_rows}):
        old, new, group_id = old_rows.get(number), new_rows.get(number), str(number)
        attributes: tuple[AttributeDifference, ...] = ()
        if old is not None and new is not None:
            members = _of_keyed("members", old_members.get(group_id, {}), new_members.get(group_id, {}))
            attributes = (*_of_documents(old, new), *members)
            if not attributes:
                continue
        change: Change = "added" if old is None else "removed" if new is None else "changed"
        shown = old if new is None else new
        name = None if shown is None else shown.get(collection.key_name)
        yield Difference(
            change=change, type=collection.name.removesuffix("s"), id=group_id, name=name, attributes=attributes
        )


def _of_documents(old: Document, new: Document) -> Iterator[AttributeDifference]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for path in dict.fromkeys([*before, *after]):
        was, comes = before.get(path), after.get(path)
        old_values, new_values = ([] if value is None else value for value in (was, comes))
        if isinstance(old_values, list) and isinstance(new_values, list):
            yield from _of_values(path, old_values, new_values)
        elif was != comes or type(was) is not type(comes):
            yield AttributeDifference(path, was, comes)


def _of_values(path: str, old: list[Any], new: list[Any]) -> Iterator[AttributeDifference]:
    before, after = ({dumps(each, sort_keys=True): each for each in values} for values in (old, new))
    found = list(_of_keyed(path, before, after))
    yield from found
    if not found and old != new:
        yield AttributeDifference(path, old, new)


def _of_keyed(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[AttributeDifference]:
    gone = [each for key, each in old.items() if key not in new]
    come = [each for key, each in new.items() if key not in old]
    if gone or come:
        yield AttributeDifference(path, gone, come)


def _flat(document: Document, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value with its path; those of an extension after its URN and a colon."""
    for name, value in document.items():
        if not prefix and name in _UNCOMPARED:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}{':' if name.startswith('urn:') else '.'}")
        else:
            yield f"{prefix}{name}", value


def _members(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """Return who is in each group, by the group's id: each by its id and what it is known by."""
    names = {
        each.name: {row["id"]: row.get(each.key_name) for row in snapshot.tables.get(each.name, {}).values()}
        for each in DIRECTORY
    }
    found: dict[str, dict[str, Any]] = {}
    for row in snapshot.tables.get(MEMBERS, {}).values():
        kind = row.get("type", "User")
        member = {"value": row["value"], "display": names[f"{kind}s"].get(row["value"])}
        found.setdefault(row["group"], {})[f"{kind} {row['value']}"] = member
    return found
