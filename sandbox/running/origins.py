"""What the directory of an account can be set back to: what its seed made, nothing, or a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sandbox.accounts import Account, Seed
from sandbox.moments import moment_text
from sandbox.planning import LAYOUT
from sandbox.running.errors import UnknownSnapshotError
from sandbox.store import Snapshot, Snapshots

Plant = Callable[[Account, Seed, datetime], Snapshot]
"""Makes the people and groups of a seed at an instant, aside from any account."""


class Origins:
    """The snapshots of one account: those that somebody named, and the one of its seed."""

    def __init__(self, account: Account, folder: Path | None, plant: Plant) -> None:
        """Keep them in the account's *folder*, or without one in memory."""
        self._account = account
        self._plant = plant
        self.snapshots = Snapshots(None if folder is None else folder / "snapshots", LAYOUT)
        self._seeds = Snapshots(None if folder is None else folder / "seed", LAYOUT)
        self._seeded: tuple[Seed, Snapshot] | None = None

    def seeded(self, seed: Seed, now: datetime) -> Snapshot:
        """Return what a seed makes: as it was the first time, or made at *now*.

        Raises:
            StateError: when what is kept of it cannot be read.
        """
        if self._seeded is None or self._seeded[0] != seed:
            snapshot = self._seeds.read(seed.label)
            if snapshot is None:
                snapshot = self._plant(self._account, seed, now)
            self._seeded = (seed, snapshot)
        return self._seeded[1]

    def empty(self, seed: Seed, now: datetime) -> Snapshot:
        """Return what there is before SCIM comes: no user and no group, and ids begin at 1."""
        return self._plant(self._account, replace(seed, users=0, groups=0), now)

    def keep(self, seed: Seed, snapshot: Snapshot, now: datetime) -> None:
        """Keep what a seed made, in the place of what another one did.

        Raises:
            StateError: when the disk refuses.
        """
        if seed.label not in self._seeds.names():
            self._seeds.save(seed.label, snapshot, moment_text(now))
        for label in self._seeds.names():
            if label != seed.label:
                self._seeds.delete(label)

    def delete(self, name: str) -> None:
        """Delete the snapshot of that name.

        Raises:
            UnknownSnapshotError: when there is none.
            StateError: when its file cannot be removed.
        """
        if not self.snapshots.delete(name):
            raise self._unknown(name)

    def named(self, name: str) -> Snapshot:
        """Return the snapshot of that name.

        Raises:
            UnknownSnapshotError: when there is none.
            StateError: when its file cannot be used.
        """
        snapshot = self.snapshots.read(name)
        if snapshot is None:
            raise self._unknown(name)
        return snapshot

    def _unknown(self, name: str) -> UnknownSnapshotError:
        return UnknownSnapshotError(name, self._account.name, self.snapshots.names())
