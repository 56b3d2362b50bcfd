"""The thread that works behind the requests: it settles and writes without being asked, and ends when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, active_count
from typing import Any

from sandbox.recorder import Exchange, KeptExchanges, Recorder
from sandbox.recorder.write_behind import WriteBehind
from tests.recorder.sample import noted, settler

PATIENCE_SECONDS = 30


class Telling(KeptExchanges):
    """Says when it has written so many exchanges."""

    def __init__(self, folder: Path, expected: int) -> None:
        super().__init__(folder, limit=1_000, limit_bytes=10_000_000)
        self.has_all = Event()
        self._expected = expected
        self._seen = 0

    def append(self, exchanges: list[Exchange]) -> None:
        super().append(exchanges)
        self._seen += len(exchanges)
        if self._seen >= self._expected:
            self.has_all.set()


@contextmanager
def working(kept: KeptExchanges, settle: Callable[..., Exchange]) -> Iterator[Recorder]:
    """Return a recorder with a thread behind it."""
    recorders: list[Recorder] = []
    behind = WriteBehind(lambda: recorders, pause_seconds=0)
    given: dict[str, Any] = {"limit": 1_000, "limit_bytes": 10_000_000, "settle": settle, "wake": behind.wake}
    recorders.append(Recorder("widget", kept=kept, **given))
    try:
        yield recorders[0]
    finally:
        behind.close()
        recorders[0].close()


def test_exchanges_are_settled_and_written_without_anybody_asking(tmp_path: Path) -> None:
    kept = Telling(tmp_path, expected=35)
    with working(kept, settler()) as recorder:
        for number in range(1, 36):
            recorder.take(noted(number))

        assert kept.has_all.wait(PATIENCE_SECONDS)

    later = KeptExchanges(tmp_path, limit=100, limit_bytes=1_000_000)
    assert [each.number for each in later.earlier()] == list(range(1, 36))


def test_it_goes_to_work_again_when_more_comes(tmp_path: Path) -> None:
    first, second = Telling(tmp_path / "1", expected=1), Telling(tmp_path / "2", expected=2)
    for kept, count in ((first, 1), (second, 2)):
        with working(kept, settler()) as recorder:
            for number in range(1, count + 1):
                recorder.take(noted(number))
                recorder.exchanges()
            assert kept.has_all.wait(PATIENCE_SECONDS)


def test_no_thread_runs_before_the_first_exchange_and_none_after_the_end(tmp_path: Path) -> None:
    before = active_count()
    kept = Telling(tmp_path, expected=1)
    with working(kept, settler()) as recorder:
        assert active_count() == before
        recorder.take(noted(1))
        assert kept.has_all.wait(PATIENCE_SECONDS)
        assert active_count() == before + 1

    assert active_count() == before


def test_what_is_left_at_the_end_is_written(tmp_path: Path) -> None:
    kept = KeptExchanges(tmp_path, limit=1_000, limit_bytes=10_000_000)
    with working(kept, settler()) as recorder:
        for number in range(1, 301):
            recorder.take(noted(number))

    assert len(KeptExchanges(tmp_path, limit=1_000, limit_bytes=10_000_000).earlier()) == 300
