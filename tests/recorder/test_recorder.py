"""The recorder's bounds, its order, and waiting for what comes."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sandbox.recorder import Exchange, KeptExchanges, Recorder
from sandbox.recorder.exchange import KEPT_BODY_BYTES
from tests.recorder.sample import noted, settler


def recorder(kept: KeptExchanges | None = None, **changes: Any) -> Recorder:
    """Return a recorder that nobody helps: exchanges are settled when they are read."""
    given = {"limit": 100, "limit_bytes": 10_000_000, "settle": settler(), "wake": lambda: None, **changes}
    return Recorder("widget", kept=kept, **given)


def numbers(exchanges: list[Exchange]) -> list[int]:
    return [each.number for each in exchanges]


def test_exchanges_come_in_the_order_of_their_numbers() -> None:
    full = recorder()
    for number in (1, 3, 2, 4):
        full.take(noted(number))

    assert numbers(full.exchanges()) == [1, 2, 3, 4]


def test_the_last_ones_are_kept() -> None:
    full = recorder(limit=10)
    for number in range(1, 31):
        full.take(noted(number))

    assert numbers(full.exchanges()) == list(range(21, 31))


def test_the_last_ones_that_fit_are_kept() -> None:
    full = recorder(limit_bytes=100_000)
    for number in range(1, 11):
        full.take(noted(number, body=b"x" * 20_000))

    kept = numbers(full.exchanges())
    assert kept == list(range(11 - len(kept), 11))
    assert 3 <= len(kept) <= 5


def test_one_that_is_larger_than_all_the_room_is_kept_alone() -> None:
    full = recorder(limit_bytes=1_000)
    for number in (1, 2):
        full.take(noted(number, body=b"x" * 50_000))

    assert numbers(full.exchanges()) == [2]


def test_a_large_body_is_cut_and_its_length_is_told() -> None:
    full = recorder()
    full.take(noted(1, body=b"x" * 300_000, answer=b"y" * 200_000))

    exchange = full.exchanges()[0]

    assert (len(exchange.body.kept), exchange.body.length, exchange.body.is_whole) == (KEPT_BODY_BYTES, 300_000, False)
    assert (len(exchange.answer.kept), exchange.answer.length) == (KEPT_BODY_BYTES, 200_000)


def test_who_looks_is_told_when_exchanges_were_dropped_unread() -> None:
    told: list[tuple[int, bool]] = []
    settle = settler()

    def telling(each: Any, follows_gap: bool) -> Exchange:
        told.append((each.number, follows_gap))
        return settle(each, follows_gap)

    full = recorder(limit=3, settle=telling)
    for number in range(1, 6):
        full.take(noted(number))
    full.exchanges()
    full.take(noted(6))
    full.exchanges()

    assert told == [(3, True), (4, False), (5, False), (6, False)]


def test_waiting_ends_with_what_was_waited_for() -> None:
    full = recorder()
    waiting = Thread(target=lambda: full.take(noted(2)))
    full.take(noted(1))

    waiting.start()
    found = full.wait(lambda listed: len(listed) >= 2, 30)
    waiting.join()

    assert numbers(found) == [1, 2]


def test_waiting_ends_when_the_time_is_over() -> None:
    full = recorder()
    full.take(noted(1))

    assert numbers(full.wait(lambda listed: len(listed) >= 2, 0.01)) == [1]


def test_waiting_ends_when_the_recorder_closes() -> None:
    full = recorder()
    found: list[list[Exchange]] = []
    waiting = Thread(target=lambda: found.append(full.wait(lambda listed: len(listed) >= 1, 30)))
    waiting.start()

    full.close()
    waiting.join(timeout=10)

    assert found == [[]]


def test_clearing_forgets_and_goes_on() -> None:
    full = recorder()
    full.take(noted(1))
    full.exchanges()

    full.clear(next_number=2)
    full.take(noted(2))

    assert numbers(full.exchanges()) == [2]


def test_a_hundred_thousand_exchanges_take_the_room_of_a_thousand(tmp_path: Path) -> None:
    kept = KeptExchanges(tmp_path / "exchanges", limit=1_000, limit_bytes=10_000_000)
    full = recorder(kept, limit=1_000)
    body, answer = b'{"userName": "ann@widget.example"}', b'{"id": "7", "userName": "ann@widget.example"}' * 20

    def pass_by(first: int, last: int) -> None:
        for number in range(first, last):
            full.take(noted(number, body=body, answer=bytes(answer)))
            if number % 500 == 0:
                full.work(100)

    pass_by(1, 2_001)
    full.settle()
    full.write()
    tracemalloc.start()
    pass_by(2_001, 100_001)
    full.settle()
    full.write()
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    sizes = [path.stat().st_size for path in (tmp_path / "exchanges").iterdir()]
    assert numbers(full.exchanges()) == list(range(99_001, 100_001))
    assert grown < 12_000_000
    assert len(sizes) <= 2
    assert sum(sizes) < 2 * 1_000 * 4_000
    full.close()


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_smallest_bounds_hold(limit: int) -> None:
    full = recorder(limit=limit)
    for number in range(1, 10):
        full.take(noted(number))
        assert len(full.exchanges()) <= limit

    assert numbers(full.exchanges()) == list(range(10 - limit, 10))
