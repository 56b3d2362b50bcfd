"""How an account comes to run: founded anew, or opened from what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sandbox.accounts import Account, AccountError, Seed, read_account, read_seed
from sandbox.clock import ClockState, read_clock_state
from sandbox.moments import ClockError
from sandbox.people.mapping_file import MappingFileError
from sandbox.personnel import MAPPING
from sandbox.planning import LAYOUT
from sandbox.running.account import Common, RunningAccount
from sandbox.running.errors import TakenError
from sandbox.store import StateDamagedError, Store
from sandbox.tokens import TokenError


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What a new account begins with."""

    account: Account
    seed: Seed
    token: str | None = field(default=None, repr=False)
    """The first token; without one it is made."""
    clock: ClockState = field(default_factory=ClockState)


def found_account(founding: Founding, folder: Path | None, common: Common) -> RunningAccount:
    """Make a new account. Its tokens are written first, then in one step all the rest: before that, it is not there.

    Raises:
        TokenError: when the token is none.
        TakenError: when another account has the token.
        StateError: when it cannot be written.
    """
    store = Store.open(folder, LAYOUT, durability=common.durability)
    try:
        running = RunningAccount(
            founding.account, founding.seed, founding.clock, store=store, folder=folder, common=common
        )
        now = running.clock.now()
        running.keys.begin(founding.token, now)
        snapshot = running.origins.seeded(founding.seed, now)
        running.origins.keep(founding.seed, snapshot, now)
        with store.transaction() as transaction:
            transaction.restore(snapshot)
            for name, value in (("account", founding.account), ("clock", founding.clock), ("seed", founding.seed)):
                transaction.set(name, value.as_json())
            if common.mapping is not None:
                transaction.set(MAPPING, common.mapping)
    except BaseException:
        store.close()
        common.claims.release_all(founding.account.name)
        raise
    return running


def open_account(folder: Path, common: Common) -> RunningAccount | None:
    """Return the account that *folder* keeps, or ``None`` when the founding of one was never finished there.

    Raises:
        StateError: when what is kept cannot be used.
    """
    store = Store.open(folder, LAYOUT, durability=common.durability)
    try:
        running = _opened(store, folder, common)
    except (AccountError, ClockError, MappingFileError) as error:
        store.close()
        raise StateDamagedError(folder / "directory.json", str(error)) from error
    except (TakenError, TokenError) as error:
        store.close()
        raise StateDamagedError(folder / "keyring.json", str(error)) from error
    except BaseException:
        store.close()
        raise
    if running is None:
        store.close()
    return running


def _opened(store: Store, folder: Path, common: Common) -> RunningAccount | None:
    kept = store.setting("account")
    if not kept:
        return None
    clock, seed = store.setting("clock"), store.setting("seed")
    running = RunningAccount(
        read_account(kept),
        read_seed(seed or {}, common.default_seed),
        read_clock_state(clock) if clock else ClockState(),
        store=store,
        folder=folder,
        common=common,
    )
    if not running.keys.are_kept:
        running.keys.begin(None, running.clock.now())
    if common.mapping is not None:
        running.mapper.change_rules(common.mapping)
    return running
