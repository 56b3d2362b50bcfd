"""What came as a SCIM access token, and what is wrong with it: a value that tells everything but the token.

A token is looked for as people lose it: without the scheme, with quotes, cut off, in capitals, in the query, retired.
Compared with what the accounts have; what is told names the token it most nearly is by its fingerprint.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl

from sandbox.keyring import Keyring
from sandbox.moments import moment_text
from sandbox.recorder import Presented
from sandbox.tokens import FormerToken, Token

Rings = Mapping[str, tuple[Keyring, datetime]]
"""The keyring of each account, settled, and the account's time."""

_KNOWN_SCHEMES = frozenset({"bearer", "basic", "token", "oauth", "digest", "apikey", "api-key", "ntlm", "negotiate"})
_HEADER = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z_-]*):?[ \t]+(?P<rest>.*)", re.DOTALL)
_AS_IT_IS_READ = re.compile(r"bearer +[^ ]+ *", re.IGNORECASE)
_QUERY_NAMES = frozenset({"access_token", "token", "bearer", "authorization", "auth_token", "api_key", "apikey", "key"})
_WRAPPING = " \t\r\n\"'`\u00ab\u00bb\u2018\u2019\u201c\u201d<>[](){},;"
_QUOTES = "\"'`\u00ab\u00bb\u2018\u2019\u201c\u201d"
_BLANK = re.compile(r"\s|%20|%0[ad]|\\[nrt]|\u00a0|\u200b|\ufeff", re.IGNORECASE)
_ESCAPED_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|\\[nrt]")
_PLACEHOLDER = re.compile(
    r"[<{(\[$%].*[>})\]%]?|\W*(?:your|my|the|insert|put|enter)?[-_ ]?(?:scim|access|api|secret|bearer)?[-_ ]?"
    r"(?:access)?[-_ ]?(?:token|secret|key)(?:[-_ ]?here)?\W*|undefined|null|none|nil|nan|xxx+|\[object object\]|todo",
    re.IGNORECASE,
)
_MASK = re.compile(r"[*\u2022\u25cf\u00b7.\u2026xX]{3,}[0-9A-Fa-f]{0,8}|\u2026[0-9A-Fa-f]{1,12}")
_JWT = re.compile(r"[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*")
_PERSONAL = re.compile(r"[0-9A-Za-z]{112}")
_ENDED = ("retired", "revoked")
_SHORTEST_PART = 8
"""How many characters of a token must be there to take them for a part of it."""
_MOST_MISTYPED = 3


def judged(header: str, query: str, rings: Rings, control_key: str | None) -> Presented:
    """Return what the ``Authorization`` header (and, without one, the query) presents as a token."""
    told = _judged_header(_decoded(header), query, rings, control_key)
    ring, _ = rings.get(told.account or "") or next(iter(rings.values()))
    if told.verdict in _ENDED or told.fingerprint is None:
        return replace(told, current=ring.current.fingerprint if ring.current else None)
    return replace(told, current=told.fingerprint)


def _judged_header(header: str, query: str, rings: Rings, control_key: str | None) -> Presented:
    if not header.strip():
        return _judged_query(query, rings) or Presented("none" if not header else "empty")
    found = _HEADER.fullmatch(header)
    scheme = found["scheme"].lower() if found else header.strip().lower()
    if scheme not in _KNOWN_SCHEMES:
        return _judged_without_scheme(header, rings, control_key)
    rest = found["rest"] if found else ""
    if scheme == "basic":
        return _judged_basic(rest, rings)
    told = _judged_value(rest, rings, control_key)
    if scheme != "bearer":
        return replace(told, verdict="wrong-scheme", scheme=scheme.capitalize())
    if told.verdict == "accepted" and not _AS_IT_IS_READ.fullmatch(header):
        told = replace(told, verdict="scheme-glued" if ":" in header else "white-space")
    return replace(told, scheme="Bearer")


def _judged_query(query: str, rings: Rings) -> Presented | None:
    """Return what is told of a token in the query, which 4me does not look at (facts/4me.md 2.8)."""
    for name, value in parse_qsl(query, keep_blank_values=True):
        nearest = _exact(value.strip(), rings)
        if nearest is not None or (name.lower() in _QUERY_NAMES and value):
            return replace(nearest or Presented("in-query"), verdict="in-query", place=f"query {_short(name)}")
    return None


def _judged_without_scheme(header: str, rings: Rings, control_key: str | None) -> Presented:
    """Return what is told of a header that begins with no scheme we know."""
    value = header.strip()
    word, _, rest = value.partition(" ")
    if rest and _is_near(rest.strip(), rings):
        return replace(_judged_value(rest, rings, control_key), verdict="wrong-scheme", scheme="unknown")
    told = _judged_value(value, rings, control_key)
    glued = word.lower().removeprefix("bearer").lstrip(":=_-")
    if word.lower().startswith("bearer") and glued:
        return replace(_judged_value(glued, rings, control_key), verdict="scheme-glued")
    if told.verdict in ("accepted", "unknown"):
        return replace(told, verdict="scheme-missing")
    return told


def _judged_basic(rest: str, rings: Rings) -> Presented:
    """Return what is told of Basic credentials: whether the token is in them (facts/4me.md 2.7, 2.13)."""
    try:
        user, _, password = b64decode(rest.strip(), validate=True).decode("utf-8", "replace").partition(":")
    except (Base64Error, ValueError):
        user = password = ""
    nearest = _exact(user.strip(), rings) or _exact(password.strip(), rings) or _exact(rest.strip(), rings)
    return replace(nearest or Presented("basic"), verdict="basic", scheme="Basic")


def _judged_value(value: str, rings: Rings, control_key: str | None) -> Presented:
    """Return what is told of the text behind the scheme."""
    if not value.strip():
        return Presented("empty")
    for judge in (_accepted, _repeated_scheme, _wrapped, _former, _control, _other_form, _near, _foreign):
        told = judge(value, rings, control_key)
        if told is not None:
            return replace(told, length=len(value.strip()))
    return Presented("unknown", length=len(value.strip()))


def _accepted(value: str, rings: Rings, _key: str | None) -> Presented | None:
    return _exact(value.strip(" "), rings)


def _repeated_scheme(value: str, rings: Rings, key: str | None) -> Presented | None:
    """Return what is told of ``Bearer Bearer …``, and of two headers that were joined."""
    first, _, rest = value.strip().partition(" ")
    if first.lower().rstrip(":") == "bearer":
        return replace(_judged_value(rest, rings, key) if rest else Presented("unknown"), verdict="scheme-doubled")
    if "," in value and re.search(r",\s*bearer\s", value, re.IGNORECASE):
        return replace(_exact(value.partition(",")[0].strip(), rings) or Presented("unknown"), verdict="sent-twice")
    return None


def _wrapped(value: str, rings: Rings, key: str | None) -> Presented | None:
    """Return what is told of a token with quotes around it, or white space in it."""
    bare = _BLANK.sub("", value).strip(_WRAPPING)
    if bare == value.strip(" ") or not bare:
        return None
    verdict = "quoted" if any(mark in value for mark in _QUOTES) else "white-space"
    if verdict == "white-space" and not _BLANK.search(value.strip(" ")):
        verdict = "wrapped"
    nearest = _exact(bare, rings) or _former(bare, rings, key) or _near(bare, rings, key)
    return None if nearest is None else replace(nearest, verdict=verdict)


def _former(value: str, rings: Rings, _key: str | None) -> Presented | None:
    """Return what is told of a token that has ended."""
    for name, (ring, _) in rings.items():
        former = ring.former_for(value.strip().encode())
        if former is not None:
            return _told_former(name, former)
    return None


def _control(value: str, _rings: Rings, key: str | None) -> Presented | None:
    """Return what is told of the control key, which opens the control API alone."""
    is_key = key is not None and compare_digest(value.strip().encode(), key.encode())
    return Presented("control-key") if is_key else None


def _other_form(value: str, rings: Rings, _key: str | None) -> Presented | None:
    """Return what is told of an accepted token in other letters or another encoding."""
    for name, token in _tokens(rings):
        if value.strip().lower() == token.value.lower():
            return _told("other-case", name, token)
        if _is_base64_of(value.strip(), token.value):
            return _told("encoded", name, token)
        if _ESCAPED_ESCAPE.search(value) and _ESCAPED_ESCAPE.sub("", value).strip(_WRAPPING) == token.value:
            return _told("encoded", name, token)
    return None


def _near(value: str, rings: Rings, _key: str | None) -> Presented | None:
    """Return what is told of a part of an accepted token, of one with more around it, or with a slip in it."""
    bare = value.strip()
    for name, token in _tokens(rings):
        whole = token.value.lower()
        if len(bare) >= _SHORTEST_PART and bare.lower() in whole:
            return _told("truncated", name, token)
        if whole in bare.lower():
            return _told("longer", name, token)
        if len(bare) == len(whole) and _differing(bare.lower(), whole) <= _MOST_MISTYPED:
            return _told("mistyped", name, token)
    return None


def _foreign(value: str, _rings: Rings, _key: str | None) -> Presented | None:
    """Return what is told of something that is no SCIM access token at all."""
    bare = value.strip()
    if _PLACEHOLDER.fullmatch(bare):
        return Presented("placeholder")
    if _MASK.fullmatch(bare):
        return Presented("masked")
    if _JWT.fullmatch(bare):
        return Presented("jwt")
    if _PERSONAL.fullmatch(bare):
        return Presented("personal-access-token")
    return None


def _exact(value: str, rings: Rings) -> Presented | None:
    """Return what is told of an accepted token; each is compared in constant time."""
    found = None
    for name, token in _tokens(rings):
        if compare_digest(token.value.encode(), value.encode("utf-8", "replace")):
            found = _told("accepted", name, token)
    return found


def _is_near(value: str, rings: Rings) -> bool:
    bare = value.strip(_WRAPPING)
    judges: tuple[Callable[[str, Rings, Any], Presented | None], ...] = (_former, _other_form, _near)
    return _exact(bare, rings) is not None or any(judge(bare, rings, None) for judge in judges)


def _tokens(rings: Rings) -> Iterator[tuple[str, Token]]:
    """Yield every accepted token with the account it is of."""
    for name, (ring, now) in rings.items():
        for token in ring.accepted(now):
            yield name, token


def _told(verdict: str, account: str, token: Token) -> Presented:
    return Presented(
        verdict,
        account=account,
        fingerprint=token.fingerprint,
        length=len(token.value),
        expected_length=len(token.value),
    )


def _told_former(account: str, former: FormerToken) -> Presented:
    since = moment_text(former.ended_at.replace(microsecond=0))
    return Presented(former.reason, account=account, fingerprint=former.fingerprint, since=since)


def _is_base64_of(value: str, token: str) -> bool:
    try:
        return b64decode(value, validate=True).strip() == token.encode()
    except (Base64Error, ValueError):
        return False


def _differing(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _decoded(header: str) -> str:
    """Return a header as text: WSGI hands its bytes over as Latin-1."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace")


def _short(name: str) -> str:
    return name if len(name) <= 30 and name.isprintable() else "parameter"
