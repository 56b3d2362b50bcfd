"""A resource as the bytes that answers show, remembered beside it until a commit changes what they show.

The remembered bytes live in the ``memo`` of what the store keeps; a commit puts a new one in its place. So nothing here
has to be invalidated: a whole resource is remembered with itself, and what a group shows of a member with the member.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import JSONEncoder
from typing import Any

from sandbox.completion import NOTHING, Resource
from sandbox.scim.members import Member
from sandbox.scim.projection import Selection, Shape, address_of, represent, with_address
from sandbox.store import Stored
from sandbox.web.context import current_shape

REMEMBERED_FORMS = 8
"""How many forms of one resource (by base URL, whole or as a member) are kept as bytes."""

COMPUTED_LISTS = ("members", "groups")
"""What need not be computed when nobody asks for it."""

_MEMBERS = frozenset({"members"})
_encode = JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Rendered:
    """A resource as bytes, with what its headers need."""

    body: bytes
    location: str
    version: str | None


class Encoded(bytes):
    """A value that is JSON text already."""


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """Return an object as JSON in UTF-8; a member may be ``Encoded``."""
    if Encoded not in map(type, value.values()):
        return _encode(value).encode()
    parts: list[bytes] = []
    others: dict[str, Any] = {}
    for name, each in value.items():
        if type(each) is Encoded:
            parts += [*_inside(others), _encode(name).encode() + b":" + each]
            others = {}
        else:
            others[name] = each
    return b"{" + b",".join([*parts, *_inside(others)]) + b"}"


def _inside(value: Mapping[str, Any]) -> list[bytes]:
    """Return what stands inside of a JSON object, as one text; none for an empty one."""
    return [_encode(value)[1:-1].encode()] if value else []


def location_of(collection: str, resource_id: str) -> str:
    """Return where a resource is served."""
    return address_of(current_shape(), collection, resource_id)


def rendered(shown: Resource, selection: Selection | None, omitted: frozenset[str] = NOTHING) -> Rendered:
    """Return a resource as bytes, without the attributes *omitted*."""
    shape = current_shape()
    if selection is not None:
        unasked = {name for name in COMPUTED_LISTS if selection.leaves_out(name)}
        return _finished(shown, shown.complete(without=omitted | unasked), shape, selection)
    memo = shown.stored.memo
    key = (shape.base_url, omitted)
    found: Rendered | None = memo.get(key)
    if found is None:
        found = _whole(shown, shape, omitted)
        if len(memo) < REMEMBERED_FORMS:
            memo[key] = found
    return found


def _whole(shown: Resource, shape: Shape, omitted: frozenset[str]) -> Rendered:
    """Render a whole resource; of a group the members one by one, as each is remembered."""
    with shown.reading():
        document = shown.complete(without=omitted | _MEMBERS)
        members = [] if "members" in omitted or shown.type.attribute("members") is None else shown.members()
    if members:
        key = f"a member at {shape.base_url}"
        parts = [
            (stored and stored.memo.get(key)) or _member(shown, row, stored, shape, key) for row, stored in members
        ]
        document["members"] = Encoded(b"[" + b",".join(parts) + b"]")
    return _finished(shown, document, shape, None)


def _member(shown: Resource, row: Member, stored: Stored | None, shape: Shape, key: str) -> bytes:
    """Render one member, and remember it under *key* with the resource that it is, if that is there."""
    member = _encode(with_address(shown.shown_member(row, stored), shape)).encode()
    if stored is not None and len(stored.memo) < REMEMBERED_FORMS:
        stored.memo[key] = member
    return member


def _finished(shown: Resource, document: Mapping[str, Any], shape: Shape, selection: Selection | None) -> Rendered:
    body = json_bytes(represent(document, shown.type, shape, selection))
    return Rendered(body, address_of(shape, shown.type.collection, shown.id), document["meta"].get("version"))
