"""Reading, keeping and showing instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.scim.errors import quoted
from sandbox.scim.instant import local_text, read_instant, utc_text


@pytest.mark.rfc("7643 §2.3.5")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2026-11-23T19:00:00Z", "2026-11-23T19:00:00+00:00", id="utc"),
        pytest.param("2018-04-17T09:03:39-05:00", "2018-04-17T14:03:39+00:00", id="4me's own form"),
        pytest.param("2026-11-23T19:00:00+05:30", "2026-11-23T13:30:00+00:00", id="offset with minutes"),
        pytest.param("2026-11-23T19:00:00-0500", "2026-11-24T00:00:00+00:00", id="offset without colon"),
        pytest.param("2026-11-23T19:00:00+02", "2026-11-23T17:00:00+00:00", id="offset of hours"),
        pytest.param("2026-11-23T19:00:00+14:00", "2026-11-23T05:00:00+00:00", id="longest offset"),
        pytest.param("2026-11-23T19:00:00", "2026-11-23T19:00:00+00:00", id="no zone is utc"),
        pytest.param("2018-03-23T00:00Z", "2018-03-23T00:00:00+00:00", id="no seconds"),
        pytest.param("2026-11-23t19:00:00z", "2026-11-23T19:00:00+00:00", id="small letters"),
        pytest.param("2026-11-23T19:00:00.5Z", "2026-11-23T19:00:00.500000+00:00", id="fraction"),
        pytest.param("2026-11-23T19:00:00.1234567891Z", "2026-11-23T19:00:00.123456+00:00", id="long fraction"),
        pytest.param("2026-12-31T24:00:00Z", "2027-01-01T00:00:00+00:00", id="end of the day"),
        pytest.param("2024-02-29T12:00:00Z", "2024-02-29T12:00:00+00:00", id="leap day"),
    ],
)
def test_an_instant_is_read_in_utc(text: str, expected: str) -> None:
    instant = read_instant(text)

    assert instant.isoformat() == expected
    assert instant.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("yesterday", id="word"),
        pytest.param("2026-11-23", id="date alone"),
        pytest.param("20261123T190000Z", id="basic form"),
        pytest.param("2026-W48-1T19:00:00Z", id="week date"),
        pytest.param("2026-11-23 19:00:00Z", id="blank for T"),
        pytest.param(" 2026-11-23T19:00:00Z", id="leading blank"),
        pytest.param("2026-11-23T19:00:00Z\n", id="trailing line break"),
        pytest.param("2026-02-30T19:00:00Z", id="no such day"),
        pytest.param("2026-11-23T24:00:01Z", id="after the end of the day"),
        pytest.param("2026-11-23T25:00:00Z", id="no such hour"),
        pytest.param("2026-11-23T19:60:00Z", id="no such minute"),
        pytest.param("2026-11-23T19:00:60Z", id="leap second"),
        pytest.param("2026-11-23T19:00:00+14:01", id="offset too long"),
        pytest.param("2026-11-23T19:00:00+01:60", id="offset of sixty minutes"),
        pytest.param("2026-11-23T19:00:00.Z", id="fraction without digits"),
        pytest.param("0000-01-01T00:00:00Z", id="year nought"),
        pytest.param("0001-01-01T00:00:00+01:00", id="before the first year"),
        pytest.param("9999-12-31T24:00:00Z", id="after the last year"),
        pytest.param("12026-11-23T19:00:00Z", id="five-digit year"),
        pytest.param("٢٠٢٦-11-23T19:00:00Z", id="other digits"),
    ],
)
def test_what_is_no_instant_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date and time") as refusal:
        read_instant(text)

    assert quoted(text) in str(refusal.value)


def test_a_plus_that_a_query_turned_into_a_blank_is_explained() -> None:
    with pytest.raises(ValueError, match="written %2B"):
        read_instant("2026-11-23T19:00:00 02:00")


def test_the_kept_form_is_utc_in_whole_seconds() -> None:
    instant = datetime(2026, 11, 23, 19, 0, 0, 999999, tzinfo=timezone(timedelta(hours=2)))

    assert utc_text(instant) == "2026-11-23T17:00:00Z"
    assert utc_text(datetime(999, 1, 2, tzinfo=UTC)) == "0999-01-02T00:00:00Z"


def test_a_datetime_without_a_zone_is_not_kept() -> None:
    with pytest.raises(ValueError, match="no zone"):
        utc_text(datetime(2026, 11, 23))  # noqa: DTZ001 - the point of this test


@pytest.mark.parametrize(
    ("kept", "zone", "shown"),
    [
        pytest.param("2018-04-17T14:03:39Z", "America/Chicago", "2018-04-17T09:03:39-05:00", id="summer"),
        pytest.param("2018-01-17T14:03:39Z", "America/Chicago", "2018-01-17T08:03:39-06:00", id="winter"),
        pytest.param("2026-11-01T06:59:59Z", "America/Chicago", "2026-11-01T01:59:59-05:00", id="before the change"),
        pytest.param("2026-11-01T07:00:00Z", "America/Chicago", "2026-11-01T01:00:00-06:00", id="after the change"),
        pytest.param("2026-11-23T19:00:00Z", "UTC", "2026-11-23T19:00:00+00:00", id="utc"),
        pytest.param("2026-11-23T19:00:00Z", "Asia/Kolkata", "2026-11-24T00:30:00+05:30", id="half an hour"),
        pytest.param("1850-01-01T00:00:00Z", "America/Chicago", "1849-12-31T18:10:00-05:50", id="local mean time"),
    ],
)
def test_a_kept_instant_is_shown_with_the_offset_of_the_zone(kept: str, zone: str, shown: str) -> None:
    assert local_text(kept, ZoneInfo(zone)) == shown


moments = st.datetimes(min_value=datetime(2, 1, 1), max_value=datetime(9998, 12, 31))  # noqa: DTZ001 - bounds are naive


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_reading_what_was_written_gives_the_same_instant(moment: datetime, offset_minutes: int) -> None:
    instant = moment.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))

    assert read_instant(instant.isoformat()) == instant
    assert read_instant(utc_text(instant)) == instant.replace(microsecond=0)


@given(moments, st.sampled_from(["America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Monrovia"]))
def test_showing_in_a_zone_never_moves_the_instant(moment: datetime, zone: str) -> None:
    kept = utc_text(moment.replace(tzinfo=UTC))

    assert utc_text(read_instant(local_text(kept, ZoneInfo(zone)))) == kept


@given(moments, moments)
def test_the_order_of_the_kept_form_is_the_order_of_time(one: datetime, other: datetime) -> None:
    first, second = (moment.replace(tzinfo=UTC, microsecond=0) for moment in (one, other))

    assert (utc_text(first) < utc_text(second)) == (first < second)
