"""Rules about refusals by SCIM itself: what was wrong, and for every error there is at least a plain finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.place import spelled
from sandbox.diagnosis.rule import REFUSAL, Rule, Told
from sandbox.diagnosis.sources import (
    CHOSEN,
    CONFIG,
    DOCUMENTED,
    INFERRED,
    NEIGHBOUR,
    NO_SOURCE,
    OKTA_SPEC,
    REFUSED,
    REST,
    SCIM,
    USERS,
    rfc,
)
from sandbox.dialect import Evidence
from sandbox.scim.errors import quoted

_UNMENTIONED = "4me's pages do not mention it: whether it is there we do not know"
"""Of ``/Me`` and ``/.search`` (facts/4me.md 1.3)."""
_OWNER = re.compile(r"resource with id (?P<id>\d+)")


def _owner(case: Case) -> str | None:
    found = _OWNER.search(case.detail)
    return found["id"] if found else None


def _is_taken(case: Case, key: str) -> bool:
    return case.refusal == "UniquenessError" and case.detail.startswith(f"{key} ")


def _is_inactive(case: Case) -> bool:
    """Tell whether whoever has the name is inactive."""
    owner = _owner(case)
    user = case.situation.resource("Users", owner) if owner else None
    return user is not None and user.get("active") is False


def _taken(case: Case) -> Iterator[Told]:
    if not _is_taken(case, "userName") or _is_inactive(case):
        return
    owner = _owner(case)
    yield Told(
        f"{case.detail}.",
        where="/userName",
        expected="a userName that nobody has, in any case",
        fix=f'Look first: GET /Users?filter=userName eq "…"; then update /Users/{owner or "ID"} with PUT or PATCH.',
    )


def _taken_by_inactive(case: Case) -> Iterator[Told]:
    if _is_taken(case, "userName") and _is_inactive(case):
        owner = _owner(case)
        yield Told(
            f"{case.detail}, who is inactive: DELETE keeps the record at 4me, and its userName with it.",
            where="/userName",
            expected=f"PATCH /Users/{owner} with active true",
            fix=f"Revive the user: PATCH /Users/{owner} with active true. The person comes back with its history.",
        )


def _group_taken(case: Case) -> Iterator[Told]:
    if _is_taken(case, "displayName"):
        owner = _owner(case) or "ID"
        yield Told(
            f"{case.detail}.",
            where="/displayName",
            expected="a displayName that no group has, in any case",
            fix=f'Look first: GET /Groups?filter=displayName eq "…"; then update /Groups/{owner}.',
        )


def _missing(case: Case) -> Iterator[Told]:
    if case.refusal == "MissingValueError":
        attribute = case.detail.partition(" ")[0]
        yield Told(f"{attribute} is missing, or empty.", where=f"/{attribute}", expected=f"{attribute} with a value")


def _not_found(case: Case) -> Iterator[Told]:
    if case.refusal != "NotFoundError" or case.collection is None or case.resource_id is None:
        return
    if not case.resource_id.isdecimal() and spelled(case.resource_id) is None:
        kind = "userName" if case.collection == "Users" else "displayName"
        yield Told(
            f"{quoted(case.resource_id)} is not an id of 4me's, which are numbers.",
            where="path",
            expected=f"/{case.collection}/NUMBER",
            received=f"/{case.collection}/{case.resource_id[:60]}",
            fix=f'Look the id up: GET /{case.collection}?filter={kind} eq "…" (or externalId eq "…"), and keep it.',
        )


def _gone(case: Case) -> Iterator[Told]:
    if case.refusal == "NotFoundError" and case.resource_id is not None and case.resource_id.isdecimal():
        yield Told(
            f"{case.detail}.",
            where="path",
            expected=f"the id of one of the {(case.collection or 'resources').lower()} of {case.exchange.account}",
            received=f"/{case.collection}/{case.resource_id}",
        )


def _no_id(case: Case) -> Iterator[Told]:
    below = case.place.below
    is_collection = case.collection is not None and len(below) == 1
    if case.refusal == "MethodNotAllowedError" and is_collection and case.method in ("PUT", "PATCH", "DELETE"):
        yield Told(
            f"{case.method} came to all {below[0]}; it needs the id of one.",
            where="path",
            expected=f"/{below[0]}/ID",
            received=f"/{below[0]}",
        )


def _post_to_one(case: Case) -> Iterator[Told]:
    if case.refusal == "MethodNotAllowedError" and case.resource_id is not None and case.method == "POST":
        yield Told(
            f"POST came to one of the {(case.collection or '').lower()}; a new one is made at /{case.collection}.",
            where="path",
            expected=f"POST /{case.collection}, or PUT or PATCH /{case.collection}/{case.resource_id}",
            received=f"POST /{case.collection}/{case.resource_id}",
        )


def _unknown_member(case: Case) -> Iterator[Told]:
    if (
        case.refusal == "InvalidValueError"
        and case.detail.startswith("members:")
        and " is the id of no " in case.detail
    ):
        yield Told(
            f"{case.detail}.",
            where="/members",
            expected="the ids of users and groups, as 4me gave them out",
        )


def _empty_body(case: Case) -> Iterator[Told]:
    if case.refusal == "InvalidSyntaxError" and not case.exchange.body.length:
        yield Told("The request has no body.", where="body", expected="a JSON object")


def _not_utf8(case: Case) -> Iterator[Told]:
    if case.refusal == "InvalidSyntaxError" and "UTF-8" in case.detail:
        yield Told(f"{case.detail[:1].upper()}{case.detail[1:]}.", where="body", expected="JSON in UTF-8")


def _compressed(case: Case) -> Iterator[Told]:
    if case.refusal == "MediaTypeError" and "content-encoding" in case.headers:
        yield Told(
            f"The body came as {quoted(case.headers['content-encoding'])}, which is not unpacked.",
            where="header Content-Encoding",
            expected="the body as it is",
            received=case.headers["content-encoding"][:40],
        )


def _optional(resource: str, remark: str, case: Case) -> Iterator[Told]:
    """Yield that a client asked for an optional part of SCIM, and how we know that 4me need not have it."""
    if case.place.prefix is not None and case.place.below[-1:] == (resource,) and case.status in (404, 501):
        yield Told(f"/{resource} is optional in SCIM, and {remark}.", where="path", received=f"/{resource}")


Row = tuple[str, str, str, str, str, Evidence]

_PLAIN_ROWS: tuple[Row, ...] = (
    # the error, code, title, fix, source, evidence
    ("InvalidSyntaxError", "invalid-syntax", "The body cannot be read",
     "Send one JSON object, as the sentence says.", rfc(7644, "3.12"), CHOSEN),
    ("InvalidValueError", "invalid-value", "A value does not fit",
     "Send what the sentence asks for.", rfc(7644, "3.12"), CHOSEN),
    ("InvalidFilterError", "invalid-filter", "The filter cannot be used",
     'Write it as userName eq "ann@widget.example".', rfc(7644, "3.4.2.2"), CHOSEN),
    ("InvalidPathError", "invalid-path", "A PATCH path cannot be used",
     "Name an attribute as /Schemas does.", rfc(7644, "3.5.2"), CHOSEN),
    ("NoTargetError", "no-target", "A PATCH path matches nothing",
     "Add the value first, or aim at one that is there.", rfc(7644, "3.5.2"), CHOSEN),
    ("MutabilityError", "mutability", "An attribute cannot be changed",
     "Leave it out.", rfc(7644, "3.12"), CHOSEN),
    ("UniquenessError", "uniqueness", "A value is taken",
     "Choose another one, or update its owner.", OKTA_SPEC, INFERRED),
    ("NotFoundError", "not-found", "There is no such resource", "Look its id up.", rfc(7644, "3.12"), INFERRED),
    ("MethodNotAllowedError", "method-not-allowed", "The method is not for this address",
     "Use one of those in the header Allow.", SCIM, CHOSEN),
    ("VersionMismatchError", "version-mismatch", "The resource has changed meanwhile",
     "Read it again, and send the change with the new version.", rfc(7644, "3.14"), DOCUMENTED),
    ("BodyTooLargeError", "body-too-large", "The body is too large",
     "Send less at a time; the limit is the sandbox's (--max-body-bytes), 4me names none.", rfc(7644, "3.12"), CHOSEN),
    ("TooManyOperationsError", "too-many-operations", "A bulk request has too many operations",
     "Send fewer at a time: ServiceProviderConfig says how many.", rfc(7644, "3.7.4"), DOCUMENTED),
    ("MediaTypeError", "media-type-refused", "The media type is not read",
     "Send Content-Type: application/scim+json.", rfc(7644, "3.1"), CHOSEN),
    ("NotSupportedError", "not-supported", "This part of SCIM is not supported",
     "Do without: ServiceProviderConfig says what there is.", CONFIG, DOCUMENTED),
)  # fmt: skip

_STATUS_ROWS: tuple[tuple[int, str, str, str, str, Evidence], ...] = (
    (400, "bad-request", "The request itself cannot be read", "Send the header Host.", rfc(9112, "3.2"), DOCUMENTED),
    (429, "rate-limited", "Too many requests came",
     "Wait as many seconds as Retry-After says, and go on more slowly.", REST, NEIGHBOUR),
    (500, "sandbox-failed", "The sandbox itself failed",
     "This is the sandbox's fault, not the client's: the log has the traceback.", NO_SOURCE, CHOSEN),
    (507, "state-not-written", "The change could not be kept",
     "Make room on the disk that holds the state; nothing of the request happened.", NO_SOURCE, CHOSEN),
)  # fmt: skip


def _plain(error: str, case: Case) -> Iterator[Told]:
    if case.refusal == error:
        yield Told(_sentence(case.detail), where=_where(case))


def _by_status(status: int, case: Case) -> Iterator[Told]:
    if case.status == status and case.refusal in (None, "PlatformError", "TooManyRequestsError"):
        yield Told(_sentence(case.detail or f"The answer was {status}"), where="request")


def _whatever(case: Case) -> Iterator[Told]:
    yield Told(_sentence(case.detail or f"The request was refused with {case.status}"), where="request")


def _sentence(detail: str) -> str:
    return f"{detail[:1].upper()}{detail[1:].rstrip('.')}." if not detail[:1].isupper() else f"{detail.rstrip('.')}."


def _where(case: Case) -> str:
    if case.method in ("GET", "DELETE"):
        return "query" if case.place.query else "path"
    return "body"


REFUSAL_RULES = (
    Rule("user-name-taken", REFUSED, "The userName is taken", "Look a user up before you create it.",
         OKTA_SPEC, INFERRED, REFUSAL, _taken),
    Rule("user-name-taken-by-inactive", REFUSED, "The userName is taken by an inactive user",
         "Set active to true instead of creating the user again.", USERS, INFERRED, REFUSAL, _taken_by_inactive),
    Rule("group-name-taken", REFUSED, "The displayName of a group is taken", "Look a group up before you create it.",
         USERS, INFERRED, REFUSAL, _group_taken),
    Rule("required-missing", REFUSED, "A required attribute is missing", "Send it as a text that is not empty.",
         rfc(7643, "2.2"), DOCUMENTED, REFUSAL, _missing),
    Rule("id-is-a-name", REFUSED, "A name or a key of the client's stands where the id belongs",
         "Keep the id that the answer to POST had.", USERS, DOCUMENTED, REFUSAL, _not_found),
    Rule("resource-not-found", REFUSED, "There is no resource with this id",
         "Look it up again: it was removed, or the id is of another account.", OKTA_SPEC, INFERRED, REFUSAL, _gone),
    Rule("id-missing", REFUSED, "The address names no single resource", "Put the id behind it.",
         rfc(7644, "3.2"), DOCUMENTED, REFUSAL, _no_id),
    Rule("post-to-one", REFUSED, "A POST came to a resource that is there", "Create at the collection.",
         rfc(7644, "3.3"), DOCUMENTED, REFUSAL, _post_to_one),
    Rule("member-unknown", REFUSED, "A member is nobody that is known",
         "Create users before you put them into groups, and send the ids that 4me gave out.",
         NO_SOURCE, CHOSEN, REFUSAL, _unknown_member),
    Rule("body-missing", REFUSED, "The request has no body", "Send the resource, or the operations, as JSON.",
         rfc(7644, "3.3"), DOCUMENTED, REFUSAL, _empty_body),
    Rule("body-not-utf-8", REFUSED, "The body is not UTF-8", "Write the body in UTF-8, without a byte order mark.",
         rfc(8259, "8.1"), DOCUMENTED, REFUSAL, _not_utf8),
    Rule("body-compressed", REFUSED, "The body is compressed", "Send the body as it is.", rfc(9110, "8.4"), CHOSEN,
         REFUSAL, _compressed),
    Rule("bulk-asked", REFUSED, "A bulk request was sent", "Send one request for each resource.", CONFIG, DOCUMENTED,
         REFUSAL, partial(_optional, "Bulk", "4me's ServiceProviderConfig says that there is none")),
    Rule("me-asked", REFUSED, "/Me was asked for", "Address users by their id: a token is an account's, not a user's.",
         rfc(7644, "3.11"), CHOSEN, REFUSAL, partial(_optional, "Me", _UNMENTIONED)),
    Rule("search-asked", REFUSED, "A query was sent by POST", "Send the query with GET.", SCIM, CHOSEN, REFUSAL,
         partial(_optional, ".search", _UNMENTIONED)),
)  # fmt: skip

PLAIN_RULES = (
    *(
        Rule(code, REFUSED, title, fix, source, evidence, REFUSAL, partial(_plain, error))
        for error, code, title, fix, source, evidence in _PLAIN_ROWS
    ),
    *(
        Rule(code, REFUSED, title, fix, source, evidence, REFUSAL, partial(_by_status, status))
        for status, code, title, fix, source, evidence in _STATUS_ROWS
    ),
)
"""For each error, what is said when no other rule explains it."""

LAST_RULE = Rule(
    "refused", REFUSED, "The request was refused", "Do what the sentence says.", NO_SOURCE, CHOSEN, REFUSAL, _whatever
)
"""What is said when there is no word of the cause."""
