"""The page of a list that a client asks for (RFC 7644 §3.4.2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sandbox.scim.errors import InvalidValueError, quoted

MOST_DIGITS = 18


class ItemsPerPageRule(Enum):
    """What ``itemsPerPage`` of an answer tells."""

    PAGE_SIZE = "the size of a page, whatever it holds"
    RETURNED = "the number of resources in this page"


class RangeRule(Enum):
    """What happens to a number of a query that is out of its range."""

    CUT = "the nearest number that is in range counts"
    REFUSE = "the request is refused with invalidValue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """How pages are cut: the dialect's choices."""

    default_count: int
    max_count: int
    above_max: RangeRule = RangeRule.CUT
    below_one: RangeRule = RangeRule.CUT
    """For ``count``; cut means none at all, so that only the total is told."""
    start_below_one: RangeRule = RangeRule.CUT


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of a list is asked for."""

    start_index: int
    """1-based place of the first resource in the whole list."""
    count: int
    """Resources in the page at most."""

    @property
    def skip(self) -> int:
        """Resources before the page."""
        return self.start_index - 1


def read_page_request(query: Mapping[str, str], paging: Paging) -> PageRequest:
    """Read ``startIndex`` (1-based) and ``count`` (resources).

    Raises:
        InvalidValueError: when either is not a whole number, or out of a range that is not to be cut to.

    Source: RFC 7644 §3.4.2.4, Table 6; the cap: facts/4me.md 6.6.
    """
    start_index = read_whole_number(query, "startIndex", 1)
    count = read_whole_number(query, "count", paging.default_count)
    if start_index < 1 and paging.start_below_one is RangeRule.REFUSE:
        raise InvalidValueError(f"startIndex cannot be less than 1, but is {start_index}")
    if count < 1 and paging.below_one is RangeRule.REFUSE:
        raise InvalidValueError(f"count cannot be less than 1, but is {count}")
    if count > paging.max_count and paging.above_max is RangeRule.REFUSE:
        raise InvalidValueError(f"count cannot be more than {paging.max_count}, but is {count}")
    return PageRequest(max(start_index, 1), min(max(count, 0), paging.max_count))


def read_whole_number(query: Mapping[str, str], name: str, default: int) -> int:
    """Read one whole number of a query string.

    Raises:
        InvalidValueError: when it is something else, or has more than ``MOST_DIGITS`` digits.
    """
    text = query.get(name)
    if text is None:
        return default
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidValueError(f"{name} must be a whole number, but is {quoted(text)}")
    if len(digits) > MOST_DIGITS:
        raise InvalidValueError(f"{name} must be a whole number of at most {MOST_DIGITS} digits, but has {len(digits)}")
    return int(text)
