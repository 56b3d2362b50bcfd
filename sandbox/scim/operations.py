"""Reading a PATCH body into operations (RFC 7644 §3.5.2), in the forms that real clients send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sandbox.scim.errors import InvalidPathError, InvalidSyntaxError, InvalidValueError, NoTargetError
from sandbox.scim.path import ExtensionPath, PatchPath, read_patch_path
from sandbox.scim.schema import Attribute, ResourceType
from sandbox.scim.value import Reading, described

PATCH_OP_URN = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
OPERATIONS = ("add", "remove", "replace")


class ValuePathRule(Enum):
    """What add and replace do when the filter in their path matches no value; remove does nothing then.

    That removing nobody succeeds is the RFC's own example (RFC 7644 §3.5.2.2).
    """

    CREATE = "they make the value that the filter describes"
    REFUSE = "the request is refused with noTarget"


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchRules:
    """How leniently operations are taken: the dialect's choices."""

    reading: Reading
    value_path: ValuePathRule = ValuePathRule.REFUSE
    any_case: bool = False
    """``Add`` is taken for ``add``."""
    schemas_required: bool = False
    """The body must name the PatchOp schema (RFC 7644 §3.5.2)."""
    max_operations: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One entry of ``Operations``, read but not yet applied; or one name in the value of an entry without a path."""

    op: str
    path: PatchPath | None
    """``None`` is the resource itself: the value is an object of attributes."""
    path_text: str = ""
    """The path as the client wrote it."""
    value: Any
    where: str
    """Where it stands in the body, for sentences: ``Operations[0]``."""
    value_where: str
    """Where its value stands: ``Operations[0].value``."""

    @property
    def sub_attribute(self) -> Attribute | None:
        """The sub-attribute it is aimed at, behind a dot or behind brackets."""
        if self.path is None or isinstance(self.path.target, ExtensionPath):
            return None
        return self.path.sub_attribute or self.path.target.sub_attribute


def is_patch_op(body: Mapping[str, Any]) -> bool:
    """Tell whether a body is a PatchOp rather than a partial resource (facts/4me.md 17.19)."""
    return _names_schema(body) or any(name.lower() == "operations" for name in body)


def _names_schema(body: Mapping[str, Any]) -> bool:
    schemas = body.get("schemas")
    return isinstance(schemas, list) and any(str(urn).lower() == PATCH_OP_URN.lower() for urn in schemas)


def read_operations(body: Mapping[str, Any], resource_type: ResourceType, rules: PatchRules) -> list[Operation]:
    """Read the operations of a PatchOp body.

    Raises:
        InvalidSyntaxError: when the body has no list of operations, or an operation is unknown.
        InvalidPathError: when a path cannot be read or names nothing.
        NoTargetError: when a remove has no path.
        InvalidValueError: when an add or a replace has no value.
    """
    if rules.schemas_required and not _names_schema(body):
        raise InvalidSyntaxError(f'a PatchOp needs "schemas": ["{PATCH_OP_URN}"]')
    listed = next((value for name, value in body.items() if name.lower() == "operations"), None)
    if not isinstance(listed, list) or not listed:
        raise InvalidSyntaxError('a PatchOp needs "Operations": a list with at least one operation')
    if len(listed) > rules.max_operations:
        raise InvalidSyntaxError(f"{len(listed)} operations in one request; at most {rules.max_operations} are taken")
    return [_read_operation(entry, f"Operations[{index}]", resource_type, rules) for index, entry in enumerate(listed)]


def _read_operation(entry: Any, where: str, resource_type: ResourceType, rules: PatchRules) -> Operation:
    if not isinstance(entry, Mapping):
        raise InvalidSyntaxError(f"{where} must be an object with op, path and value, but is {described(entry)}")
    parts = {name.lower(): value for name, value in entry.items()}
    op = _read_op(parts.get("op"), where, rules)
    path = _read_path(parts.get("path"), where, resource_type)
    if path is None and op == "remove":
        raise NoTargetError(f"{where}: remove needs a path that says what to remove")
    if op != "remove" and "value" not in parts:
        raise InvalidValueError(f"{where}: {op} needs a value")
    return Operation(
        op=op,
        path=path,
        path_text=parts.get("path") or "",
        value=parts.get("value"),
        where=where,
        value_where=f"{where}.value",
    )


def _read_op(op: Any, where: str, rules: PatchRules) -> str:
    name = op.lower() if isinstance(op, str) and rules.any_case else op
    if name not in OPERATIONS:
        raise InvalidSyntaxError(f"{where}.op must be one of {', '.join(OPERATIONS)}, but is {described(op)}")
    return str(name)


def _read_path(path: Any, where: str, resource_type: ResourceType) -> PatchPath | None:
    """Read a path; an empty one is none, as is ``null``."""
    if path is None or path == "":
        return None
    if not isinstance(path, str):
        raise InvalidPathError(f"{where}.path must be a string, but is {described(path)}")
    try:
        return read_patch_path(path, resource_type)
    except InvalidPathError as error:
        raise InvalidPathError(f"{where}.path: {error.detail}") from None
