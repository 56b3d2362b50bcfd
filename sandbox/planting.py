"""What a new account begins with: the company that exists before SCIM comes, and the people and groups of its seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.accounts import Account, Seed
from sandbox.clock import Clock, ClockState
from sandbox.dialect import Dialect
from sandbox.directory import Directory
from sandbox.personnel import Mapper, Personnel
from sandbox.planning import LAYOUT
from sandbox.seeding import seed_directory
from sandbox.starting import StartFiles
from sandbox.store import Snapshot, Store, without_collection

Progress = Callable[[str, int, int], None]
"""Is told of which account how many resources of how many are planted."""

TOLD_EVERY = 100
"""After how many resources progress is told again."""


@dataclass(frozen=True, slots=True)
class Planter:
    """Plants an account, aside from any that runs.

    What is staged is looked at and undone: it is indexed once, in the account that takes it over.
    """

    dialect: Dialect
    files: StartFiles
    progress: Progress | None = None

    def __call__(self, account: Account, seed: Seed, now: datetime) -> Snapshot:
        """Return what is there at the start, all made at one instant."""
        total = seed.users + seed.groups

        def tell(done: int) -> None:
            if self.progress and (done % TOLD_EVERY == 0 or done == total):
                self.progress(account.name, done, total)

        store, clock = Store.open(None, LAYOUT), Clock(ClockState(frozen_at=now))
        personnel = Personnel(store, Mapper(store, clock, account.name))
        directory = Directory(store, self.dialect, clock)
        with without_collection(), store.transaction() as transaction:
            self.files.plant(personnel, account.name, seed.seed, seed.users)
            seed_directory(
                directory, seed=seed.seed, users=seed.users, groups=seed.groups, account=account.name, progress=tell
            )
            snapshot = transaction.snapshot()
            transaction.undo()
        return snapshot
