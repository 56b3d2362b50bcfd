"""Rules about PATCH: the forms of operations that 4me puts up with and others do not (facts/clients.md 0, 1.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import PATCH, UPDATE, Rule, Told, When
from sandbox.diagnosis.sources import (
    CHOSEN,
    DOCUMENTED,
    ENTRA_COMPATIBILITY,
    HINT,
    INFERRED,
    REFUSED,
    SLIP,
    USERS,
    rfc,
)
from sandbox.scim.errors import quoted

REFUSED_PATCH = When(methods=frozenset({"PATCH"}), answers=frozenset({4}), needs_body=True)


def _operations(case: Case) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield each operation that is one, with its number."""
    for number, operation in enumerate(case.operations or ()):
        if isinstance(operation, Mapping):
            yield number, {name.lower(): value for name, value in operation.items()}


def _op_case(case: Case) -> Iterator[Told]:
    for number, operation in _operations(case):
        op = operation.get("op")
        if isinstance(op, str) and op != op.lower():
            yield Told(
                f"The operation is called {quoted(op)}; the names are add, remove and replace, in small letters.",
                where=f"/Operations/{number}/op",
                expected=op.lower(),
                received=op[:40],
            )
            return


def _plain(case: Case) -> Iterator[Told]:
    if case.operations is None and isinstance(case.json, Mapping):
        yield Told(
            "The PATCH is a part of the resource rather than a PatchOp: 4me documents that, other service providers "
            "do not take it.",
            where="/Operations",
            expected='{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": […]}',
        )


def _removal_by_value(case: Case) -> Iterator[Told]:
    for number, operation in _operations(case):
        path, value = operation.get("path"), operation.get("value")
        is_removal = str(operation.get("op", "")).lower() == "remove" and isinstance(path, str)
        if is_removal and str(path).lower() == "members" and value:
            yield Told(
                "The members to remove stand in value; by the RFC this removes all members, as value does not count.",
                where=f"/Operations/{number}",
                expected='"path": "members[value eq \\"7\\"]"',
                received='"path": "members", "value": […]',
            )
            return


def _key_as_path(case: Case) -> Iterator[Told]:
    for number, operation in _operations(case):
        value = operation.get("value")
        if operation.get("path") or not isinstance(value, Mapping):
            continue
        dotted = [name for name in value if "." in name and not name.lower().startswith("urn:")]
        if dotted:
            yield Told(
                f"{quoted(dotted[0])} is a path as the name of a member; it was taken as one.",
                where=f"/Operations/{number}/value/{dotted[0]}",
                expected='"name": {"givenName": …}' if dotted[0].startswith("name.") else "a path, or an object inside",
                received=dotted[0][:60],
            )
            return


def _made_by_path(case: Case) -> Iterator[Told]:
    """Yield that a value path matched nothing, so that the value was made (facts/clients.md 1.3)."""
    for number, operation in _operations(case):
        path = operation.get("path")
        attribute = path.partition("[")[0] if isinstance(path, str) and "[" in path else ""
        is_made = attribute and str(operation.get("op", "")).lower() in ("add", "replace") and attribute != "members"
        if is_made and _was_added(case, attribute):
            yield Told(
                f"Nothing matched {quoted(path)}, so a value was made that does.",
                where=f"/Operations/{number}/path",
            )


def _was_added(case: Case, attribute: str) -> bool:
    place = f"/{case.collection}/{case.resource_id}/{attribute}".lower()
    for change in case.exchange.change:
        if change["path"].lower() == place:
            return bool(change["op"] == "add")
    return False


def _nothing_changed(case: Case) -> Iterator[Told]:
    if not case.exchange.change and case.resource_id is not None and case.status == 200:
        yield Told(
            f"The {case.method} changed nothing: everything in it was so already.",
            where="body",
        )


def _unknown_path(case: Case) -> Iterator[Told]:
    if case.refusal == "InvalidPathError":
        paths = [operation.get("path") for _, operation in _operations(case)]
        path = next((each for each in paths if isinstance(each, str) and each in case.detail), None)
        yield Told(
            f"A PATCH path cannot be used: {case.detail.partition(';')[0]}.",
            where="/Operations",
            received=None if path is None else path[:120],
        )


PATCH_RULES = (
    Rule("patch-op-in-capitals", SLIP, "An operation is written with a capital",
         "Write add, remove, replace. Entra ID does with ?aadOptscim062020 behind its Tenant URL.",
         ENTRA_COMPATIBILITY, DOCUMENTED, PATCH, _op_case, passed="Operations are called add, remove and replace",
         occasion=lambda case: case.is_patch_op),
    Rule("patch-without-operations", HINT, "A PATCH is a partial resource",
         "Send a PatchOp when the client is to work elsewhere too.", USERS, DOCUMENTED, PATCH, _plain),
    Rule("patch-removes-by-value", SLIP, "Members to remove stand in value",
         'Write a path for each: members[value eq "7"]. Entra ID does with ?aadOptscim062020 behind its Tenant URL.',
         ENTRA_COMPATIBILITY, DOCUMENTED, PATCH, _removal_by_value),
    Rule("patch-key-is-path", SLIP, "The name of a member is a path",
         "Give each path an operation of its own, or nest the objects.", rfc(7644, "3.5.2"), DOCUMENTED, PATCH,
         _key_as_path),
    Rule("patch-value-made", HINT, "A value path matched nothing and made a value",
         "Add the whole value first; by the RFC replace with such a path is refused with noTarget.",
         rfc(7644, "3.5.2.3"), INFERRED, PATCH, _made_by_path),
    Rule("patch-path-unknown", REFUSED, "A PATCH path names nothing",
         "Name an attribute as /Schemas does; the sentence says where the path goes wrong.",
         rfc(7644, "3.5.2"), CHOSEN, REFUSED_PATCH, _unknown_path),
    Rule("changes-nothing", HINT, "A write changed nothing",
         "Compare before you write, and leave the call out.", USERS, INFERRED, UPDATE, _nothing_changed,
         passed="Every update changes something"),
)  # fmt: skip
