"""A command that runs as a child of this process: its signals, and its exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Self

PASSED_ON = ("SIGINT", "SIGTERM", "SIGHUP")
"""What somebody sends to this process and means for the command; SIGHUP is not everywhere."""
KILLED_BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a command."""


class Child:
    """One run of a command; for the length of the ``with`` block, what is sent to this process is passed on to it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._early: list[int] = []
        """Signals that came before there was a process to pass them to."""
        self._handlers: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        numbers = [signal.Signals[name] for name in PASSED_ON if hasattr(signal, name)]
        self._handlers = {number: signal.signal(number, self._pass_on) for number in numbers}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def run(self, command: Sequence[str], environ: Mapping[str, str]) -> int:
        """Run *command* and return its exit code, or 128 and the signal that ended it, as a shell does.

        ``OSError`` when it cannot be started.
        """
        self._process = process = subprocess.Popen(list(command), env=dict(environ))
        try:
            for number in self._early:
                self._send(process, number)
            code = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        return code if code >= 0 else KILLED_BY_SIGNAL - code

    def _pass_on(self, number: int, _frame: object) -> None:
        if number == signal.SIGINT and terminal_tells_both():
            return
        if self._process is None:
            self._early.append(number)
        else:
            self._send(self._process, number)

    def _send(self, process: subprocess.Popen[bytes], number: int) -> None:
        with suppress(OSError):  # it has just ended
            process.send_signal(number)


def terminal_tells_both() -> bool:
    """Tell whether Ctrl-C comes from a terminal, which sends it to the command as well."""
    if os.name == "nt":
        return True
    try:
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return False
