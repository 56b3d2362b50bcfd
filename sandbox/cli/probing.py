"""Trying an endpoint from outside, as 4me advises for a connection that fails: in order, with reads alone.

It works with any service provider. The token goes to the host that was named and to no other: no redirect is followed.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

from sandbox.accounts import ENDPOINT_FORMS

TIMEOUT_SECONDS = 10.0
READ_BYTES = 1_048_576
QUERY = "/Users?startIndex=1&count=1"


class ProbeError(ValueError):
    """An address that cannot be probed; the sentence says what would be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of one form."""

    endpoint: str
    status: int | None
    """``None`` when no answer came."""
    outcome: str
    """``works``, ``token_refused``, ``not_here``, ``not_scim``, ``elsewhere``, ``refused`` or ``unreachable``."""
    sentence: str

    @property
    def works(self) -> bool:
        """Tell whether a SCIM endpoint with this token is there."""
        return self.outcome == "works"

    def as_json(self) -> dict[str, Any]:
        """Return its members."""
        members = {"endpoint": self.endpoint, "status": self.status, "outcome": self.outcome}
        return {**members, "sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class Address:
    """Where to knock: scheme and host, and what stands before the forms in the path."""

    split: SplitResult
    before: str

    @property
    def host_url(self) -> str:
        """Scheme, host and what stands before the forms."""
        return f"{self.split.scheme}://{self.split.netloc}{self.before}"

    def forms(self) -> list[str]:
        """Return the paths to try: what was typed first when it is a form of its own."""
        typed = self.split.path.rstrip("/")
        forms = [self.before + form for form in ENDPOINT_FORMS]
        return forms if typed in forms else [typed, *forms]


def read_address(url: str) -> Address:
    """Return the address that *url* names.

    Raises:
        ProbeError: when it names none.
    """
    try:
        split = urlsplit(url.strip())
        has_port = split.port is None or split.port > 0
    except ValueError as error:
        raise ProbeError(f"{url!r} is no address: {error}") from None
    if split.scheme not in ("http", "https") or not split.hostname or not has_port:
        raise ProbeError(f"{url!r} is no address: type it with scheme and host, as https://api.4me.com/scim/v2")
    if split.username is not None or split.query or split.fragment:
        raise ProbeError("type the address alone: without a user before the host, and without ? or # behind the path")
    path = split.path.rstrip("/")
    before = next((path.removesuffix(form) for form in ENDPOINT_FORMS if form and path.endswith(form)), "")
    return Address(split, before)


def try_forms(address: Address, token: str | None) -> Iterator[Trial]:
    """Yield what came of each form, in order; when the host cannot be reached, of the first alone."""
    for path in address.forms():
        trial = _try(address, path, token)
        yield trial
        if trial.outcome == "unreachable":
            return


def _try(address: Address, path: str, token: str | None) -> Trial:
    endpoint = f"{address.split.scheme}://{address.split.netloc}{path}"
    headers = {"Accept": "application/scim+json, application/json", "User-Agent": "scim-sandbox-probe"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    connection = _connection(address.split)
    try:
        connection.request("GET", path + QUERY, headers=headers)
        answer = connection.getresponse()
        return _judged(endpoint, answer, answer.read(READ_BYTES), has_token=token is not None)
    except (OSError, HTTPException) as error:
        sentence = _why_unreachable(error, address.split)
        return Trial(endpoint=endpoint, status=None, outcome="unreachable", sentence=sentence)
    finally:
        connection.close()


def _connection(split: SplitResult) -> HTTPConnection:
    host = split.hostname or ""
    if split.scheme == "https":
        return HTTPSConnection(host, split.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
    return HTTPConnection(host, split.port, timeout=TIMEOUT_SECONDS)


def _judged(endpoint: str, answer: HTTPResponse, body: bytes, *, has_token: bool) -> Trial:
    """Return what an answer means."""
    outcome, sentence = _meaning(answer, body, has_token=has_token)
    return Trial(endpoint=endpoint, status=answer.status, outcome=outcome, sentence=sentence)


def _meaning(answer: HTTPResponse, body: bytes, *, has_token: bool) -> tuple[str, str]:
    is_html = "html" in (answer.headers.get("Content-Type") or "").lower() or body.lstrip()[:1] == b"<"
    if 300 <= answer.status < 400:
        target = answer.headers.get("Location", "nowhere")
        return "elsewhere", f"sends on to {target[:120]}, which is not followed: the token is for this host alone"
    if is_html:
        return "not_scim", f"an HTML page answers: {_HTML.get(answer.status, 'a login page, a tunnel or a proxy')}"
    if answer.status in (401, 403):
        told = "the token is refused" if has_token else "a token is needed; give it with --token"
        return "token_refused", f"something is here, but {told}"
    if answer.status == 404:
        return "not_here", "nothing is served here"
    if answer.status != 200:
        return "refused", f"answers {answer.status} {answer.reason}"
    return _meaning_of_list(body)


_HTML = {
    400: "perhaps http was spoken to a port that wants https",
    404: "nothing is served here",
    502: "a proxy cannot reach the service behind it",
    503: "a proxy cannot reach the service behind it",
}


def _meaning_of_list(body: bytes) -> tuple[str, str]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return "not_scim", "the answer is no JSON"
    total = value.get("totalResults") if isinstance(value, dict) else None
    if not isinstance(total, int):
        return "not_scim", "the answer is JSON, but no list of SCIM"
    return "works", f"works: {total} user" if total == 1 else f"works: {total} users"


def _why_unreachable(error: Exception, split: SplitResult) -> str:
    """Say why no answer came."""
    place = split.netloc
    for kind, sentence in _UNREACHABLE:
        if isinstance(error, kind):
            return sentence(error, place)
    return f"{place}: {str(error) or type(error).__name__}"


def _certificate(error: Exception, place: str) -> str:
    why = getattr(error, "verify_message", "") or "it cannot be checked"
    return f"the certificate of {place} is not trusted: {why} (SSL_CERT_FILE names those that are)"


def _no_tls(error: Exception, place: str) -> str:
    words = str(getattr(error, "reason", "") or error)
    if "WRONG_VERSION" in words or "RECORD_LAYER" in words or "UNKNOWN_PROTOCOL" in words:
        return f"{place} speaks no TLS at this port: type http:// if it is your own machine"
    return f"TLS with {place} failed: {words}"


_DOUBT = "is it the right port, and the right one of http and https?"
_UNREACHABLE: tuple[tuple[type[Exception], Callable[[Exception, str], str]], ...] = (
    (ssl.SSLCertVerificationError, _certificate),
    (ssl.SSLError, _no_tls),
    (socket.gaierror, lambda _, place: f"there is no host {place.partition(':')[0]}: look for a slip in its name"),
    (ConnectionRefusedError, lambda _, place: f"nothing listens at {place}: the connection was refused"),
    (TimeoutError, lambda _, place: f"{place} did not answer within {TIMEOUT_SECONDS:.0f} seconds; {_DOUBT}"),
    (ConnectionError, lambda _, place: f"{place} hung up: perhaps this port wants https"),
    (HTTPException, lambda _, place: f"{place} answers, but not in HTTP: perhaps this port wants https"),
)
"""What to say of an error, the most particular first."""
