"""Rules about the attributes in a body (facts/4me.md 5, 7 and 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sandbox.diagnosis.case import NO_JSON, Case
from sandbox.diagnosis.rule import CREATE, PUT, USER_WRITE, WRITE, Rule, Told
from sandbox.diagnosis.sent import Sent
from sandbox.diagnosis.sources import (
    CHOSEN,
    CONFIG,
    DOCUMENTED,
    ENTRA_COMPATIBILITY,
    GROUPS,
    HINT,
    INFERRED,
    ONELOGIN_SCIM,
    SLIP,
    USERS,
    rfc,
)
from sandbox.scim.errors import quoted
from sandbox.scim.schema import ENTERPRISE_URN

_COMMON = frozenset({"schemas", "id", "meta", "externalid"})
_RENAMED_CUSTOM_FIELDS = "urn:ietf:params:scim:schemas:extension:xurrent:1.0:custom_fields"
_MENTIONED = 5
"""How many attributes one finding names."""


def _text_for_boolean(case: Case) -> Iterator[Told]:
    for each in case.sent:
        if each.attribute is not None and each.attribute.type == "boolean" and isinstance(each.value, str):
            told = each.value.strip().lower()
            yield Told(
                f"{_short(each.name)} is the text {quoted(each.value)}, not a boolean.",
                where=each.pointer,
                expected=told if told in ("true", "false") else "true or false",
                received=f'"{each.value[:40]}"',
            )


def _unknown_attribute(case: Case) -> Iterator[Told]:
    """Yield the attributes that no schema has, but for those that other rules speak of."""
    unknown = [each for each in case.sent if each.attribute is None and _is_worth_telling(each, case)]
    if unknown:
        names = ", ".join(dict.fromkeys(_short(each.name) for each in unknown[:_MENTIONED]))
        more = f" and {len(unknown) - _MENTIONED} more" if len(unknown) > _MENTIONED else ""
        plural = "are attributes" if len(unknown) > 1 else "is an attribute"
        yield Told(
            f"{names}{more} {plural} that no schema of 4me has: dropped without a word.",
            where=unknown[0].pointer,
            received=str(unknown[0].value)[:80],
        )


def _is_worth_telling(each: Sent, case: Case) -> bool:
    name = each.name.lower()
    parent = each.parent.lower()
    if name in _COMMON or name == _RENAMED_CUSTOM_FIELDS or _enterprise_name(each, case) is not None:
        return False
    if name.endswith((".managerid", "manager.id")) or parent in ("members", "meta"):
        return False
    return case.type is not None and case.type.extension(each.name) is None


def _enterprise_name(each: Sent, case: Case) -> str | None:
    """Return the name of the enterprise attribute that stands at the top of a resource, where nobody looks for it."""
    extension = case.type.extension(ENTERPRISE_URN) if case.type is not None else None
    name = each.name.partition(".")[0]
    attribute = extension.attribute(name) if extension is not None and ":" not in name else None
    return attribute.name if attribute is not None and each.attribute is None else None


def _misplaced_enterprise(case: Case) -> Iterator[Told]:
    for each in case.sent:
        name = _enterprise_name(each, case)
        if name is not None and "." not in each.name:
            yield Told(
                f"{name} stands at the top of the body, but belongs below the enterprise URN: it was dropped.",
                where=each.pointer,
                expected=f'"{ENTERPRISE_URN}": {{"{name}": …}}',
                received=f'"{name}": …',
            )


def _renamed_custom_fields(case: Case) -> Iterator[Told]:
    for name in case.members:
        if name.lower() == _RENAMED_CUSTOM_FIELDS:
            yield Told(
                "The custom fields came under Xurrent's name, which a blog prints; the schema is still called 4me.",
                where=f"/{name}",
                expected=case.choices.custom_fields_urn,
                received=name[:120],
            )


def _read_only(case: Case) -> Iterator[Told]:
    """Yield the read-only attributes that came along: clients echo what they read (facts/clients.md 2.3, 3.3)."""
    sent = [
        each.name
        for each in case.sent
        if "." not in each.name.rpartition(":")[2]
        and each.attribute is not None
        and each.attribute.is_read_only
        and each.attribute.name != "schemas"
        and each.value not in (None, [], {})
    ]
    if sent:
        yield Told(
            f"{', '.join(dict.fromkeys(sent))} came along; the service provider sets that itself and ignored it.",
            where=next(each.pointer for each in case.sent if each.name == sent[0]),
        )


def _password(case: Case) -> Iterator[Told]:
    for each in case.sent_as("password"):
        yield Told(
            "A password came along; 4me has no use for it and ignored it (it is not kept here either).",
            where=each.pointer,
        )


def _manager_id(case: Case) -> Iterator[Told]:
    for each in case.sent:
        if each.attribute is None and each.name.lower().endswith("manager.managerid"):
            yield Told(
                "manager has managerId, which no schema has: the manager was not set.",
                where=each.pointer,
                expected='"manager": {"value": "the id of the manager\'s SCIM user"}',
                received='"managerId"',
            )


def _unknown_manager(case: Case) -> Iterator[Told]:
    sent = [each for each in case.sent if each.name == f"{ENTERPRISE_URN}:manager"]
    shown = case.resource.get(ENTERPRISE_URN, {}).get("manager", {}) if case.resource else {}
    value = shown.get("value") if isinstance(shown, Mapping) and "displayName" not in shown else None
    if sent and value and case.situation.resource("Users", str(value)) is None:
        yield Told(
            f"The manager {quoted(value)} is the id of no user: 4me's mapping keeps the manager it has.",
            where=sent[-1].pointer,
            expected="the id of a SCIM user, as 4me gave it out",
            received=str(value)[:80],
        )


def _left_out(case: Case) -> Iterator[Told]:
    """Yield what a PUT has left out and the resource still has, where a PUT does not clear it."""
    if not case.resource or not isinstance(case.json, Mapping) or case.type is None:
        return
    sent = {name.lower() for name in case.json}
    read_only = {each.name.lower() for each in case.type.attributes if each.is_read_only}
    kept = [
        name
        for name in case.resource
        if name.lower() not in sent and name.lower() not in {*read_only, "schemas", "members"}
    ]
    if kept:
        yield Told(
            f"The PUT left out {', '.join(map(_short, kept[:_MENTIONED]))}; at 4me that clears nothing: "
            "what is left out stays.",
            where=f"/{kept[0]}",
            expected="null, [] or an empty text for what is to be cleared",
            received="left out",
        )


def _replaced_members(case: Case) -> Iterator[Told]:
    left = [each for each in case.exchange.change if each["op"] == "remove" and "/members/" in each["path"]]
    if left:
        count = f"{len(left)} members" if len(left) > 1 else "one member"
        yield Told(
            f"The PUT named members, so its list took the place of the old one: {count} left the group.",
            where="/members",
        )


def _creates_with_id(case: Case) -> Iterator[Told]:
    if (
        case.method == "POST"
        and case.json is not NO_JSON
        and case.members.get("externalId") in (None, "")
        and case.members.get("id")
    ):
        yield Told(
            "The body has an id, which the service provider gives out: put your own key into externalId.",
            where="/id",
            expected='"externalId"',
            received=str(case.members["id"])[:80],
        )


def _short(name: str) -> str:
    """Return a name without the URN before it; of an extension as a whole, what people call it."""
    if name.lower() == ENTERPRISE_URN.lower():
        return "the enterprise extension"
    return name.rpartition(":")[2] if name.lower().startswith("urn:") else name


ATTRIBUTE_RULES = (
    Rule("boolean-as-text", SLIP, "A boolean came as text",
         "Send true or false without quotes. Entra ID does with ?aadOptscim062020 behind its Tenant URL; in OneLogin's "
         "template take the quotes from around the macro.",
         ENTRA_COMPATIBILITY, DOCUMENTED, WRITE, _text_for_boolean, passed="Booleans are true and false",
         occasion=lambda case: any(each.attribute and each.attribute.type == "boolean" for each in case.sent)),
    Rule("attribute-unknown", SLIP, "An attribute is none of 4me's",
         "Map it to an attribute that /Schemas lists, or to a custom field.", USERS, CHOSEN, WRITE, _unknown_attribute,
         passed="Every attribute is one that 4me has"),
    Rule("enterprise-misplaced", SLIP, "An enterprise attribute stands outside of its extension",
         "Move it below urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.",
         rfc(7643, "4.3"), DOCUMENTED, USER_WRITE, _misplaced_enterprise),
    Rule("custom-fields-renamed", SLIP, "The custom fields have the wrong URN",
         "Write urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields.",
         USERS, INFERRED, USER_WRITE, _renamed_custom_fields),
    Rule("read-only-sent", HINT, "Read-only attributes came along", "Leave them out; they do no harm.",
         rfc(7644, "3.5.1"), DOCUMENTED, WRITE, _read_only),
    Rule("id-sent", HINT, "A new resource came with an id",
         "Send your key as externalId, and keep the id of the answer.",
         rfc(7643, "3.1"), DOCUMENTED, CREATE, _creates_with_id),
    Rule("password-sent", SLIP, "A password was sent",
         "Do not map a password: 4me ignores it, and it travels for nothing.",
         CONFIG, DOCUMENTED, USER_WRITE, _password, passed="No password is sent"),
    Rule("manager-id-misnamed", SLIP, "The manager's id has the wrong name",
         "Call it value: the id of the manager's SCIM user.", ONELOGIN_SCIM, DOCUMENTED, USER_WRITE, _manager_id),
    Rule("manager-unknown", SLIP, "The manager is nobody that is known",
         "Create the manager first, and send the id that 4me gave.", USERS, INFERRED, USER_WRITE, _unknown_manager),
    Rule("put-leaves-out", HINT, "A PUT left out attributes that the resource has",
         "To clear an attribute at 4me, send it empty; other service providers clear what is left out.",
         USERS, DOCUMENTED, PUT, _left_out),
    Rule("put-replaces-members", HINT, "A PUT took members out of a group",
         "Send all members with a PUT, or PATCH those that change.",
         GROUPS, DOCUMENTED, PUT, _replaced_members),
)  # fmt: skip
