"""What a store is told about its collections: which paths are unique, indexed, and shown by other resources."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Row = dict[str, Any]
"""One row of a table: a document of a collection, a membership, or a setting."""
Path = tuple[str, ...]
"""The names that lead to a value in a document: ``("meta", "created")``."""
Mark = Hashable
"""What an index keeps of a value; ``None`` where the document has none to keep."""

MemberKey = tuple[bool, str] | str
"""Who a member is: whether it is a group, and its id (each collection counts its own); an id alone is a user's."""

MEMBERS = "Members"
"""The table of memberships: ``{"group": id, "value": member id, "type": …}``, in the order in which members show."""
SETTINGS = "Settings"
"""The table of named values: ``{"name": …, "value": …}``."""
HEAD = "_sandbox"
"""The table with one row about the state itself: product, format, generation, commit, last ids."""

MAX_ID_DIGITS = 18


def value_at(document: Mapping[str, Any], path: Path) -> Any:
    """Return the value of *document* at *path*, or ``None``; lists are not looked into."""
    value: Any = document
    for name in path:
        if type(value) is not dict and not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def number_of(resource_id: str) -> int | None:
    """Return an id as a number, or ``None`` when it is not a decimal as the store writes it."""
    if not resource_id.isascii() or not resource_id.isdigit() or resource_id[0] == "0":
        return None
    return int(resource_id) if len(resource_id) <= MAX_ID_DIGITS else None


def exact_mark(value: Any) -> Mark:
    """Return what is equal for equal values of one JSON type: text with case, booleans apart from numbers."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ("boolean", value)
    return ("number", value) if isinstance(value, int | float) else None


def folded_mark(value: Any) -> Mark:
    """Return text without case."""
    return value.casefold() if isinstance(value, str) else None


def text_mark(value: Any) -> Mark:
    """Return text as it is; only text has an order here."""
    return value if isinstance(value, str) else None


def _marker(path: Path, mark: Callable[[Any], Mark]) -> Callable[[Mapping[str, Any]], Mark]:
    """Return what reads the mark of a value in a document; most paths are short."""
    first, *rest = path
    if not rest:
        return lambda document: mark(document.get(first))
    below = tuple(rest)
    return lambda document: mark(value_at(document[first], below)) if first in document else None


@dataclass(frozen=True)
class Collection:
    """The resources of one endpoint: ``Users``, ``Groups``."""

    name: str
    key: Path
    """The attribute that is unique without case; its index is ordered too."""
    equal: Mapping[str, Path] = field(default_factory=dict)
    """Indexes that answer ``eq`` and ``ne`` exactly: name to path."""
    ordered: Mapping[str, Path] = field(default_factory=dict)
    """Indexes over text that answer every operator by the order of code points: name to path."""
    shown_by_others: tuple[Path, ...] = ()
    """What other resources show of one of these: a change makes their answers new; of none of these none shows any."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Indexes of ``equal`` that hold ids, and of which collection: ``{"manager": "Users"}``."""

    @property
    def key_name(self) -> str:
        """The key as a filter writes it: ``userName``, ``name.formatted``."""
        return ".".join(self.key)

    @cached_property
    def index_names(self) -> tuple[str, ...]:
        """The name of every index, in the order of ``marks``."""
        return (self.key_name, *self.equal, *self.ordered)

    @cached_property
    def _markers(self) -> tuple[Callable[[Mapping[str, Any]], Mark], ...]:
        equal = [_marker(path, exact_mark) for path in self.equal.values()]
        ordered = [_marker(path, text_mark) for path in self.ordered.values()]
        return (_marker(self.key, folded_mark), *equal, *ordered)

    def marks(self, document: Mapping[str, Any]) -> tuple[Mark, ...]:
        """Return what each index keeps of *document*, in the order of ``index_names``."""
        return tuple([marker(document) for marker in self._markers])

    def mark(self, document: Mapping[str, Any], position: int) -> Mark:
        """Return one of the ``marks``."""
        return self._markers[position](document)

    def shown(self, document: Mapping[str, Any] | None) -> list[Any] | None:
        """Return what others show of *document*; ``None`` when there is no document."""
        return None if document is None else [value_at(document, path) for path in self.shown_by_others]


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Who can be a member of what: rows of the table ``Members``, not part of any document."""

    groups: str = "Groups"
    """The collection that has members; its resources can be members too, with the ``type`` ``Group``."""
    members: str = "Users"
    """The collection that every other member is of."""


@dataclass(frozen=True)
class Layout:
    """All collections of a store."""

    collections: tuple[Collection, ...]
    membership: Membership = Membership()

    def collection(self, name: str) -> Collection:
        """Return the collection of that name; ``LookupError`` when there is none."""
        for collection in self.collections:
            if collection.name == name:
                return collection
        raise LookupError(f"the store has no collection {name!r}")
