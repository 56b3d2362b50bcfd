"""The two dialects as the tests of ``scim`` need them: resource types, rules, and one call that applies a PATCH."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from sandbox.dialect import Dialect, read_dialect
from sandbox.scim.members import Member, MemberEdit
from sandbox.scim.patch import PATCH_OP_URN, apply_operations, read_operations
from sandbox.scim.resource import check_required
from sandbox.scim.schema import ENTERPRISE_URN

FOURME = read_dialect("4me")
RFC7644 = read_dialect("rfc7644")
DIALECTS = {"4me": FOURME, "rfc7644": RFC7644}

ENTERPRISE = ENTERPRISE_URN
CUSTOM_FIELDS = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields"

META = {"created": "2026-03-02T09:00:00Z", "lastModified": "2026-03-02T09:00:00Z"}

JANE: dict[str, Any] = {
    "id": "5",
    "externalId": "E-5",
    "userName": "jane@widget.example",
    "name": {"givenName": "Jane", "familyName": "Doe"},
    "displayName": "Jane Doe",
    "title": "Buyer",
    "active": True,
    "emails": [
        {"value": "jane@widget.example", "type": "work", "primary": True},
        {"value": "jane@home.example", "type": "home"},
    ],
    "phoneNumbers": [{"value": "+31 1", "type": "work"}],
    ENTERPRISE: {"department": "Sales", "employeeNumber": "701", "manager": {"value": "7"}},
    "meta": META,
}
"""A user as stored, with an attribute of every kind."""

WORK, HOME = JANE["emails"]


def patch_op(*operations: Any) -> dict[str, Any]:
    """Return the body of a PATCH."""
    return {"schemas": [PATCH_OP_URN], "Operations": list(operations)}


def user(**changes: Any) -> dict[str, Any]:
    """Return Jane with some attributes changed; ``None`` takes one away."""
    return {name: value for name, value in {**JANE, **changes}.items() if value is not None}


def with_enterprise(**changes: Any) -> dict[str, Any]:
    """Return Jane with some attributes of the enterprise extension changed; ``None`` takes one away."""
    values = {name: value for name, value in {**JANE[ENTERPRISE], **changes}.items() if value is not None}
    return user(**{ENTERPRISE: values or None})


def patched(dialect: Dialect, document: Mapping[str, Any], *operations: Any) -> dict[str, Any]:
    """Return a user after the operations of one PATCH, and see that the one before is as it was."""
    before = deepcopy(document)
    resource_type = dialect.resource_types["Users"]

    try:
        read = read_operations(patch_op(*operations), resource_type, dialect.patch_rules)
        after = apply_operations(document, read, resource_type, dialect.patch_rules, MemberEdit(lambda: ()))
        check_required(after, resource_type)
    finally:
        assert document == before, "the document was changed in place"
    return after


def edited(dialect: Dialect, members: Sequence[Member], *operations: Any) -> MemberEdit:
    """Return what the operations of one PATCH ask of a group's members."""
    group = {"id": "1", "displayName": "Staff", "meta": META}
    resource_type = dialect.resource_types["Groups"]
    edit = MemberEdit(lambda: members)
    read = read_operations(patch_op(*operations), resource_type, dialect.patch_rules)

    assert apply_operations(group, read, resource_type, dialect.patch_rules, edit) == group
    return edit


def ids(edit: MemberEdit) -> list[str]:
    """Return the ids of the members after an edit."""
    return [member["value"] for member in edit.now()]
