"""All recorders of one sandbox: the numbers they share, the thread that works for them, what is secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock

from sandbox.recorder.kept import KeptExchanges
from sandbox.recorder.recorder import Recorder
from sandbox.recorder.redaction import Secrets
from sandbox.recorder.settling import Examine, Settler
from sandbox.recorder.write_behind import WriteBehind


class Recording:
    """The recorders of a sandbox by account; ids are the sandbox's, so that each names one exchange."""

    def __init__(
        self, *, limit: int, limit_bytes: int, known: Callable[[], Iterable[str]], is_former: Callable[[str], bool]
    ) -> None:
        """Keep at most *limit* exchanges of about *limit_bytes* of each account; none at all with a limit of 0."""
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._secrets = Secrets(known, is_former)
        self._recorders: dict[str, Recorder] = {}
        self._behind = WriteBehind(lambda: list(self._recorders.values()))
        self._numbering = Lock()
        self._next = 1

    @property
    def is_on(self) -> bool:
        """Tell whether anything is kept."""
        return self._limit > 0

    @property
    def next_number(self) -> int:
        """The number that the next exchange gets."""
        return self._next

    def number(self) -> int:
        """Give out the next number."""
        with self._numbering:
            number, self._next = self._next, self._next + 1
        return number

    def open(self, account: str, folder: Path | None, examine: Examine) -> Recorder:
        """Open the recorder of an account, on what *folder* has of an earlier run; without one nothing is written."""
        kept = None
        if folder is not None and self.is_on:
            kept = KeptExchanges(folder, limit=self._limit, limit_bytes=self._limit_bytes)
            with self._numbering:
                self._next = max(self._next, kept.next_number())
        recorder = Recorder(
            account,
            limit=self._limit,
            limit_bytes=self._limit_bytes,
            settle=Settler(account, self._secrets, examine),
            wake=self._behind.wake,
            kept=kept,
        )
        self._recorders[account] = recorder
        return recorder

    def close_account(self, account: str) -> None:
        """Close the recorder of an account, so that its folder can go."""
        recorder = self._recorders.pop(account, None)
        if recorder is not None:
            recorder.close()

    def close(self) -> None:
        """Write what is left and end the thread; a second time it does nothing."""
        self._behind.close()
        for account in list(self._recorders):
            self.close_account(account)
