"""Accounts as they run: the value, its state, its clock, its keyring and its directory, and what happens to them.

A sandbox is one process with some accounts. The SCIM access token alone says whose account a request is for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from threading import RLock
from typing import Any, cast

from sandbox.accounts import Account, AccountError, read_account
from sandbox.clock import Clock, ClockState, Due, due_between, read_clock_state
from sandbox.dialect import Dialect
from sandbox.directory import Directory
from sandbox.keyring import Keyring, read_keyring
from sandbox.moments import ClockError
from sandbox.planning import LAYOUT
from sandbox.settings import Settings
from sandbox.store import StateDamagedError, Store, account_folder, account_names, lock_state
from sandbox.tokens import Token, TokenError

TokenSource = Callable[[str, int], str]
"""Makes the value of an account's token of that number."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a step of the clock led to."""

    now: datetime
    fired: list[Due]
    """What fell due, in order."""


class RunningAccount:
    """One account, open."""

    def __init__(self, account: Account, store: Store, dialect: Dialect, tokens: TokenSource) -> None:
        """Take over what *store* keeps of the account: its clock and its keyring."""
        self.account = account
        self.store = store
        self.dialect = dialect
        self.zone = account.zone
        state = store.setting("clock")
        self.clock = Clock(read_clock_state(state) if state else ClockState(), on_change=self._keep_clock)
        keyring = store.setting("keyring")
        self._keyring = read_keyring(keyring) if keyring else Keyring()
        self._tokens = tokens
        self._changing = RLock()
        self.directory = Directory(store, dialect, self.clock)

    @property
    def name(self) -> str:
        """The account's name."""
        return self.account.name

    @property
    def keyring(self) -> Keyring:
        """The tokens as they are at the account's time."""
        return self._keyring.settled(self.clock.now())

    def found(self, clock: ClockState, token: str | None, plant: Callable[[Directory], None]) -> None:
        """Make a new account complete, in one step: facts, clock, first token, people and groups."""
        with self.store.transaction() as transaction:
            transaction.set("account", self.account.as_json())
            transaction.set("clock", clock.as_json())
            self.clock = Clock(clock, on_change=self._keep_clock)
            self.directory = Directory(self.store, self.dialect, self.clock)
            value = token or self._tokens(self.name, 1)
            keyring = Keyring().rotated(value, now=self.clock.now())
            transaction.set("keyring", keyring.as_json())
            plant(self.directory)
        self._keyring = keyring

    def token_for(self, presented: bytes) -> Token | None:
        """Return the accepted token that was presented, and count the use."""
        now = self.clock.now()
        token = self._keyring.token_for(presented, now)
        if token is not None:
            with self._changing:
                self._keyring = self._keyring.counted({token.id: (1, now)})
        return token

    def rotate(self, overlap: timedelta) -> Token:
        """Make a new current token; the one before it is accepted for *overlap* more (facts/4me.md 2.4)."""

        def rotated(ring: Keyring, now: datetime) -> Keyring:
            return ring.rotated(self._tokens(self.name, ring.next_number), now=now, overlap=overlap)

        return cast(Token, self._change_keyring(rotated).current)

    def revoke(self, token_id: str) -> None:
        """End a token now.

        Raises:
            TokenError: when no accepted token has this id.
        """
        self._change_keyring(lambda ring, now: ring.revoked(token_id, now=now))

    def move_clock(self, move: Callable[[Clock], datetime]) -> Advanced:
        """Move the clock and settle what fell due on the way.

        Raises:
            ClockError: when the clock refuses.
        """
        before = self.clock.now()
        now = move(self.clock)
        fired = due_between(self._keyring.due_events(), before, now)
        if self._keyring.settled(now) is not self._keyring:
            self._change_keyring(lambda ring, at: ring.settled(at))
        return Advanced(now, fired)

    def settle(self) -> None:
        """Write down what is only counted: the uses of the tokens."""
        self._change_keyring(lambda ring, now: ring.settled(now))

    def _change_keyring(self, change: Callable[[Keyring, datetime], Keyring]) -> Keyring:
        with self._changing:
            keyring = change(self._keyring, self.clock.now())
            with self.store.transaction() as transaction:
                transaction.set("keyring", keyring.as_json())
            self._keyring = keyring
        return keyring

    def _keep_clock(self, state: ClockState) -> None:
        with self.store.transaction() as transaction:
            transaction.set("clock", state.as_json())


class RunningSandbox:
    """All accounts of one process, and who presents which token."""

    def __init__(
        self,
        settings: Settings,
        dialect: Dialect,
        *,
        tokens: TokenSource,
        found: Callable[[RunningAccount], None],
        first_accounts: tuple[Account, ...],
    ) -> None:
        """Open the accounts that the state holds; *found* completes those that are new."""
        self.settings = settings
        self.dialect = dialect
        self.control_key = settings.control_key
        if self.control_key is None and not settings.is_loopback:
            self.control_key = token_urlsafe(24)
        self._tokens = tokens
        self._found = found
        self._accounts: dict[str, RunningAccount] = {}
        self._open_parts = ExitStack()
        with ExitStack() as opening:
            opening.push(self._open_parts)
            if settings.state_folder is not None:
                self._open_parts.enter_context(lock_state(settings.state_folder))
            for account in first_accounts:
                self._open(account)
            for name in self._kept_names():
                self._open(Account(name=name), is_kept=True)
            opening.pop_all()

    @property
    def overlap(self) -> timedelta:
        """How long a rotated token is accepted, unless a rotation says otherwise."""
        if self.settings.overlap is not None:
            return self.settings.overlap
        return timedelta(days=self.dialect.choices.token_overlap_days)

    @property
    def accounts(self) -> Mapping[str, RunningAccount]:
        """The accounts by name; the first is the default one."""
        return self._accounts

    def account_of_token(self, presented: bytes) -> RunningAccount | None:
        """Return the account whose accepted token was presented."""
        for account in self._accounts.values():
            if account.token_for(presented) is not None:
                return account
        return None

    def facts(self, url: str) -> dict[str, Any]:
        """Return where everything is, for a sandbox that serves at *url*: the ready file's object."""
        control = f"{url}/_sandbox"
        return {
            "url": url,
            "dialect": self.dialect.name,
            "control": control,
            "console": f"{url}/console",
            "control_key": self.control_key,
            "accounts": [
                {
                    "name": account.name,
                    "environment": account.account.environment.value,
                    "token": account.keyring.current.value if account.keyring.current else None,
                    "endpoints": [url + prefix for prefix in self.settings.prefix],
                    "control": f"{control}/accounts/{account.name}",
                }
                for account in self._accounts.values()
            ],
        }

    def close(self) -> None:
        """Close every account and let go of the state."""
        self._open_parts.close()

    def _kept_names(self) -> list[str]:
        """Return the names of the accounts that the state holds beside those that are open."""
        state = self.settings.state_folder
        return [] if state is None else [name for name in account_names(state) if name not in self._accounts]

    def _open(self, account: Account, *, is_kept: bool = False) -> None:
        """Open an account from its state; when there is none yet, make it complete, or pass over a stray folder."""
        state = self.settings.state_folder
        folder = None if state is None else account_folder(state, account.name)
        store = Store.open(folder, LAYOUT, durability=self.settings.durability)
        self._open_parts.callback(store.close)
        kept = store.setting("account")
        if is_kept and not kept:
            return
        try:
            running = RunningAccount(read_account(kept) if kept else account, store, self.dialect, self._tokens)
        except (AccountError, ClockError, TokenError) as error:
            raise StateDamagedError(folder or account.name, str(error)) from error
        if not kept:
            self._found(running)
        self._open_parts.callback(running.settle)
        self._accounts[account.name] = running
