"""HAR 1.2 as a table: which members an object has, and of what kind they are.

Source: http://www.softwareishard.com/blog/har-12-spec/ ; members that begin with an underscore are free.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

TEXT, NUMBER, INSTANT = "text", "number", "instant"
NAMED = {"name": TEXT, "value": TEXT, "comment?": TEXT}
COOKIE = {**NAMED, "path?": TEXT, "domain?": TEXT, "expires?": INSTANT, "httpOnly?": "switch", "secure?": "switch"}
HAR: dict[str, Any] = {
    "log": {
        "version": TEXT,
        "creator": {"name": TEXT, "version": TEXT, "comment?": TEXT},
        "browser?": {"name": TEXT, "version": TEXT, "comment?": TEXT},
        "pages?": [{}],
        "entries": [
            {
                "pageref?": TEXT,
                "startedDateTime": INSTANT,
                "time": NUMBER,
                "request": {
                    "method": TEXT,
                    "url": TEXT,
                    "httpVersion": TEXT,
                    "cookies": [COOKIE],
                    "headers": [NAMED],
                    "queryString": [NAMED],
                    "postData?": {"mimeType": TEXT, "params": [{"name": TEXT}], "text": TEXT, "comment?": TEXT},
                    "headersSize": NUMBER,
                    "bodySize": NUMBER,
                    "comment?": TEXT,
                },
                "response": {
                    "status": NUMBER,
                    "statusText": TEXT,
                    "httpVersion": TEXT,
                    "cookies": [COOKIE],
                    "headers": [NAMED],
                    "content": {
                        "size": NUMBER,
                        "compression?": NUMBER,
                        "mimeType": TEXT,
                        "text?": TEXT,
                        "encoding?": TEXT,
                        "comment?": TEXT,
                    },
                    "redirectURL": TEXT,
                    "headersSize": NUMBER,
                    "bodySize": NUMBER,
                    "comment?": TEXT,
                },
                "cache": {"beforeRequest?": {}, "afterRequest?": {}, "comment?": TEXT},
                "timings": {
                    "blocked?": NUMBER,
                    "dns?": NUMBER,
                    "connect?": NUMBER,
                    "send": NUMBER,
                    "wait": NUMBER,
                    "receive": NUMBER,
                    "ssl?": NUMBER,
                    "comment?": TEXT,
                },
                "serverIPAddress?": TEXT,
                "connection?": TEXT,
                "comment?": TEXT,
            }
        ],
        "comment?": TEXT,
    }
}
"""A question mark says that a member may be missing; a list has any number of what is in it."""


def problems_of(value: Any, expected: Any = HAR, where: str = "") -> Iterator[str]:
    """Yield what of an archive is not as HAR 1.2 wants it."""
    if isinstance(expected, Mapping):
        yield from _problems_of_object(value, expected, where)
    elif isinstance(expected, list):
        if not isinstance(value, list):
            yield f"{where} is {value!r}"
            return
        for number, each in enumerate(value):
            yield from problems_of(each, expected[0], f"{where}[{number}]")
    elif not _is_of_kind(value, expected):
        yield f"{where} is {value!r}"


def _problems_of_object(value: Any, expected: Mapping[str, Any], where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is {value!r}"
        return
    dot = "." if where else ""
    for name, inner in expected.items():
        plain = name.removesuffix("?")
        if plain in value:
            yield from problems_of(value[plain], inner, f"{where}{dot}{plain}")
        elif plain == name:
            yield f"{where}{dot}{plain} is missing"
    known = {name.removesuffix("?") for name in expected}
    yield from (f"{where}{dot}{name} is not known" for name in value if name not in known and not name.startswith("_"))


def _is_of_kind(value: Any, kind: str) -> bool:
    if kind == NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "switch":
        return isinstance(value, bool)
    return isinstance(value, str) and (kind == TEXT or _INSTANT.fullmatch(value) is not None)
