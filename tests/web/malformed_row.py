"""A row of the tables of malformed requests: what is sent, and how each dialect refuses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

POST, PUT, PATCH, GET, DELETE = "POST", "PUT", "PATCH", "GET", "DELETE"

DIALECTS = ("4me", "rfc7644")


@dataclass(frozen=True, slots=True)
class Refusal:
    """How a request is refused."""

    status: int
    scim_type: str | None
    words: tuple[str, ...]
    """What the sentence for people must have in it."""
    is_platform: bool = False
    """The body is ``{"message": …}``, and its sentence is ``words[0]`` exactly, as 4me's platform says it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A malformed request; a dialect without a refusal takes it, or does not have what it is about."""

    name: str
    """The id of the row: words."""
    method: str
    target: str
    """Path below the SCIM endpoint and query, percent-encoded; from the host when it begins with ``http://host``."""
    body: Any = None
    """Bytes as they are, else a JSON value; ``None`` is no body."""
    both: Refusal | None = None
    fourme: Refusal | None = None
    rfc7644: Refusal | None = None
    headers: Mapping[str, str | bytes | None] | None = None
    """Headers beside, or instead of, the usual ones; ``None`` takes one away."""

    def refusal(self, dialect: str) -> Refusal | None:
        """Return how a dialect refuses the request."""
        return self.both or (self.fourme if dialect == "4me" else self.rfc7644)


def syntax(*words: str) -> Refusal:
    """Refuse a body that is no JSON or has another structure than the request needs."""
    return Refusal(400, "invalidSyntax", words)


def value(*words: str) -> Refusal:
    """Refuse a value that does not fit its attribute or parameter."""
    return Refusal(400, "invalidValue", words)


def unreadable_filter(*words: str) -> Refusal:
    """Refuse a filter."""
    return Refusal(400, "invalidFilter", words)


def wrong_path(*words: str) -> Refusal:
    """Refuse the path of an operation."""
    return Refusal(400, "invalidPath", words)


def no_target(*words: str) -> Refusal:
    """Refuse an operation that is aimed at nothing."""
    return Refusal(400, "noTarget", words)


def immutable(*words: str) -> Refusal:
    """Refuse a change of what cannot be changed."""
    return Refusal(400, "mutability", words)


def taken(*words: str) -> Refusal:
    """Refuse a value that must be unique."""
    return Refusal(409, "uniqueness", words)


def refused(status: int, *words: str) -> Refusal:
    """Refuse with a status that has no ``scimType``."""
    return Refusal(status, None, words)


def platform(status: int, message: str) -> Refusal:
    """Refuse as 4me's platform does, before SCIM is reached."""
    return Refusal(status, None, (message,), is_platform=True)
