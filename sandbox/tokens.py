"""SCIM access tokens: what one is, what is kept of it, and what may be shown (facts/4me.md, row 2.1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, get_args

from sandbox.moments import moment_text

DAY = timedelta(days=1)
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
    is_seeded: bool = False
    """Whether the value follows from a seed, so that whoever knows the seed knows the token."""
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
            "is_seeded": self.is_seeded,
            "issued_at": moment_text(self.issued_at),
            "retires_at": _text_or_none(self.retires_at),
            "last_used_at": _text_or_none(self.last_used_at),
            "uses": self.uses,
        }

    def public_json(self, now: datetime) -> dict[str, Any]:
        """Return what anybody may see of it; ``days_left`` counts begun days, None for the current token."""
        shown = {name: value for name, value in self.as_json().items() if name not in ("value", "is_seeded")}
        days_left = None if self.retires_at is None else -((now - self.retires_at) // DAY)
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


def read_token(row: Any, *, is_current: bool) -> Token:
    """Return the token that ``Token.as_json`` wrote.

    Raises:
        TokenError: when a member does not fit; ``KeyError`` or ``TypeError`` when one is missing.
    """
    check_token_value(row["value"])
    retires_at = None if row["retires_at"] is None else _moment(row["retires_at"])
    if is_current != (retires_at is None):
        raise TokenError("the current token has no retires_at, and a retiring one has it")
    return Token(
        id=_matching(_ID, row["id"], "id"),
        value=row["value"],
        is_seeded=row.get("is_seeded") is True,
        issued_at=_moment(row["issued_at"]),
        retires_at=retires_at,
        last_used_at=None if row["last_used_at"] is None else _moment(row["last_used_at"]),
        uses=read_number(row["uses"], "uses"),
    )


def read_former(row: Any) -> FormerToken:
    """Return the former token that ``FormerToken.as_json`` wrote; what is raised is as for ``read_token``."""
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


def read_number(value: Any, name: str) -> int:
    """Return a whole number, zero or more; raise ``TokenError`` with its *name* when it is none."""
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
