"""The company that is provisioned, and the simulated time in which things happen to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sandbox.simulators.company import Company
from sandbox.simulators.timeline import Timeline, told


class TestCompany:
    def test_the_same_seed_makes_the_same_company_and_the_same_year(self) -> None:
        def lived(seed: int) -> tuple[Any, ...]:
            company = Company(seed, 20, 4)
            company.live_on()
            company.return_and_close()
            return company.source.people, company.source.groups, company.source.changes

        assert lived(7) == lived(7)
        assert lived(7) != lived(8)

    def test_nobody_has_the_address_of_somebody_else(self) -> None:
        company = Company(1, 3_000, 0)
        addresses = [person.user_name for person in company.source.people.values()]

        assert len({address.lower() for address in addresses}) == 3_000
        assert all(address.endswith("@acorn.example") and address.isascii() for address in addresses)

    @pytest.mark.parametrize("people", [1, 2, 3, 4, 5, 30])
    def test_it_lives_on_whatever_its_size(self, people: int) -> None:
        company = Company(3, people, 1)
        company.live_on()
        company.return_and_close()

        assert all(person.active for person in company.source.people.values())

    def test_a_year_has_every_event_there_is_to_be_told_of(self) -> None:
        company = Company(3, 30, 3)
        company.live_on()
        company.return_and_close()

        assert {change.event for change in company.source.changes} == {
            "person joined",
            "person reports",
            "person changed",
            "person renamed",
            "person disabled",
            "person enabled",
            "person left",
            "password changed",
            "group made",
            "group renamed",
            "members changed",
            "group dropped",
        }

    def test_who_left_is_in_no_group_and_nobody_s_manager(self) -> None:
        company = Company(3, 30, 3)
        company.live_on()
        (left,) = company.source.former

        assert all(left not in group.members for group in company.source.groups.values())
        assert all(person.manager != left for person in company.source.people.values())


def test_time_passes_and_whoever_keeps_pace_is_told() -> None:
    steps: list[timedelta] = []
    timeline = Timeline(on_wait=steps.append)
    start = timeline.now

    timeline.wait(timedelta(minutes=40))
    timeline.wait_until(start + timedelta(hours=1))
    timeline.wait_until(start)

    assert timeline.now - start == timedelta(hours=1)
    assert steps == [timedelta(minutes=40), timedelta(minutes=20)]


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "0 min"),
        (timedelta(seconds=21), "21 s"),
        (timedelta(seconds=300), "5 min"),
        (timedelta(hours=2, minutes=40), "2 h 40 min"),
        (timedelta(days=28), "28 d"),
        (timedelta(days=1, hours=3, minutes=5), "1 d 3 h"),
    ],
)
def test_a_duration_is_told_in_its_largest_units(duration: timedelta, text: str) -> None:
    assert told(duration) == text
