"""Time zones and languages as 4me has them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from sandbox.people.languages import language_for, languages
from sandbox.people.time_zones import ZoneForm, zone_for, zone_rows


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        pytest.param("Amsterdam", "Amsterdam", ZoneForm.NAMED, id="its own name"),
        pytest.param("central time (us & canada)", "Central Time (US & Canada)", ZoneForm.NAMED, id="in any case"),
        pytest.param("Europe/Amsterdam", "Amsterdam", ZoneForm.IANA, id="the place of the same name"),
        pytest.param("America/Chicago", "Central Time (US & Canada)", ZoneForm.IANA, id="the zone it stands for"),
        pytest.param("Europe/Oslo", "Belgrade", ZoneForm.IANA, id="else the first with the same daylight saving"),
        pytest.param("Pacific/Marquesas", None, None, id="an offset that 4me has no zone for"),
        pytest.param("Atlantis", None, None, id="nowhere"),
        pytest.param("", None, None, id="nothing"),
        pytest.param("../etc/passwd", None, None, id="a path"),
    ],
)
def test_a_time_zone_is_found(text: str, name: str | None, form: ZoneForm | None) -> None:
    found = zone_for(text)

    assert (found and found.name, found and found.form) == (name, form)


def test_every_zone_has_the_offset_of_the_place_it_stands_for() -> None:
    for row in zone_rows():
        found = zone_for(row["iana"])

        assert ZoneInfo(row["iana"])
        assert found is not None
        assert found.offset_minutes == row["offset_minutes"], row


def test_an_iana_name_that_no_zone_stands_for_is_mapped_by_its_offset() -> None:
    by_offset = {row["name"]: row["offset_minutes"] for row in zone_rows()}

    for name, minutes in (("Africa/Lagos", 60), ("Asia/Manila", 480), ("America/Detroit", -300)):
        found = zone_for(name)
        assert found is not None
        assert by_offset[found.name] == minutes


@pytest.mark.parametrize(
    ("locale", "code"),
    [
        pytest.param("nl", "nl", id="a code"),
        pytest.param("EN_us", "en-US", id="any case, an underscore"),
        pytest.param("nl-NL", "nl", id="the language alone"),
        pytest.param("sr@latin", "sr@latin", id="a code longer than the field"),
        pytest.param("en", None, id="a language that 4me has with a country only"),
        pytest.param("tlh", None, id="no language of 4me"),
        pytest.param("Dutch", None, id="a word"),
    ],
)
def test_a_language_is_found(locale: str, code: str | None) -> None:
    assert language_for(locale) == code


def test_there_are_fifty_seven_languages() -> None:
    assert len(languages()) == 57
