"""The tokens of one account by their roles: who is accepted when (facts/4me.md, row 2.4).

A keyring is a value: a change returns a new one, and the time always arrives as *now* (aware, UTC).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hmac import compare_digest
from operator import attrgetter
from typing import Any

from sandbox.clock import Due
from sandbox.moments import LONGEST_DURATION, duration_text
from sandbox.tokens import (
    DAY,
    FormerToken,
    Token,
    TokenError,
    check_token_value,
    digest_of,
    fingerprint_of,
    read_former,
    read_number,
    read_token,
)

OVERLAP = timedelta(days=30)
"""How long the previous token still works after a rotation (facts/4me.md, row 2.4)."""

REMINDER_AGE = timedelta(days=365)
"""How old the current token is when a rotation is due: 4me advises one a year at least (facts/4me.md, row 2.4)."""

KEPT_FORMER = 50
"""How many former tokens a keyring remembers."""

Uses = Mapping[str, tuple[int, datetime]]
"""Uses of tokens by their id: how many, and when the last was."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """The tokens of one account.

    A token is accepted while it is current, and while it is retiring until its own end; later rotations do not move
    that end. A clock that is reset to an earlier time brings no former token back.
    """

    current: Token | None = None
    """None before the first rotation, and from the revocation of the current token to the next rotation."""
    retiring: tuple[Token, ...] = ()
    """In the order of the rotations, which need not be the order in which they end."""
    former: tuple[FormerToken, ...] = ()
    """The last ``KEPT_FORMER``, the newest at the end."""
    next_number: int = 1

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The current token, then the retiring ones, whose end may have come unless the keyring is ``settled``."""
        return self.retiring if self.current is None else (self.current, *self.retiring)

    def rotated(self, value: str, *, now: datetime, overlap: timedelta = OVERLAP, is_seeded: bool = False) -> Keyring:
        """Return the keyring with *value* as current; the token before it retires after *overlap*, at once when zero.

        The first token of an account arrives in the same way.

        Raises:
            TokenError: when the value is no token or not new here, or the overlap negative or over a hundred years.
        """
        check_token_value(value)
        if not timedelta() <= overlap <= LONGEST_DURATION:
            raise TokenError(f"an overlap is 0 to {duration_text(LONGEST_DURATION)}, such as 30d as at 4me")
        if self._knows(value):
            raise TokenError(f"token {fingerprint_of(value)} is or was in use here: a rotation needs a new value")
        retiring = (replace(self.current, retires_at=now + overlap),) if self.current else ()
        token = Token(id=f"t{self.next_number}", value=value, is_seeded=is_seeded, issued_at=now)
        ring = replace(self, current=token, retiring=self.retiring + retiring, next_number=self.next_number + 1)
        return ring.settled(now)

    def revoked(self, token_id: str, *, now: datetime) -> Keyring:
        """Return the keyring in which this token has ended now.

        When it is the current one there is no current token until the next rotation; retiring ones stay accepted.

        Raises:
            TokenError: when no accepted token has this id.
        """
        ring = self.settled(now)
        token = next((token for token in ring.tokens if token.id == token_id), None)
        if token is None:
            raise TokenError(ring._why_not_accepted(token_id))
        kept = tuple(other for other in ring.retiring if other is not token)
        current = None if ring.current is token else ring.current
        return replace(ring, current=current, retiring=kept, former=_kept((*ring.former, token.ended(now, "revoked"))))

    def settled(self, now: datetime) -> Keyring:
        """Return the keyring in which each token whose end has come is a former one; itself when there is none."""
        over = [token.ended(at, "retired") for token in self.retiring if (at := token.retires_at) and at <= now]
        if not over:
            return self
        kept = tuple(token for token in self.retiring if token.is_accepted(now))
        return replace(self, retiring=kept, former=_kept((*self.former, *sorted(over, key=attrgetter("ended_at")))))

    def counted(self, uses: Uses) -> Keyring:
        """Return the keyring with these uses added to the tokens that are accepted or were until now."""
        current = None if self.current is None else _counted(self.current, uses)
        return replace(self, current=current, retiring=tuple(_counted(token, uses) for token in self.retiring))

    def accepted(self, now: datetime) -> tuple[Token, ...]:
        """Return the tokens that are accepted: the current one first, then the retiring ones."""
        return tuple(token for token in self.tokens if token.is_accepted(now))

    def token_for(self, presented: bytes, now: datetime) -> Token | None:
        """Return the accepted token that was presented, compared with every candidate in constant time."""
        found = None
        for token in self.tokens:
            if compare_digest(token.value.encode(), presented):
                found = token
        return found if found is not None and found.is_accepted(now) else None

    def former_for(self, presented: bytes) -> FormerToken | None:
        """Return the former token that was presented. Ask a keyring that is ``settled``."""
        digest = digest_of(presented)
        return next((former for former in reversed(self.former) if compare_digest(former.digest, digest)), None)

    def due_events(self) -> list[Due]:
        """Return what these tokens let happen by themselves, past and future: for ``clock.due_between``."""
        events = [
            Due(token.retires_at, "token_retired", f"token {token.id} ({token.fingerprint}) is no longer accepted")
            for token in self.retiring
            if token.retires_at is not None
        ]
        if self.current is not None:
            due_at = self.current.issued_at + REMINDER_AGE
            events.append(Due(due_at, "token_reminder", self._reminder(self.current, due_at)))
        return events

    def reminder(self, now: datetime) -> str | None:
        """Return the sentence that asks for a rotation, once the current token is a year old."""
        if self.current is None or now - self.current.issued_at < REMINDER_AGE:
            return None
        return self._reminder(self.current, now)

    def as_json(self) -> dict[str, Any]:
        """Return all of it for the state file, values included."""
        return {
            "current": None if self.current is None else self.current.as_json(),
            "retiring": [token.as_json() for token in self.retiring],
            "former": [former.as_json() for former in self.former],
            "next_number": self.next_number,
        }

    def public_json(self, now: datetime) -> dict[str, Any]:
        """Return what anybody may see, the accepted tokens under ``items``: fingerprints, and no value."""
        ring = self.settled(now)
        items = [token.public_json(now) for token in ring.tokens]
        former = [former.public_json() for former in ring.former]
        return {"items": items, "total": len(items), "former": former, "reminder": ring.reminder(now)}

    def _knows(self, value: str) -> bool:
        return any(token.value == value for token in self.tokens) or self.former_for(value.encode()) is not None

    def _why_not_accepted(self, token_id: str) -> str:
        ended = next((former for former in self.former if former.id == token_id), None)
        if ended is not None:
            return f"token {ended.id} ({ended.fingerprint}) is no longer accepted: {ended.as_text()}"
        known = ", ".join(token.id for token in self.tokens) or "none"
        return f"no token has the id {str(token_id)[:40]!r}; accepted at the moment: {known}"

    @staticmethod
    def _reminder(token: Token, now: datetime) -> str:
        days = (now - token.issued_at) // DAY
        return f"token {token.id} ({token.fingerprint}) is {days} days old: 4me advises to rotate at least once a year"


def read_keyring(kept: Any) -> Keyring:
    """Return the keyring that ``Keyring.as_json`` wrote; raise ``TokenError``, without a secret, for anything else."""
    try:
        ring = Keyring(
            current=None if kept["current"] is None else read_token(kept["current"], is_current=True),
            retiring=tuple(read_token(row, is_current=False) for row in kept["retiring"]),
            former=tuple(read_former(row) for row in kept["former"]),
            next_number=read_number(kept["next_number"], "next_number"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TokenError(f"the kept keyring cannot be read: {error!s} ({type(error).__name__})") from None
    ids = [token.id for token in ring.tokens] + [former.id for former in ring.former]
    numbers = [int(token_id[1:]) for token_id in ids]
    if len(set(numbers)) < len(numbers) or ring.next_number <= max(numbers, default=0):
        raise TokenError("the kept keyring cannot be read: an id stands there twice, or is yet to come")
    return ring


def _counted(token: Token, uses: Uses) -> Token:
    if token.id not in uses:
        return token
    number, last_at = uses[token.id]
    return replace(token, uses=token.uses + number, last_used_at=last_at)


def _kept(former: tuple[FormerToken, ...]) -> tuple[FormerToken, ...]:
    return former[-KEPT_FORMER:]
