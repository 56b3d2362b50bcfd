"""A progress bar on stderr, for runs that take long."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TextIO

import click

WORTH_SHOWING = 100
"""Changes in a cycle; fewer are done before anybody has read a bar."""
SEEDING_WORTH_SHOWING = 5_000
"""Resources of a seed; fewer take less than half a second."""
DRAWN_AT_MOST = 200
"""Times; more than that nobody sees."""


class ProgressBar:
    """One bar for each stretch of work; nothing where nobody watches."""

    def __init__(self, label: str, file: TextIO | None = None, *, worth: int = WORTH_SHOWING) -> None:
        """Draw on *file*, or on stderr, when there are *worth* pieces of work or more."""
        self._label = label
        self._file = file or sys.stderr
        self._worth = worth
        self._stack = ExitStack()
        self._bar: click._termui_impl.ProgressBar[int] | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show how much of how much is done; the last piece ends the bar."""
        if total < self._worth or not self._file.isatty():
            return
        if self._bar is None:
            bar = click.progressbar(length=total, label=self._label, file=self._file, show_pos=True)
            self._bar = self._stack.enter_context(bar)
        if done - self._bar.pos >= total // DRAWN_AT_MOST or done >= total:
            self._bar.update(done - self._bar.pos)
        if done >= total:
            self.close()

    def close(self) -> None:
        """End the bar, done or not."""
        self._stack.close()
        self._bar = None


class SeedingBars:
    """A bar for each account that is seeded."""

    def __init__(self, file: TextIO | None = None) -> None:
        """Draw on *file*, or on stderr."""
        self._file = file
        self._bars: dict[str, ProgressBar] = {}

    def __call__(self, account: str, done: int, total: int) -> None:
        """Show how many resources of how many are there."""
        if account not in self._bars:
            self._bars[account] = ProgressBar(f"Seeding {account}", self._file, worth=SEEDING_WORTH_SHOWING)
        self._bars[account](done, total)
