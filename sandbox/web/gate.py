"""The first room of a request: which endpoint it is for, whose account, which token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Response, g, request

from sandbox.accounts import Account
from sandbox.dialect import Choices
from sandbox.running import Admitted, RunningAccount
from sandbox.scim.instant import local_text
from sandbox.scim.projection import Shape
from sandbox.scim.rules import LocationRule, TimeRule
from sandbox.web.context import current_sandbox, notes
from sandbox.web.errors import PlatformError, TooManyRequestsError

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]

CONTROL, CONSOLE = "/_sandbox", "/console"
DISCOVERY = ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas")
"""What describes the service provider; so does the bare endpoint."""

_BEARER = re.compile(rb"bearer +(?P<token>[^ ]+) *", re.IGNORECASE)


def is_below(path: str, prefix: str) -> bool:
    """Tell whether *path* is *prefix* or below it."""
    return path == prefix or path.startswith(f"{prefix}/")


def find_prefix(path: str, prefixes: Iterable[str]) -> str | None:
    """Return the longest SCIM prefix that *path* is below, or ``None``; our own paths are below none."""
    if any(is_below(path, own) for own in (CONTROL, CONSOLE)):
        return None
    return max((prefix for prefix in prefixes if is_below(path, prefix)), key=len, default=None)


_QUERY_SAFE = "".join(map(chr, range(0x21, 0x7F)))
"""What a query may have as it is; other bytes are percent-encoded, so that none is an error."""


class TidyPaths:
    """Passes requests on with the path as the dialect reads it: without doubled slashes, a last slash, or ``.json``."""

    def __init__(self, app: WSGI, prefixes: tuple[str, ...], choices: Choices) -> None:
        self._app = app
        self._prefixes = prefixes
        self._choices = choices

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        environ["QUERY_STRING"] = quote(environ.get("QUERY_STRING", "").encode("latin-1"), safe=_QUERY_SAFE)
        path = environ.get("PATH_INFO", "")
        tidy = self._tidied(path)
        if tidy != path and find_prefix(tidy, self._prefixes) is not None:
            environ["PATH_INFO"] = tidy
        return self._app(environ, start_response)

    def _tidied(self, path: str) -> str:
        if self._choices.tidy_paths:
            path = re.sub("/{2,}", "/", path).rstrip("/") or "/"
        return path.removesuffix(".json") if self._choices.json_suffix else path


def enter(prefixes: tuple[str, ...]) -> None:
    """Let a SCIM request in, with its account and the shape of its answers; other requests pass by.

    Raises:
        PlatformError: 401 when no accepted token came along and the request needs one; 429 when it comes too soon.
    """
    path = request.path if request.path != "/" else ""
    prefix = find_prefix(path, prefixes)
    if prefix is None:
        return
    host = request.host
    if not host:
        raise PlatformError(HTTPStatus.BAD_REQUEST)
    admitted = _admitted()
    account = admitted.account if admitted else _public_account(path.removeprefix(prefix))
    if account is None:
        g.shape = None
        raise PlatformError(HTTPStatus.UNAUTHORIZED)
    noted = notes()
    g.account = noted.account = account
    noted.token = admitted.token.fingerprint if admitted else None
    g.shape = shape_of(account, f"{request.scheme}://{host}{prefix}")
    if admitted and admitted.decision:
        g.decision = admitted.decision
        if admitted.decision.retry_after_s is not None:
            raise TooManyRequestsError(admitted.decision.retry_after_s)


def leave(answer: Response) -> Response:
    """Tell in an answer how much of its rate the token has used up, where that is limited (facts/4me.md 3.8)."""
    if "decision" in g and current_sandbox().dialect.choices.rate_limit_headers:
        answer.headers.update(g.decision.headers())
    return answer


def _admitted() -> Admitted | None:
    """Let in the token in the ``Authorization`` header (RFC 6750 §2.1), when an account accepts it."""
    header = request.environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
    match = _BEARER.fullmatch(header)
    return current_sandbox().admit(match["token"]) if match else None


def _public_account(path: str) -> RunningAccount | None:
    """Return the first account, if there is one, for a request that needs no token."""
    sandbox = current_sandbox()
    is_public = not sandbox.dialect.choices.discovery_token and (
        path in ("", "/") or any(is_below(path, each) for each in DISCOVERY)
    )
    return next(iter(sandbox.accounts.values()), None) if is_public else None


def shape_of(running: RunningAccount, endpoint: str) -> Shape:
    """Return how resources look to a client that asked at *endpoint*."""
    choices = current_sandbox().dialect.choices
    return Shape(
        base_url=_BASE_URLS[choices.meta_host](running.account, endpoint),
        instant_text=_zone_text(running) if choices.time is TimeRule.OFFSET else str,
        schemas=choices.schemas,
    )


def _zone_text(running: RunningAccount) -> Callable[[str], str]:
    zone = running.zone
    return lambda text: local_text(text, zone)


_BASE_URLS: dict[LocationRule, Callable[[Account, str], str]] = {
    LocationRule.REQUEST: lambda _, endpoint: endpoint,
    LocationRule.ACCOUNT: lambda account, _: account.host_url,
}
