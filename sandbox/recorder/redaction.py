"""Taking secrets out of what is kept: tokens, passwords, and whatever else gives access.

Three nets, one behind the other: what is called a secret (``password``, ``access_token``, ``X-Api-Key``), what is known
to be one (the tokens of the accounts, the control key), and what looks like one (a long run of hexadecimal digits).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_plus

REDACTED = "[redacted]"

_WORDS = (
    "passw", "passphrase", "pwd", "secret", "token", "apikey", "api-key", "api_key", "control-key", "credential",
    "authoriz", "cookie", "assertion", "jwt",
)  # fmt: skip
"""What the name of a secret has in it."""
_SCHEMES = ("bearer", "basic")
_TOKEN_LIKE = re.compile(r"[0-9A-Fa-f]{40,}")
_HEX = re.compile(r"[0-9A-Fa-f]{16,128}")
_AFTER_SCHEME = re.compile(r"\b(bearer|basic)(\s+|%20|\+)[^\s\"'&,]+", re.IGNORECASE)
_NAMED_VALUE = re.compile(
    rf"(?P<name>[\w.-]*(?:{'|'.join(_WORDS)})[\w.-]*)"
    r"(?P<between>[\"']?\s*(?:[:=]|%3D|\s(?:eq|ne|co|sw|ew)\s)\s*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*(?:\"|$)|'(?:[^'\\]|\\.)*(?:'|$)|[^\s,&;}\]]+)",
    re.IGNORECASE,
)
_SECRET_LINE = re.compile(rf"^([\w-]*(?:{'|'.join(_WORDS)})[\w-]*\s*:).*$", re.IGNORECASE | re.MULTILINE)
_SHORTEST_KNOWN = 8
"""A known secret is looked for when it has at least this many characters; a shorter one is in every other word."""
_REMEMBERED_HEADERS = 1_000


def is_secret_name(name: str) -> bool:
    """Tell whether what is called *name* is a secret."""
    lower = name.lower()
    return any(word in lower for word in _WORDS)


class Secrets:
    """What is secret in one sandbox."""

    def __init__(self, known: Callable[[], Iterable[str]], is_former: Callable[[str], bool]) -> None:
        """Take secrets for known that *known* returns whenever :meth:`renew` asks it.

        *is_former* tells whether a text was a token once; only digests of those are kept.
        """
        self._ask = known
        self._is_former = is_former
        self._known: tuple[str, ...] = ()
        self._harmless: set[tuple[str, str]] = set()
        """Headers that were looked at and have no secret: a client sends the same ones again and again."""

    def renew(self) -> None:
        """Ask again what is known."""
        self._known = tuple(value for value in self._ask() if len(value) >= _SHORTEST_KNOWN)

    def target(self, target: str) -> str:
        """Return a request target without secrets: named in the query, in a filter, or anywhere in it."""
        path, mark, query = target.partition("?")
        if mark and is_secret_name(unquote_plus(query)):
            query = "&".join(map(_parameter, query.split("&")))
        return self._scrubbed(path + mark + query)

    def headers(self, headers: Iterable[tuple[str, str]]) -> dict[str, str]:
        """Return headers without the values of those that carry secrets."""
        harmless = self._harmless
        return {name: value if (name, value) in harmless else self._header(name, value) for name, value in headers}

    def _header(self, name: str, value: str) -> str:
        cleaned = REDACTED if is_secret_name(name) else self._scrubbed(value)
        if cleaned == value:
            if len(self._harmless) >= _REMEMBERED_HEADERS:
                self._harmless.clear()
            self._harmless.add((name, value))
        return cleaned

    def body(self, body: bytes) -> bytes:
        """Return the body of a request without secrets; itself when there are none.

        JSON loses the values of members that are called secrets, and of PATCH operations on such; another text loses
        what stands behind such a name.
        """
        if not body:
            return body
        text = _as_text(body)
        is_suspect = is_secret_name(text) or "\\u" in text
        cleaned = self._without_known(_body_without_named(text) if is_suspect else text)
        return body if cleaned == text else cleaned.encode("utf-8", "replace")

    def head(self, head: bytes) -> bytes:
        """Return the beginning of what was no request without secrets: a header that carries one is cut off."""
        text = head.decode("utf-8", "backslashreplace")
        cleaned = self._scrubbed(_text_without_named(_SECRET_LINE.sub(rf"\1 {REDACTED}", text)))
        return head if cleaned == text else cleaned.encode()

    def answer(self, body: bytes, *, is_error: bool) -> bytes:
        """Return the body of an answer without secrets; itself when there are none."""
        if is_error:
            text = body.decode("utf-8", "replace")
            cleaned = self._scrubbed(text)
            return body if cleaned == text else cleaned.encode()
        if any(value.encode() in body for value in self._known):
            return self._without_known(body.decode("utf-8", "replace")).encode()
        return body

    def text(self, text: str) -> str:
        """Return a sentence, as an error has it, without secrets."""
        return self._scrubbed(text)

    def _scrubbed(self, text: str) -> str:
        """Return *text* without what is known to be a secret, looks like a token, or stands behind a scheme."""
        text = self._without_known(text)
        lower = text.lower()
        if any(scheme in lower for scheme in _SCHEMES):
            text = _AFTER_SCHEME.sub(lambda found: f"{found[1]}{found[2]}{REDACTED}", text)
        return _TOKEN_LIKE.sub(REDACTED, text)

    def _without_known(self, text: str) -> str:
        for value in self._known:
            if value in text:
                text = text.replace(value, REDACTED)
        return _HEX.sub(self._unless_former, text)

    def _unless_former(self, found: re.Match[str]) -> str:
        return REDACTED if self._is_former(found[0]) else found[0]


def _parameter(parameter: str) -> str:
    """Return one parameter of a query without a secret: in its own value, or in the filter that it is."""
    name, mark, value = parameter.partition("=")
    if is_secret_name(unquote_plus(name)):
        return f"{name}{mark}{REDACTED if value else ''}"
    plain = unquote_plus(value)
    told = _text_without_named(plain)
    return parameter if told == plain else f"{name}{mark}{quote(told, safe='[]')}"


def _as_text(body: bytes) -> str:
    """Return the text of a body, in whatever UTF it is written; bytes that are no text show as escapes."""
    try:
        return body.decode(json.detect_encoding(body))
    except UnicodeDecodeError:
        return body.decode("utf-8", "backslashreplace").replace("\0", "")


def _body_without_named(text: str) -> str:
    try:
        value = json.loads(text)
        cleaned = _cleaned(value)
    except (ValueError, RecursionError):
        return _text_without_named(text)
    return text if cleaned == value else json.dumps(cleaned, ensure_ascii=False, separators=(",", ":"))


def _text_without_named(text: str) -> str:
    return _NAMED_VALUE.sub(lambda found: f"{found['name']}{found['between']}{REDACTED}", text)


def _cleaned(value: Any) -> Any:
    """Return a JSON value without the values of members that are called secrets."""
    if isinstance(value, list):
        return [_cleaned(each) for each in value]
    if not isinstance(value, dict):
        return value
    aims = value.get("path")
    hides_value = isinstance(aims, str) and is_secret_name(aims)
    return {
        name: _hidden(inner) if is_secret_name(name) or (hides_value and name.lower() == "value") else _cleaned(inner)
        for name, inner in value.items()
    }


def _hidden(value: Any) -> Any:
    return value if value is None or isinstance(value, bool) else REDACTED
