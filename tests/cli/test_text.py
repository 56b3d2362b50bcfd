"""How answers of the control API look as text."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cli.text import members, tokens

MEMBERS = [
    pytest.param({"now": "2026", "time_zone": "UTC"}, ["now        2026", "time zone  UTC"], id="aligned"),
    pytest.param({"frozen": True, "vip": False}, ["frozen  yes", "vip     no"], id="yes and no"),
    pytest.param(
        {"reminder": None, "a": {}, "b": []}, ["reminder  none", "a         none", "b         none"], id="none"
    ),
    pytest.param({"names": ["a", "b"], "n": 2}, ["names  a, b", "n      2"], id="a list of values"),
    pytest.param(
        {"fired": [{"at": "1", "what": "x"}, {"at": "2", "what": "y"}]},
        ["fired", "  at    1", "  what  x", "  at    2", "  what  y"],
        id="a list of objects",
    ),
    pytest.param({"a": {"b": 1}}, ["a", "  b  1"], id="an object"),
    pytest.param({"items": [{"a": 1}, {"a": 2}], "total": 2}, ["a  1", "", "a  2"], id="a collection"),
    pytest.param({"items": [], "total": 0}, ["none"], id="an empty collection"),
]


@pytest.mark.parametrize(("answer", "lines"), MEMBERS)
def test_an_answer_is_a_line_for_each_member(answer: dict[str, Any], lines: list[str]) -> None:
    assert members(answer).splitlines() == lines


CURRENT = {
    "id": "t2",
    "role": "current",
    "fingerprint": "…2222222",
    "retires_at": None,
    "last_used_at": "2026-03-02T09:00:00Z",
    "uses": 3,
}
RETIRING = {
    "id": "t1",
    "role": "retiring",
    "fingerprint": "…1111111",
    "retires_at": "2026-04-01T09:00:00Z",
    "last_used_at": None,
    "uses": 0,
}


def test_tokens_are_told_by_role_and_the_current_one_whole() -> None:
    answer = {"items": [CURRENT, RETIRING], "total": 2, "reminder": "It is time.", "token": "22" * 32}

    assert tokens(answer).splitlines() == [
        f"token     {'22' * 32}",
        "",
        "current   t2 …2222222, used 3 times, last at 2026-03-02T09:00:00Z",
        "retiring  t1 …1111111, accepted until 2026-04-01T09:00:00Z, used 0 times",
        "",
        "It is time.",
    ]


def test_no_token_is_said_so() -> None:
    assert tokens({"items": [], "total": 0, "reminder": None}) == "no token is accepted"
