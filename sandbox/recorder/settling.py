"""From what was noted to the exchange that is kept: secrets out, state change told, findings in."""

from __future__ import annotations

import logging
from collections.abc import Callable

from sandbox.recorder.change import json_patch
from sandbox.recorder.exchange import UNREADABLE, Content, Exchange, Presented, Refusal
from sandbox.recorder.finding import Finding
from sandbox.recorder.noted import Noted
from sandbox.recorder.redaction import Secrets

Examine = Callable[[Exchange, bool], tuple[str, tuple[Finding, ...]]]
"""Returns which client an exchange is of, and what was found in it; told when exchanges before it are missing."""

_REMEMBERED_TOKENS = 100

logger = logging.getLogger("sandbox")


class Settler:
    """Settles the exchanges of one account."""

    def __init__(self, account: str, secrets: Secrets, examine: Examine) -> None:
        """Take out what *secrets* knows, and let *examine* look."""
        self._account = account
        self._secrets = secrets
        self._examine = examine
        self._presented: dict[str, Presented] = {}

    def __call__(self, noted: Noted, follows_gap: bool) -> Exchange:
        """Return the exchange."""
        exchange = self._exchange(noted)
        try:
            client, findings = self._examine(exchange, follows_gap)
        except Exception:  # a rule that fails is our bug: it must cost neither the exchange nor those after it
            logger.exception("exchange %s could not be examined", exchange.id)
            client, findings = exchange.client, ()
        return exchange.examined(client, findings)

    def _exchange(self, noted: Noted) -> Exchange:
        secrets, environ = self._secrets, noted.environ
        secrets.renew()
        change = tuple(json_patch(noted.effects.commits))
        status = int(noted.status[:3])
        return Exchange(
            number=noted.number,
            account=self._account,
            at=noted.at,
            duration_ms=noted.duration_seconds * 1_000,
            method=noted.method,
            target=secrets.target(noted.target),
            http_version=environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
            scheme=environ.get("wsgi.url_scheme", "http"),
            headers=secrets.headers(noted.headers()),
            body=Content(self._body(noted), noted.body_length),
            status=status,
            answer_headers=dict(noted.answer_headers),
            answer=Content(secrets.answer(noted.answer, is_error=status >= 400), len(noted.answer)),
            presented=self._shown(noted.presented),
            refusal=None if noted.refusal is None else self._told(noted.refusal),
            change=change,
            change_total=len(change),
            mapped=tuple(noted.effects.mapped),
        )

    def _body(self, noted: Noted) -> bytes:
        clean = self._secrets.head if noted.method == UNREADABLE else self._secrets.body
        return clean(noted.body)

    def _told(self, refusal: Refusal) -> Refusal:
        return Refusal(refusal.error, self._secrets.text(refusal.detail))

    def _shown(self, presented: Presented | str) -> Presented:
        """Return what is told of a token; of an accepted one only its fingerprint was noted."""
        if isinstance(presented, Presented):
            return presented
        shown = self._presented.get(presented)
        if shown is None:
            shown = Presented("accepted", scheme="Bearer", account=self._account, fingerprint=presented)
            if len(self._presented) > _REMEMBERED_TOKENS:
                self._presented.clear()
            self._presented[presented] = shown
        return shown
