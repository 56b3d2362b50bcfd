"""Where a request was aimed: the target taken apart, as it was sent and as the service provider reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

RESOURCES = ("Users", "Groups", "ServiceProviderConfig", "ResourceTypes", "Schemas", "Me", "Bulk")
"""What is served below an endpoint (RFC 7644 §3.2, Table 2)."""

_ABSOLUTE = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_SPELLINGS = {
    spelling: name
    for name in RESOURCES
    for spelling in (name.lower(), name.lower().removesuffix("s"), f"{name.lower().removesuffix('s')}s")
} | {"people": "Users", "persons": "Users", "person": "Users"}


@dataclass(frozen=True, slots=True)
class Place:
    """A target taken apart."""

    path: str
    """Decoded, as sent: with doubled slashes and all."""
    query: str
    """As sent."""
    segments: tuple[str, ...]
    """Of the path, without empty ones."""
    prefix: str | None
    """The mounted endpoint that it is below, slashes tidied; the longest."""
    below: tuple[str, ...]
    """The segments below the mounted endpoint; none when it is below none."""
    resource: str | None
    """The first resource name in it, spelled right."""
    resource_at: int
    """Where in ``segments`` that stands, or their number."""
    collection: str | None
    """``Users`` or ``Groups``, when it is below one that is served."""
    is_odd: bool
    """Whether the path is not just endpoint, resource and id, or not written as these are."""

    @property
    def base(self) -> str:
        """What stands before the resource name."""
        return "".join(f"/{segment}" for segment in self.segments[: self.resource_at])

    @property
    def is_served(self) -> bool:
        """Tell whether it names a resource, rightly spelled, just below a mounted endpoint."""
        return bool(self.below) and self.below[0] in RESOURCES

    @property
    def resource_id(self) -> str | None:
        """The id of the one resource it names."""
        return self.below[1] if self.collection is not None and len(self.below) == 2 else None


def read_place(target: str, prefixes: Iterable[str]) -> Place:
    """Return a request target taken apart."""
    path, _, query = target.partition("?")
    absolute = None if path.startswith("/") else _ABSOLUTE.match(path)
    path = unquote(path[absolute.end() :] if absolute else path)
    segments = tuple(filter(None, path.split("/")))
    tidy = "/" + "/".join(segments) if segments else ""
    mounted = [prefix for prefix in prefixes if tidy == prefix or tidy.startswith(f"{prefix}/")]
    prefix = max(mounted, key=len) if mounted else None
    below = () if prefix is None else segments[prefix.count("/") :]
    is_collection = bool(below) and below[0] in ("Users", "Groups")
    at, resource = _resource_in(segments)
    is_odd = tidy != path or not is_collection or len(below) > 2 or path.endswith(".json")
    return Place(path, query, segments, prefix, below, resource, at, below[0] if is_collection else None, is_odd)


def spelled(segment: str) -> str | None:
    """Return the resource name that a segment of a path means, in whatever case or number, or ``None``."""
    return _SPELLINGS.get(segment.lower().removesuffix(".json").strip())


def _resource_in(segments: tuple[str, ...]) -> tuple[int, str | None]:
    for number, segment in enumerate(segments):
        if (name := spelled(segment)) is not None:
            return number, name
    return len(segments), None
