"""What a resource refers to: members by their ids, a manager, and the ``externalId`` that others may not have."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.dialect import Choices
from sandbox.planning import MANAGER_INDEX
from sandbox.scim.errors import InvalidValueError, UniquenessError, quoted
from sandbox.scim.members import Member, MemberEdit, member_key
from sandbox.scim.rules import UnknownReferenceRule
from sandbox.scim.schema import ENTERPRISE_URN, ResourceType
from sandbox.scim.update import Document, merged
from sandbox.store import Transaction


class References:
    """How a dialect reads and keeps references, inside of a transaction."""

    def __init__(self, choices: Choices) -> None:
        """Follow these choices."""
        self._choices = choices

    def leave_groups(self, transaction: Transaction, user_id: str) -> None:
        """Take a user who becomes inactive out of the groups, where the dialect does."""
        if not self._choices.inactive_members_stay:
            for group_id in transaction.groups_of((False, user_id)):
                transaction.unlink(group_id, (False, user_id))

    def leave_reports(self, transaction: Transaction, user_id: str, now: str) -> list[str]:
        """Take a user who is gone away from those whose manager it was (facts/4me.md 17.37), and return their ids."""
        reports = transaction.equal("Users", MANAGER_INDEX, user_id)
        for report_id in reports:
            report = transaction.look("Users", report_id)
            if report is not None:
                document = merged(report, {ENTERPRISE_URN: {"manager": None}})
                transaction.adopt("Users", {**document, "meta": {**report["meta"], "lastModified": now}})
        return reports

    def apply_members(self, transaction: Transaction, group_id: str, edit: MemberEdit) -> list[tuple[bool, str]]:
        """Link and unlink as the edit says, and return whom that changed anything for."""
        added = [self.resolved(transaction, member) for member in edit.added.values()]
        removed = list(edit.removed)
        if edit.replaces:
            staying = {member_key(member) for member in added}
            removed = [key for member in transaction.members(group_id) if (key := member_key(member)) not in staying]
        unlinked = [key for key in removed if transaction.unlink(group_id, key)]
        return [*unlinked, *map(member_key, transaction.link_all(group_id, added))]

    def edit(self, transaction: Transaction, current: Callable[[], Iterable[Member]]) -> MemberEdit:
        """Return an edit of members that knows what an id without a type names."""

        def typed(member: Member) -> Member:
            kinds = () if "type" in member else ("User", "Group")
            found = next((kind for kind in kinds if transaction.has(f"{kind}s", member["value"])), None)
            return member if found is None else {**member, "type": found}

        return MemberEdit(current, typed)

    def resolved(self, transaction: Transaction, member: Member) -> Member:
        """Return a member with the type of what its id names.

        Raises:
            InvalidValueError: when it names nobody and the dialect refuses that.
        """
        allowed = ["User", "Group"] if self._choices.nested_groups else ["User"]
        kinds = [kind for kind in allowed if member.get("type", kind) == kind]
        for kind in kinds:
            if transaction.has(f"{kind}s", member["value"]):
                return {"value": member["value"], "type": kind}
        if not kinds:
            raise InvalidValueError("members: a group cannot be a member of a group here")
        if self._choices.unknown_member is UnknownReferenceRule.REFUSE:
            raise InvalidValueError(f"members: {quoted(member['value'])} is the id of no {' or '.join(kinds).lower()}")
        return {"value": member["value"], "type": kinds[0]}

    def check_manager(self, transaction: Transaction, document: Document) -> None:
        """Pass when the manager exists, or need not.

        Raises:
            InvalidValueError: when it names nobody and the dialect refuses that.
        """
        manager = document.get(ENTERPRISE_URN, {}).get("manager", {}).get("value")
        is_checked = manager and self._choices.unknown_manager is UnknownReferenceRule.REFUSE
        if is_checked and not transaction.has("Users", manager):
            raise InvalidValueError(f"manager: {quoted(manager)} is the id of no user")

    def check_external_id(
        self, transaction: Transaction, resource_type: ResourceType, document: Document, resource_id: str
    ) -> None:
        """Pass when no other resource has the ``externalId``, or when others may have it."""
        value = document.get("externalId")
        if value is None or not self._choices.external_id_unique:
            return
        for owner in transaction.equal(resource_type.collection, "externalId", value):
            if owner != resource_id:
                raise UniquenessError("externalId", value, owner)
