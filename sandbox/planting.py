"""What a new account begins with: the company that exists before SCIM comes, and the people and groups of its seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count as counting
from typing import Any

from sandbox.accounts import Account, Seed
from sandbox.clock import Clock, ClockState
from sandbox.dialect import Dialect
from sandbox.directory import Directory
from sandbox.personnel import Mapper, Personnel
from sandbox.planning import DIRECTORY, LAYOUT
from sandbox.seeding import mover, seed_directory
from sandbox.starting import StartFiles
from sandbox.store import MEMBERS, Snapshot, Store, without_collection

Row = dict[str, Any]
Progress = Callable[[str, int, int], None]
"""Is told of which account how many resources of how many are planted."""

TOLD_EVERY = 100
"""After how many resources progress is told again."""

_COLLECTIONS = tuple(each.name for each in DIRECTORY)


@dataclass(frozen=True, slots=True)
class Planter:
    """Plants an account, aside from any that runs.

    All accounts of a seed begin with the same people: they are drawn for the first of them, and moved for the others.
    """

    dialect: Dialect
    files: StartFiles
    progress: Progress | None = None
    _drawn: dict[Seed, tuple[str, Snapshot]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """For which account the people of the latest seed were drawn, and what came of it."""

    def __call__(self, account: Account, seed: Seed, now: datetime) -> Snapshot:
        """Return what is there at the start, all made at one instant."""
        with without_collection():
            company = self._company(account.name, seed, now)
            directory = self._directory(account.name, seed, now)
        return Snapshot({**company.tables, **directory.tables}, {**company.last, **directory.last})

    def _company(self, name: str, seed: Seed, now: datetime) -> Snapshot:
        """Return what is there before SCIM comes."""
        store, clock = Store.open(None, LAYOUT), Clock(ClockState(frozen_at=now))
        self.files.plant(Personnel(store, Mapper(store, clock, name)), name, seed.seed, seed.users)
        return store.snapshot()

    def _directory(self, name: str, seed: Seed, now: datetime) -> Snapshot:
        """Return the users, the groups and who is in them."""
        known = self._drawn.get(seed)
        if known is not None:
            return self._moved(*known, name, seed, now)
        drawn = self._draw(name, seed, now)
        self._drawn.clear()
        self._drawn[seed] = (name, drawn)
        return drawn

    def _moved(self, drawn_for: str, drawn: Snapshot, name: str, seed: Seed, now: datetime) -> Snapshot:
        """Return what was drawn for one account as another begins with it."""
        move, done = mover(drawn_for, name, now), counting(1)

        def moved(row: Row) -> Row:
            self._tell(name, seed, next(done))
            return move(row)

        tables = {each: {number: moved(row) for number, row in drawn.tables[each].items()} for each in _COLLECTIONS}
        return Snapshot({**drawn.tables, **tables}, drawn.last)

    def _draw(self, name: str, seed: Seed, now: datetime) -> Snapshot:
        """Return what the seed makes; it is staged, looked at and undone, as nobody is to search it here."""
        store, clock = Store.open(None, LAYOUT), Clock(ClockState(frozen_at=now))
        with store.transaction() as transaction:
            seed_directory(
                Directory(store, self.dialect, clock),
                seed=seed.seed,
                users=seed.users,
                groups=seed.groups,
                account=name,
                progress=partial(self._tell, name, seed),
            )
            drawn = transaction.snapshot()
            transaction.undo()
        tables = {each: drawn.tables[each] for each in (*_COLLECTIONS, MEMBERS)}
        return Snapshot(tables, {each: drawn.last[each] for each in _COLLECTIONS})

    def _tell(self, name: str, seed: Seed, done: int) -> None:
        total = seed.users + seed.groups
        if self.progress and (done % TOLD_EVERY == 0 or done == total):
            self.progress(name, done, total)
