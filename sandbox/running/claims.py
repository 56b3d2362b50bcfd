"""Which token values are taken: a token alone says whose account a request is for, so no two accounts have the same."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from sandbox.running.errors import TakenError
from sandbox.tokens import check_token_value, fingerprint_of, new_token_value


@dataclass(frozen=True, slots=True)
class NewValue:
    """The value that a token is to have."""

    text: str = field(repr=False)
    is_seeded: bool
    """Whether it follows from a seed."""


TokenSource = Callable[[str, int], NewValue]
"""Makes the value of an account's token of that number."""


def random_value() -> NewValue:
    """Return a value that nobody can guess."""
    return NewValue(new_token_value(secrets.token_bytes), is_seeded=False)


class Claims:
    """The values of all accounts of a sandbox, each with the account that has it."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}
        self._lock = Lock()

    def claim(self, value: str, account: str) -> bool:
        """Take a value for an account, and tell whether no account had it."""
        with self._lock:
            return value not in self._owners and self._owners.setdefault(value, account) == account

    def release(self, value: str) -> None:
        """Let any account have a value."""
        with self._lock:
            self._owners.pop(value, None)

    def release_all(self, account: str) -> None:
        """Let others have all values of an account."""
        with self._lock:
            self._owners = {value: owner for value, owner in self._owners.items() if owner != account}

    def owner(self, value: str) -> str | None:
        """Return the account that has a value."""
        return self._owners.get(value)


class Claimant:
    """One account that takes values."""

    def __init__(self, account: str, claims: Claims, source: TokenSource) -> None:
        self._account = account
        self._claims = claims
        self._source = source

    def given(self, value: str) -> NewValue:
        """Take a value that somebody chose.

        Raises:
            TokenError: when it is no token.
            TakenError: when an account has it.
        """
        check_token_value(value)
        if not self._claims.claim(value, self._account):
            owner = self._claims.owner(value)
            raise TakenError(f"token {fingerprint_of(value)} is or was one of {owner}'s: {self._account} needs its own")
        return NewValue(value, is_seeded=False)

    def made(self, number: int) -> NewValue:
        """Take the value that the source makes; a random one when somebody chose that for an account."""
        value = self._source(self._account, number)
        while not self._claims.claim(value.text, self._account):
            value = random_value()
        return value

    def release(self, value: NewValue) -> None:
        """Let any account have a value."""
        self._claims.release(value.text)

    def release_all(self) -> None:
        """Let others have all values of the account."""
        self._claims.release_all(self._account)
