"""How many requests a token may make: two windows, what is told of them, and what falls due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import due_between
from sandbox.rates import Decision, Rate

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def decided(rate: Rate, *instants: datetime) -> tuple[Rate, list[Decision]]:
    """Return the rate after requests at these instants, and what was decided of each."""
    decisions = []
    for instant in instants:
        rate, decision = rate.decided(instant)
        decisions.append(decision)
    return rate, decisions


def test_the_hour_counts_down_and_ends_an_hour_after_its_first_request() -> None:
    _, decisions = decided(Rate.of(3, 20, 2), NOON, NOON + 5 * SECOND, NOON + HOUR - SECOND, NOON + HOUR)

    assert [decision.remaining for decision in decisions] == [2, 1, 0, 2]
    assert [decision.resets_at for decision in decisions] == [NOON + HOUR] * 3 + [NOON + 2 * HOUR]
    assert decisions[0].headers() == {
        "x-ratelimit-limit": "3",
        "x-ratelimit-remaining": "2",
        "x-ratelimit-reset": str(int((NOON + HOUR).timestamp())),
    }


@pytest.mark.parametrize(
    ("rate", "after", "retry_after_s"),
    [
        pytest.param(Rate.of(2, 20, 2), timedelta(), 3600, id="the hour is used up"),
        pytest.param(Rate.of(2, 20, 2), HOUR - timedelta(milliseconds=1), 1, id="a millisecond before it ends"),
        pytest.param(Rate.of(2, 20, 2), HOUR, None, id="the next hour"),
        pytest.param(Rate.of(99, 2, 2), timedelta(), 2, id="the burst is used up"),
        pytest.param(Rate.of(99, 2, 2), SECOND, 1, id="a second later"),
        pytest.param(Rate.of(99, 2, 2), 2 * SECOND, None, id="the next burst"),
        pytest.param(Rate.of(2, 2, 2), timedelta(), 3600, id="both are used up"),
        pytest.param(Rate.of(2, 2, 2), 2 * SECOND, 3598, id="of two waits the longer one"),
        pytest.param(Rate.of(0, 2, 2), timedelta(), 1, id="nothing is allowed at all"),
        pytest.param(Rate.of(2, 20, 2), -SECOND, None, id="the clock was set back"),
    ],
)
def test_a_request_too_many_is_refused_until_a_window_ends(
    rate: Rate, after: timedelta, retry_after_s: int | None
) -> None:
    rate, _ = decided(rate, NOON, NOON)

    _, decisions = decided(rate, NOON + after)

    assert decisions[0].retry_after_s == retry_after_s


def test_a_refused_request_counts_in_no_window() -> None:
    rate, _ = decided(Rate.of(4, 2, 2), NOON, NOON)

    after, decisions = decided(rate, NOON + SECOND, NOON + SECOND)

    assert after == rate
    assert {(decision.remaining, decision.retry_after_s) for decision in decisions} == {(2, 1)}


def test_a_window_that_ends_falls_due() -> None:
    unused = Rate.of(3600, 20, 2)
    rate, _ = decided(unused, NOON)

    assert list(unused.due_events("token t1")) == []
    assert [(due.at, due.what, due.detail) for due in rate.due_events("token t1")] == [
        (NOON + HOUR, "rate_window_renewed", "token t1 has 3600 requests in 1h again"),
        (NOON + 2 * SECOND, "rate_window_renewed", "token t1 has 20 requests in 2s again"),
    ]


waits = st.lists(st.timedeltas(timedelta(), HOUR), max_size=60)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), waits)
def test_no_window_ever_lets_in_more_than_its_limit(
    hourly: int, burst: int, burst_seconds: int, waited: list[timedelta]
) -> None:
    rate, now, let_in = Rate.of(hourly, burst, burst_seconds), NOON, list[datetime]()
    for wait in waited:
        now += wait / 60
        rate, decision = rate.decided(now)
        if decision.retry_after_s is None:
            let_in.append(now)
        else:
            _, later = rate.decided(now + decision.retry_after_s * SECOND)
            assert later.retry_after_s is None, "whoever waits as long as told is let in"

    for limit, window in ((hourly, HOUR), (burst, burst_seconds * SECOND)):
        began, inside = None, 0
        for instant in let_in:
            if began is None or instant >= began + window:
                began, inside = instant, 0
            inside += 1
            assert inside <= limit


@given(waits, st.timedeltas(timedelta(), 2 * HOUR), st.timedeltas(timedelta(), 2 * HOUR))
def test_advancing_by_a_then_b_renews_the_same_windows_as_by_a_and_b(
    waited: list[timedelta], first: timedelta, second: timedelta
) -> None:
    rate, now = Rate.of(3600, 20, 2), NOON
    for wait in waited:
        now += wait
        rate, _ = rate.decided(now)
    due = list(rate.due_events("t1"))

    halfway, end = now + first, now + first + second
    assert due_between(due, now, halfway) + due_between(due, halfway, end) == due_between(due, now, end)
