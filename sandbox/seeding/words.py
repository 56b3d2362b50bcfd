"""What people are made of: the lists of ``fixtures/seeds`` as values, and the seeded choices among them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from random import Random
from typing import Any, TypeVar

from sandbox.fixtures import fixtures

T = TypeVar("T")

CYCLE = 50
"""People after which the awkward rows marked ``again`` return; every row's place is within the first cycle."""


class Draw:
    """Seeded choices that are the same on every machine.

    They rest on ``Random.random`` alone: for a given seed, Python promises its sequence, not that of ``choice``.
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._random = Random(f"{purpose} {seed}").random

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to, not including, *limit*."""
        return int(self._random() * limit)

    def one(self, choices: Sequence[T]) -> T:
        """Return one of *choices*."""
        return choices[int(self._random() * len(choices))]

    def chance(self, share: float) -> bool:
        """Return true in a *share* (0 to 1) of the calls."""
        return self._random() < share

    def digits(self, pattern: str) -> str:
        """Return *pattern* with a digit for each ``#``; they stand together."""
        before, width, after = _around_digits(pattern)
        return f"{before}{int(self._random() * 10**width):0{width}d}{after}" if width else pattern


@cache
def _around_digits(pattern: str) -> tuple[str, int, str]:
    """Return what stands before the digits of a pattern, how many there are, and what stands behind them."""
    before, _, rest = pattern.partition("#")
    return before, pattern.count("#"), rest.lstrip("#")


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A time zone, and what is usual among the people who live in it."""

    iana: str
    fourme: str
    """4me's own name of the zone."""
    country: str
    """ISO 3166-1 alpha-2."""
    locale: str
    language: str
    """One of 4me's language codes."""
    names: Sequence[str]
    """Locales of the word lists of names, each as often as it weighs."""
    work: str
    mobile: str
    streets: Sequence[str]
    towns: Sequence[Sequence[str]]
    """Locality, region and the pattern of the postal code, of homes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place of work."""

    name: str
    organization: str
    division: str
    zone: Zone
    address: Mapping[str, str]
    """The work address of whoever works there."""
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department, the title of its head, and those of everybody else."""

    name: str
    cost_center: str
    weight: int
    head: str
    titles: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwkwardRow:
    """What sets one person apart, and why a client should meet it."""

    nth: int
    """The place among the people, from 1."""
    why: str
    again: bool = False
    """Whether the row returns in every cycle."""
    name: Mapping[str, Any] = field(default_factory=dict)
    """``given``, ``middle``, ``family``, ``family_first`` instead of what was drawn."""
    stem: str | None = None
    """The local part of the address, before it is made unique."""
    address: str = "{stem}@{domain}"
    manager: int | None = None
    """The place of the manager among the people, from 1."""
    body: Mapping[str, Any] = field(default_factory=dict)
    """Merged into the finished body; ``None`` removes (RFC 7396)."""
    only: Sequence[str] = ()
    """The attributes that are kept, when not all."""


ORDINARY = AwkwardRow(nth=0, why="nothing sets this person apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every list that people are drawn from; sites and departments as often as they weigh."""

    sites: Sequence[Site]
    departments: Sequence[Department]
    board: Department
    """Where the first person heads the company."""
    awkward: Mapping[int, AwkwardRow]

    def row_for(self, nth: int) -> AwkwardRow:
        """Return what sets the *nth* person (from 1) apart, or ``ORDINARY``."""
        row = self.awkward.get((nth - 1) % CYCLE + 1, ORDINARY)
        return row if nth <= CYCLE or row.again else ORDINARY


def read_seeds(name: str) -> Any:
    """Return the JSON of ``fixtures/seeds/{name}.json``."""
    return json.loads((fixtures() / "seeds" / f"{name}.json").read_text(encoding="utf-8"))


def read_words() -> Words:
    """Read the lists that people are drawn from."""
    divisions = {row["name"]: row["division"] for row in read_seeds("organizations")}
    zones = {iana: _zone(iana, row) for iana, row in read_seeds("zones").items()}
    sites = [_site(row, divisions, zones) for row in read_seeds("sites")]
    departments = [_department(row) for row in read_seeds("departments")]
    rows = map(partial(_from_json, AwkwardRow), read_seeds("awkward"))
    return Words(
        sites=_weighed((site, site.weight) for site in sites),
        departments=_weighed((department, department.weight) for department in departments),
        board=departments[0],
        awkward={row.nth: row for row in rows},
    )


def _from_json(kind: type[T], row: Mapping[str, Any]) -> T:
    return kind(**row)


def _zone(iana: str, row: Mapping[str, Any]) -> Zone:
    return Zone(iana=iana, **{**row, "names": _weighed(row["names"].items())})


def _site(row: Mapping[str, Any], divisions: Mapping[str, str], zones: Mapping[str, Zone]) -> Site:
    zone = zones[row["zone"]]
    address = {"type": "work", **row["address"], "country": zone.country}
    return Site(**{**row, "division": divisions[row["organization"]], "zone": zone, "address": address})


def _department(row: Mapping[str, Any]) -> Department:
    return Department(cost_center=row["costCenter"], **{key: row[key] for key in ("name", "weight", "head", "titles")})


def _weighed(choices: Iterable[tuple[T, int]]) -> Sequence[T]:
    return tuple(choice for choice, weight in choices for _ in range(weight))
