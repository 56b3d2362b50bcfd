"""The recorder of one account: its last exchanges, bounded in number and bytes.

An exchange comes in as a :class:`Noted`, which costs the request next to nothing. It is *settled* (secrets out,
findings in) in order, by one thread at a time: the write-behind thread soon after, or whoever reads before that.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from threading import Condition, Lock, RLock

from sandbox.clock import stopwatch
from sandbox.recorder.exchange import Exchange
from sandbox.recorder.kept import KeptExchanges
from sandbox.recorder.noted import Noted

Settle = Callable[[Noted, bool], Exchange]
"""Makes the exchange of what was noted; told when some before it were dropped unread."""

_ALL = 1_000
"""How many are done in one go when all are to be done."""


class Recorder:
    """The last exchanges of one account."""

    def __init__(
        self,
        account: str,
        *,
        limit: int,
        limit_bytes: int,
        settle: Settle,
        wake: Callable[[], None],
        kept: KeptExchanges | None,
    ) -> None:
        """Keep at most *limit* exchanges of about *limit_bytes* together; *wake* calls the write-behind thread."""
        self.account = account
        self._limit = limit
        self._limit_bytes = limit_bytes
        self._settle = settle
        self._wake = wake
        self._kept = kept
        self._lock = Lock()
        self._changed = Condition(self._lock)
        self._waiting = 0
        self._settling = RLock()
        self._fresh: deque[Noted] = deque()
        self._settled: deque[Exchange] = deque()
        self._bytes = 0
        self._has_gap = False
        """Whether an exchange was dropped before it was settled."""
        self._unwritten = 0
        """How many of the newest settled ones are not on the disk."""
        self._reads_kept = kept is not None
        self._is_closed = False

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more will come."""
        return self._is_closed

    def take(self, noted: Noted) -> None:
        """Keep an exchange; the oldest ones make room."""
        with self._lock:
            is_first = not self._fresh
            self._fresh.append(noted)
            self._bytes += noted.size
            self._make_room()
            if self._waiting:
                self._changed.notify_all()
        if is_first:
            self._wake()

    def exchanges(self) -> list[Exchange]:
        """Return what is kept, oldest first."""
        with self._settling:
            self._read_kept()
            self.settle()
            with self._lock:
                return sorted(self._settled, key=lambda exchange: exchange.number)

    def work(self, most: int) -> bool:
        """Settle at most *most* exchanges, or write as many when all are settled; tell whether there was any."""
        return self._settle_some(most) or self._write_some(most)

    def settle(self) -> None:
        """Settle what is fresh, in order."""
        while self._settle_some(_ALL):
            pass

    def write(self) -> None:
        """Write to the disk what is settled and not there yet."""
        while self._write_some(_ALL):
            pass

    def _settle_some(self, most: int) -> bool:
        with self._settling:
            for _ in range(most):
                with self._lock:
                    if not self._fresh:
                        return False
                    noted, follows_gap = self._fresh.popleft(), self._has_gap
                    self._has_gap = False
                exchange = self._settle(noted, follows_gap)
                with self._lock:
                    self._settled.append(exchange)
                    self._unwritten += 1
                    self._bytes += exchange.size - noted.size
                    self._make_room()
        return True

    def _write_some(self, most: int) -> bool:
        with self._settling:
            with self._lock:
                first = len(self._settled) - self._unwritten
                unwritten = list(islice(self._settled, first, first + most))
                self._unwritten -= len(unwritten)
            if self._kept is not None and unwritten:
                self._kept.append(unwritten)
        return bool(unwritten)

    def clear(self, next_number: int) -> None:
        """Forget every exchange, on the disk too; *next_number* is the next one's."""
        with self._settling:
            self._reads_kept = False
            with self._lock:
                self._fresh.clear()
                self._settled.clear()
                self._bytes = self._unwritten = 0
                self._has_gap = True
            if self._kept is not None:
                self._kept.clear(next_number)

    def wait(self, enough: Callable[[list[Exchange]], object], seconds: float) -> list[Exchange]:
        """Return what is kept as soon as it is *enough*, or after *seconds* of real time, or when this closes."""
        deadline = stopwatch() + seconds
        while True:
            exchanges = self.exchanges()
            left = deadline - stopwatch()
            if left <= 0 or enough(exchanges):
                return exchanges
            with self._changed:
                if self._is_closed:
                    return exchanges
                if not self._fresh:
                    self._waiting += 1
                    self._changed.wait(left)
                    self._waiting -= 1

    def close(self) -> None:
        """Write what is left, and let nobody wait any longer; a second time it does nothing."""
        with self._lock:
            self._is_closed = True
            self._changed.notify_all()
        self.settle()
        self.write()
        if self._kept is not None:
            self._kept.close()

    def _make_room(self) -> None:
        """Drop the oldest until the rest is within the bounds; the newest always stays. Under the lock."""
        while self._is_full():
            if self._settled:
                self._bytes -= self._settled.popleft().size
                self._unwritten = min(self._unwritten, len(self._settled))
            else:
                self._bytes -= self._fresh.popleft().size
                self._has_gap = True

    def _is_full(self) -> bool:
        count = len(self._settled) + len(self._fresh)
        return count > 1 and (count > self._limit or self._bytes > self._limit_bytes)

    def _read_kept(self) -> None:
        """Put what an earlier run has left before what this one has, once, when somebody asks."""
        if not self._reads_kept or self._kept is None:
            return
        self._reads_kept = False
        earlier = self._kept.earlier()
        with self._lock:
            first = self._settled[0].number if self._settled else None
            self._settled.extendleft(_before(earlier, first))
            self._bytes += sum(exchange.size for exchange in earlier)
            self._make_room()


def _before(exchanges: Iterable[Exchange], number: int | None) -> list[Exchange]:
    """Return those before *number*, newest first."""
    return [each for each in reversed(list(exchanges)) if number is None or each.number < number]
