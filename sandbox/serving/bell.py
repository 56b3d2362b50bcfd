"""Waking a thread that waits, from any other thread and from a signal handler."""

from __future__ import annotations

import socket
from contextlib import suppress


class Bell:
    """One thread waits for it, alone or among the sockets of a selector; others ring it, also before it waits."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._near.setblocking(False)
        self._far.setblocking(False)

    def fileno(self) -> int:
        """Return what a selector waits for."""
        return self._near.fileno()

    def ring(self) -> None:
        """Wake the one who waits; takes no lock, and rung twice is rung once."""
        with suppress(OSError):  # it has rung often enough, or nobody is there any more
            self._far.send(b"!")

    def wait(self, seconds: float) -> None:
        """Wait until it rings, or that long."""
        self._near.settimeout(seconds)
        self.hush()

    def hush(self) -> None:
        """Let it be silent until it is rung again."""
        with suppress(TimeoutError, BlockingIOError):
            self._near.recv(4_096)

    def close(self) -> None:
        """Let go of its sockets."""
        self._near.close()
        self._far.close()
