"""Exchanges as text for people, in 100 columns: one on a line, or one explained."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from textwrap import wrap
from typing import Any

WIDTH = 100
SHOWN_LINES = 16
"""How many lines of a body are shown."""
SHOWN_OPERATIONS = 8

_HEADINGS = {
    "refused": "Why it was refused",
    "slip": "What is wrong with it, though it was served",
    "hint": "Good to know",
}
EVIDENCE = {
    "documented": "documented",
    "neighbour": "documented for 4me's REST API only",
    "inferred": "inferred from what is documented",
    "chosen": "our choice, as 4me's behaviour is not known",
}
"""How sure we are, in words."""

Json = Mapping[str, Any]


def exchange_line(exchange: Json) -> str:
    """Return an exchange on one line: id, time, status, request, and the codes of what was found."""
    codes = ", ".join(dict.fromkeys(finding["code"] for finding in exchange["findings"]))
    request = f"{exchange['method']:<6} {exchange['target']}"
    head = f"{exchange['id']:<6} {exchange['at'][11:19]}  {exchange['status']:03}  "
    room = WIDTH - len(head) - (len(codes) + 2 if codes else 0)
    shown = request if len(request) <= max(room, 40) else f"{request[: max(room, 40) - 3]}..."
    return _printable(f"{head}{shown}  {codes}".rstrip())


def explanation(exchange: Json) -> str:
    """Return what came in, what was answered, why, and what to change."""
    lines = [*_head(exchange), *_findings(exchange), *_came_in(exchange), *_answered(exchange), *_changed(exchange)]
    return "\n".join(map(_printable, lines))


def judgement(exchange: Json) -> str:
    """Return what was asked and what was found, without what came in and what was answered."""
    return "\n".join([*_head(exchange), *_findings(exchange)])


def _head(exchange: Json) -> Iterator[str]:
    status = exchange["status"]
    yield f"{exchange['id']}  {exchange['method']} {exchange['target']}  ->  {status} {_phrase(status)}".rstrip()
    agent = exchange["request"]["headers"].get("User-Agent")
    client = exchange["client"] if exchange["client"] != "unknown" else "a client we do not know"
    who = f'{client} ("{agent}")' if agent else client
    at = exchange["at"][:19].replace("T", " ")
    yield f"    {at} UTC, account {exchange['account']}, {exchange['duration_ms']:.1f} ms, from {who}"


def _findings(exchange: Json) -> Iterator[str]:
    heading = None
    for finding in exchange["findings"]:
        yield ""
        if finding["severity"] != heading:
            heading = finding["severity"]
            yield _HEADINGS[heading]
        yield from _finding(finding)
    if not exchange["findings"]:
        yield from ("", "Nothing was found: this is as it should be.")


def _finding(finding: Json) -> Iterator[str]:
    yield from _labelled(finding["code"], "", indent=2)
    yield from _wrapped(finding["message"], 4)
    for label in ("where", "expected", "received"):
        if finding[label] is not None:
            yield from _labelled(label, finding[label])
    yield from _labelled("fix", finding["fix"])
    yield from _labelled("source", f"{finding['source']} ({EVIDENCE[finding['evidence']]})")


def _came_in(exchange: Json) -> Iterator[str]:
    request, token = exchange["request"], exchange["token"]
    yield from ("", "What came in")
    for name in ("Content-Type", "Accept"):
        if name in request["headers"]:
            yield from _labelled(name, request["headers"][name])
    shown = f"{token['verdict']} {token.get('fingerprint', '')}".rstrip()
    yield from _labelled("token", shown)
    yield from _body(request)


def _answered(exchange: Json) -> Iterator[str]:
    yield from ("", "What was answered")
    yield from _body(exchange["response"])


def _changed(exchange: Json) -> Iterator[str]:
    if exchange["method"] in ("GET", "HEAD"):
        return
    yield from ("", "What it changed")
    for operation in exchange["change"][:SHOWN_OPERATIONS]:
        value = f" = {json.dumps(operation['value'], ensure_ascii=False)}" if "value" in operation else ""
        line = f"    {operation['op']:<8} {operation['path']}{value}"
        yield line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."
    more = exchange["change_total"] - SHOWN_OPERATIONS
    if more > 0:
        yield f"    and {more} more"
    if not exchange["change"]:
        yield "    nothing"


def _body(part: Json) -> Iterator[str]:
    if part["body"] is None:
        yield "    no body"
        return
    lines = [_printable(line) for line in _pretty(part["body"]).split("\n")]
    for line in lines[:SHOWN_LINES]:
        yield f"    {line}" if len(line) <= WIDTH - 4 else f"    {line[: WIDTH - 7]}..."
    if len(lines) > SHOWN_LINES:
        yield f"    and {len(lines) - SHOWN_LINES} more lines; --json shows all"


def _pretty(body: str) -> str:
    """Return a body as JSON is read best, or as it is."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return body or "(not kept)"
    short = json.dumps(value, ensure_ascii=False)
    return short if len(short) <= WIDTH - 4 else json.dumps(value, ensure_ascii=False, indent=2)


def _printable(line: str) -> str:
    """Return a line in which what a terminal would obey, and not show, stands as an escape."""
    return line if line.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in line)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def _labelled(label: str, text: str, indent: int = 4) -> Iterator[str]:
    if not text:
        yield f"{' ' * indent}{label}"
        return
    lead = f"{' ' * indent}{label:<12}  "
    yield from wrap(
        text,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words="://" not in text,
        break_on_hyphens=False,
    ) or [lead.rstrip()]


def _wrapped(text: str, indent: int) -> list[str]:
    lead = " " * indent
    return wrap(
        text, WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False, break_on_hyphens=False
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "(no answer)" if not status else ""
