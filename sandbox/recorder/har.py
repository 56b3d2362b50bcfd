"""Exchanges as an HTTP Archive (HAR 1.2), which the network panel of a browser opens.

Source: http://www.softwareishard.com/blog/har-12-spec/ ; members that begin with an underscore are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from sandbox.moments import moment_text
from sandbox.recorder.exchange import UNREADABLE, Content, Exchange, phrase_of

UNKNOWN = -1
"""What stands for a size that is not known."""


def har(exchanges: Iterable[Exchange], version: str) -> dict[str, Any]:
    """Return the archive of these exchanges, but for what was no request."""
    entries = [_entry(each) for each in exchanges if each.method != UNREADABLE]
    creator = {"name": "scim-sandbox", "version": version}
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _entry(exchange: Exchange) -> dict[str, Any]:
    time_ms = round(exchange.duration_ms, 3)
    return {
        "startedDateTime": moment_text(exchange.at),
        "time": time_ms,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": time_ms, "receive": 0},
        "comment": "; ".join(f"{finding.code}: {finding.message}" for finding in exchange.findings),
        "_id": exchange.id,
        "_account": exchange.account,
        "_client": exchange.client,
        "_token": exchange.presented.as_json(),
        "_change": list(exchange.change),
        "_findings": [finding.as_json() for finding in exchange.findings],
    }


def _request(exchange: Exchange) -> dict[str, Any]:
    headers = _listed(exchange.headers)
    if exchange.presented.scheme is not None:
        headers.append({"name": "Authorization", "value": f"{exchange.presented.scheme} [redacted]"})
    request = {
        "method": exchange.method,
        "url": url_of(exchange),
        "httpVersion": exchange.http_version,
        "cookies": [],
        "headers": headers,
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(exchange.target.partition("?")[2], keep_blank_values=True)
        ],
        "headersSize": UNKNOWN,
        "bodySize": exchange.body.length,
    }
    if exchange.body.length:
        mime_type = exchange.headers.get("Content-Type", "")
        request["postData"] = {"mimeType": mime_type, "params": [], "text": exchange.body.text or ""}
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    return {
        "status": exchange.status,
        "statusText": phrase_of(exchange.status),
        "httpVersion": exchange.http_version,
        "cookies": [],
        "headers": _listed(exchange.answer_headers),
        "content": _content(exchange.answer, exchange.answer_headers.get("Content-Type", "")),
        "redirectURL": exchange.answer_headers.get("Location", "") if 300 <= exchange.status < 400 else "",
        "headersSize": UNKNOWN,
        "bodySize": exchange.answer.length,
    }


def _content(content: Content, mime_type: str) -> dict[str, Any]:
    cut = {} if content.is_whole else {"comment": f"the first {len(content.kept)} of {content.length} bytes"}
    return {"size": content.length, "mimeType": mime_type or "x-unknown", "text": content.text or "", **cut}


def _listed(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def url_of(exchange: Exchange) -> str:
    """Return the whole URL that was asked for."""
    if not exchange.target.startswith("/"):
        return exchange.target
    return f"{exchange.scheme}://{exchange.headers.get('Host', 'localhost')}{exchange.target}"
