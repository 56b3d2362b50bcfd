"""The form of a conversation file, member by member, and the sentence for what does not fit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.simulators.conversation import Do, Evidence, Failed, Stride
from sandbox.simulators.endpoint import Slash

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
SPACES = ("+", "%20")
_TARGET = re.compile(r"(?:[/?][!-~]*)?")
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class ConversationError(ValueError):
    """A conversation that cannot be played; the sentence says where, and what would be accepted."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value may be, in words and as a test."""

    words: str
    fits: Callable[[Any], bool]


def _listed(values: Any) -> Kind:
    names = tuple(map(str, values))
    return Kind(f"one of {', '.join(names)}", lambda value: isinstance(value, str) and value in names)


def _all(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_span(value: Any) -> bool:
    units = {"seconds", "minutes", "hours", "days"}
    return isinstance(value, dict) and bool(value) and value.keys() <= units and all(map(_is_whole, value.values()))


def _is_page(value: Any) -> bool:
    is_page = isinstance(value, dict) and value.keys() == {"size", "by"}
    return is_page and _is_whole(value["size"]) and value["by"] in list(Stride)


def _is_header(pair: tuple[str, Any]) -> bool:
    name, value = pair
    is_value = value is None or (isinstance(value, str) and value.isprintable() and value.isascii())
    return bool(_HEADER_NAME.fullmatch(name)) and is_value


def _objects_of(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(test, value.values()))


TEXT = Kind("a text", _is_text)
TEXTS = Kind("a list of texts", _all(_is_text))
TEXT_OR_TEXTS = Kind("a text or a list of texts", lambda value: _is_text(value) or TEXTS.fits(value))
WHOLE = Kind("a whole number above 0", _is_whole)
SHARE = Kind("a number from 0 to 1", lambda value: isinstance(value, int | float) and 0 <= value <= 1)
STATUSES = Kind("a list of status codes", _all(lambda value: _is_whole(value) and 100 <= value <= 599))
OBJECT = Kind("an object", lambda value: isinstance(value, dict))
OBJECTS = Kind("a list of objects", _all(lambda value: isinstance(value, dict)))
NAMED_OBJECTS = Kind("an object of objects", _objects_of(lambda value: isinstance(value, dict)))
NAMED_TEXTS = Kind("an object of texts", _objects_of(_is_text))
NAMED_LISTS = Kind("an object of lists of texts", _objects_of(TEXTS.fits))
FLOWS = Kind(
    "an object of lists of steps, or of such objects by mode",
    _objects_of(lambda value: TEXTS.fits(value) or NAMED_LISTS.fits(value)),
)
POINTERS = Kind(
    "an object of JSON pointers", _objects_of(lambda value: isinstance(value, str) and (not value or value[0] == "/"))
)
HEADERS = Kind(
    "an object of header lines", lambda value: isinstance(value, dict) and all(map(_is_header, value.items()))
)
SPAN = Kind('a duration as {"minutes": 40}', _is_span)
SPAN_OR_NULL = Kind('a duration as {"seconds": 300}, or null', lambda value: value is None or _is_span(value))
SPANS = Kind("a list of durations", lambda value: _all(_is_span)(value) and bool(value))
TARGET = Kind(
    "a path and query as on the wire, as /Users?count=2",
    lambda value: isinstance(value, str) and bool(_TARGET.fullmatch(value)),
)
ANYTHING = Kind("anything", lambda _: True)
EVIDENCE = _listed(Evidence)

Form = Mapping[str, Kind]
"""The members of an object; those whose names end in ``?`` may be missing."""

TOLD: Form = {"evidence": EVIDENCE, "source?": TEXT_OR_TEXTS, "note?": TEXT}

CONVERSATION: Form = {
    "name": TEXT,
    "client": TEXT,
    "shows?": TEXT,
    "sources?": NAMED_TEXTS,
    "modes?": NAMED_TEXTS,
    "options?": NAMED_LISTS,
    "flags?": NAMED_TEXTS,
    "headers": HEADERS,
    "headers_with_body?": HEADERS,
    "space?": _listed(SPACES),
    "appends?": OBJECT,
    "cycle?": OBJECT,
    "timeout?": OBJECT,
    "failed?": OBJECT,
    "retry?": OBJECT,
    "quarantine?": OBJECT,
    "attributes?": NAMED_TEXTS,
    "templates?": OBJECT,
    "flows": FLOWS,
    "steps": OBJECTS,
    "reactions?": OBJECTS,
    "screens?": NAMED_OBJECTS,
    "notes?": OBJECTS,
}
PARTS: Mapping[str, Form] = {
    "appends": {"slash": _listed(Slash), "says": TEXT, **TOLD},
    "cycle": {"every": SPAN, **TOLD},
    "timeout": {"after": SPAN, **TOLD},
    "failed": {"again": _listed(Failed), **TOLD},
    "retry": {"attempts": WHOLE, "first_wait": SPAN_OR_NULL, "factor": WHOLE, **TOLD},
    "quarantine": {"gaps": SPANS, "disabled_after": SPAN, "failures": WHOLE, "share": SHARE, **TOLD},
}
ROWS: Mapping[str, Form] = {
    "steps": {
        "name": TEXT,
        "modes?": TEXTS,
        "options?": NAMED_TEXTS,
        "when?": TEXTS,
        "each?": TEXT,
        "batch?": TEXT,
        "at_most?": WHOLE,
        "page?": Kind('as {"size": 100, "by": "asked"}, or by "shown"', _is_page),
        "unique?": Kind("true or false", lambda value: isinstance(value, bool)),
        "learn?": TEXT,
        "wait?": SPAN,
        "request": OBJECT,
        "accept?": STATUSES,
        "has?": OBJECT,
        "save?": POINTERS,
        **TOLD,
    },
    "reactions": {
        "to": TEXTS,
        "at?": TEXTS,
        "during?": TEXTS,
        "options?": NAMED_TEXTS,
        "do": _listed(Do),
        "run?": TEXTS,
        "screen": TEXT,
        **TOLD,
    },
    "notes": {"says": TEXT, "scheme?": TEXT, "modes?": TEXTS, **TOLD},
}
REQUEST: Form = {
    "method": _listed(METHODS),
    "path": TARGET,
    "headers?": HEADERS,
    "body?": ANYTHING,
    "raw?": Kind("a text", lambda value: isinstance(value, str)),
}
SCREEN: Form = {"says": TEXT, **TOLD}


def check(document: Any, form: Form, where: str) -> None:
    """Raise unless an object has the members of its form, and no others.

    Raises:
        ConversationError: naming the first one that does not fit.
    """
    if not isinstance(document, dict):
        raise ConversationError(f"{where} must be an object, not {_shown(document)}")
    kinds = {name.removesuffix("?"): kind for name, kind in form.items()}
    for name in form:
        if not name.endswith("?") and name not in document:
            raise ConversationError(f"{where} has no {name}: {kinds[name].words}")
    for name, value in document.items():
        if name not in kinds:
            raise ConversationError(f"{where} has a member {_shown(name)}; known there: {', '.join(kinds)}")
        if not kinds[name].fits(value):
            raise ConversationError(f"{where}: {name} must be {kinds[name].words}, not {_shown(value)}")


def check_conversation(document: Any, where: str) -> None:
    """Raise unless a whole conversation has its form.

    Raises:
        ConversationError: naming the first place that does not fit.
    """
    check(document, CONVERSATION, where)
    for name, form in PARTS.items():
        if name in document:
            check(document[name], form, f"{where}, {name}")
    for name, form in ROWS.items():
        for number, row in enumerate(document.get(name, ()), start=1):
            check(row, form, f"{where}, {name} {number}")
    for step in document["steps"]:
        check(step["request"], REQUEST, f"{where}, request of {_shown(step['name'])}")
    for name, screen in document.get("screens", {}).items():
        check(screen, SCREEN, f"{where}, screen {_shown(name)}")


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
