"""From the head of a request to a WSGI environment (PEP 3333), and to what is said there of the body."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from sandbox.serving.head import Head, other_version, unknown_coding
from sandbox.serving.refusals import Kind, RefusedError

Environ = dict[str, Any]
WSGI = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

CONNECTION = "sandbox.connection"
"""Where an application finds the :class:`~sandbox.serving.wire.Wire` that its answer goes out on."""

VERSIONS = ("HTTP/1.1", "HTTP/1.0")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?P<authority>[^/?#]*)(?P<rest>.*)")


def environ_template(host: str, port: int, scheme: str) -> Environ:
    """Return what every request to one server has in its environment."""
    return {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_SOFTWARE": "scim-sandbox",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }


def environ_of(head: Head, template: Mapping[str, Any]) -> Environ:
    """Return the environment of a request, without its body.

    Values of a header that came several times are joined. A header with an underscore in its name is left out, as it
    could pass for one with a hyphen. ``REQUEST_URI`` and ``RAW_URI`` are the request target as it was sent.

    Raises:
        RefusedError: when the head says what this server does not do, or contradicts itself.
    """
    environ: Environ = {**template}
    for name, value in head.headers:
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.rstrip(b" \t").decode("latin-1")
        if b"_" in name:
            continue
        environ[key] = _joined(key, environ[key], text) if key in environ else text
    method, target, version = _line_parts(head.line)
    environ["REQUEST_METHOD"] = method
    environ["SERVER_PROTOCOL"] = version
    environ["REQUEST_URI"] = environ["RAW_URI"] = target
    if not target.startswith("/"):
        target = _own_part(environ, target)
    path, _, query = target.partition("#")[0].partition("?")
    if path.startswith("//"):
        path = "/" + path.lstrip("/")
    environ["PATH_INFO"] = unquote_to_bytes(path.encode("latin-1")).decode("latin-1") if "%" in path else path
    environ["QUERY_STRING"] = query
    if "HTTP_HOST" not in environ and version == "HTTP/1.1":
        raise RefusedError(Kind.BAD_REQUEST, "the Host header is missing; HTTP/1.1 needs one (RFC 9112 §3.2)")
    if "HTTP_CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE")
    if "HTTP_CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = environ.pop("HTTP_CONTENT_LENGTH")
    return environ


def takes_chunked(environ: Environ) -> bool:
    """Take the transfer coding out of *environ*, and tell whether the body comes in chunks.

    Raises:
        RefusedError: when it comes in another coding.
    """
    coding = environ.pop("HTTP_TRANSFER_ENCODING", None)
    if coding is None:
        return False
    if environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        raise RefusedError(Kind.BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding; give a Content-Length (RFC 9112 §6.1)")
    if coding.lower() != "chunked":
        raise unknown_coding()
    return True


def expects_leave(environ: Environ) -> bool:
    """Tell whether the client waits for leave to send the body (RFC 9110 §10.1.1)."""
    return bool(environ.get("HTTP_EXPECT", "").lower() == "100-continue" and environ["SERVER_PROTOCOL"] == "HTTP/1.1")


def _joined(key: str, first: str, second: str) -> str:
    if key == "HTTP_HOST":
        raise RefusedError(Kind.BAD_REQUEST, "there are several Host headers; a request has one (RFC 9112 §3.2)")
    return f"{first}; {second}" if key == "HTTP_COOKIE" else f"{first}, {second}"


def _line_parts(line: bytes) -> list[str]:
    """Return method, target and version of a request line."""
    parts = line.decode("latin-1").rstrip("\r\n").split(" ")
    if len(parts) != 3 or parts[2] not in VERSIONS:
        raise other_version()
    if parts[0] == "CONNECT":
        raise RefusedError(Kind.UNKNOWN_METHOD, "CONNECT is for proxies, and this is none")
    return parts


def _own_part(environ: Environ, target: str) -> str:
    """Return path and query of a target that is a whole URL, whose host counts then (RFC 9112 §3.2.2), or is ``*``."""
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        return target
    environ["HTTP_HOST"] = absolute["authority"].rpartition("@")[2]
    rest = absolute["rest"]
    return rest if rest.startswith("/") else f"/{rest}"
