"""The page of a list that a client asks for (RFC 7644 §3.4.2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sandbox.scim.errors import InvalidValueError, quoted


class ItemsPerPageRule(Enum):
    """What ``itemsPerPage`` of an answer tells."""

    PAGE_SIZE = "the size of a page, whatever it holds"
    RETURNED = "the number of resources in this page"


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


def read_page_request(query: Mapping[str, str], *, default_count: int, max_count: int) -> PageRequest:
    """Read ``startIndex`` (1-based) and ``count`` (resources, at most *max_count*).

    A start below 1 is taken as 1, a count below 0 as 0, a count above *max_count* as *max_count*.

    Raises:
        InvalidValueError: when either is not a whole number.

    Source: RFC 7644 §3.4.2.4, Table 6; the cap: facts 6.6.
    """
    return make_page_request(
        read_whole_number(query, "startIndex", 1),
        read_whole_number(query, "count", default_count),
        max_count=max_count,
    )


def make_page_request(start_index: int, count: int, *, max_count: int) -> PageRequest:
    """Return the page that *start_index* and *count* mean, both brought into their range."""
    return PageRequest(max(start_index, 1), min(max(count, 0), max_count))


def read_whole_number(query: Mapping[str, str], name: str, default: int) -> int:
    """Read one whole number of a query string.

    Raises:
        InvalidValueError: when it is something else, or has more than 18 digits.
    """
    text = query.get(name)
    if text is None:
        return default
    digits = text.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise InvalidValueError(f"{name} must be a whole number, but is {quoted(text)}")
    return int(text)
