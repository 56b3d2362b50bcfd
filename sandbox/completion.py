"""Completing a stored resource with what it shows of others: members, groups, names, references, and its version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from json import dumps
from typing import Any

from sandbox.dialect import Dialect
from sandbox.scim.members import Member
from sandbox.scim.projection import schemas_of
from sandbox.scim.rules import DisplayRule
from sandbox.scim.schema import ENTERPRISE_URN, ResourceType
from sandbox.scim.update import Document
from sandbox.store import Reader, Stored

NOTHING: frozenset[str] = frozenset()

_DISPLAY_NAMES = {DisplayRule.KEY: ("userName",), DisplayRule.DISPLAY_NAME: ("displayName",)}


class Completion:
    """How the resources of one account are completed from a state, as the account's dialect shows things."""

    def __init__(self, reader: Reader, dialect: Dialect) -> None:
        self.reader = reader
        self._choices = dialect.choices
        self._hidden = dialect.hidden_extensions

    def complete(self, resource_type: ResourceType, stored: Stored, without: frozenset[str] = NOTHING) -> Document:
        """Return a document with what it shows of others, all from one state: the newest that the reader sees.

        A resource that is gone by now is completed as it was. Attributes in *without* are left out, and not computed.
        """
        resource_id = stored.document["id"]
        left_out = without | self._hidden
        rows: list[dict[str, Any]] = []
        with self.reader.reading():
            stored = self.reader.read(resource_type.collection, resource_id) or stored
            kept = {name: value for name, value in stored.document.items() if name not in left_out}
            document = {**kept, "meta": {"resourceType": resource_type.name, **stored.document["meta"]}}
            if resource_type.attribute("members"):
                shows_members = "members" not in without
                rows = self.reader.members(resource_id) if shows_members or self._choices.etag else []
                if rows and shows_members:
                    document["members"] = self.shown_members(rows)
            else:
                self._complete_user(document, resource_id, shows_groups="groups" not in without)
        if self._choices.etag:
            document["meta"]["version"] = version_of(stored.document, rows)
        return document

    def scanned(self, resource_type: ResourceType, stored: Stored) -> Document:
        """Return a document as a filter sees it: complete, and with its ``schemas``."""
        document = self.complete(resource_type, stored)
        return {**document, "schemas": schemas_of(document, resource_type, self._choices.schemas)}

    def _complete_user(self, document: Document, user_id: str, *, shows_groups: bool) -> None:
        groups = self.reader.groups_of((False, user_id)) if shows_groups and self._choices.user_groups else ()
        if groups:
            document["groups"] = [
                {
                    "value": group_id,
                    "$ref": f"Groups/{group_id}",
                    "display": self._name_of_group(group_id),
                    "type": "direct",
                }
                for group_id in groups
            ]
        manager = document.get(ENTERPRISE_URN, {}).get("manager")
        if manager and manager.get("value"):
            shown = self._shown_manager(manager)
            document[ENTERPRISE_URN] = {**document[ENTERPRISE_URN], "manager": shown}

    def _name_of_group(self, group_id: str) -> str | None:
        stored = self.reader.read("Groups", group_id)
        return None if stored is None else self._display("Group", stored)

    def _shown_manager(self, manager: Mapping[str, Any]) -> Mapping[str, Any]:
        stored = self.reader.read("Users", manager["value"])
        if stored is None:
            return manager
        name = stored.document.get("displayName")
        named = {"displayName": name} if name else {}
        return {**named, **manager, "$ref": f"Users/{manager['value']}"}

    def shown_members(self, rows: Iterable[Member]) -> list[Document]:
        """Return members as a group shows them (see ``shown_member``)."""
        return [self.shown_member(row, self.reader.read(f"{row.get('type', 'User')}s", row["value"])) for row in rows]

    def shown_member(self, row: Member, stored: Stored | None) -> Document:
        """Return one member: ``display``, ``value``, a relative ``$ref``, and ``type`` if the dialect shows it."""
        kind = row.get("type", "User")
        display = None if stored is None else self._display(kind, stored)
        member = {"display": display} if display else {}
        member.update({"value": row["value"], "$ref": f"{kind}s/{row['value']}"})
        if self._choices.members_type:
            member["type"] = kind
        return member

    def members(self, group_id: str) -> Sequence[tuple[Member, Stored | None]]:
        """Return who is in a group, each with its resource."""
        return self.reader.linked(group_id)

    def reading(self) -> AbstractContextManager[object]:
        """Open a context in which several steps see one state."""
        return self.reader.reading()

    def _display(self, kind: str, stored: Stored) -> str | None:
        """Return what a reference to a resource shows as its ``display``."""
        names = _DISPLAY_NAMES[self._choices.members_display] if kind == "User" else ("displayName",)
        return next((stored.document[name] for name in names if stored.document.get(name)), None)


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as the directory hands it out: what is stored, and the way to what is computed from others."""

    type: ResourceType
    stored: Stored
    _completion: Completion

    @property
    def id(self) -> str:
        """The resource's id."""
        return str(self.stored.document["id"])

    def complete(self, *, without: frozenset[str] = NOTHING) -> Document:
        """Return the document with what is computed: groups, members, display names, relative references, version.

        Attributes named in *without* are left out, and not computed.
        """
        return self._completion.complete(self.type, self.stored, without)

    def members(self) -> Sequence[tuple[Member, Stored | None]]:
        """Return who is in this group, each with its resource; the rows are the store's own."""
        return self._completion.members(self.id)

    def shown_member(self, row: Member, stored: Stored | None) -> Document:
        """Return one of the members as the group shows it, its ``$ref`` relative."""
        return self._completion.shown_member(row, stored)

    def reading(self) -> AbstractContextManager[object]:
        """Open a context in which several of these calls see one state."""
        return self._completion.reading()


def version_of(document: Mapping[str, Any], members: Any) -> str:
    """Return the weak entity tag of a resource: it changes when the document or the members do (RFC 7644 §3.14)."""
    text = dumps([document, list(members)], sort_keys=True, ensure_ascii=True)
    return f'W/"{blake2b(text.encode(), digest_size=8).hexdigest()}"'
