"""PATCH with a partial resource, as SCIM 1 had it and 4me documents it (facts/4me.md 7.5, 9.7, 9.8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.scim.members import Member, MemberEdit, check_members, split_by_operation
from sandbox.scim.resource import Reading, read_change, read_value
from sandbox.scim.schema import ResourceType
from sandbox.scim.update import Document, ListRule, merged, without

Update = Callable[[Mapping[str, Any], MemberEdit], Document]
"""Makes the next document of one that it leaves as it is, and folds what is asked of members into the edit."""


def read_partial(
    body: Mapping[str, Any],
    resource_type: ResourceType,
    reading: Reading,
    *,
    lists: ListRule,
    operation: str | None,
) -> Update:
    """Read a partial resource: attributes change, members are added, or leave when their *operation* is ``delete``.

    *operation* names that sub-attribute; with ``None`` there is none, and members are only added. ``meta.attributes``
    names attributes to clear, as in the draft that 4me points to.

    Raises:
        InvalidValueError: when a value does not fit its attribute, or an operation is unknown.

    Source: https://developer.xurrent.com/v1/scim/groups/, draft-scim-api-00 "Modifying with PATCH".
    """
    members = next((value for name, value in body.items() if name.lower() == "members"), None)
    rest = {name: value for name, value in body.items() if name.lower() != "members"}
    change = read_change(rest, resource_type, reading)
    parts = split_by_operation(members, operation)
    added, deleted = (_read_members(part, resource_type, reading) for part in parts)
    dropped = _dropped_attributes(body, resource_type)

    def update(current: Mapping[str, Any], edit: MemberEdit) -> Document:
        if "members" in dropped:
            edit.replace([])
        edit.add(added)
        edit.remove(deleted)
        return merged(without(current, dropped, resource_type), change, lists)

    return update


def _read_members(members: list[Any], resource_type: ResourceType, reading: Reading) -> list[Member]:
    attribute = resource_type.attribute("members")
    return check_members(read_value(attribute, members, "members", reading)) if attribute and members else []


def _dropped_attributes(body: Mapping[str, Any], resource_type: ResourceType) -> list[str]:
    """Return the names in ``meta.attributes``, as the schema spells them; unknown ones are passed over."""
    meta = next((value for name, value in body.items() if name.lower() == "meta"), None)
    names = meta.get("attributes") if isinstance(meta, Mapping) else None
    listed = names if isinstance(names, list) else []
    known = [resource_type.attribute(name) for name in listed if isinstance(name, str)]
    return [attribute.name for attribute in known if attribute]
