"""What an answer must have, and where it falls short."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.simulators.expecting import ABSENT, at, differences


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param({"a": 1}, {}, id="a-member-that-is-missing"),
        pytest.param({"a": ABSENT}, {"a": None}, id="a-member-that-should-not-be-there"),
        pytest.param({"a": 1}, {"a": True}, id="a-boolean-for-a-number"),
        pytest.param({"a": 1}, {"a": "1"}, id="text-for-a-number"),
        pytest.param({"a": "<number>"}, {"a": "1"}, id="text-for-any-number"),
        pytest.param({"a": "<number>"}, {"a": True}, id="a-boolean-for-any-number"),
        pytest.param({"a": "<boolean>"}, {"a": "true"}, id="text-for-any-boolean"),
        pytest.param({"a": "<text>"}, {"a": ""}, id="nothing-for-any-text"),
        pytest.param({"a": "<any>"}, {"a": None}, id="null-for-any-value"),
        pytest.param([1], [1, 2], id="one-value-more"),
        pytest.param([1, 1], [1, 2], id="one-value-twice"),
        pytest.param([1, "..."], [2, 1], id="another-value-first"),
        pytest.param([1, "..."], [], id="nothing-where-others-may-follow"),
        pytest.param([{"a": 1}], [{"a": 2}], id="another-value"),
    ],
)
def test_a_wrong_answer_is_seen(expected: Any, actual: Any) -> None:
    assert list(differences(expected, actual))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param({"a": 1}, {"a": 1, "b": 2}, id="one-member-more"),
        pytest.param({"a": ABSENT}, {"b": 1}, id="a-member-that-is-not-there"),
        pytest.param([{"a": 1}, {"a": 2}], [{"a": 2, "b": 3}, {"a": 1}], id="another-order"),
        pytest.param([1, "..."], [1, 2, 3], id="others-that-may-follow"),
        pytest.param({"a": "<any>", "b": "<text>", "c": "<number>"}, {"a": False, "b": "x", "c": 0}, id="kinds"),
    ],
)
def test_a_right_answer_is_accepted(expected: Any, actual: Any) -> None:
    assert not list(differences(expected, actual))


def test_a_value_is_found_by_its_pointer() -> None:
    assert at({"Resources": [{"id": "5", "a/b": {"~": 1}}]}, "/Resources/0/id") == "5"
    assert at({"Resources": [{"id": "5", "a/b": {"~": 1}}]}, "/Resources/0/a~1b/~0") == 1


@pytest.mark.parametrize("pointer", ["/b", "/a/1", "/a/x", "/a/0/b"])
def test_a_pointer_to_nothing_is_an_error(pointer: str) -> None:
    with pytest.raises(LookupError):
        at({"a": [1]}, pointer)
