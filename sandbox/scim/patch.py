"""Applying the operations of a PATCH (RFC 7644 §3.5.2), each to what the one before it left.

Every step makes a new document, so whoever calls keeps the result only when all operations passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.scim.errors import InvalidPathError, InvalidValueError, MutabilityError
from sandbox.scim.filter import Comparison, Node
from sandbox.scim.matching import matcher
from sandbox.scim.members import MemberEdit, check_members
from sandbox.scim.operations import (
    PATCH_OP_URN,
    Operation,
    PatchRules,
    ValuePathRule,
    is_patch_op,
    read_operations,
)
from sandbox.scim.path import AttributePath, ExtensionPath, PatchPath, read_patch_path
from sandbox.scim.resource import Change, read_extension
from sandbox.scim.schema import Attribute, ResourceType
from sandbox.scim.update import Document, merged
from sandbox.scim.value import described, names_nobody, read_value
from sandbox.scim.values import changed_values, given_values

__all__ = [
    "PATCH_OP_URN",
    "Operation",
    "PatchRules",
    "ValuePathRule",
    "apply_operations",
    "is_patch_op",
    "read_operations",
]


def apply_operations(
    current: Mapping[str, Any],
    operations: list[Operation],
    resource_type: ResourceType,
    rules: PatchRules,
    members: MemberEdit,
) -> Document:
    """Return the document after all operations; what they ask of a group's members is folded into *members*.

    Raises:
        ScimError: when an operation cannot be applied.
    """
    patch = _Patch(resource_type, rules, members)
    document = dict(current)
    for operation in operations:
        document = patch.applied(document, operation)
    return document


@dataclass(frozen=True, slots=True)
class _Patch:
    """What all operations of a request share."""

    resource_type: ResourceType
    rules: PatchRules
    members: MemberEdit

    def applied(self, document: Document, operation: Operation) -> Document:
        """Return the document after one operation.

        Raises:
            MutabilityError: when a required attribute lost its value (RFC 7644 §3.5.2.2), among others.
        """
        result = self._applied(document, operation)
        for attribute in self.resource_type.required_attributes:
            if attribute.name in document and attribute.name not in result:
                raise MutabilityError(f"{operation.where}: {attribute.name} is required, so it cannot be removed")
        return result

    def _applied(self, document: Document, operation: Operation) -> Document:
        if operation.path is None:
            return self._whole(document, operation)
        target = operation.path.target
        if isinstance(target, ExtensionPath):
            return merged(document, {target.extension.urn: self._extension(operation, target)})
        if _is_read_only(operation.path):
            raise MutabilityError(f"{operation.where}: {operation.path_text} is read-only")
        if not target.attribute.is_taken:
            return document
        if target.attribute.name == "members" and target.extension is None:
            self._edit_members(operation, target.attribute)
            return document
        return merged(document, self._change(document, operation, target))

    def _whole(self, document: Document, operation: Operation) -> Document:
        """Apply an operation without a path: each name in its value is a path of its own (facts/clients.md 0.4).

        Names that mean nothing or are read-only are passed over, as they are in a whole resource.
        """
        if not isinstance(operation.value, Mapping):
            found = described(operation.value)
            raise InvalidValueError(f"{operation.value_where} must be an object as there is no path, but is {found}")
        for name, value in operation.value.items():
            try:
                path = read_patch_path(name, self.resource_type)
            except InvalidPathError:
                continue
            if not _is_read_only(path):
                where = f"{operation.value_where}.{name}"
                one = replace(operation, path=path, path_text=name, value=value, where=where, value_where=where)
                document = self.applied(document, one)
        return document

    def _extension(self, operation: Operation, target: ExtensionPath) -> Change | None:
        if operation.op == "remove":
            return None
        return read_extension(operation.value, target.extension, self.resource_type, self.rules.reading)

    def _change(self, document: Document, operation: Operation, target: AttributePath) -> Change:
        """Return what the operation does to one attribute, as a change of the document."""
        urn = target.extension.urn if target.extension else None
        home = document if urn is None else document.get(urn, {})
        attribute = target.attribute
        if attribute.multi_valued:
            value: Any = changed_values(home.get(attribute.name, []), attribute, operation, self.rules)
        else:
            value = self._single_value(attribute, operation)
        change: Change = {attribute.name: value}
        return change if urn is None else {urn: change}

    def _single_value(self, attribute: Attribute, operation: Operation) -> Any:
        """Return what becomes of an attribute with one value: of a complex one, what changes in it."""
        reading = self.rules.reading
        sub_attribute = operation.sub_attribute
        if sub_attribute is None:
            is_removal = operation.op == "remove"
            return None if is_removal else read_value(attribute, operation.value, operation.value_where, reading)
        value = None
        if operation.op != "remove":
            value = read_value(sub_attribute, operation.value, operation.value_where, reading)
        change = {sub_attribute.name: value}
        return None if names_nobody(attribute, change, reading) else change

    def _edit_members(self, operation: Operation, attribute: Attribute) -> None:
        if operation.sub_attribute is not None:
            raise MutabilityError(f"{operation.where}: a member is added or removed, its parts do not change")
        if operation.path is not None and operation.path.condition is not None:
            self._remove_matching_members(operation, operation.path.condition)
            return
        members = check_members(given_values(attribute, operation, self.rules))
        if operation.op == "add":
            self.members.add(members)
        elif operation.op == "remove" and operation.value is not None:
            self.members.remove(members)
        else:
            self.members.replace(members)

    def _remove_matching_members(self, operation: Operation, condition: Node) -> None:
        if operation.op != "remove":
            raise MutabilityError(f"{operation.where}: a member is added or removed, not changed")
        named = _named_by(condition)
        if named is not None:
            self.members.remove([{"value": named}])
            return
        matches = matcher(condition)
        self.members.remove([member for member in self.members.now() if matches(member)])


def _is_read_only(path: PatchPath) -> bool:
    if isinstance(path.target, ExtensionPath):
        return False
    parts = (path.target.attribute, path.target.sub_attribute, path.sub_attribute)
    return any(part is not None and part.is_read_only for part in parts)


def _named_by(condition: Node) -> str | None:
    """Return the id when the condition is just ``value eq "id"``, so that nobody need be looked at."""
    if isinstance(condition, Comparison) and condition.operator == "eq" and condition.path.leaf.name == "value":
        return condition.value if isinstance(condition.value, str) else None
    return None
