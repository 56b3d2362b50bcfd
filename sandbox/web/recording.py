"""Recording: what of each exchange is handed to the recorder. It never changes an answer but for one header.

What belongs to us (the control API, the console) is not recorded, unless it was taken for a SCIM endpoint. Whose
exchange it is, the token says; where it names nobody, the account whose token it most nearly is, else the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

from sandbox.clock import stopwatch
from sandbox.diagnosis import judged
from sandbox.recorder import NO_EFFECTS, UNREADABLE, Noted, Presented, Refusal, close_effects, open_effects
from sandbox.recorder.exchange import KEPT_BODY_BYTES
from sandbox.running import RunningAccount, RunningSandbox
from sandbox.web.context import NOTED, Notes
from sandbox.web.gate import CONSOLE, CONTROL, is_own

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]

EXCHANGE_HEADER = "X-Sandbox-Exchange"

_READING = frozenset({"GET", "HEAD"})
_OWN = re.compile(
    rf"(?:{CONTROL}|{CONSOLE})(?:/accounts/[^/]+)?(?:/scim)?(?:/v2)?/"
    r"(?:Users|Groups|ServiceProviderConfig|Schemas|ResourceTypes)(?:/|$)"
)
"""A path of ours that somebody took for a SCIM endpoint; the console's own pages are written small."""


class Recorded:
    """Passes requests on, and hands each exchange to the recorder of its account."""

    def __init__(self, app: WSGI, sandbox: RunningSandbox) -> None:
        """Record what *app* is asked and answers for *sandbox*."""
        self._app = app
        self._sandbox = sandbox
        self._recording = sandbox.recording
        self._is_on = sandbox.recording.is_on
        self._shows_id = sandbox.settings.exchange_header

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        noted = Notes(self._sandbox, environ)
        around = NOTED.set(noted)
        try:
            path = environ.get("PATH_INFO", "")
            if self._is_on and is_recorded(path) and self._sandbox.accounts:
                return self._record(environ, start_response, noted)
            return self._app(environ, start_response)
        finally:
            NOTED.reset(around)

    def _record(self, environ: dict[str, Any], start_response: Any, noted: Notes) -> Iterable[bytes]:
        started_at = stopwatch()
        asked = environ.copy()
        effects = NO_EFFECTS if environ["REQUEST_METHOD"] in _READING else open_effects()
        number = self._recording.number()
        status, answer_headers = "", []

        def begin(line: str, headers: list[tuple[str, str]], failure: Any = None) -> Any:
            nonlocal status, answer_headers
            status, answer_headers = line, headers
            if self._shows_id:
                headers.append((EXCHANGE_HEADER, f"x{number}"))
            return start_response(line, headers, failure)

        answering = self._app(environ, begin)
        answer = list(answering)
        if effects is not NO_EFFECTS:
            close_effects()
        presented, running = self._presented(asked, noted)
        body = noted.body if noted.body is not None else _unread(environ)
        running.recorder.take(
            Noted(
                number,
                noted.admitted.at if noted.admitted else running.clock.now(),
                stopwatch() - started_at,
                asked,
                body,
                status,
                answer_headers,
                answer[0] if len(answer) == 1 else b"".join(answer),
                presented,
                noted.refusal,
                effects,
            )
        )
        getattr(answering, "close", _nothing)()
        return answer

    def _presented(self, asked: dict[str, Any], noted: Notes) -> tuple[Presented | str, RunningAccount]:
        """Return what came as a token, which is not kept, and in whose account the exchange is shown."""
        header = asked.pop("HTTP_AUTHORIZATION", "")
        asked["wsgi.input"] = asked["wsgi.errors"] = None
        if noted.admitted is not None:
            return noted.admitted.token.fingerprint, noted.admitted.account
        sandbox = self._sandbox
        accounts = dict(sandbox.accounts)
        rings = {name: (account.keyring, account.clock.now()) for name, account in accounts.items()}
        presented = judged(header, asked.get("QUERY_STRING", ""), rings, sandbox.control_key)
        named = accounts.get(presented.account or "")
        return presented, noted.account or named or next(iter(accounts.values()))


class Unreadable(Protocol):
    """What a server tells of a connection on which no request could be read."""

    @property
    def kind(self) -> str:
        """Why, as ``tls_to_http`` or ``bad_request``."""

    @property
    def status(self) -> int | None:
        """What was answered, ``None`` for nothing."""

    @property
    def message(self) -> str:
        """What was wrong, in a sentence."""

    @property
    def first_bytes(self) -> bytes:
        """How it began; a token may be among it."""


def record_unreadable(sandbox: RunningSandbox, event: Unreadable) -> None:
    """Keep in the first account what came and was no request, so that it can be explained."""
    running = next(iter(sandbox.accounts.values()), None)
    if running is None or not sandbox.recording.is_on:
        return
    asked = {"REQUEST_METHOD": UNREADABLE, "REQUEST_URI": "", "SERVER_PROTOCOL": "", "wsgi.url_scheme": "http"}
    running.recorder.take(
        Noted(
            sandbox.recording.number(),
            running.clock.now(),
            0.0,
            asked,
            event.first_bytes,
            "000" if event.status is None else str(int(event.status)),
            [],
            b"",
            Presented("none"),
            Refusal(str(event.kind), event.message),
            NO_EFFECTS,
        )
    )


def is_recorded(path: str) -> bool:
    """Tell whether a request of this path is a provisioning client's."""
    return not is_own(path) or _OWN.match(path) is not None


def _unread(environ: dict[str, Any]) -> bytes:
    """Return a body that nobody has read, as far as it may be read without a question to the client."""
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or not 0 < int(length) <= KEPT_BODY_BYTES or "HTTP_EXPECT" in environ:
        return b""
    try:
        return cast(bytes, environ["wsgi.input"].read(int(length)))
    except OSError:
        return b""


def _nothing() -> None:
    """Close what needs no closing."""
