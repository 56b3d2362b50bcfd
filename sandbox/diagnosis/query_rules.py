"""Rules about the query of a list: filters, paging, and what 4me does not do (facts/4me.md 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

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
    NO_SOURCE,
    REFUSED,
    SLIP,
    USERS,
    rfc,
)
from sandbox.scim.errors import quoted
from sandbox.scim.filter import OPERATORS

WHERE = "query filter"
KNOWN_PARAMETERS = frozenset(
    {"filter", "startindex", "count", "attributes", "excludedattributes", "sortby", "sortorder", "hard"}
)
_COMPARISON = re.compile(
    r"(?P<path>[A-Za-z][\w.:$-]*)\s+(?P<operator>[A-Za-z]{2})\s+(?P<value>\"(?:[^\"\\]|\\.)*\"|[^\s()]+)?"
)
_UNQUOTED = re.compile(r"\s(?:eq|ne|lt|gt|co|sw|ew|ge|le)\s+(?P<value>[^\"\s()\[\]][^\s()\]]*)", re.IGNORECASE)
_LITERAL = re.compile(r"true|false|null|-?\d+(\.\d+)?", re.IGNORECASE)
_PLUS_IN_TEXT = re.compile(r"(?:%22|\")(?:(?!%22|\").)*?[^\"%+\s]\+[^\"%+\s](?:(?!%22|\").)*(?:%22|\")", re.IGNORECASE)


def _filter(case: Case) -> str:
    return case.query.get("filter", "")


def _raw_filter(case: Case) -> str:
    """Return the filter as sent, encoded."""
    return next(
        (part.partition("=")[2] for part in case.place.query.split("&") if part.lower().startswith("filter=")), ""
    )


def _is_filter_refused(case: Case) -> bool:
    return case.refusal == "InvalidFilterError"


def _supported_attributes(case: Case) -> str:
    choices = case.choices
    supported = choices.user_filter_attributes if case.collection == "Users" else choices.group_filter_attributes
    return ", ".join(sorted(supported or ()))


def _attribute(case: Case) -> Iterator[Told]:
    if not _is_filter_refused(case) or "[" in _filter(case):
        return
    supported = _supported_attributes(case).split(", ")
    for found in _COMPARISON.finditer(_filter(case)):
        if found["path"].lower() not in {name.lower() for name in supported} and found["operator"].lower() in OPERATORS:
            yield Told(
                f"{case.collection} cannot be filtered by {quoted(found['path'])} at 4me.",
                where=WHERE,
                expected=f"one of {', '.join(supported)}",
                received=found["path"],
            )
            return


def _operator(case: Case) -> Iterator[Told]:
    if not _is_filter_refused(case):
        return
    supported = case.choices.filter_operators
    words = {word.lower() for word in re.sub(r"\"(?:[^\"\\]|\\.)*\"", "", _filter(case)).split()}
    unsupported = sorted((words & ({*OPERATORS, "not"})) - supported - case.choices.filter_logic)
    if unsupported:
        yield Told(
            f"4me's filters do not know {' and '.join(unsupported)}.",
            where=WHERE,
            expected=f"{', '.join(sorted(supported))}, combined with {' and '.join(sorted(case.choices.filter_logic))}",
            received=_filter(case)[:200],
        )


def _unquoted(case: Case) -> Iterator[Told]:
    if not _is_filter_refused(case):
        return
    for found in _UNQUOTED.finditer(_filter(case)):
        if not _LITERAL.fullmatch(found["value"]):
            yield Told(
                f"The value {quoted(found['value'])} in the filter is not in double quotes.",
                where=WHERE,
                expected=f'"{found["value"].strip(chr(39))}"',
                received=found["value"],
            )
            return


def _value_path(case: Case) -> Iterator[Told]:
    if _is_filter_refused(case) and "[" in _filter(case) and not case.choices.filter_value_paths:
        yield Told(
            f"{quoted(_filter(case))} selects a value in brackets, which 4me's filters do not know.",
            where=WHERE,
            expected=f"a comparison of {_supported_attributes(case)}",
            received=_filter(case)[:200],
        )


def _cut_filter(case: Case) -> Iterator[Told]:
    """Yield that an ``&`` or ``#`` in a value was not encoded, so that the filter ends in the middle of a text."""
    text = _filter(case)
    if _is_filter_refused(case) and text.count('"') % 2 == 1 and "&" in case.place.query:
        yield Told(
            f"The filter ends inside of a text, at {quoted(text[-30:])}: an & in the value was not encoded.",
            where=WHERE,
            expected="%26 for &",
            received=unquote(_raw_filter(case))[-60:],
        )


def _plus(case: Case) -> Iterator[Told]:
    """Yield that a + in a value came unencoded and was read as a blank (facts/clients.md 0, rule 7)."""
    raw = _raw_filter(case)
    if "+" in raw and _PLUS_IN_TEXT.search(raw) and "@" in unquote_plus(raw) and case.listed == []:
        yield Told(
            "A + inside of the quoted value was read as a blank, so the filter looked for another name.",
            where=WHERE,
            expected=_PLUS_IN_TEXT.sub(lambda found: found[0].replace("+", "%2B"), raw)[:200],
            received=raw[:200],
        )


def _bare_boolean(case: Case) -> Iterator[Told]:
    found = re.search(r"\bactive\s+(eq|ne)\s+(true|false)\b", _filter(case), re.IGNORECASE)
    if found and case.choices.filter_quoted_booleans:
        yield Told(
            f"The boolean in {quoted(found[0])} has no quotes; 4me documents it with quotes alone.",
            where=WHERE,
            expected=f'active {found[1]} "{found[2]}"',
            received=found[0],
        )


def _parentheses(case: Case) -> Iterator[Told]:
    text = re.sub(r"\"(?:[^\"\\]|\\.)*\"", "", _filter(case))
    if case.is_fine and "(" in text and case.choices.filter_quoted_booleans:
        yield Told(
            "The filter has parentheses, which 4me's documentation does not mention; here they are read.",
            where=WHERE,
            received=_filter(case)[:200],
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


def _is_filtered(case: Case) -> bool:
    return "filter" in case.query


QUERY_RULES = (
    Rule("filter-attribute", REFUSED, "The filter uses an attribute that 4me does not filter by",
         "Look users up by userName or externalId, groups by displayName or externalId.",
         USERS, DOCUMENTED, QUERY, _attribute),
    Rule("filter-operator", REFUSED, "The filter uses an operator that 4me does not have",
         "Use eq, ne, lt or gt, and fetch a little more than you need.", USERS, DOCUMENTED, QUERY, _operator),
    Rule("filter-value-without-quotes", REFUSED, "A text in the filter has no quotes",
         'Write the value in double quotes, as in userName eq "ann@widget.example".',
         rfc(7644, "3.4.2.2"), DOCUMENTED, QUERY, _unquoted),
    Rule("filter-value-path", REFUSED, "The filter selects a value in brackets",
         "Match by userName: choose it as the matching attribute instead of emails[type eq \"work\"].value.",
         USERS, DOCUMENTED, QUERY, _value_path),
    Rule("filter-not-encoded", REFUSED, "The filter was cut at a character that was not encoded",
         "Percent-encode the value: & is %26, # is %23, + is %2B.",
         rfc(3986, "2.1"), DOCUMENTED, QUERY, _cut_filter),
    Rule("filter-plus", SLIP, "A + in the filter was not encoded",
         "Write + as %2B: in a query it stands for a blank.", rfc(3986, "2.2"), INFERRED, QUERY, _plus),
    Rule("filter-boolean-without-quotes", SLIP, "A boolean in the filter has no quotes",
         'Write active eq "true" for 4me; other service providers want active eq true.',
         USERS, DOCUMENTED, QUERY, _bare_boolean),
    Rule("filter-parentheses", HINT, "The filter has parentheses", "Do without them, or try it in your QA account.",
         NO_SOURCE, CHOSEN, QUERY, _parentheses),
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
