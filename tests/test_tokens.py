"""Values of tokens: how one is made, what one looks like, and what may be shown of it."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox.keyring import Keyring
from sandbox.tokens import TokenError, check_token_value, fingerprint_of, new_token_value, seeded_token_value

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def value(number: int) -> str:
    """Return the value of token t*number* in these tests."""
    return seeded_token_value(42, "widget", number)


def test_a_new_value_is_64_lower_case_hexadecimal_characters() -> None:
    asked: list[int] = []

    def random_bytes(count: int) -> bytes:
        asked.append(count)
        return bytes([0xAB]) * count

    assert new_token_value(random_bytes) == "ab" * 32
    assert asked == [32]
    check_token_value(new_token_value(secrets.token_bytes))


def test_a_seeded_value_is_the_same_on_any_machine() -> None:
    # Kept on purpose: people copy these tokens into their configurations.
    assert value(1) == "c07cc74a77d4b38101869543277fe3e4042488151ca90ed921fac7c2ffb2a72e"


def test_seeded_values_differ_by_seed_account_and_number() -> None:
    values = {
        seeded_token_value(seed, account, number)
        for seed in (1, 2, 11)
        for account in ("widget", "widget-qa", "1/widget")
        for number in (1, 2, 11)
    }

    assert len(values) == 27
    for one_value in values:
        check_token_value(one_value)
        assert len(one_value) == 64
        assert one_value == one_value.lower()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0123456789abcdef", id="shortest"),
        pytest.param("aB" * 64, id="longest-in-both-cases"),
        pytest.param("0" * 17, id="odd-length"),
    ],
)
def test_a_token_of_ones_own_is_hexadecimal(text: str) -> None:
    check_token_value(text)

    assert Keyring().rotated(text, now=NOON).token_for(text.encode(), NOON) is not None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("0" * 15, id="too-short"),
        pytest.param("0" * 129, id="too-long"),
        pytest.param("0123456789abcdeg", id="a-letter-after-f"),
        pytest.param("0123456789abcdef\n", id="a-line-break-at-the-end"),
        pytest.param(" 0123456789abcdef", id="a-space-in-front"),
        pytest.param("0x23456789abcdef", id="a-prefix"),
        pytest.param("٠١٢٣٤٥٦٧٨٩٠١٢٣٤٥", id="digits-that-are-not-ascii"),
        pytest.param(1234567890123456, id="a-number"),
        pytest.param(b"0123456789abcdef", id="bytes"),
        pytest.param(None, id="null"),
    ],
)
def test_what_is_no_token_is_refused_without_repeating_it(text: Any) -> None:
    with pytest.raises(TokenError, match="16 to 128 hexadecimal characters") as refused:
        check_token_value(text)
    with pytest.raises(TokenError):
        Keyring().rotated(text, now=NOON)

    assert not text or str(text) not in str(refused.value)


def test_a_fingerprint_shows_the_last_seven_characters() -> None:
    assert fingerprint_of("0" * 57 + "65fb3ad") == "…65fb3ad"
