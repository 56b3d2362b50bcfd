"""A reader that remembers reads a text once, as long as it is short, and forgets the oldest."""

from __future__ import annotations

import pytest

from sandbox.scim.remembering import LONGEST, MOST, remembered


class Reading:
    """A reader that notes what it reads."""

    def __init__(self) -> None:
        self.read: list[tuple[str, str]] = []
        self.ask = remembered(self._read)

    def _read(self, text: str, how: str) -> object:
        self.read.append((text, how))
        if not text:
            raise ValueError("nothing to read")
        return object()


def test_a_text_is_read_once_for_each_way_of_reading() -> None:
    reading = Reading()

    assert reading.ask("a", "fast") is reading.ask("a", "fast") is not reading.ask("a", "slow")
    assert reading.read == [("a", "fast"), ("a", "slow")]


def test_a_long_text_is_read_each_time() -> None:
    reading = Reading()

    for text in ("a" * LONGEST, "a" * (LONGEST + 1)):
        reading.ask(text, "fast")
        reading.ask(text, "fast")

    assert [len(text) for text, _ in reading.read] == [LONGEST, LONGEST + 1, LONGEST + 1]


def test_what_cannot_be_read_is_tried_again() -> None:
    reading = Reading()

    for _ in range(2):
        with pytest.raises(ValueError, match="nothing"):
            reading.ask("", "fast")

    assert len(reading.read) == 2


def test_the_texts_asked_last_are_remembered_and_no_more() -> None:
    reading = Reading()

    for number in range(MOST + 1):
        reading.ask(str(number), "fast")
    reading.ask(str(MOST), "fast")
    assert len(reading.read) == MOST + 1

    reading.ask("0", "fast")
    assert len(reading.read) == MOST + 2
