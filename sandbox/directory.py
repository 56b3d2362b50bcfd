"""The use cases of one account's users and groups: create, read, replace, patch, delete, search.

Each chooses by the dialect's rows, locks, reads, decides by the rules of ``scim``, and writes. Failures are raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.completion import Completion, Resource, version_of
from sandbox.dialect import Dialect
from sandbox.people.written import Follow, Moved, follow_nothing, group_gone, group_written, user_gone, user_written
from sandbox.planning import make_query, make_words_query
from sandbox.references import References
from sandbox.scim.errors import (
    InvalidFilterError,
    InvalidSyntaxError,
    NotFoundError,
    VersionMismatchError,
    quoted,
)
from sandbox.scim.filter import Node, read_filter
from sandbox.scim.instant import utc_text
from sandbox.scim.members import MemberEdit, check_members, member_key
from sandbox.scim.paging import PageRequest
from sandbox.scim.partial import Update, read_partial
from sandbox.scim.patch import apply_operations, is_patch_op, read_operations
from sandbox.scim.resource import assigned, check_object, check_required, read_change, read_own
from sandbox.scim.rules import DeleteRule, ListOrder, NoopRule, RefusalRule
from sandbox.scim.schema import ENTERPRISE_URN, ResourceType
from sandbox.scim.sorting import SortRequest, sort_key
from sandbox.scim.update import PUT_RULES, Document, PutRule
from sandbox.store import Order, Query, Store, Stored, Transaction

ORDERS = {ListOrder.NEWEST_FIRST: "-id", ListOrder.OLDEST_FIRST: "id"}


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a search."""

    type: ResourceType
    total: int
    """How many match, on all pages."""
    resources: list[Resource]


class Directory:
    """The users and groups of one account."""

    def __init__(self, store: Store, dialect: Dialect, clock: Clock, follow: Follow = follow_nothing) -> None:
        """Serve what *store* keeps; *follow* is told of each write inside of its transaction, and never fails."""
        self._store = store
        self._follow = follow
        self._dialect = dialect
        self._choices = dialect.choices
        self._references = References(dialect.choices)
        self._clock = clock

    def type_of(self, collection: str) -> ResourceType:
        """Return the resource type that *collection* (``Users`` or ``Groups``) holds."""
        return self._dialect.resource_types[collection]

    def reading(self) -> AbstractContextManager[object]:
        """Open a context in which several searches see one state; keep it short, others wait."""
        return self._store.reading()

    def create(self, collection: str, body: Any) -> Resource:
        """Create a resource (RFC 7644 §3.3).

        Raises:
            ScimError: when the body does not fit, a required attribute is missing, or a unique value is taken.
        """
        resource_type = self.type_of(collection)
        change = read_change(check_object(body), resource_type, self._dialect.reading)
        members = check_members(change.pop("members", None))
        document = self._with_defaults(assigned(change), resource_type)
        check_required(document, resource_type)
        with self._store.transaction() as transaction:
            now = utc_text(self._clock.now())
            new_id = transaction.next_id(collection)
            self._references.check_manager(transaction, document)
            self._references.check_external_id(transaction, resource_type, document, new_id)
            edit = self._references.edit(transaction, lambda: ())
            edit.add(members)
            resolved = [self._references.resolved(transaction, member) for member in edit.added.values()]
            document = {"id": new_id, **document, "meta": {"created": now, "lastModified": now}}
            transaction.adopt(collection, document)
            transaction.link_all(new_id, resolved)
            self._tell(resource_type, new_id, [member_key(member) for member in resolved])
            completion = self._completion()
        return _committed(resource_type, Stored(document), completion)

    def plant(self, collection: str, bodies: Iterable[Any], note: Callable[[str, Any], None]) -> None:
        """Create many resources, in one step, from bodies that were made here and are known to fit; members are users.

        ``note`` gets each new id with its body before the next body is asked for. Nobody may keep or change a body.
        """
        resource_type = self.type_of(collection)
        with self._store.joining() as transaction:
            now = utc_text(self._clock.now())
            meta = {"created": now, "lastModified": now}
            for body in bodies:
                new_id = transaction.next_id(collection)
                document = self._with_defaults(read_own(body, resource_type, self._dialect.reading), resource_type)
                members = document.pop("members", ())
                transaction.adopt(collection, {"id": new_id, **document, "meta": meta})
                transaction.link_all(new_id, [{"value": each["value"], "type": "User"} for each in members])
                note(new_id, body)

    def read(self, collection: str, resource_id: str) -> Resource:
        """Return one resource (RFC 7644 §3.4.1).

        Raises:
            NotFoundError: when there is none with this id.
        """
        resource_type = self.type_of(collection)
        completion = self._completion()
        stored = completion.reader.read(collection, resource_id)
        if stored is None:
            raise NotFoundError(resource_type.name, resource_id)
        return Resource(resource_type, stored, completion)

    def replace(self, collection: str, resource_id: str, body: Any, if_match: str | None = None) -> Resource:
        """Update a resource from a whole body (RFC 7644 §3.5.1); what is left out is the dialect's ``put`` to say."""
        resource_type = self.type_of(collection)
        change = read_change(check_object(body), resource_type, self._dialect.reading)
        sends_members = "members" in change
        members = check_members(change.pop("members", None))
        with self._store.transaction() as transaction:
            current = self._current(transaction, resource_type, resource_id, if_match)
            edit = self._references.edit(transaction, lambda: transaction.members(resource_id))
            loses_members = self._choices.put_members is PutRule.REPLACE and resource_type.attribute("members")
            if sends_members or loses_members:
                edit.replace(members)
            document = PUT_RULES[self._choices.put](current, change, self._choices.partial_lists)
            stored = self._write(transaction, resource_type, current, document, edit)
            completion = self._completion()
        return _committed(resource_type, stored, completion)

    def patch(self, collection: str, resource_id: str, body: Any, if_match: str | None = None) -> Resource:
        """Update a part of a resource (RFC 7644 §3.5.2), from a PatchOp or, in some dialects, a partial resource."""
        resource_type = self.type_of(collection)
        update = self._read_patch(check_object(body), resource_type)
        with self._store.transaction() as transaction:
            current = self._current(transaction, resource_type, resource_id, if_match)
            edit = self._references.edit(
                transaction, lambda: self._completion().shown_members(transaction.members(resource_id))
            )
            stored = self._write(transaction, resource_type, current, update(current, edit), edit)
            completion = self._completion()
        return _committed(resource_type, stored, completion)

    def delete(self, collection: str, resource_id: str, *, hard: bool = False, if_match: str | None = None) -> None:
        """Delete a resource (RFC 7644 §3.6); what that does to a user is the dialect's ``user_delete`` to say."""
        resource_type = self.type_of(collection)
        with self._store.transaction() as transaction:
            current = self._current(transaction, resource_type, resource_id, if_match)
            stays = resource_type.attribute("active") and self._choices.user_delete is DeleteRule.DEACTIVATE
            if stays and not hard:
                self._deactivate(transaction, resource_type, current)
            else:
                self._drop(transaction, resource_type, resource_id)

    def search(
        self, collection: str, filter_text: str | None, page: PageRequest, sort: SortRequest | None = None
    ) -> Found:
        """Return a page of the resources that a filter matches (RFC 7644 §3.4.2).

        Raises:
            InvalidFilterError: when the filter cannot be read or is not supported.
        """
        resource_type = self.type_of(collection)
        node = None if filter_text is None else self._read_filter(filter_text, resource_type)
        completion = self._completion()
        query = None
        if node is not None:
            query = make_query(node, collection, lambda stored: completion.scanned(resource_type, stored))
        order = ORDERS[self._choices.list_order] if sort is None else _by_document(sort_key(sort))
        return self._found(completion, resource_type, query, page, order)

    def find(self, collection: str, words: str, page: PageRequest) -> Found:
        """Return a page of the resources that have *words* in what people know them by, for people who look."""
        query = make_words_query(words, collection)
        return self._found(self._completion(), self.type_of(collection), query, page, ORDERS[self._choices.list_order])

    def _found(
        self, completion: Completion, resource_type: ResourceType, query: Query | None, page: PageRequest, order: Order
    ) -> Found:
        found = completion.reader.search(resource_type.collection, query, order=order, skip=page.skip, limit=page.count)
        return Found(resource_type, found.total, [Resource(resource_type, each, completion) for each in found.items])

    def _completion(self) -> Completion:
        """Return what completes resources from the state as it is now, even when another is put in its place later."""
        return Completion(self._store.reader(), self._dialect)

    def _with_defaults(self, document: Document, resource_type: ResourceType) -> Document:
        """Add to a new document what the service provider assigns when a client does not."""
        if self._choices.active_default is not None and resource_type.attribute("active"):
            document.setdefault("active", self._choices.active_default)
        return document

    def _read_filter(self, text: str, resource_type: ResourceType) -> Node | None:
        """Read a filter, or pass over one that is not supported, as the dialect says."""
        try:
            return read_filter(text, resource_type, self._dialect.grammars[resource_type.collection])
        except InvalidFilterError:
            if self._choices.unsupported_filter is RefusalRule.REFUSE:
                raise
            return None

    def _read_patch(self, body: Mapping[str, Any], resource_type: ResourceType) -> Update:
        """Return what the body does to a document and its members."""
        rules = self._dialect.patch_rules
        if self._choices.patch_op and is_patch_op(body):
            operations = read_operations(body, resource_type, rules)
            return lambda current, edit: apply_operations(current, operations, resource_type, rules, edit)
        if not self._choices.plain_patch:
            raise InvalidSyntaxError('a PATCH body needs "schemas" with the PatchOp URN, and "Operations"')
        return read_partial(
            body,
            resource_type,
            self._dialect.reading,
            lists=self._choices.partial_lists,
            operation=self._choices.member_operation,
        )

    def _current(
        self, transaction: Transaction, resource_type: ResourceType, resource_id: str, if_match: str | None
    ) -> Mapping[str, Any]:
        """Return the document of a resource itself, on which an update builds: what it leaves as it is, both share."""
        document = transaction.look(resource_type.collection, resource_id)
        if document is None:
            raise NotFoundError(resource_type.name, resource_id)
        if if_match is not None and self._choices.etag and if_match.strip() != "*":
            version = version_of(document, transaction.members(resource_id) if resource_type.name == "Group" else ())
            if version not in [each.strip() for each in if_match.split(",")]:
                raise VersionMismatchError(f"If-Match names {quoted(if_match)}, but the version is {version}")
        return document

    def _write(
        self,
        transaction: Transaction,
        resource_type: ResourceType,
        current: Mapping[str, Any],
        document: Document,
        edit: MemberEdit,
    ) -> Stored:
        """Store what a write makes of a resource; when it changes nothing, the dialect says what ``meta`` does."""
        check_required(document, resource_type)
        if document.get(ENTERPRISE_URN) != current.get(ENTERPRISE_URN):
            self._references.check_manager(transaction, document)
        self._references.check_external_id(transaction, resource_type, document, current["id"])
        moved = self._references.apply_members(transaction, current["id"], edit)
        if document.get("active") is False and current.get("active") is not False:
            self._references.leave_groups(transaction, current["id"])
        if document == current and not moved and self._choices.noop is NoopRule.KEEP:
            stored = Stored(current)
        else:
            meta = {**current["meta"], "lastModified": utc_text(self._clock.now())}
            written = {**document, "id": current["id"], "meta": meta}
            transaction.adopt(resource_type.collection, written)
            stored = Stored(written)
        self._tell(resource_type, current["id"], moved)
        return stored

    def _tell(self, resource_type: ResourceType, resource_id: str, moved: Moved) -> None:
        """Tell of a resource that was written, with the members that a group gained or lost."""
        is_group = resource_type.attribute("members")
        self._follow(group_written(resource_id, moved) if is_group else user_written(resource_id))

    def _deactivate(self, transaction: Transaction, resource_type: ResourceType, current: Mapping[str, Any]) -> None:
        """Make a user inactive instead of removing it (facts/4me.md 7.8)."""
        if current.get("active") is False and self._choices.second_delete_status == NotFoundError.status:
            raise NotFoundError(resource_type.name, current["id"])
        self._write(transaction, resource_type, current, {**current, "active": False}, MemberEdit(lambda: ()))

    def _drop(self, transaction: Transaction, resource_type: ResourceType, resource_id: str) -> None:
        """Remove a resource, and from others what names it: memberships, and it as manager (facts/4me.md 17.37)."""
        if resource_type.attribute("members"):
            members = [member_key(member) for member in transaction.members(resource_id)]
            transaction.drop(resource_type.collection, resource_id)
            self._follow(group_gone(resource_id, members))
        else:
            transaction.drop(resource_type.collection, resource_id)
            reports = self._references.leave_reports(transaction, resource_id, utc_text(self._clock.now()))
            self._follow(user_gone(resource_id, reports))


def _committed(resource_type: ResourceType, stored: Stored, completion: Completion) -> Resource:
    """Return a resource as it is after a commit, or as it was written when it is gone again."""
    newest = completion.reader.read(resource_type.collection, stored.document["id"])
    return Resource(resource_type, newest or stored, completion)


def _by_document(key: Callable[[Mapping[str, Any]], Any]) -> Callable[[Stored], Any]:
    return lambda stored: key(stored.document)
