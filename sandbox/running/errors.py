"""What can be refused of accounts that run; the sentence says what would be accepted."""

from __future__ import annotations

from collections.abc import Iterable


class RunningError(Exception):
    """A step with an account that is refused."""


class AccountGoneError(RunningError):
    """The account was deleted, perhaps while the request was on its way."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the account {name} was deleted")


class TakenError(RunningError):
    """A name or a token that another account has."""


class UnknownSnapshotError(RunningError):
    """A snapshot that is not there."""

    def __init__(self, name: str, account: str, known: Iterable[str]) -> None:
        there = ", ".join(known) or "none yet"
        super().__init__(f"{account} has no snapshot {name[:64]!r}; there is {there}")
