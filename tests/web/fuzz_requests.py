"""Random requests: JSON bodies, query strings, and raw bytes in targets, headers and bodies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.web.fuzz_json import (
    bulks,
    damaged,
    filters,
    names,
    patches,
    path_texts,
    resources,
    searches,
    values,
    written,
)
from tests.web.world import ENDPOINT, SCIM_JSON, TOKEN


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent."""

    method: str
    target: str
    """Path and query as they stand on the wire, Latin-1."""
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


USUAL = {"Authorization": f"Bearer {TOKEN}", "Accept": SCIM_JSON, "Content-Type": SCIM_JSON}

# JSON bodies

collections = st.sampled_from(["Users", "Groups"])
ones = st.builds("{}/{}".format, collections, st.sampled_from(["1", "2", "3", "9"]))


def sent(
    methods: list[str], places: st.SearchStrategy[str], content: st.SearchStrategy[bytes]
) -> st.SearchStrategy[Request]:
    """Return requests with bodies, sent to places below the SCIM endpoint."""

    def build(method: str, place: str, body: bytes) -> Request:
        return Request(method, f"{ENDPOINT}/{place}", body, USUAL)

    return st.builds(build, st.sampled_from(methods), places, content)


def in_json(body: st.SearchStrategy[Any]) -> st.SearchStrategy[bytes]:
    """Return JSON texts, now and then of another value altogether."""
    return st.one_of(body, body, body, values).map(written)


bodies = st.one_of(
    sent(["POST"], collections, in_json(resources)),
    sent(["PUT", "PATCH"], ones, in_json(resources)),
    sent(["PATCH"], ones, in_json(patches)),
    sent(["PATCH"], ones, in_json(patches)),
    sent(["POST"], st.just("Bulk"), in_json(bulks)),
    sent(["POST"], st.sampled_from([".search", "Users/.search", "Groups/.search"]), in_json(searches)),
    sent(["POST", "PUT", "PATCH"], collections | ones, st.binary(max_size=40) | damaged(in_json(resources | patches))),
)

# Query strings

# fmt: off
ESCAPES = ["%", "%zz", "%ff", "%00", "%0a", "%C3%BC", "%FC", "+", "&", "=", ";", "#", "\xfc", "\x7f", "%u0041"]
PARAMETERS = ["attributes", "excludedAttributes", "sortBy", "sortOrder", "hard", "filter", "FILTER", "reveal", "x"]
# fmt: on

escapes = st.sampled_from(ESCAPES)
queried = names | path_texts
parameters = st.one_of(
    filters.map(lambda text: f"filter={quote(text, safe='()[]', errors='replace')}"),
    st.builds(
        "{}={}".format,
        st.sampled_from(["count", "startIndex"]),
        st.sampled_from(["1", "0", "-1", "2", "x", "", "9" * 18, "9" * 30, "1.5"]),
    ),
    st.builds(
        "{}={}".format, st.sampled_from(PARAMETERS), queried.map(lambda text: quote(text, safe="", errors="replace"))
    ),
    st.lists(escapes | st.sampled_from(["filter", "count", "userName", "eq"]), max_size=4).map("".join),
)


def asked(method: str, place: str, listed: list[str]) -> Request:
    """Return a request with a query string."""
    return Request(method, f"{ENDPOINT}/{place}?{'&'.join(listed)}", b"", USUAL)


queries = st.builds(
    asked,
    st.sampled_from(["GET", "GET", "GET", "HEAD", "DELETE"]),
    collections | ones,
    st.lists(parameters, min_size=1, max_size=4),
)

# Raw bytes

# fmt: off
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW", "get", "CONNECT", "PROPFIND"]
PREFIXES = [f"{ENDPOINT}/", f"{ENDPOINT}/", "//scim//v2//", "/", "/_sandbox/", "/_sandbox/accounts/widget/", "*", ""]
SEGMENTS = [
    "Users", "Groups", "1", "2", "999", ".search", "Bulk", "Me", "Schemas", "ResourceTypes", "User", "", ".", "..",
    "v2",
    "ServiceProviderConfig", "%2e%2e", "%2F", "Users.json", ".json", "_sandbox", "scim", "accounts", "widget", "clock",
    "advance", "tokens", "rotate", "t1", "revoke", "health", "dialect", "console", "freeze", "reset",
]
HEADERS = {
    "Accept": [SCIM_JSON, "*/*", "text/html", "application/SCIM+json;q=0"],
    "Content-Type": [SCIM_JSON, "application/json; charset=latin-1", "multipart/form-data", "/", ";", ""],
    "Content-Encoding": ["gzip", "identity", ""],
    "Host": ["localhost", "evil.example", "[::1]:80", "[", ":", "a:b", "\xfc", "", "x" * 300, "a b", "localhost:99999"],
    "Origin": ["null", "http://localhost", "https://evil.example", "http://[", "\xfc"],
    "If-Match": ["*", 'W/"0"', '"', ","],
    "If-None-Match": ["*", 'W/"0"', ""],
    "Cookie": ["a=b", ";"],
    "X-Forwarded-Host": ["evil.example"],
    "X-Sandbox-Control-Key": ["x"],
    "Range": ["bytes=0-1", "bytes=x"],
    "Expect": ["100-continue"],
}
AUTHORIZATIONS = [*[f"Bearer {TOKEN}"] * 6, f"bearer  {TOKEN}", f"Bearer {TOKEN[:-1]}", "Bearer", "Basic x"]
# fmt: on

latin = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=8)
segments = st.one_of(st.sampled_from(SEGMENTS), escapes, latin.map(lambda text: text.replace("?", "").replace(" ", "")))


def target(prefix: str, listed: list[str], query: list[str]) -> str:
    """Return a path and a query."""
    return f"{prefix}{'/'.join(listed)}{'?' if query else ''}{'&'.join(query)}"


raws = st.builds(
    Request,
    st.sampled_from(METHODS),
    st.builds(
        target, st.sampled_from(PREFIXES), st.lists(segments, max_size=4), st.lists(parameters | latin, max_size=2)
    ),
    st.one_of(st.just(b""), st.binary(max_size=30), in_json(resources), st.just(b"{}"), st.just(b'{"by": "1d"}')),
    st.fixed_dictionaries(
        {"Authorization": st.one_of(*[st.sampled_from(AUTHORIZATIONS)] * 4, latin)},
        optional={
            **{name: st.sampled_from(known) | latin for name, known in HEADERS.items()},
            "Content-Length": st.sampled_from(["0", "5", "99", "-1", "x", "", "1e3", "99999999999"]),
        },
    ),
)
