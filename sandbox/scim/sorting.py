"""The order of a list that a client asks for (RFC 7644 §3.4.2.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import total_ordering
from typing import Any

from sandbox.scim.errors import InvalidPathError, InvalidValueError, quoted
from sandbox.scim.path import AttributePath, read_attribute_path
from sandbox.scim.primary import is_primary
from sandbox.scim.schema import ResourceType


@dataclass(frozen=True, slots=True)
class SortRequest:
    """Which attribute orders a list, and which way."""

    path: AttributePath
    descending: bool


def read_sort_request(query: Mapping[str, str], resource_type: ResourceType) -> SortRequest | None:
    """Read ``sortBy`` and ``sortOrder``; without ``sortBy`` there is no order to speak of.

    Raises:
        InvalidValueError: when the attribute is unknown or the order neither ascending nor descending.

    Source: RFC 7644 §3.4.2.3, Table 6.
    """
    text, order = query.get("sortBy"), query.get("sortOrder", "ascending").lower()
    if not text:
        return None
    if order not in ("ascending", "descending"):
        raise InvalidValueError(f"sortOrder must be ascending or descending, but is {quoted(order)}")
    try:
        path = read_attribute_path(text, resource_type)
    except InvalidPathError as error:
        raise InvalidValueError(f"sortBy: {error.detail}") from None
    if not isinstance(path, AttributePath) or (path.leaf.is_complex and path.leaf.sub_attribute("value") is None):
        raise InvalidValueError(f"sortBy: {quoted(text)} has no value to sort by; name a sub-attribute")
    return SortRequest(path, descending=order == "descending")


def sort_key(request: SortRequest) -> Callable[[Mapping[str, Any]], Any]:
    """Return the key that puts documents in the order asked for, by sorting them ascending.

    Text counts without case unless the attribute is case-exact; of several values the primary or else the first counts.
    Resources without a value come last, or first when descending (RFC 7644 §3.4.2.3). Where the type is open, numbers
    come before text.
    """
    fold = not request.path.leaf.case_exact

    def key(document: Mapping[str, Any]) -> tuple[bool, bool, Any]:
        value = _sorted_by(document, request.path)
        is_text = isinstance(value, str)
        return (value is None, is_text, value.casefold() if fold and is_text else value)

    return (lambda document: _Backwards(key(document))) if request.descending else key


def _sorted_by(document: Mapping[str, Any], path: AttributePath) -> Any:
    """Return the one value of a document that counts for its place."""
    home = document if path.extension is None else document.get(path.extension.urn, {})
    value = home.get(path.attribute.name)
    if isinstance(value, list):
        value = next((each for each in value if is_primary(each)), value[0] if value else None)
    if isinstance(value, Mapping):
        value = value.get(path.sub_attribute.name if path.sub_attribute else "value")
    return value


@total_ordering
@dataclass(frozen=True, slots=True)
class _Backwards:
    """A key that sorts the other way round."""

    key: tuple[bool, bool, Any]

    def __lt__(self, other: _Backwards) -> bool:
        return other.key < self.key
