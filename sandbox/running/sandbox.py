"""All accounts of one process, and who presents which token."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from secrets import token_urlsafe
from threading import RLock
from typing import Any

from sandbox.accounts import Seed
from sandbox.recorder import Examine, Recording, note_commit
from sandbox.running.account import Admitted, Common, RunningAccount
from sandbox.running.errors import AccountGoneError, TakenError
from sandbox.running.founding import Founding, found_account, open_account
from sandbox.settings import Settings
from sandbox.store import (
    StateLock,
    account_folder,
    account_names,
    lock_state,
    remove_account,
    without_collection,
)

Examiner = Callable[["RunningSandbox", RunningAccount], Examine]
"""Makes what looks at the exchanges of an account."""


class RunningSandbox:
    """All accounts, while they run. The SCIM access token alone says whose account a request is for."""

    def __init__(self, settings: Settings, common: Common, first: Sequence[Founding], examiner: Examiner) -> None:
        """Open the accounts that the state holds; in a new state, make the *first* ones.

        What *examiner* makes for an account looks at its exchanges.

        Raises:
            StateError: when the state cannot be used.
        """
        self.settings = settings
        self.dialect = common.dialect
        self.control_key = settings.control_key
        if self.control_key is None and not settings.is_loopback:
            self.control_key = token_urlsafe(24)
        self._common = common
        self._examiner = examiner
        self.recording = Recording(
            limit=settings.exchanges,
            limit_bytes=settings.exchange_bytes,
            known=self._secrets,
            is_former=self._was_token,
        )
        self._changing = RLock()
        self._accounts: dict[str, RunningAccount] = {}
        self._open_parts = ExitStack()
        with without_collection(), ExitStack() as opening:
            opening.callback(self.close)
            self._open(settings.state_folder, first)
            opening.pop_all()

    @property
    def overlap(self) -> timedelta:
        """How long a rotated token is accepted, unless a rotation says otherwise."""
        if self.settings.overlap is not None:
            return self.settings.overlap
        return timedelta(days=self.dialect.choices.token_overlap_days)

    @property
    def default_seed(self) -> Seed:
        """What a new account is seeded with where nobody says otherwise."""
        return self._common.default_seed

    @property
    def accounts(self) -> Mapping[str, RunningAccount]:
        """The accounts by name, as they are now; the first is the default one."""
        return self._accounts

    def admit(self, presented: bytes) -> Admitted | None:
        """Let a request in whose token is accepted by an account."""
        for account in self._accounts.values():
            admitted = account.admit(presented)
            if admitted is not None:
                return admitted
        return None

    def found(self, founding: Founding) -> RunningAccount:
        """Make a new account.

        Raises:
            TakenError: when another account has the name or the token.
            TokenError: when the token is none.
            StateError: when it cannot be written; then it is not there.
        """
        name = founding.account.name
        with self._changing:
            if name in self._accounts:
                raise TakenError(f"there is an account {name} already; delete it first, or choose another name")
            folder = self._folder(name)
            is_new = folder is not None and not folder.exists()
            try:
                running = found_account(founding, folder, self._common)
            except BaseException:
                if is_new:
                    self._remove(name)
                raise
            self._record(running)
            self._accounts = {**self._accounts, name: running}
        return running

    def delete(self, name: str) -> None:
        """Remove an account and its state, at once.

        Raises:
            AccountGoneError: when it is not there.
            StateError: when its files cannot be removed.
        """
        with self._changing:
            if name not in self._accounts:
                raise AccountGoneError(name)
            running = self._accounts[name]
            self._accounts = {other: each for other, each in self._accounts.items() if other != name}
            running.end()
            self.recording.close_account(name)
            self._remove(name)

    def facts(self, url: str) -> dict[str, Any]:
        """Return where everything is, for a sandbox that serves at *url*: the ready file's object."""
        return {
            "url": url,
            "dialect": self.dialect.name,
            "control": f"{url}/_sandbox",
            "console": f"{url}/console",
            "control_key": self.control_key,
            "accounts": [
                {
                    **self.account_facts(account, url),
                    "token": keyring.current.value if keyring.current else None,
                    "reminder": keyring.reminder(account.clock.now()),
                }
                for account in self._accounts.values()
                for keyring in [account.keyring]
            ],
        }

    def account_facts(self, account: RunningAccount, url: str) -> dict[str, Any]:
        """Return where an account is, for a sandbox that serves at *url*."""
        return {
            "name": account.name,
            "environment": account.account.environment.value,
            "endpoints": [url + prefix for prefix in self.settings.prefix],
            "control": f"{url}/_sandbox/accounts/{account.name}",
        }

    def close(self) -> None:
        """Close every account and let go of the state."""
        with self._changing, self._open_parts:
            self._open_parts.callback(self.recording.close)
            for account in self._accounts.values():
                self._open_parts.callback(account.close)
            self._accounts = {}

    def _open(self, state: Path | None, first: Sequence[Founding]) -> None:
        """Open or make the accounts, the first ones first."""
        lock: StateLock | None = None
        if state is not None:
            lock = self._open_parts.enter_context(lock_state(state))
            for name in account_names(state):
                running = open_account(account_folder(state, name), self._common)
                if running is not None:
                    self._record(running)
                    self._accounts[name] = running
        if lock is None or not lock.is_founded or not self._accounts:
            for founding in first:
                if founding.account.name not in self._accounts:
                    self.found(founding)
            if lock is not None:
                lock.mark_founded()
        names = [founding.account.name for founding in first if founding.account.name in self._accounts]
        self._accounts = {name: self._accounts[name] for name in dict.fromkeys([*names, *self._accounts])}

    def _record(self, running: RunningAccount) -> None:
        """Let the exchanges of an account be recorded, with what they change."""
        folder = self._folder(running.name)
        exchanges = None if folder is None else folder / "exchanges"
        running.recorder = self.recording.open(running.name, exchanges, self._examiner(self, running))
        running.store.on_commit = note_commit

    def _secrets(self) -> list[str]:
        """Return what nobody may read in an exchange: accepted tokens and the control key."""
        tokens = [token.value for account in self._accounts.values() for token in account.keyring.tokens]
        return tokens if self.control_key is None else [*tokens, self.control_key]

    def _was_token(self, text: str) -> bool:
        """Tell whether *text* was a token of some account once."""
        return any(account.keyring.former_for(text.encode()) for account in self._accounts.values())

    def _folder(self, name: str) -> Path | None:
        state = self.settings.state_folder
        return None if state is None else account_folder(state, name)

    def _remove(self, name: str) -> None:
        if self.settings.state_folder is not None:
            remove_account(self.settings.state_folder, name)
