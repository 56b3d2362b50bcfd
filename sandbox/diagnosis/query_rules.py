"""Rules about the rest of a query: paging, and what 4me does not do (facts/4me.md 6.1 to 6.10)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import DELETION, QUERY, Rule, Told
from sandbox.diagnosis.sources import (
    CHOSEN,
    CONFIG,
    DOCUMENTED,
    ENTRA_COMPATIBILITY,
    HARD_DELETE,
    HINT,
    INFERRED,
    REFUSED,
    SLIP,
    USERS,
    rfc,
)
from sandbox.scim.errors import quoted

KNOWN_PARAMETERS = frozenset(
    {"filter", "startindex", "count", "attributes", "excludedattributes", "sortby", "sortorder", "hard"}
)


def _count_above(case: Case) -> Iterator[Told]:
    count, most = _number(case, "count"), case.choices.max_count
    if count is not None and count > most and case.listed is not None:
        yield Told(
            f"count={count} was asked for; a page never has more than {most}.",
            where="query count",
            expected=f"1 to {most}",
            received=str(count),
        )


def _count_below(case: Case) -> Iterator[Told]:
    count = _number(case, "count")
    if count is not None and count < 1:
        yield Told(
            f"count={count} shows no resource: 4me documents 1 to {case.choices.max_count}.",
            where="query count",
            expected=f"1 to {case.choices.max_count}",
            received=str(count),
        )


def _not_a_number(case: Case) -> Iterator[Told]:
    if case.refusal != "InvalidValueError":
        return
    for name in ("count", "startIndex"):
        value = _parameter(case, name)
        if value is not None and _number(case, name) is None:
            yield Told(
                f"{name}={quoted(value)} is not a whole number.",
                where=f"query {name}",
                expected="a whole number",
                received=value[:80],
            )


def _start_below(case: Case) -> Iterator[Told]:
    start = _number(case, "startIndex")
    if start is not None and start < 1:
        yield Told(
            f"startIndex={start}: the first resource has the number 1, so this reads as 1.",
            where="query startIndex",
            expected="1 or more",
            received=str(start),
        )


def _sorting(case: Case) -> Iterator[Told]:
    asked = [name for name in ("sortBy", "sortOrder") if _parameter(case, name) is not None]
    if asked and not case.choices.sort:
        yield Told(
            f"{' and '.join(asked)} asked for an order, which 4me does not do: the list came in its own.",
            where=f"query {asked[0]}",
            received=f"{asked[0]}={_parameter(case, asked[0])}"[:120],
        )


def _unknown_parameter(case: Case) -> Iterator[Told]:
    unknown = [name for name in case.query if name and name.lower() not in KNOWN_PARAMETERS and "/" not in name]
    secrets = ("token", "key", "secret", "auth")
    for name in unknown:
        if not any(word in name.lower() for word in secrets):
            yield Told(
                f"Nobody looks at {quoted(name)} in the query.",
                where=f"query {name[:40]}",
                received=name[:80],
            )


def _unknown_selection(case: Case) -> Iterator[Told]:
    if case.type is None or not case.is_fine:
        return
    for parameter in ("attributes", "excludedAttributes"):
        for name in filter(None, (_parameter(case, parameter) or "").split(",")):
            short = name.strip().rpartition(":")[2].partition(".")[0]
            if _knows(case, name.strip(), short):
                continue
            yield Told(
                f"{parameter} names {quoted(name.strip())}, which no {case.type.name.lower()} has.",
                where=f"query {parameter}",
                received=name.strip()[:80],
            )


def _knows(case: Case, name: str, short: str) -> bool:
    assert case.type is not None
    schemas = (case.type.schema, *case.type.extensions)
    is_attribute = case.type.attribute(short) or any(schema.attribute(short) for schema in schemas)
    return bool(is_attribute) or case.type.extension(name) is not None or name.lower().startswith("urn:")


def _hard_delete(case: Case) -> Iterator[Told]:
    parameter = case.choices.hard_delete_parameter
    if parameter and case.query.get(parameter, "").lower() == "true" and case.collection == "Users":
        yield Told(
            f"?{parameter}=true removed the record of the user; its person stays, and the next sync creates it anew.",
            where=f"query {parameter}",
            received=f"{parameter}=true",
        )


def _parameter(case: Case, name: str) -> str | None:
    """Return a parameter by its name in any case."""
    return next((value for each, value in case.query.items() if each.lower() == name.lower()), None)


def _number(case: Case, name: str) -> int | None:
    value = _parameter(case, name)
    return int(value) if value is not None and re.fullmatch(r"[+-]?\d{1,18}", value.strip()) else None


QUERY_RULES = (
    Rule("count-above-25", SLIP, "More than 25 resources were asked for",
         "Ask for 25, and go on with startIndex plus the number of resources that came.",
         USERS, DOCUMENTED, QUERY, _count_above, passed="Pages are asked for as large as 4me has them",
         occasion=lambda case: _number(case, "count") is not None),
    Rule("count-below-1", HINT, "Less than one resource was asked for",
         "Ask for count=1 and read totalResults.", USERS, CHOSEN, QUERY, _count_below),
    Rule("paging-not-a-number", REFUSED, "count or startIndex is not a number",
         "Send whole numbers.", rfc(7644, "3.4.2.4"), DOCUMENTED, QUERY, _not_a_number),
    Rule("start-index-below-1", SLIP, "startIndex is below 1",
         "Begin at startIndex=1; the next page begins at 1 plus the number of resources so far.",
         rfc(7644, "3.4.2.4"), DOCUMENTED, QUERY, _start_below),
    Rule("sorting-asked", SLIP, "A sorted list was asked for",
         "Sort at the client; ServiceProviderConfig says sort.supported false.", CONFIG, DOCUMENTED, QUERY, _sorting),
    Rule("parameter-unknown", HINT, "A parameter in the query is not known",
         "Leave it out; Entra ID's flags (aadOptscim062020) are meant for Entra ID itself.",
         ENTRA_COMPATIBILITY, INFERRED, QUERY, _unknown_parameter),
    Rule("selection-unknown", SLIP, "attributes or excludedAttributes names something unknown",
         "Name attributes as /Schemas does.", rfc(7644, "3.9"), CHOSEN, QUERY, _unknown_selection),
    Rule("hard-delete", HINT, "A user was removed for good",
         "DELETE without ?hard=true deactivates; 4me describes hard=true for administrators.",
         HARD_DELETE, DOCUMENTED, DELETION, _hard_delete),
)  # fmt: skip
