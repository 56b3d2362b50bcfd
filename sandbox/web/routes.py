"""Routes that were found once: of the lists, the resources and whatever else has one path alone.

What is below a collection is one resource, whatever its id, so its route is remembered by the path before the id. As
such a path and the names in it are those of the routes themselves, there are not more to remember than those.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.routing import Rule

ID = "resource_id"
COLLECTION_ARGUMENTS = frozenset({"collection"})

Found = tuple[Rule, dict[str, Any]]
"""A route, and the parts of the path that it hands to its view."""


class Routes:
    """The routes of one application, as far as they are known."""

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[tuple[str, str, bool], tuple[Rule, Mapping[str, Any]]] = {}

    def find(self, method: str, path: str) -> Found | None:
        """Return the route of a request, or ``None`` when it is not known."""
        place, resource_id = _parted(path)
        known = self._known.get((method, place, resource_id is not None))
        if known is None:
            return None
        rule, arguments = known
        return rule, {**arguments} if resource_id is None else {**arguments, ID: resource_id}

    def note(self, method: str, path: str, rule: Rule, arguments: Mapping[str, Any]) -> None:
        """Remember the route that was found for a request, if it can be told from its path."""
        place, resource_id = _parted(path)
        others = {name: value for name, value in arguments.items() if name != ID}
        if arguments.get(ID) == resource_id and others.keys() <= COLLECTION_ARGUMENTS:
            self._known[method, place, resource_id is not None] = (rule, others)


def _parted(path: str) -> tuple[str, str | None]:
    """Return a path as its place and an id, as the store gives them out, or as a whole when it ends in none."""
    place, _, last = path.rpartition("/")
    return (place, last) if last.isdecimal() else (path, None)
