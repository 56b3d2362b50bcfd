"""One account as it runs: its state, its clock, its keyring and its directory, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from pathlib import Path
from threading import RLock

from sandbox.accounts import Account, Seed
from sandbox.clock import Clock, ClockState, Due, due_between
from sandbox.dialect import Dialect
from sandbox.directory import Directory
from sandbox.keyring import Keyring
from sandbox.moments import moment_text
from sandbox.personnel import Mapper, MappingText, Personnel
from sandbox.rates import Decision, Rate
from sandbox.recorder import Recorder, note_mapped
from sandbox.running.claims import Claimant, Claims, TokenSource
from sandbox.running.errors import AccountGoneError
from sandbox.running.keys import Keys
from sandbox.running.origins import Origins, Plant
from sandbox.running.rating import Rates
from sandbox.store import PrivateFile, Snapshot, SnapshotFacts, Store
from sandbox.tokens import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What all accounts of a sandbox have in common."""

    dialect: Dialect
    token_source: TokenSource
    plant: Plant
    default_seed: Seed
    """Of an account that does not know what it was seeded with."""
    unused_rate: Rate | None
    """What a token may use; None limits nothing."""
    mapping: MappingText | None
    """Name and text of the mapping file that is in force in every account; ``None`` leaves each its own."""
    durability: str
    claims: Claims = field(default_factory=Claims)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that came with an accepted token."""

    account: RunningAccount
    token: Token
    at: datetime
    """When, by the account's clock."""
    decision: Decision | None
    """Whether it comes too soon, where that is limited."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a step of the clock led to."""

    now: datetime
    fired: list[Due]
    """What fell due, in order."""


class RunningAccount:
    """One account, open. What changes it waits for its turn; the requests of clients do not."""

    def __init__(
        self, account: Account, seed: Seed, clock: ClockState, *, store: Store, folder: Path | None, common: Common
    ) -> None:
        """Run on *store*, and on what else *folder* keeps.

        Raises:
            TokenError: when its tokens cannot be read.
            TakenError: when another account has one of them.
            StateError: when a file cannot be used.
            MappingFileError: when the mapping file that is kept cannot be used.
        """
        self.account = account
        self.seed = seed
        self.store = store
        self.dialect: Dialect = common.dialect
        self.zone = account.zone
        self.clock = Clock(clock, on_change=self._keep_clock)
        self.mapper = Mapper(store, self.clock, account.name, note_mapped)
        self.personnel = Personnel(store, self.mapper)
        self.directory = Directory(store, common.dialect, self.clock, self.mapper.follow)
        self.origins = Origins(account, folder, common.plant)
        self._claimant = Claimant(account.name, common.claims, common.token_source)
        self.keys = Keys(PrivateFile(None if folder is None else folder / "keyring.json"), self._claimant)
        self._rates = Rates(common.unused_rate)
        self._turns = RLock()
        self.recorder: Recorder
        """The last exchanges; the sandbox opens and closes it."""
        self._is_gone = False

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name

    @property
    def is_gone(self) -> bool:
        """Whether the account was deleted, or the sandbox is closed."""
        return self._is_gone

    @property
    def keyring(self) -> Keyring:
        """The tokens as they are at the account's time."""
        return self.keys.keyring(self.clock.now())

    def admit(self, presented: bytes) -> Admitted | None:
        """Let a request in whose token is accepted: count it, and decide whether it comes too soon."""
        now = self.clock.now()
        token = self.keys.token_for(presented, now)
        return None if token is None else Admitted(self, token, now, self._rates.decide(token.id, now))

    def rotate(self, overlap: timedelta) -> Token:
        """Make a new current token; the one before it is accepted for *overlap* more (facts/4me.md 2.4)."""
        with self._turn():
            return self.keys.rotate(self.clock.now(), overlap)

    def revoke(self, token_id: str) -> None:
        """End a token now.

        Raises:
            TokenError: when no accepted token has this id.
        """
        with self._turn():
            now = self.clock.now()
            self.keys.change(lambda ring: ring.revoked(token_id, now=now))

    def due_events(self) -> list[Due]:
        """Return what happens by itself, past and future, in order."""
        keyring = self.keyring
        return sorted([*keyring.due_events(), *self._rates.due_events(keyring)], key=attrgetter("at"))

    def move_clock(self, move: Callable[[Clock], datetime]) -> Advanced:
        """Move the clock, and tell what fell due on the way.

        Raises:
            ClockError: when the clock refuses.
        """
        with self._turn():
            before = self.clock.now()
            due = self.due_events()
            self.keys.settle(before)
            now = move(self.clock)
            return Advanced(now, due_between(due, before, now))

    def reset(self, snapshot: Snapshot) -> None:
        """Put a snapshot in the place of users, groups and memberships, in one step; tokens and clock stay."""
        with self._turn(), self.store.transaction() as transaction:
            transaction.restore(snapshot)

    def reset_to_empty(self) -> None:
        """Take every user, group and membership away, in one step; organizations and sites are as they began."""
        self.reset(self.origins.empty(self.seed, self.clock.now()))

    def reset_to_seed(self, seed: Seed) -> None:
        """Put what a seed makes in the place of users, groups and memberships, in one step, and keep the seed."""
        now = self.clock.now()
        snapshot = self.origins.seeded(seed, now)
        with self._turn():
            self.origins.keep(seed, snapshot, now)
            with self.store.transaction() as transaction:
                transaction.restore(snapshot)
                transaction.set("seed", seed.as_json())
            self.seed = seed

    def save(self, name: str) -> SnapshotFacts:
        """Keep users, groups and memberships as they are now under a name, in the place of a snapshot of that name.

        Raises:
            SnapshotNameError: when a snapshot cannot have that name.
        """
        with self._turn():
            return self.origins.snapshots.save(name, self.store.snapshot(), moment_text(self.clock.now()))

    def forget(self, name: str) -> None:
        """Delete the snapshot of that name.

        Raises:
            UnknownSnapshotError: when there is none.
        """
        with self._turn():
            self.origins.delete(name)

    def close(self) -> None:
        """Write down what is only counted, and let go of the files."""
        with self._turn():
            self._is_gone = True
            try:
                self.keys.keep()
            finally:
                self.store.close()

    def end(self) -> None:
        """Let go of the files, which are to be removed; whoever still holds the account changes nothing any more."""
        with self._turn():
            self._is_gone = True
            self.store.close(is_kept=False)
            self._claimant.release_all()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until nobody else changes the account.

        Raises:
            AccountGoneError: when it was deleted meanwhile.
        """
        with self._turns:
            if self._is_gone:
                raise AccountGoneError(self.name)
            yield

    def _keep_clock(self, state: ClockState) -> None:
        with self.store.transaction() as transaction:
            transaction.set("clock", state.as_json())
