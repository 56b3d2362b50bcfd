"""Progress bars: drawn where somebody watches, for what takes long."""

from __future__ import annotations

from contextlib import closing
from io import StringIO

import pytest

from sandbox.app import open_sandbox
from sandbox.cli.progress import SEEDING_WORTH_SHOWING, SeedingBars
from sandbox.settings import Settings


class Terminal(StringIO):
    """A text file that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal() -> Terminal:
    """What a person watches."""
    return Terminal()


def test_a_long_seeding_is_shown_for_each_account_up_to_its_end(terminal: Terminal) -> None:
    bars = SeedingBars(terminal)

    for account in ("widget", "widget-qa"):
        for done in (100, SEEDING_WORTH_SHOWING // 2, SEEDING_WORTH_SHOWING):
            bars(account, done, SEEDING_WORTH_SHOWING)

    shown = terminal.getvalue()
    assert f"Seeding widget  [{'#' * 36}]  {SEEDING_WORTH_SHOWING}/{SEEDING_WORTH_SHOWING}" in shown
    assert f"Seeding widget-qa  [{'#' * 36}]  {SEEDING_WORTH_SHOWING}/{SEEDING_WORTH_SHOWING}" in shown
    assert shown.endswith("\n")


def test_a_short_seeding_draws_no_bar(terminal: Terminal) -> None:
    SeedingBars(terminal)("widget", 56, 56)

    assert terminal.getvalue() == ""


def test_nothing_is_drawn_into_a_file() -> None:
    file = StringIO()

    SeedingBars(file)("widget", SEEDING_WORTH_SHOWING, SEEDING_WORTH_SHOWING)

    assert file.getvalue() == ""


def test_who_opens_a_sandbox_is_told_how_far_each_account_is_seeded() -> None:
    told: list[tuple[str, int, int]] = []

    with closing(open_sandbox(Settings(ephemeral=True, users=250, groups=3), lambda *each: told.append(each))):
        assert told == [(account, done, 253) for account in ("widget", "widget-qa") for done in (100, 200, 253)]
