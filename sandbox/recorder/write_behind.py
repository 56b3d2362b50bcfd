"""The thread that settles and writes exchanges soon after they have happened, and never takes much of the time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Event, Lock, Thread

from sandbox.clock import stopwatch
from sandbox.recorder.recorder import Recorder

PAUSE_SECONDS = 0.5
"""How long it waits for more before it goes to work."""
AT_ONCE = 10
"""How many exchanges it settles, or writes, before it rests."""
REST = 29
"""How much longer it rests than it has worked: it takes a thirtieth of the time, so that requests do not wait for it.

When exchanges come faster than that, the oldest fall out of the recorder's bounds before anybody has looked at them.
"""


class WriteBehind:
    """One thread for all recorders of a sandbox; it begins with the first exchange, and sleeps while there is none."""

    def __init__(self, recorders: Callable[[], Iterable[Recorder]], pause_seconds: float = PAUSE_SECONDS) -> None:
        """Work for whatever *recorders* returns at that moment."""
        self._pause_seconds = pause_seconds
        self._recorders = recorders
        self._called = Event()
        self._stopping = Event()
        self._starting = Lock()
        self._thread: Thread | None = None

    def wake(self) -> None:
        """Call the thread to work."""
        if self._thread is None:
            self._start()
        self._called.set()

    def close(self) -> None:
        """End the thread, whatever there is left to do; a second time it does nothing."""
        self._stopping.set()
        self._called.set()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._stopping.is_set():
                self._thread = Thread(target=self._run, name="sandbox-recorder", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._called.wait()
            self._called.clear()
            self._stopping.wait(self._pause_seconds)
            while self._work():
                pass

    def _work(self) -> bool:
        """Do a little for each recorder, and rest; tell whether there is more to do."""
        started_at = stopwatch()
        busy = [recorder for recorder in self._recorders() if recorder.work(AT_ONCE)]
        return bool(busy) and not self._stopping.wait(REST * (stopwatch() - started_at))
