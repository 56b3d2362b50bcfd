"""An exchange as something to run again: a curl command, a Python program. The token stands in a variable."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from sandbox.recorder import Exchange

_OWN_WORK = {"host", "content-length", "connection", "accept-encoding", "transfer-encoding", "authorization", "expect"}
"""Headers that whoever sends the request writes itself."""


def as_curl(exchange: Exchange, host_url: str) -> str:
    """Return the request as a curl command for a POSIX shell."""
    parts = [f"curl -i -X {quote(exchange.method)} {quote(_address(exchange, host_url))}"]
    if exchange.presented.verdict != "none":
        parts.append('-H "Authorization: Bearer $TOKEN"')
    parts += [f"-H {quote(f'{name}: {value}')}" for name, value in _headers(exchange)]
    if exchange.body.text is not None:
        parts.append(f"--data-raw {quote(exchange.body.text)}")
    return " \\\n  ".join(parts)


def as_python(exchange: Exchange, host_url: str) -> str:
    """Return the request as a Python program that needs nothing but Python."""
    lines = ["import os", "from urllib.error import HTTPError", "from urllib.request import Request, urlopen", ""]
    lines.append(f"request = Request({_address(exchange, host_url)!r}, method={exchange.method!r})")
    if exchange.presented.verdict != "none":
        lines.append('request.add_header("Authorization", f"Bearer {os.environ[\'TOKEN\']}")')
    lines += [f"request.add_header({name!r}, {value!r})" for name, value in _headers(exchange)]
    if exchange.body.text is not None:
        lines.append(f"request.data = {exchange.body.text!r}.encode()")
    lines += [
        "try:",
        "    answer = urlopen(request)",
        "except HTTPError as refused:",
        "    answer = refused",
        "print(answer.status, answer.read().decode())",
    ]
    return "\n".join(lines)


def _headers(exchange: Exchange) -> Iterator[tuple[str, str]]:
    for name, value in exchange.headers.items():
        if name.lower() not in _OWN_WORK:
            yield name, value


def _address(exchange: Exchange, host_url: str) -> str:
    """Return where the request goes; a target may be a whole URL already."""
    target = exchange.target
    return target if "://" in target.partition("?")[0] else host_url.rstrip("/") + target
