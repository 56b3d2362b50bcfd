"""The resources of one collection in memory, with their indexes. Only a commit changes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sandbox.store.changes import Rows
from sandbox.store.indexes import HashIndex, Index, KeyIndex, Marked, OrderedIndex, change_sorted
from sandbox.store.layout import Collection, Mark, Row, number_of
from sandbox.store.matches import Matches


class Stored:
    """A resource as the store keeps it.

    ``document`` is shared by all who read it: look, do not change. ``memo`` is a place for answers computed from the
    resource: a commit that changes anything the resource shows, of itself or of others, puts a new one in its place.
    """

    __slots__ = ("document", "memo")

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.memo: dict[Any, Any] = {}

    def __repr__(self) -> str:
        return f"Stored({self.document!r})"


class Contents:
    """The resources of one collection."""

    def __init__(self, layout: Collection) -> None:
        """Start with none."""
        self.layout = layout
        self.resources: dict[str, Stored] = {}
        self.everyone: list[int] = []
        """The ids as numbers, in order."""
        self.key = KeyIndex(self.everyone, self._reader(0))
        self._equal = {name: HashIndex(self.everyone) for name in layout.equal}
        first = 1 + len(self._equal)
        ordered = {
            name: OrderedIndex(self.everyone, self._reader(position))
            for position, name in enumerate(layout.ordered, start=first)
        }
        self._indexes: dict[str, Index] = {layout.key_name: self.key, **self._equal, **ordered}
        self._no_marks: tuple[Mark, ...] = (None,) * len(self._indexes)
        self.kept: dict[str, Matches] = {}
        """What searches keep until the next commit: long results, by the text of the query."""
        self.edition = object()
        """Another one after each commit that changes something here."""

    def __len__(self) -> int:
        return len(self.resources)

    def row(self, number: int) -> Row | None:
        """Return the document of that number; not a copy."""
        return self.look(str(number))

    def look(self, resource_id: str) -> Row | None:
        """Return the document with that id; not a copy."""
        stored = self.resources.get(resource_id)
        return None if stored is None else stored.document  # type: ignore[return-value]

    def items(self) -> Iterator[tuple[int, Row]]:
        """Yield each number with its document; not copies."""
        for number in self.everyone:
            yield number, self.resources[str(number)].document  # type: ignore[misc]

    def index(self, name: str) -> Index:
        """Return an index; ``LookupError`` when there is none of that name."""
        if name not in self._indexes:
            raise LookupError(f"{self.layout.name} has no index {name!r}; there are {', '.join(self._indexes)}")
        return self._indexes[name]

    def owner(self, key: Mark) -> int | None:
        """Return the number of the resource whose key, without case, is *key*."""
        return self.key.owners.get(key)

    def equal(self, index: str, mark: Mark) -> AbstractSet[int]:
        """Return the numbers of the resources with *mark* in an index of equal values."""
        if index not in self._equal:
            raise LookupError(f"{self.layout.name} has no index {index!r} of equal values")
        return self._equal[index].numbers(mark)

    def stored(self, numbers: Iterable[int]) -> list[Stored]:
        """Return the resources with these numbers."""
        return list(map(self.resources.__getitem__, map(str, numbers)))

    def apply(self, rows: Rows) -> None:
        """Put and remove documents, and bring every index up to date."""
        moved: list[tuple[int, tuple[Mark, ...], tuple[Mark, ...]]] = []
        gone: list[int] = []
        come: list[int] = []
        resources, marks = self.resources, self.layout.marks
        for number, new in rows.items():
            resource_id = str(number)
            old = resources.get(resource_id)
            before = self._no_marks if old is None else marks(old.document)
            after = self._no_marks if new is None else marks(new)
            if before != after:
                moved.append((number, before, after))
            if new is not None:
                resources[resource_id] = Stored(new)
                if old is None:
                    come.append(number)
            elif old is not None:
                del resources[resource_id]
                gone.append(number)
        if gone or come:
            change_sorted(self.everyone, gone, come)
        if moved:
            self._index(moved)
        self.kept.clear()
        self.edition = object()

    def renew(self, resource_ids: Iterable[str]) -> None:
        """Put a new ``Stored`` with the same document in the place of each that is there."""
        for resource_id in resource_ids:
            stored = self.resources.get(resource_id)
            if stored is not None:
                self.resources[resource_id] = Stored(stored.document)

    def _index(self, moved: Iterable[tuple[int, tuple[Mark, ...], tuple[Mark, ...]]]) -> None:
        """Bring every index up to date with the marks that resources had before, and have now."""
        removed: list[list[Marked]] = [[] for _ in self._indexes]
        added: list[list[Marked]] = [[] for _ in self._indexes]
        for number, before, after in moved:
            _note(number, before, after, removed, added)
        for index, losing, gaining in zip(self._indexes.values(), removed, added, strict=True):
            if losing or gaining:
                index.change(losing, gaining)

    def _reader(self, position: int) -> Any:
        """Return what reads the mark at *position* of a resource that is there."""

        def read(number: int) -> Mark:
            return self.layout.mark(self.resources[str(number)].document, position)

        return read


def _note(
    number: int,
    before: tuple[Mark, ...],
    after: tuple[Mark, ...],
    removed: list[list[Marked]],
    added: list[list[Marked]],
) -> None:
    """Note for each index which mark a resource loses and gains."""
    for old, new, losing, gaining in zip(before, after, removed, added, strict=True):
        if old != new:
            if old is not None:
                losing.append((old, number))
            if new is not None:
                gaining.append((new, number))


def check_rows(layout: Collection, rows: Mapping[int, Any]) -> None:
    """Pass when *rows* can be the documents of a collection: own ids, unique keys.

    Raises:
        ValueError: when not; the sentence says which.
    """
    owners: dict[Mark, int] = {}
    for number, document in rows.items():
        if not isinstance(document, dict) or document.get("id") != str(number) or number_of(str(number)) is None:
            raise ValueError(f'{layout.name} {number} is not a document with the id "{number}"')
        key = layout.mark(document, 0)
        if key is not None and owners.setdefault(key, number) != number:
            raise ValueError(f"{layout.name} {owners[key]} and {number} have the same {layout.key_name}")
