"""What the dialects do not accept is explained by rows: change those, and it is accepted."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest

from sandbox.dialect import QUIRKS_BY_NAME
from sandbox.simulators.reading import shipped
from tests.simulators.deviations import ALSO_IN_THE_WAY, DEVIATIONS
from tests.simulators.places import Place
from tests.simulators.plays import BY_NAME, PLAYS, failing, played

DIALECTS = ("4me", "rfc7644")


@pytest.mark.parametrize(("dialect", "name"), DEVIATIONS, ids=lambda value: value)
def test_with_the_rows_of_the_other_dialect_every_step_is_accepted(
    dialect: str, name: str, place: Callable[..., Place]
) -> None:
    rows = set(ALSO_IN_THE_WAY.get((dialect, name), ()))
    rows = rows.union(*(each.rows for each in DEVIATIONS[dialect, name].values()))
    (other,) = set(DIALECTS) - {dialect}
    values = {row.field: row.value for row in QUIRKS_BY_NAME[other]}

    report = played(
        BY_NAME[name].script(), *place(dialect=dialect, set=tuple((row, text(values[row])) for row in rows))
    )

    assert failing(report) == {}


@pytest.mark.parametrize(("dialect", "name"), DEVIATIONS, ids=lambda value: value)
def test_the_dialects_differ_in_every_row_that_explains_something(dialect: str, name: str) -> None:
    fourme, strict = ({row.field: row.value for row in QUIRKS_BY_NAME[each]} for each in DIALECTS)

    for deviation in DEVIATIONS[dialect, name].values():
        assert deviation.rows
        assert all(fourme[row] != strict[row] for row in deviation.rows)


def test_every_mode_of_every_conversation_is_played() -> None:
    modes = {(client, mode) for client, several in shipped().items() for each in several for mode in each.modes}

    assert {(play.client, play.mode) for play in PLAYS} == modes


def text(value: Any) -> str:
    """Return a row's value as ``--set`` takes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    return "none" if value is None else str(value)
