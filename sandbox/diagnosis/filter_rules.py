"""Rules about filters: what 4me can be asked for, and how it must be written (facts/4me.md 6.12 to 6.17)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.rule import QUERY, Rule, Told
from sandbox.diagnosis.sources import (
    CHOSEN,
    DOCUMENTED,
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


FILTER_RULES = (
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
)  # fmt: skip
