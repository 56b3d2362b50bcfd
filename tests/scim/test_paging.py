"""Pages: what ``startIndex`` and ``count`` ask for."""

from __future__ import annotations

import pytest

from sandbox.scim.errors import InvalidValueError
from sandbox.scim.paging import PageRequest, Paging, RangeRule, read_page_request, read_whole_number


@pytest.mark.rfc("7644 §3.4.2.4")
@pytest.mark.parametrize(
    ("query", "page"),
    [
        pytest.param({}, PageRequest(1, 25), id="nothing asked"),
        pytest.param({"startIndex": "26"}, PageRequest(26, 25), id="second page"),
        pytest.param({"count": "2"}, PageRequest(1, 2), id="small page"),
        pytest.param({"startIndex": "3", "count": "2"}, PageRequest(3, 2), id="both"),
        pytest.param({"count": "100"}, PageRequest(1, 50), id="more than there may be"),
        pytest.param({"count": "50"}, PageRequest(1, 50), id="as many as there may be"),
        pytest.param({"count": "0"}, PageRequest(1, 0), id="no resources"),
        pytest.param({"count": "-1"}, PageRequest(1, 0), id="negative count"),
        pytest.param({"startIndex": "0"}, PageRequest(1, 25), id="start at nought"),
        pytest.param({"startIndex": "-5"}, PageRequest(1, 25), id="negative start"),
        pytest.param({"startIndex": " 2 "}, PageRequest(2, 25), id="blanks, as of a plus sign"),
        pytest.param({"startIndex": "007"}, PageRequest(7, 25), id="leading noughts"),
        pytest.param({"startIndex": "9" * 18}, PageRequest(10**18 - 1, 25), id="far behind the end"),
    ],
)
def test_a_page_is_brought_into_its_range(query: dict[str, str], page: PageRequest) -> None:
    assert read_page_request(query, Paging(default_count=25, max_count=50)) == page


@pytest.mark.parametrize("name", ["startIndex", "count"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("two", id="word"),
        pytest.param("1.5", id="fraction"),
        pytest.param("1e3", id="exponent"),
        pytest.param("--1", id="two signs"),
        pytest.param("-", id="sign alone"),
        pytest.param("1 2", id="two numbers"),
        pytest.param("1_000", id="underscore"),
        pytest.param("\u0661\u0662", id="digits of another script"),
        pytest.param("\u00b2", id="superscript"),
    ],
)
def test_what_is_no_whole_number_is_refused(name: str, text: str) -> None:
    with pytest.raises(InvalidValueError, match=f"{name} must be a whole number, but is "):
        read_page_request({name: text}, Paging(default_count=25, max_count=25))


def test_a_number_of_too_many_digits_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="count must be a whole number of at most 18 digits, but has 19"):
        read_whole_number({"count": "-" + "9" * 19}, "count", 25)


def test_a_page_knows_how_many_resources_come_before_it() -> None:
    paging = Paging(default_count=10, max_count=10)

    assert [read_page_request({"startIndex": text}, paging).skip for text in ("-3", "0", "1", "11")] == [0, 0, 0, 10]


@pytest.mark.parametrize(
    ("rule", "query", "named"),
    [
        pytest.param("above_max", {"count": "26"}, "more than 25, but is 26", id="a count above the most"),
        pytest.param("below_one", {"count": "0"}, "count cannot be less than 1, but is 0", id="a count below one"),
        pytest.param(
            "start_below_one", {"startIndex": "-2"}, "startIndex cannot be less than 1", id="a start below one"
        ),
    ],
)
def test_a_number_out_of_its_range_can_be_refused(rule: str, query: dict[str, str], named: str) -> None:
    strict = Paging(default_count=25, max_count=25, **{rule: RangeRule.REFUSE})

    with pytest.raises(InvalidValueError, match=named):
        read_page_request(query, strict)
    assert read_page_request({"count": "25", "startIndex": "1"}, strict) == PageRequest(1, 25)


def test_a_number_that_is_not_sent_is_the_default() -> None:
    assert read_whole_number({}, "wait", 30) == 30
    assert read_whole_number({"wait": "-5"}, "wait", 30) == -5
