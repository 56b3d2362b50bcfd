"""The texts that durations and instants are read from, and told in."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.moments import (
    EARLIEST,
    LATEST,
    LONGEST_DURATION,
    ClockError,
    duration_text,
    moment_text,
    read_duration,
    read_moment,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

durations = st.timedeltas(min_value=timedelta(), max_value=LONGEST_DURATION)
instants = st.datetimes(
    min_value=EARLIEST.replace(tzinfo=None), max_value=LATEST.replace(tzinfo=None), timezones=st.just(UTC)
)


# --- durations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("31d", timedelta(days=31), id="days"),
        pytest.param("1h30m", timedelta(hours=1, minutes=30), id="hours-and-minutes"),
        pytest.param("2w", timedelta(weeks=2), id="weeks"),
        pytest.param("45s", timedelta(seconds=45), id="seconds"),
        pytest.param("0.5s", timedelta(milliseconds=500), id="half-a-second"),
        pytest.param("0,000001s", timedelta(microseconds=1), id="a-microsecond-with-a-comma"),
        pytest.param("90m", timedelta(minutes=90), id="more-minutes-than-an-hour-has"),
        pytest.param("29d 23h 59m 59s", timedelta(days=30) - SECOND, id="spaces-between"),
        pytest.param("  1 d   2 h ", timedelta(days=1, hours=2), id="spaces-everywhere"),
        pytest.param("1D2H", timedelta(days=1, hours=2), id="upper-case"),
        pytest.param("P30D", timedelta(days=30), id="iso-days"),
        pytest.param("PT1H30M", timedelta(hours=1, minutes=30), id="iso-time"),
        pytest.param("P1DT12H", timedelta(days=1, hours=12), id="iso-both"),
        pytest.param("P2W", timedelta(weeks=2), id="iso-weeks"),
        pytest.param("pt0.25s", timedelta(milliseconds=250), id="iso-lower-case-with-a-fraction"),
        pytest.param("36525d", LONGEST_DURATION, id="the-longest"),
        pytest.param("0", timedelta(), id="bare-zero"),
        pytest.param(0, timedelta(), id="zero-as-a-json-number"),
        pytest.param("0d", timedelta(), id="zero-with-a-unit"),
        pytest.param("PT0S", timedelta(), id="iso-zero"),
    ],
)
def test_a_duration_is_read(text: object, expected: timedelta) -> None:
    assert read_duration(text) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("", "such as|31d", id="nothing"),
        pytest.param("   ", "31d", id="spaces"),
        pytest.param("soon", "31d", id="a-word"),
        pytest.param("30", "30d", id="no-unit"),
        pytest.param("-1d", "negative", id="negative"),
        pytest.param("-P1D", "negative", id="iso-negative"),
        pytest.param("P-1D", "31d", id="iso-negative-inside"),
        pytest.param("+1d", "31d", id="plus-sign"),
        pytest.param("1y", "365d", id="a-year"),
        pytest.param("10000y", "365d", id="ten-thousand-years"),
        pytest.param("2 months", "30d", id="months"),
        pytest.param("P1Y", "365d", id="iso-year"),
        pytest.param("P1M", "30d for a month", id="iso-month"),
        pytest.param("P1Y2M3DT4H", "365d", id="iso-everything"),
        pytest.param("P", "P1DT12H", id="iso-nothing"),
        pytest.param("PT", "P1DT12H", id="iso-empty-time"),
        pytest.param("P1DT", "P1DT12H", id="iso-time-left-empty"),
        pytest.param("P1H", "P1DT12H", id="iso-hours-without-t"),
        pytest.param("P1D 2h", "P1DT12H", id="iso-and-short-mixed"),
        pytest.param("30m1h", "in this order", id="wrong-order"),
        pytest.param("1d1d", "in this order", id="twice-the-same"),
        pytest.param("1.5h", "in this order", id="fraction-of-an-hour"),
        pytest.param("0.1234567s", "in this order", id="finer-than-a-microsecond"),
        pytest.param("٣d", "31d", id="digits-that-are-not-ascii"),
        pytest.param("31d\n1h", "31d", id="line-break"),
        pytest.param("36525d1s", "36525d", id="a-second-too-long"),
        pytest.param("9" * 63 + "w", "36525d", id="absurd"),
        pytest.param("1d" + " " * 70, "64 characters", id="too-long-a-text"),
        pytest.param(30, "31d", id="a-number"),
        pytest.param(0.0, "31d", id="a-float"),
        pytest.param(False, "31d", id="a-boolean"),
        pytest.param(None, "31d", id="null"),
        pytest.param(["31d"], "31d", id="a-list"),
    ],
)
def test_what_is_no_duration_is_refused_with_a_hint(text: object, hint: str) -> None:
    with pytest.raises(ClockError, match=hint):
        read_duration(text)


@given(st.text(max_size=80) | st.from_regex(r"P?[0-9]{0,3}[wdhmsyt][0-9 .]{0,4}[wdhms]?", fullmatch=True))
def test_any_text_is_a_duration_or_a_clock_error(text: str) -> None:
    with suppress(ClockError):
        assert timedelta() <= read_duration(text) <= LONGEST_DURATION


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        pytest.param(timedelta(days=30) - SECOND, "29d 23h 59m 59s", id="all-units"),
        pytest.param(timedelta(), "0s", id="zero"),
        pytest.param(timedelta(days=31), "31d", id="days-only"),
        pytest.param(timedelta(minutes=90), "1h 30m", id="ninety-minutes"),
        pytest.param(timedelta(milliseconds=1500), "1.5s", id="fraction"),
        pytest.param(timedelta(seconds=10), "10s", id="a-zero-that-counts"),
        pytest.param(timedelta(microseconds=1), "0.000001s", id="smallest"),
        pytest.param(-timedelta(days=31, hours=1), "-31d 1h", id="an-offset-into-the-past"),
        pytest.param(timedelta.min, "-999999999d", id="the-most-negative"),
    ],
)
def test_a_duration_is_told_in_words(duration: timedelta, expected: str) -> None:
    assert duration_text(duration) == expected


@given(durations)
def test_a_duration_told_is_read_back(duration: timedelta) -> None:
    assert read_duration(duration_text(duration)) == duration


# --- instants


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        pytest.param("2026-11-23T19:00:00Z", UTC, datetime(2026, 11, 23, 19, tzinfo=UTC), id="utc"),
        pytest.param("2026-11-23t19:00z", UTC, datetime(2026, 11, 23, 19, tzinfo=UTC), id="lower-case-no-seconds"),
        pytest.param("2026-11-23 19:00:00", UTC, datetime(2026, 11, 23, 19, tzinfo=UTC), id="a-space-no-zone"),
        pytest.param("2026-11-23T19:00:00-05:00", UTC, datetime(2026, 11, 24, tzinfo=UTC), id="offset"),
        pytest.param("2026-11-23T19:00:00+0130", UTC, datetime(2026, 11, 23, 17, 30, tzinfo=UTC), id="offset-no-colon"),
        pytest.param(
            "2026-11-23T19:00:00.123456789Z", UTC, datetime(2026, 11, 23, 19, 0, 0, 123456, tzinfo=UTC), id="fraction"
        ),
        pytest.param("2026-11-23", UTC, datetime(2026, 11, 23, tzinfo=UTC), id="day-alone"),
        pytest.param("2026-11-23", AMSTERDAM, datetime(2026, 11, 22, 23, tzinfo=UTC), id="day-in-the-accounts-zone"),
        pytest.param("2026-07-01T12:00", AMSTERDAM, datetime(2026, 7, 1, 10, tzinfo=UTC), id="summer-time"),
        pytest.param("2026-07-01T12:00Z", AMSTERDAM, datetime(2026, 7, 1, 12, tzinfo=UTC), id="own-zone-wins"),
        pytest.param("2026-10-25T02:30", AMSTERDAM, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="first-of-two"),
        pytest.param("2026-03-29T02:30", AMSTERDAM, datetime(2026, 3, 29, 1, 30, tzinfo=UTC), id="skipped-hour"),
        pytest.param("1970-01-01", UTC, EARLIEST, id="the-earliest"),
        pytest.param("9000-01-01", UTC, LATEST, id="the-latest"),
    ],
)
def test_an_instant_is_read(text: str, zone: ZoneInfo, expected: datetime) -> None:
    moment = read_moment(text, zone)

    assert moment == expected
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        pytest.param("", "ISO 8601", id="nothing"),
        pytest.param("tomorrow", "ISO 8601", id="a-word"),
        pytest.param("20261123", "ISO 8601", id="basic-form"),
        pytest.param("2026-W48-1", "ISO 8601", id="week-date"),
        pytest.param("19:00", "ISO 8601", id="time-alone"),
        pytest.param("2026-11-23T19", "ISO 8601", id="hour-alone"),
        pytest.param("2026-13-01", "month", id="thirteenth-month"),
        pytest.param("2026-02-30", "day", id="no-such-day"),
        pytest.param("2026-01-01T25:00Z", "hour", id="no-such-hour"),
        pytest.param("2026-01-01T00:00+99:00", "2026-11-23T19:00:00Z", id="no-such-offset"),
        pytest.param("1969-12-31T23:59:59Z", "1970-01-01", id="before-the-range"),
        pytest.param("9000-01-01T00:00:01Z", "9000-01-01", id="after-the-range"),
        pytest.param("0001-01-01T00:00+14:00", "1970-01-01", id="before-the-calendar"),
        pytest.param("9999-12-31T23:59-14:00", "9000-01-01", id="after-the-calendar"),
        pytest.param("0000-01-01", "year", id="year-zero"),
        pytest.param(1795000000, "ISO 8601", id="a-number"),
        pytest.param(None, "ISO 8601", id="null"),
        pytest.param("2026-11-23" + " " * 60, "ISO 8601", id="too-long-a-text"),
    ],
)
def test_what_is_no_instant_is_refused_with_a_hint(text: object, hint: str) -> None:
    with pytest.raises(ClockError, match=hint):
        read_moment(text)


@given(
    st.text(max_size=70) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}[+-][0-9]{4})?", fullmatch=True)
)
def test_any_text_is_an_instant_or_a_clock_error(text: str) -> None:
    with suppress(ClockError):
        assert EARLIEST <= read_moment(text, AMSTERDAM) <= LATEST


@given(instants)
def test_an_instant_told_is_read_back(moment: datetime) -> None:
    assert read_moment(moment_text(moment)) == moment


def test_whole_seconds_are_told_without_a_fraction_and_in_utc() -> None:
    assert moment_text(NOON.astimezone(AMSTERDAM)) == "2026-06-01T12:00:00Z"
