"""SCIM access tokens of one account: what they are, and who is accepted when (facts/4me.md, rows 2.1 and 2.4).

Everything here is a value: a change returns a new keyring, and the time always arrives as *now* (aware, UTC).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from operator import attrgetter
from typing import Any, Literal, get_args

from sandbox.clock import Due
from sandbox.moments import LONGEST_DURATION, duration_text, moment_text

OVERLAP = timedelta(days=30)
"""How long the previous token still works after a rotation (facts/4me.md, row 2.4)."""

REMINDER_AGE = timedelta(days=365)
"""How old the current token is when a rotation is due: 4me advises one a year at least (facts/4me.md, row 2.4)."""

KEPT_FORMER = 50
"""How many former tokens a keyring remembers."""

_DAY = timedelta(days=1)
_HEX = re.compile(r"[0-9A-Fa-f]{16,128}")
_FINGERPRINT = re.compile(r"…[0-9A-Fa-f]{7}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{6})?Z")
_ID = re.compile(r"t[1-9][0-9]{0,17}")

Reason = Literal["retired", "revoked"]


class TokenError(ValueError):
    """A token, or a step with one, that is refused; the sentence says what would be accepted and shows no secret."""


def new_token_value(random_bytes: Callable[[int], bytes]) -> str:
    """Return a new value, 64 lower-case hexadecimal characters as in 4me's example (facts/4me.md, row 2.1)."""
    return random_bytes(32).hex()


def seeded_token_value(seed: int, account: str, number: int) -> str:
    """Return the value of an account's token *number* for a seed: 64 hexadecimal characters, the same on any machine.

    Whoever knows the seed knows the token: for loopback only.
    """
    return sha256(f"SCIM access token {seed}/{number}/{account}".encode()).hexdigest()


def check_token_value(value: object) -> None:
    """Raise ``TokenError`` unless *value* is a token: 16 to 128 hexadecimal characters, in any case."""
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise TokenError(
            "a SCIM access token is 16 to 128 hexadecimal characters (0-9, a-f), as `openssl rand -hex 32` prints"
        )


def fingerprint_of(value: str) -> str:
    """Return what may be shown of a token: its last seven characters, ``…65fb3ad``."""
    return f"…{value[-7:]}"


def digest_of(presented: bytes) -> str:
    """Return what is kept of a token that has ended: its SHA-256, 64 hexadecimal characters."""
    return sha256(presented).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token that is accepted: the current one, or one that is retiring."""

    id: str
    """``t1``, ``t2``…: a sequence of its keyring's own, no number twice."""
    value: str = field(repr=False)
    issued_at: datetime
    retires_at: datetime | None = None
    """When it ends; None for the current token."""
    last_used_at: datetime | None = None
    uses: int = 0

    @property
    def fingerprint(self) -> str:
        """What may be shown of it."""
        return fingerprint_of(self.value)

    def is_accepted(self, now: datetime) -> bool:
        """Whether it works at *now*: up to its end, and no longer at it."""
        return self.retires_at is None or now < self.retires_at

    def ended(self, at: datetime, reason: Reason) -> FormerToken:
        """Return what is kept of it once it has ended."""
        digest = digest_of(self.value.encode())
        return FormerToken(id=self.id, fingerprint=self.fingerprint, digest=digest, ended_at=at, reason=reason)

    def as_json(self) -> dict[str, Any]:
        """Return it for the state file, value included."""
        return {
            "id": self.id,
            "value": self.value,
            "issued_at": moment_text(self.issued_at),
            "retires_at": _text_or_none(self.retires_at),
            "last_used_at": _text_or_none(self.last_used_at),
            "uses": self.uses,
        }

    def public_json(self, now: datetime) -> dict[str, Any]:
        """Return what anybody may see of it; ``days_left`` counts begun days, None for the current token."""
        shown = {name: value for name, value in self.as_json().items() if name != "value"}
        days_left = None if self.retires_at is None else -((now - self.retires_at) // _DAY)
        role = "current" if self.retires_at is None else "retiring"
        return {**shown, "role": role, "fingerprint": self.fingerprint, "days_left": days_left}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerToken:
    """A token that has ended, kept without its value so that a refusal can say since when and why."""

    id: str
    fingerprint: str
    digest: str = field(repr=False)
    ended_at: datetime
    reason: Reason

    def as_text(self) -> str:
        """Return what became of it, for a sentence: ``retired since 2026-12-23T19:00:00Z``, to the second."""
        return f"{self.reason} since {moment_text(self.ended_at.replace(microsecond=0))}"

    def as_json(self) -> dict[str, Any]:
        """Return it for the state file."""
        return {**self.public_json(), "digest": self.digest}

    def public_json(self) -> dict[str, Any]:
        """Return what anybody may see of it."""
        ended_at = moment_text(self.ended_at)
        return {"id": self.id, "fingerprint": self.fingerprint, "ended_at": ended_at, "reason": self.reason}


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

    def rotated(self, value: str, *, now: datetime, overlap: timedelta = OVERLAP) -> Keyring:
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
        token = Token(id=f"t{self.next_number}", value=value, issued_at=now)
        ring = replace(self, current=token, retiring=self.retiring + retiring, next_number=self.next_number + 1)
        return ring.settled(now)

    def revoked(self, token_id: str, *, now: datetime) -> Keyring:
        """Return the keyring in which this token has ended now.

        When it is the current one there is no current token until the next rotation; retiring ones stay accepted.

        Raises:
            TokenError: when no accepted token has this id.
        """
        ring = self.settled(now)
        token = next((token for token in ring._tokens() if token.id == token_id), None)
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

    def used(self, token_id: str, now: datetime) -> Keyring:
        """Return the keyring with one more use of this token; itself when the token has ended meanwhile."""
        if all(token.id != token_id for token in self._tokens()):
            return self
        tokens = [
            replace(token, last_used_at=now, uses=token.uses + 1) if token.id == token_id else token
            for token in self._tokens()
        ]
        current = tokens.pop(0) if self.current is not None else None
        return replace(self, current=current, retiring=tuple(tokens))

    def accepted(self, now: datetime) -> tuple[Token, ...]:
        """Return the tokens that are accepted: the current one first, then the retiring ones."""
        return tuple(token for token in self._tokens() if token.is_accepted(now))

    def token_for(self, presented: bytes, now: datetime) -> Token | None:
        """Return the accepted token that was presented, compared with every candidate in constant time."""
        found = None
        for token in self.accepted(now):
            if compare_digest(token.value.encode(), presented):
                found = token
        return found

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
        items = [token.public_json(now) for token in ring._tokens()]
        former = [former.public_json() for former in ring.former]
        return {"items": items, "total": len(items), "former": former, "reminder": ring.reminder(now)}

    def _tokens(self) -> tuple[Token, ...]:
        return self.retiring if self.current is None else (self.current, *self.retiring)

    def _knows(self, value: str) -> bool:
        return any(token.value == value for token in self._tokens()) or self.former_for(value.encode()) is not None

    def _why_not_accepted(self, token_id: str) -> str:
        ended = next((former for former in self.former if former.id == token_id), None)
        if ended is not None:
            return f"token {ended.id} ({ended.fingerprint}) is no longer accepted: {ended.as_text()}"
        known = ", ".join(token.id for token in self._tokens()) or "none"
        return f"no token has the id {str(token_id)[:40]!r}; accepted at the moment: {known}"

    @staticmethod
    def _reminder(token: Token, now: datetime) -> str:
        days = (now - token.issued_at) // _DAY
        return f"token {token.id} ({token.fingerprint}) is {days} days old: 4me advises to rotate at least once a year"


def read_keyring(kept: Any) -> Keyring:
    """Return the keyring that ``Keyring.as_json`` wrote; raise ``TokenError``, without a secret, for anything else."""
    try:
        ring = Keyring(
            current=None if kept["current"] is None else _read_token(kept["current"], is_current=True),
            retiring=tuple(_read_token(row, is_current=False) for row in kept["retiring"]),
            former=tuple(_read_former(row) for row in kept["former"]),
            next_number=_number(kept["next_number"], "next_number"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TokenError(f"the kept keyring cannot be read: {error!s} ({type(error).__name__})") from None
    ids = [token.id for token in ring._tokens()] + [former.id for former in ring.former]
    numbers = [int(token_id[1:]) for token_id in ids]
    if len(set(numbers)) < len(numbers) or ring.next_number <= max(numbers, default=0):
        raise TokenError("the kept keyring cannot be read: an id stands there twice, or is yet to come")
    return ring


def _read_token(row: Any, *, is_current: bool) -> Token:
    check_token_value(row["value"])
    retires_at = None if row["retires_at"] is None else _moment(row["retires_at"])
    if is_current != (retires_at is None):
        raise TokenError("the current token has no retires_at, and a retiring one has it")
    return Token(
        id=_matching(_ID, row["id"], "id"),
        value=row["value"],
        issued_at=_moment(row["issued_at"]),
        retires_at=retires_at,
        last_used_at=None if row["last_used_at"] is None else _moment(row["last_used_at"]),
        uses=_number(row["uses"], "uses"),
    )


def _read_former(row: Any) -> FormerToken:
    if row["reason"] not in get_args(Reason):
        raise TokenError(f"the reason of a former token is one of {', '.join(get_args(Reason))}")
    return FormerToken(
        id=_matching(_ID, row["id"], "id"),
        fingerprint=_matching(_FINGERPRINT, row["fingerprint"], "fingerprint"),
        digest=_matching(_DIGEST, row["digest"], "digest"),
        ended_at=_moment(row["ended_at"]),
        reason=row["reason"],
    )


def _matching(pattern: re.Pattern[str], value: Any, name: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise TokenError(f"{name} does not look like one")
    return value


def _number(value: Any, name: str) -> int:
    if type(value) is not int or value < 0:
        raise TokenError(f"{name} must be a whole number, zero or more")
    return value


def _moment(value: Any) -> datetime:
    """Return a kept instant. The end of an overlap may lie beyond what a clock shows, so this is no ``read_moment``."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise TokenError("an instant does not look like one")
    return datetime.fromisoformat(value)


def _text_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def _kept(former: tuple[FormerToken, ...]) -> tuple[FormerToken, ...]:
    return former[-KEPT_FORMER:]
