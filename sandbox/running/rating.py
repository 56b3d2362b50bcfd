"""How much each token of an account has used of what it may, as the account runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from threading import Lock

from sandbox.clock import Due
from sandbox.keyring import Keyring
from sandbox.rates import Decision, Rate


class Rates:
    """The rates of one account's tokens, in memory alone: after a restart every window is new."""

    def __init__(self, unused: Rate | None) -> None:
        """Begin each token with *unused*; ``None`` limits nothing."""
        self._unused = unused
        self._rates: dict[str, Rate] = {}
        self._lock = Lock()

    def decide(self, token_id: str, now: datetime) -> Decision | None:
        """Return what is decided of a request with this token, and count it; ``None`` where nothing is limited."""
        if self._unused is None:
            return None
        with self._lock:
            self._rates[token_id], decision = self._rates.get(token_id, self._unused).decided(now)
        return decision

    def due_events(self, keyring: Keyring) -> Iterator[Due]:
        """Yield when the windows of the accepted tokens end."""
        for token in keyring.tokens:
            rate = self._rates.get(token.id)
            if rate is not None:
                yield from rate.due_events(f"token {token.id} ({token.fingerprint})")
