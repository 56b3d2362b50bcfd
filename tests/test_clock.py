"""The account's clock: what it shows after which steps, and what falls due on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock, ClockState, Due, due_between, read_clock_state, stopwatch, system_time
from sandbox.moments import (
    EARLIEST,
    LATEST,
    ClockError,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

steps = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=400))
instants = st.datetimes(
    min_value=EARLIEST.replace(tzinfo=None), max_value=LATEST.replace(tzinfo=None), timezones=st.just(UTC)
)


class SystemTime:
    """A system time that a test sets; calling it tells it."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def system() -> SystemTime:
    """The machine's time: noon of 2026-06-01, until the test moves it."""
    return SystemTime()


# --- the clock


def test_the_machines_own_time_is_aware_and_in_utc() -> None:
    before, clock, after = system_time(), Clock().now(), system_time()

    assert before <= clock <= after
    assert clock.tzinfo is UTC


def test_a_stopwatch_never_runs_backwards() -> None:
    readings = [stopwatch() for _ in range(100)]

    assert readings == sorted(readings)


def test_a_new_clock_shows_system_time_and_runs(system: SystemTime) -> None:
    clock = Clock(system=system)

    assert (clock.now(), clock.is_frozen) == (NOON, False)
    system.at += SECOND
    assert clock.now() == NOON + SECOND


def test_an_advanced_clock_runs_on_from_where_it_is(system: SystemTime) -> None:
    clock = Clock(system=system)

    assert clock.advance(31 * DAY) == NOON + 31 * DAY
    system.at += SECOND
    assert clock.now() == NOON + 31 * DAY + SECOND
    assert clock.state == ClockState(offset=31 * DAY)


def test_a_clock_is_advanced_to_an_instant_given_in_any_zone(system: SystemTime) -> None:
    clock = Clock(system=system)

    reached = clock.advance_to((NOON + DAY).astimezone(AMSTERDAM))

    assert reached == clock.now() == NOON + DAY
    assert reached.tzinfo is UTC


def test_a_frozen_clock_stands_still_and_can_be_advanced(system: SystemTime) -> None:
    clock = Clock(system=system)
    clock.freeze()

    system.at += 5 * DAY
    assert (clock.now(), clock.is_frozen) == (NOON, True)
    assert clock.advance(DAY) == NOON + DAY
    assert clock.advance_to(NOON + 2 * DAY) == NOON + 2 * DAY
    assert clock.now() == NOON + 2 * DAY


def test_a_clock_is_frozen_at_a_later_instant_and_again_at_one_later_still(system: SystemTime) -> None:
    clock = Clock(system=system)

    assert clock.freeze(NOON + DAY) == clock.now() == NOON + DAY
    assert clock.freeze() == NOON + DAY
    assert clock.freeze(NOON + 2 * DAY) == clock.now() == NOON + 2 * DAY


def test_a_resumed_clock_goes_on_from_the_frozen_instant(system: SystemTime) -> None:
    clock = Clock(system=system)
    clock.freeze(NOON + DAY)
    system.at += 9 * DAY

    assert clock.resume() == NOON + DAY
    assert not clock.is_frozen
    system.at += SECOND
    assert clock.now() == NOON + DAY + SECOND


def test_resuming_a_running_clock_changes_nothing(system: SystemTime) -> None:
    clock = Clock(ClockState(offset=DAY), system=system)

    assert clock.resume() == NOON + DAY
    assert clock.state == ClockState(offset=DAY)


@pytest.mark.parametrize("frozen", [pytest.param(True, id="frozen"), pytest.param(False, id="running")])
def test_a_reset_leads_back_to_system_time(system: SystemTime, frozen: bool) -> None:
    clock = Clock(system=system)
    clock.advance(31 * DAY)
    if frozen:
        clock.freeze()

    assert clock.reset() == clock.now() == NOON
    assert clock.state == ClockState()


def test_advancing_by_nothing_is_allowed_and_changes_nothing(system: SystemTime) -> None:
    kept: list[ClockState] = []
    clock = Clock(system=system, on_change=kept.append)

    assert clock.advance(timedelta()) == clock.advance_to(NOON) == NOON
    assert kept == []


@pytest.mark.parametrize("frozen", [pytest.param(True, id="frozen"), pytest.param(False, id="running")])
@pytest.mark.parametrize(
    ("step", "hint"),
    [
        pytest.param(lambda clock: clock.advance(-SECOND), "only goes forward", id="back-by"),
        pytest.param(lambda clock: clock.advance_to(NOON - SECOND), "lies in the past.*is at 2026-06-01", id="back-to"),
        pytest.param(lambda clock: clock.freeze(NOON - SECOND), "lies in the past", id="freeze-back"),
        pytest.param(lambda clock: clock.advance(timedelta.max), "up to 9000-01-01", id="absurdly-far-by"),
        pytest.param(lambda clock: clock.advance(LATEST - NOON + SECOND), "up to 9000-01-01", id="a-second-too-far"),
        pytest.param(lambda clock: clock.advance_to(LATEST + SECOND), "9000-01-01", id="too-far-to"),
        pytest.param(lambda clock: clock.freeze(datetime.max.replace(tzinfo=UTC)), "9000-01-01", id="freeze-too-far"),
        pytest.param(lambda clock: clock.advance_to(NOON.replace(tzinfo=None)), "needs its zone", id="to-without-zone"),
        pytest.param(lambda clock: clock.freeze(NOON.replace(tzinfo=None)), "needs its zone", id="freeze-without-zone"),
    ],
)
def test_a_refused_step_changes_nothing_and_says_why(
    system: SystemTime, step: Callable[[Clock], Any], hint: str, frozen: bool
) -> None:
    kept: list[ClockState] = []
    state = ClockState(frozen_at=NOON) if frozen else ClockState()
    clock = Clock(state, system=system, on_change=kept.append)

    with pytest.raises(ClockError, match=hint):
        step(clock)

    assert (clock.now(), clock.state, kept) == (NOON, state, [])
    system.at += SECOND
    assert clock.now() == (NOON if frozen else NOON + SECOND)


def test_when_system_time_steps_back_the_clock_stands_still_until_it_has_caught_up(system: SystemTime) -> None:
    clock = Clock(system=system)
    assert clock.now() == NOON

    system.at -= timedelta(hours=1)
    assert clock.now() == NOON
    assert clock.advance(SECOND) == clock.now() == NOON + SECOND

    system.at += timedelta(hours=1)
    assert clock.now() >= NOON + SECOND


def test_the_clock_stands_still_at_the_end_of_its_range(system: SystemTime) -> None:
    clock = Clock(system=system)
    clock.advance_to(LATEST)

    system.at += 400 * DAY
    assert clock.now() == LATEST
    assert Clock(clock.state, system=system).now() == LATEST
    assert clock.freeze() == LATEST
    assert clock.reset() == NOON + 400 * DAY


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        pytest.param(timedelta.max, LATEST, id="far-ahead"),
        pytest.param(timedelta.min, EARLIEST, id="far-back"),
        pytest.param(timedelta(days=-30_000), EARLIEST, id="before-the-range"),
    ],
)
def test_an_absurd_kept_offset_is_held_within_the_range(
    system: SystemTime, offset: timedelta, expected: datetime
) -> None:
    assert Clock(ClockState(offset=offset), system=system).now() == expected


@pytest.mark.parametrize("moment", [pytest.param(NOON - 999 * DAY, id="past"), pytest.param(NOON + DAY, id="future")])
def test_a_new_clock_starts_where_it_is_told_and_runs_or_not(system: SystemTime, moment: datetime) -> None:
    running = Clock(ClockState.starting_at(moment, system=system), system=system)
    frozen = Clock(ClockState.starting_at(moment, frozen=True, system=system), system=system)

    assert running.now() == frozen.now() == moment
    system.at += SECOND
    assert (running.now(), frozen.now()) == (moment + SECOND, moment)


# --- keeping it


def test_every_change_is_handed_over_to_be_kept(system: SystemTime) -> None:
    kept: list[ClockState] = []
    clock = Clock(system=system, on_change=kept.append)

    clock.advance(DAY)
    clock.freeze()
    clock.advance(DAY)
    clock.resume()
    clock.reset()

    assert kept == [
        ClockState(offset=DAY),
        ClockState(frozen_at=NOON + DAY),
        ClockState(frozen_at=NOON + 2 * DAY),
        ClockState(offset=2 * DAY),
        ClockState(),
    ]


def test_a_change_that_cannot_be_kept_does_not_happen(system: SystemTime) -> None:
    def refuse(_: ClockState) -> None:
        raise OSError("the disk is full")

    clock = Clock(system=system, on_change=refuse)

    with pytest.raises(OSError, match="disk is full"):
        clock.advance(DAY)

    assert (clock.now(), clock.state) == (NOON, ClockState())
    system.at += SECOND
    assert clock.now() == NOON + SECOND


def test_while_a_change_is_being_kept_other_threads_read_the_time_before_it(system: SystemTime) -> None:
    seen: list[datetime] = []

    def keep(_: ClockState) -> None:
        system.at += SECOND
        reader = Thread(target=lambda: seen.append(clock.now()))
        reader.start()
        reader.join(timeout=10)

    clock = Clock(system=system, on_change=keep)

    reached = clock.freeze()

    assert seen == [NOON]
    assert reached == clock.now() == NOON


@given(st.timedeltas(min_value=timedelta.min, max_value=timedelta.max), st.none() | instants)
def test_a_state_is_the_same_after_a_round_trip_through_json(offset: timedelta, frozen_at: datetime | None) -> None:
    state = ClockState(offset, frozen_at)

    assert read_clock_state(json.loads(json.dumps(state.as_json()))) == state


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(None, id="nothing"),
        pytest.param([], id="a-list"),
        pytest.param("system", id="a-text"),
        pytest.param({}, id="empty"),
        pytest.param({"offset_us": 0}, id="a-member-missing"),
        pytest.param({"offset_us": "0", "frozen_at": None}, id="offset-a-text"),
        pytest.param({"offset_us": 1.5, "frozen_at": None}, id="offset-a-fraction"),
        pytest.param({"offset_us": 10**40, "frozen_at": None}, id="offset-absurd"),
        pytest.param({"offset_us": 0, "frozen_at": "noon"}, id="frozen-at-a-word"),
        pytest.param({"offset_us": 0, "frozen_at": 0}, id="frozen-at-a-number"),
        pytest.param({"offset_us": 0, "frozen_at": "9999-01-01"}, id="frozen-out-of-range"),
    ],
)
def test_a_kept_clock_that_is_damaged_is_named(kept: Any) -> None:
    with pytest.raises(ClockError, match="the kept clock cannot be read"):
        read_clock_state(kept)


@pytest.mark.parametrize(
    "frozen_at",
    [
        pytest.param(NOON.replace(tzinfo=None), id="without-a-zone"),
        pytest.param(LATEST + SECOND, id="too-late"),
        pytest.param(EARLIEST - SECOND, id="too-early"),
    ],
)
def test_a_state_no_clock_can_show_is_refused(frozen_at: datetime) -> None:
    with pytest.raises(ClockError):
        ClockState(frozen_at=frozen_at)


def test_a_state_frozen_in_another_zone_is_kept_in_utc() -> None:
    assert ClockState(frozen_at=datetime(2026, 6, 1, 14, tzinfo=timezone(timedelta(hours=2)))).frozen_at == NOON
    assert ClockState(frozen_at=NOON.astimezone(AMSTERDAM)).as_json()["frozen_at"] == "2026-06-01T12:00:00Z"
    state = ClockState(frozen_at=NOON.astimezone(AMSTERDAM))
    assert state.frozen_at is not None
    assert state.frozen_at.tzinfo is UTC


# --- any sequence of steps


forward_step = st.one_of(
    st.tuples(st.just("system"), st.timedeltas(min_value=-3 * DAY, max_value=3 * DAY)),
    st.tuples(st.just("advance"), steps),
    st.tuples(st.just("advance_to"), steps),
    st.tuples(st.just("freeze"), steps),
    st.tuples(st.just("freeze now"), st.none()),
    st.tuples(st.just("resume"), st.none()),
)


def apply_step(clock: Clock, system: SystemTime, name: str, by: Any) -> datetime:
    """Let one drawn step happen, and return what the clock then shows."""
    if name == "system":
        system.at += by
        return clock.now()
    verbs: dict[str, Callable[[], datetime]] = {
        "advance": lambda: clock.advance(by),
        "advance_to": lambda: clock.advance_to(clock.now() + by),
        "freeze": lambda: clock.freeze(clock.now() + by),
        "freeze now": clock.freeze,
        "resume": clock.resume,
    }
    return verbs[name]()


@given(st.lists(forward_step, max_size=20))
def test_whatever_the_steps_and_the_system_time_the_clock_never_goes_back(steps: list[tuple[str, Any]]) -> None:
    system = SystemTime()
    clock = Clock(system=system)
    shown = [clock.now()]

    for name, by in steps:
        shown += [apply_step(clock, system, name, by), clock.now()]

    assert shown == sorted(shown)
    assert all(EARLIEST <= instant <= LATEST for instant in shown)


@given(st.lists(forward_step.filter(lambda step: step[0] != "system"), max_size=20), steps)
def test_a_restart_after_any_steps_goes_unnoticed(steps: list[tuple[str, Any]], pause: timedelta) -> None:
    system = SystemTime()
    kept = [ClockState()]
    clock = Clock(system=system, on_change=kept.append)
    for name, by in steps:
        apply_step(clock, system, name, by)

    again = Clock(read_clock_state(json.loads(json.dumps(kept[-1].as_json()))), system=system)

    assert (again.now(), again.state, again.is_frozen) == (clock.now(), clock.state, clock.is_frozen)
    system.at += pause
    assert again.now() == clock.now()


def test_steps_of_several_threads_all_count_and_are_kept_in_order(system: SystemTime, tmp_path: Path) -> None:
    kept = tmp_path / "clock.jsonl"
    barrier = Barrier(4)

    def keep(state: ClockState) -> None:
        with kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(state.as_json()) + "\n")

    clock = Clock(ClockState(frozen_at=NOON), system=system, on_change=keep)

    def advance_often() -> None:
        barrier.wait()
        for _ in range(100):
            clock.advance(SECOND)

    threads = [Thread(target=advance_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    states = [read_clock_state(json.loads(line)) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert clock.now() == NOON + 400 * SECOND
    assert [state.frozen_at for state in states] == [NOON + number * SECOND for number in range(1, 401)]


def test_threads_that_read_while_another_advances_never_see_time_go_back() -> None:
    clock = Clock(on_change=lambda _: None)
    stop = Event()
    readings: list[list[datetime]] = [[], [], []]

    def read_often(into: list[datetime]) -> None:
        while not stop.is_set():
            into.append(clock.now())

    threads = [Thread(target=read_often, args=(into,)) for into in readings]
    for thread in threads:
        thread.start()
    for _ in range(300):
        clock.advance(SECOND)
        clock.freeze()
        clock.resume()
    stop.set()
    for thread in threads:
        thread.join()

    assert all(into == sorted(into) for into in readings)


# --- what falls due


def due(at: datetime, detail: str = "") -> Due:
    """Return something due, told apart by its detail."""
    return Due(at, "token_retired", detail)


def test_what_is_due_is_listed_in_order_of_time_and_stays_in_order_at_the_same_instant() -> None:
    items = [due(NOON + 2 * DAY, "c"), due(NOON + DAY, "b"), due(NOON + DAY, "a")]

    assert [item.detail for item in due_between(items, NOON, NOON + 2 * DAY)] == ["b", "a", "c"]


@pytest.mark.parametrize(
    ("at", "is_listed"),
    [
        pytest.param(NOON, False, id="at-the-start-it-has-happened"),
        pytest.param(NOON + timedelta(microseconds=1), True, id="just-after-the-start"),
        pytest.param(NOON + DAY, True, id="at-the-end"),
        pytest.param(NOON + DAY + timedelta(microseconds=1), False, id="just-after-the-end"),
    ],
)
def test_a_step_lists_what_lies_after_its_start_up_to_its_end(at: datetime, is_listed: bool) -> None:
    assert (due_between([due(at)], NOON, NOON + DAY) == [due(at)]) is is_listed


@given(st.lists(steps, max_size=12), steps, steps)
def test_advancing_by_a_then_b_fires_the_same_in_the_same_order_as_by_a_and_b(
    ahead: list[timedelta], first: timedelta, second: timedelta
) -> None:
    items = [due(NOON + by, str(number)) for number, by in enumerate(ahead)]
    items += [due(NOON + first, "at the first stop"), due(NOON + first + second, "at the last stop")]
    in_two, in_one = Clock(system=SystemTime()), Clock(system=SystemTime())

    fired: list[Due] = []
    for by in (first, second):
        start = in_two.now()
        fired += due_between(items, start, in_two.advance(by))
    expected = due_between(items, in_one.now(), in_one.advance(first + second))

    assert fired == expected
    assert (in_two.now(), in_two.state) == (in_one.now(), in_one.state)


def test_what_is_due_is_told_as_json() -> None:
    assert Due(NOON, "token_retired", "token t1 has retired").as_json() == {
        "at": "2026-06-01T12:00:00Z",
        "what": "token_retired",
        "detail": "token t1 has retired",
    }
