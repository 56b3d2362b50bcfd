"""What is noted of each exchange, to measure later ones of the same client by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from sandbox.diagnosis.case import Case
from sandbox.diagnosis.memory import Limited, Memory, Page

EVERYONE = "*"
"""What was looked up when a list was read without a filter."""
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
_PLACE_IN_LIST = re.compile(r"(?:^|&)(?:startIndex|count)=[^&]*", re.IGNORECASE)


def note(case: Case, memory: Memory) -> None:
    """Remember what later exchanges of the same client will be measured by."""
    memory.blind = max(0, memory.blind - 1)
    _note_limit(case, memory)
    _note_refusal(case, memory)
    if case.collection is None:
        return
    if case.method == "GET" and case.status == 200:
        _note_reading(case, memory)
    elif case.method == "POST" and case.status in (409, 400, 422) and case.refusal == "UniquenessError":
        memory.note(memory.refused_creates, created_key(case), case.exchange.id)
    elif case.method == "DELETE" and case.is_fine and case.resource_id is not None:
        user = case.situation.resource(case.collection, case.resource_id)
        if user is not None and case.collection == "Users":
            memory.note(memory.deleted, str(user.get("userName", "")).lower(), case.resource_id)


def _note_limit(case: Case, memory: Memory) -> None:
    if memory.limited is not None and is_early(case, memory.limited):
        memory.limited.early += 1
    else:
        memory.limited = _limited(case) if case.status == 429 else None


def _note_reading(case: Case, memory: Memory) -> None:
    if case.resource_id is not None:
        if memory.note_read(case.place.path, case.exchange.answer.kept) and case.collection == "Users":
            memory.unchanged_reads += 1
        return
    filter_text = case.query.get("filter")
    names = [EVERYONE] if filter_text is None else [_unescaped(text) for text in _TEXT.findall(filter_text)]
    for name in names:
        memory.note(memory.looked_up, f"{case.collection} {name.lower()}", case.exchange.id)
        memory.refused_creates.pop(f"{case.collection} {name.lower()}", None)
    if filter_text is None and case.listed is not None:
        memory.pages[list_of(case)] = _page(case, len(case.listed))


def _note_refusal(case: Case, memory: Memory) -> None:
    if not 400 <= case.status < 500 or case.status in (401, 429):
        return
    signature = hash((case.method, case.exchange.target, case.exchange.body.kept))
    memory.refused_times = memory.refused_times + 1 if signature == memory.refused else 1
    memory.refused = signature


def _page(case: Case, shown: int) -> Page:
    answer: Mapping[str, object] = case.answer
    return Page(
        start=whole_number(answer.get("startIndex"), 1),
        shown=shown,
        items_per_page=whole_number(answer.get("itemsPerPage"), shown),
        total=whole_number(answer.get("totalResults"), shown),
        wants_all=whole_number(case.query.get("count"), case.choices.max_count) >= case.choices.max_count,
        exchange_id=case.exchange.id,
    )


def _limited(case: Case) -> Limited | None:
    headers = {name.lower(): value for name, value in case.exchange.answer_headers.items()}
    seconds = headers.get("retry-after", "")
    return Limited(case.exchange.at, float(seconds), case.exchange.id) if seconds.isdecimal() else None


def is_early(case: Case, limited: Limited) -> bool:
    """Tell whether an exchange comes before the time is over that a 429 asked to wait."""
    return case.exchange.at < limited.at + timedelta(seconds=limited.retry_after)


def whole_number(value: object, otherwise: int) -> int:
    """Return a number of a query or an answer, or *otherwise* when it is none."""
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"\d{1,12}", value) else otherwise
    return value if isinstance(value, int) else otherwise


def _unescaped(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def list_of(case: Case) -> str:
    """Return which list is read: its path, and all of its query but the place in it."""
    return f"/{case.collection}?{_PLACE_IN_LIST.sub('', case.place.query).strip('&')}"


def created_key(case: Case) -> str:
    """Return by what a new resource is known again."""
    names = names_in(case)
    return f"{case.collection} {names[0] if names else ''}"


def names_in(case: Case) -> list[str]:
    """Return by what a new resource may have been looked up, in lower case."""
    body = case.json if isinstance(case.json, Mapping) else {}
    key = "userName" if case.collection == "Users" else "displayName"
    emails = body.get("emails")
    listed = emails if isinstance(emails, list) else []
    values = [
        body.get(key),
        body.get("externalId"),
        *(each.get("value") for each in listed if isinstance(each, Mapping)),
    ]
    return [value.lower() for value in values if isinstance(value, str)]
