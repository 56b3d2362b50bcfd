"""Accounts as values: what one is called, where it stands, in which zone it tells the time, what it was seeded with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ENDPOINT_FORMS = ("/scim/v2", "/scim", "")
"""What stands behind the host in 4me's SCIM endpoint, in the order in which it says to try it (facts/4me.md 1.2)."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class AccountError(ValueError):
    """An account that cannot be; the sentence says what would be accepted."""


class Environment(StrEnum):
    """Which of 4me's environments an account is in (facts/4me.md 1.5, 1.7)."""

    PRODUCTION = "production"
    QA = "qa"

    @property
    def domain(self) -> str:
        """The domain of the account's own host at 4me."""
        return {"production": "4me.com", "qa": "4me.qa"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account: the name is its subdomain at 4me."""

    name: str
    environment: Environment = Environment.PRODUCTION
    time_zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse a name that is no subdomain, and a zone that does not exist."""
        if not _NAME.fullmatch(self.name):
            raise AccountError("the name of an account is 1 to 63 of a-z, 0-9 and -, as widget or widget-qa")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            raise AccountError(f"there is no time zone {self.time_zone!r}; one is America/Chicago or UTC") from None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def host_url(self) -> str:
        """The account's own SCIM address at 4me, which its examples show in ``meta.location`` (facts/4me.md 1.9)."""
        return f"https://{self.name}.{self.environment.domain}/scim/v2"

    def as_json(self) -> dict[str, str]:
        """Return the three members."""
        return {"name": self.name, "environment": self.environment.value, "time_zone": self.time_zone}


def read_account(kept: Mapping[str, Any]) -> Account:
    """Return the account that a JSON object describes; environment and time zone may be missing.

    Raises:
        AccountError: naming the member that does not fit.
    """
    if unknown := set(kept) - {"name", "environment", "time_zone"}:
        raise AccountError(f"an account has name, environment and time_zone, but no {', '.join(sorted(unknown))}")
    if any(not isinstance(value, str) for value in kept.values()):
        raise AccountError("name, environment and time_zone of an account are texts")
    environment = kept.get("environment", Environment.PRODUCTION)
    if environment not in list(Environment):
        raise AccountError(f"environment is {' or '.join(Environment)}, not {environment!r}")
    return Account(
        name=kept.get("name", ""),
        environment=Environment(environment),
        time_zone=kept.get("time_zone", "UTC"),
    )


SEED_RANGES: Mapping[str, tuple[int, int]] = {"seed": (0, 2**53 - 1), "users": (0, 100_000), "groups": (0, 10_000)}
"""The lowest and the highest of each number that makes a seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What the people and groups of an account are made of: a number, and how many there are."""

    seed: int
    users: int
    groups: int

    @property
    def label(self) -> str:
        """A name for what it makes, that a file can have: ``42-50-6``."""
        return f"{self.seed}-{self.users}-{self.groups}"

    def as_json(self) -> dict[str, int]:
        """Return the three members."""
        return {"seed": self.seed, "users": self.users, "groups": self.groups}


def read_seed(given: Mapping[str, Any], default: Seed) -> Seed:
    """Return the seed that a JSON object describes; what it leaves out is as in *default*.

    Raises:
        AccountError: naming the number that is none, or out of its range.
    """
    numbers = default.as_json()
    for name, (lowest, highest) in SEED_RANGES.items():
        value = given.get(name, numbers[name])
        if type(value) is not int or not lowest <= value <= highest:
            raise AccountError(f"{name} is a whole number from {lowest} to {highest}")
        numbers[name] = value
    return Seed(**numbers)


FIRST_NAME = "widget"


def first_accounts(time_zone: str) -> tuple[Account, ...]:
    """Return what a new sandbox starts with: 4me tells its customers to begin with the QA account (facts/4me.md 1.7).

    Raises:
        AccountError: when there is no such time zone.
    """
    return (
        Account(name=FIRST_NAME, environment=Environment.PRODUCTION, time_zone=time_zone),
        Account(name=f"{FIRST_NAME}-qa", environment=Environment.QA, time_zone=time_zone),
    )
