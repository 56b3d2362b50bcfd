"""Rules about one call after the other: looking before creating, paging to the end, waiting when told to."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.memory import Memory, Page
from sandbox.diagnosis.remembering import EVERYONE, created_key, is_early, list_of, names_in, whole_number
from sandbox.diagnosis.rule import ANY_ANSWER, READ, Rule, Told, When
from sandbox.diagnosis.sources import (
    CHOSEN,
    CONNECTION,
    DOCUMENTED,
    HINT,
    INFERRED,
    NEIGHBOUR,
    OKTA_SCIM,
    REST,
    SLIP,
    USERS,
    rfc,
)
from sandbox.moments import moment_text
from sandbox.scim.errors import quoted

UNCHANGED_READS = 5
"""How many unchanged resources must be read again before it is worth telling."""
REFUSED_TIMES = 3

_POST = When(methods=frozenset({"POST"}), answers=frozenset({2, 4}), needs_body=True)
_ANY = When(answers=ANY_ANSWER)
_REFUSED = When(answers=frozenset({4}))


def _no_lookup(case: Case, memory: Memory) -> Iterator[Told]:
    if case.collection is None or case.resource_id is not None or memory.blind:
        return
    names = names_in(case)
    looked = any(f"{case.collection} {name}" in memory.looked_up for name in (*names, EVERYONE))
    if names and not looked and case.status in (201, 409):
        kind = "userName" if case.collection == "Users" else "displayName"
        yield Told(
            f"{quoted(names[0])} was sent without a look whether it is there already.",
            where="body",
            expected=f'GET /{case.collection}?filter={kind} eq "{names[0]}" before it',
        )


def _conflict_ignored(case: Case, memory: Memory) -> Iterator[Told]:
    if case.collection is None or case.refusal != "UniquenessError":
        return
    before = memory.refused_creates.get(created_key(case))
    if before is not None:
        yield Told(
            f"{quoted(names_in(case)[0])} was refused in {before} because it is there, and is sent again unchanged.",
            where="body",
            expected="a look-up, then PUT or PATCH of what is there",
        )


def _created_after_delete(case: Case, memory: Memory) -> Iterator[Told]:
    if case.collection != "Users" or not names_in(case):
        return
    user_id = memory.deleted.get(names_in(case)[0])
    if user_id is not None:
        yield Told(
            f"User {user_id} was deleted by this client and is created again; at 4me DELETE only deactivates.",
            where="body",
            expected=f"PATCH /Users/{user_id} with active true",
        )


def _stops_early(case: Case, memory: Memory) -> Iterator[Told]:
    """Yield that a client has left a list before its end for something that is no part of reading it."""
    for name, page in memory.pages.items():
        is_read_through = page.start > 1 or page.wants_all
        if page.is_told or page.start + page.shown > page.total or not is_read_through:
            continue
        if _is_elsewhere(case, name):
            page.is_told = True
            yield Told(
                f"The client stopped reading {name.rstrip('?')} after {page.start + page.shown - 1} of {page.total} "
                f"(in {page.exchange_id}).",
                where="query startIndex",
                expected=f"startIndex={page.start + page.shown} next, up to totalResults",
            )


def _is_elsewhere(case: Case, name: str) -> bool:
    """Tell whether a request shows that a list is read no further: another list, the same from its start, a new one."""
    if case.collection is None or case.resource_id is not None or not case.is_fine:
        return False
    if case.method == "POST":
        return name.startswith(f"/{case.collection}?")
    if case.method != "GET" or "filter" in case.query:
        return False
    return list_of(case) != name or whole_number(case.query.get("startIndex"), 1) <= 1


def _skips(case: Case, memory: Memory) -> Iterator[Told]:
    page, start = _page_before(case, memory)
    if page is not None and page.start + page.shown <= page.total and start > page.start + page.shown:
        until = min(start - 1, page.total)
        yield Told(
            f"The page before ended with number {page.start + page.shown - 1}, this one begins at {start}: "
            f"{until - page.start - page.shown + 1} were never read.",
            where="query startIndex",
            expected=f"startIndex={page.start + page.shown}",
            received=f"startIndex={start}",
        )


def _beyond(case: Case, memory: Memory) -> Iterator[Told]:
    page, start = _page_before(case, memory)
    is_over = page is not None and page.start + page.shown > page.total
    if page is not None and is_over and page.shown < page.items_per_page and start == page.start + page.items_per_page:
        yield Told(
            f"startIndex={start} is behind the end: {page.shown} came, but itemsPerPage said {page.items_per_page}, "
            "which at 4me is the size of a page.",
            where="query startIndex",
            expected=f"no further page: {page.total} is the total",
            received=f"startIndex={start}",
        )


def _page_before(case: Case, memory: Memory) -> tuple[Page | None, int]:
    if case.collection is None or case.resource_id is not None or "filter" in case.query:
        return None, 1
    start = whole_number(case.query.get("startIndex"), 1)
    return (memory.pages.get(list_of(case)) if start > 1 else None), start


def _retried_early(case: Case, memory: Memory) -> Iterator[Told]:
    limited = memory.limited
    if limited is not None and not limited.early and is_early(case, limited):
        after = (case.exchange.at - limited.at).total_seconds()
        yield Told(
            f"{limited.exchange_id} was answered 429 with Retry-After: {limited.retry_after:.0f}; "
            f"this call came {after:.0f} seconds later.",
            where="time",
            expected=f"no call for {limited.retry_after:.0f} seconds",
            received=f"a call after {after:.0f} seconds",
        )


def _limit_ignored(case: Case, memory: Memory) -> Iterator[Told]:
    limited = memory.limited
    if limited is not None and limited.early == 1 and case.status == 429 and is_early(case, limited):
        yield Told(
            f"Since {limited.exchange_id} was answered 429 the client goes on as if nothing had happened.",
            where="time",
            expected=f"no call for {limited.retry_after:.0f} seconds",
            received="one call after the other",
        )


def _unchanged_reads(_case: Case, memory: Memory) -> Iterator[Told]:
    if memory.unchanged_reads >= UNCHANGED_READS:
        told, memory.unchanged_reads = memory.unchanged_reads, 0
        yield Told(
            f"{told} users were read again one by one, and none had changed.",
            where="path",
            expected='GET /Users?filter=meta.lastModified gt "…" for all that changed',
        )


def _refused_again(case: Case, memory: Memory) -> Iterator[Told]:
    signature = hash((case.method, case.exchange.target, case.exchange.body.kept))
    if memory.refused == signature and memory.refused_times + 1 == REFUSED_TIMES and case.status not in (401, 429):
        yield Told(
            f"The very same request is refused for the {REFUSED_TIMES}rd time: sending it again will not help.",
            where="request",
        )


def _retiring(case: Case, memory: Memory) -> Iterator[Told]:
    fingerprint = case.exchange.presented.fingerprint
    if case.exchange.presented.verdict != "accepted" or fingerprint is None or fingerprint in memory.tokens:
        return
    retires_at = case.situation.retires_at(fingerprint)
    if retires_at is not None:
        memory.tokens.add(fingerprint)
        yield Told(
            f"The client still has the token {fingerprint}, which was rotated and ends at {moment_text(retires_at)}.",
            where="header Authorization",
            expected="the new token",
            received=f"the one before, {fingerprint}",
        )


def _is_create(case: Case) -> bool:
    return case.method == "POST" and case.collection is not None and case.resource_id is None


def _is_list(case: Case) -> bool:
    return case.listed is not None and "filter" not in case.query and len(case.listed) < case.answer["totalResults"]


SERIES_RULES = (
    Rule("create-without-lookup", SLIP, "Something was created without looking first",
         "Look it up by userName (a group by displayName) and create it when nobody is found.",
         OKTA_SCIM, INFERRED, _POST, look_back=_no_lookup, passed="Looks before it creates", occasion=_is_create),
    Rule("conflict-ignored", SLIP, "A 409 was ignored",
         "On 409 look the resource up, keep its id, and update it.", rfc(7644, "3.3"), INFERRED, _POST,
         look_back=_conflict_ignored, passed="Does not repeat what was refused with 409",
         occasion=lambda case: case.status == 409),
    Rule("create-after-delete", SLIP, "A deleted user is created again",
         "Revive the user with active true; its record and its person are still there.", USERS, DOCUMENTED, _POST,
         look_back=_created_after_delete),
    Rule("stops-before-total", SLIP, "A list is not read to its end",
         "Go on with startIndex until as many have come as totalResults says.", USERS, DOCUMENTED, _ANY,
         look_back=_stops_early, passed="Reads lists to their end", occasion=_is_list),
    Rule("page-skips", SLIP, "A page begins behind where the last one ended",
         "Add the number of resources that came to startIndex, not the count that was asked for.",
         USERS, DOCUMENTED, READ, look_back=_skips),
    Rule("relies-on-items-per-page", HINT, "itemsPerPage is taken for the number of resources that came",
         "Count Resources: at 4me itemsPerPage is the size of a page.", USERS, DOCUMENTED, READ, look_back=_beyond),
    Rule("retry-too-early", SLIP, "A call came before Retry-After was over",
         "Wait as many seconds as Retry-After says.", REST, NEIGHBOUR, _ANY, look_back=_retried_early,
         passed="Waits when it is told to", occasion=lambda case: case.status == 429),
    Rule("rate-limit-ignored", SLIP, "Calls go on while the rate limit refuses them",
         "Stop on 429, wait as many seconds as Retry-After says, then go on.", REST, NEIGHBOUR, _REFUSED,
         look_back=_limit_ignored),
    Rule("read-per-unchanged-user", HINT, "Users are read one by one, and none has changed",
         "Ask for what changed: filter by meta.lastModified.", USERS, DOCUMENTED, READ, look_back=_unchanged_reads),
    Rule("refused-again", HINT, "The same request is refused again and again",
         "Change the request as the finding about its refusal says.", rfc(9110, "15.5"), CHOSEN, _REFUSED,
         look_back=_refused_again),
    Rule("token-retiring", HINT, "The token was rotated and will end",
         "Give the client the new token before then: scim-sandbox token show prints it.", CONNECTION, DOCUMENTED, _ANY,
         look_back=_retiring),
)  # fmt: skip
