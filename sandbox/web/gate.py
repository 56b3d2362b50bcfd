"""The first room of a request: which endpoint it is for, whose account, which token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.sansio.utils import get_host

from sandbox.accounts import Account
from sandbox.dialect import Choices
from sandbox.running import Admitted, RunningAccount, RunningSandbox
from sandbox.scim.instant import local_text
from sandbox.scim.projection import Shape
from sandbox.scim.remembering import remembered
from sandbox.scim.rules import LocationRule, TimeRule
from sandbox.web.context import current_sandbox, notes
from sandbox.web.errors import PlatformError, TooManyRequestsError

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]

CONTROL, CONSOLE = OWN = "/_sandbox", "/console"
"""What is ours, and never a client's: the owner's doors."""
DISCOVERY = ("/ServiceProviderConfig", "/ResourceTypes", "/Schemas")
"""What describes the service provider; so does the bare endpoint."""

_BEARER = re.compile(rb"bearer +(?P<token>[^ ]+) *", re.IGNORECASE)


def is_below(path: str, prefix: str) -> bool:
    """Tell whether *path* is *prefix* or below it."""
    return path == prefix or path.startswith(f"{prefix}/")


def is_own(path: str) -> bool:
    """Tell whether *path* is one of ours."""
    return path.startswith(OWN) and any(is_below(path, own) for own in OWN)


def longest_first(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Return SCIM prefixes in the order in which ``find_prefix`` looks for them."""
    return tuple(sorted(prefixes, key=len, reverse=True))


def find_prefix(path: str, prefixes: Iterable[str]) -> str | None:
    """Return the first of *prefixes*, longest first, that *path* is below; ``None`` for others, and for our own."""
    if is_own(path):
        return None
    for prefix in prefixes:
        if is_below(path, prefix):
            return prefix
    return None


_QUERY_SAFE = "".join(map(chr, range(0x21, 0x7F)))
"""What a query may have as it is; other bytes are percent-encoded, so that none is an error."""
_IS_SAFE = re.compile(r"[!-~]*").fullmatch


class TidyPaths:
    """Passes requests on with the path as the dialect reads it: without doubled slashes, a last slash, or ``.json``."""

    def __init__(self, app: WSGI, prefixes: tuple[str, ...], choices: Choices) -> None:
        """Tidy the paths below *prefixes* as *choices* say."""
        self._app = app
        self._prefixes = longest_first(prefixes)
        self._choices = choices

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        query = environ.setdefault("QUERY_STRING", "")
        if not _IS_SAFE(query):
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=_QUERY_SAFE)
        path = environ.get("PATH_INFO", "")
        tidy = self._tidied(path)
        if tidy != path and find_prefix(tidy, self._prefixes) is not None:
            environ["PATH_INFO"] = tidy
        return self._app(environ, start_response)

    def _tidied(self, path: str) -> str:
        if self._choices.tidy_paths and ("//" in path or path.endswith("/")):
            path = re.sub("/{2,}", "/", path).rstrip("/") or "/"
        return path.removesuffix(".json") if self._choices.json_suffix else path


class Gate:
    """Lets the SCIM requests of one sandbox in, each with its account and the shape of its answers."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        """Let in whoever has a token of one of the accounts of *sandbox*."""
        self._sandbox = sandbox
        self._prefixes = longest_first(sandbox.settings.prefix)
        self._is_open = not sandbox.dialect.choices.discovery_token

    def enter(self) -> None:
        """Let a SCIM request in; other requests pass by.

        Raises:
            PlatformError: 401 when no accepted token came along and the request needs one; 429 when it comes too soon.
        """
        noted = notes()
        environ, path = noted.environ, noted.path if noted.path != "/" else ""
        prefix = find_prefix(path, self._prefixes)
        if prefix is None:
            return
        host = _host(environ["HTTP_HOST"], environ["wsgi.url_scheme"]) if "HTTP_HOST" in environ else request.host
        if not host:
            raise PlatformError(HTTPStatus.BAD_REQUEST)
        admitted = self._admitted(environ.get("HTTP_AUTHORIZATION"))
        account = admitted.account if admitted else self._public_account(path.removeprefix(prefix))
        if account is None:
            raise PlatformError(HTTPStatus.UNAUTHORIZED)
        noted.account = account
        noted.shape = shape_of(account, f"{environ['wsgi.url_scheme']}://{host}{prefix}")
        noted.admitted = admitted
        if admitted and admitted.decision and admitted.decision.retry_after_s is not None:
            raise TooManyRequestsError(admitted.decision.retry_after_s)

    def _admitted(self, header: str | None) -> Admitted | None:
        """Let in the token in the ``Authorization`` header (RFC 6750 §2.1), when an account accepts it."""
        match = _BEARER.fullmatch(header.encode("latin-1", "replace")) if header else None
        return self._sandbox.admit(match["token"]) if match else None

    def _public_account(self, path: str) -> RunningAccount | None:
        """Return the first account, if there is one, for a request that needs no token."""
        is_public = self._is_open and (path in ("", "/") or any(is_below(path, each) for each in DISCOVERY))
        return next(iter(self._sandbox.accounts.values()), None) if is_public else None


@remembered
def _host(header: str, scheme: str) -> str:
    """Return what ``request.host`` does: the host as the client names it, empty when that is none."""
    return get_host(scheme, header)


def tell_rate(answer: Response) -> Response:
    """Tell in an answer how much of its rate the token has used up (facts/4me.md 3.8)."""
    admitted = notes().admitted
    if admitted and admitted.decision:
        answer.headers.update(admitted.decision.headers())
    return answer


def show_to_owner(running: RunningAccount) -> None:
    """Let the owner's doors show resources of an account as a client sees them that asks at the first endpoint."""
    endpoint = request.host_url.rstrip("/") + current_sandbox().settings.prefix[0]
    notes().shape = shape_of(running, endpoint)


def shape_of(running: RunningAccount, endpoint: str) -> Shape:
    """Return how resources look to a client that asked at *endpoint*."""
    choices = running.dialect.choices
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
