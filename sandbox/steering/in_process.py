"""Requests to an application in this process, without a socket (PEP 3333)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]

_LEFT_OUT = ("CONTENT_TYPE", "CONTENT_LENGTH", "TRANSFER_ENCODING")
"""Headers that are no header to an application: the body is there as a whole."""


@dataclass(frozen=True, slots=True)
class WsgiAnswer:
    """What an application answered."""

    line: str
    """Status and reason: ``200 OK``."""
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def status(self) -> int:
        """The status."""
        return int(self.line[:3])


def called(app: WSGI, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> WsgiAnswer:
    """Return what *app* answers to one request."""
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(line: str, answered: list[tuple[str, str]], _failure: object = None) -> None:
        begun.append((line, answered))

    parts = app(_environ(method, url, headers, body or b""), start_response)
    try:
        content = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    return WsgiAnswer(*begun[-1], content)


def _environ(method: str, url: str, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    parts = urlsplit(url)
    named = {name.upper().replace("-", "_"): value for name, value in headers.items()}
    return {
        "HTTP_HOST": parts.netloc,
        **{f"HTTP_{name}": value for name, value in named.items() if name not in _LEFT_OUT},
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": f"{parts.path}?{parts.query}" if parts.query else parts.path,
        **({"CONTENT_TYPE": named["CONTENT_TYPE"]} if "CONTENT_TYPE" in named else {}),
        "CONTENT_LENGTH": str(len(body)),
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
