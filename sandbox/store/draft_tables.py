"""Rows that a transaction has staged over the tables below, read as if they were committed already.

Each table answers what the table below it answers, with its own rows over it: memory, or another draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from sandbox.scim.errors import UniquenessError
from sandbox.store.contents import Contents
from sandbox.store.indexes import HashIndex
from sandbox.store.layout import Collection, Mark, Row, number_of, value_at
from sandbox.store.links import Links, Reference, check_link, referred
from sandbox.store.named import Named, check_named


class DraftTable:
    """Rows over the rows of the table below."""

    def __init__(self, below: Contents | Links | Named | DraftTable) -> None:
        """Start with nothing staged."""
        self._below = below
        self.rows: dict[int, Row | None] = {}
        self.is_cleared = False

    @property
    def edition(self) -> object:
        """Stays the same object as long as nothing changes; never the same when something is staged."""
        return object() if self.rows or self.is_cleared else self._below.edition

    def row(self, number: int) -> Row | None:
        """Return the row of that number; not a copy."""
        if number in self.rows:
            return self.rows[number]
        return None if self.is_cleared else self._below.row(number)

    def items(self) -> Iterator[tuple[int, Row]]:
        """Yield each number with its row; not copies."""
        if not self.is_cleared:
            for number, row in list(self._below.items()):
                if number not in self.rows:
                    yield number, row
        for number, staged in list(self.rows.items()):
            if staged is not None:
                yield number, staged

    def __len__(self) -> int:
        below = 0 if self.is_cleared else len(self._below)
        for number, row in self.rows.items():
            was_there = not self.is_cleared and self._below.row(number) is not None
            below += (row is not None) - was_there
        return below

    def put(self, number: int, row: Row) -> None:
        """Stage a row."""
        self.rows[number] = row

    def drop(self, number: int) -> None:
        """Stage that a row goes."""
        self.rows[number] = None

    def clear(self) -> None:
        """Stage that every row goes."""
        self.rows = {}
        self.is_cleared = True

    def fill(self, rows: Mapping[int, Row]) -> None:
        """Stage rows that are checked, in a table that is cleared."""
        self.rows = dict(rows)


class DraftContents(DraftTable):
    """Documents of a collection over those below."""

    def __init__(self, below: Contents | DraftContents) -> None:
        super().__init__(below)
        self._documents = below
        self.layout: Collection = below.layout
        self._keys: dict[Mark, int] = {}
        self._equal: dict[str, HashIndex] = {}

    def look(self, resource_id: str) -> Row | None:
        """Return the document with that id; not a copy."""
        if not self.rows and not self.is_cleared:
            return self._documents.look(resource_id)
        number = number_of(resource_id)
        return None if number is None else self.row(number)

    def owner(self, key: Mark) -> int | None:
        """Return the number of the resource whose key, without case, is *key*."""
        owner = self._keys.get(key)
        if owner is not None or self.is_cleared:
            return owner
        owner = self._documents.owner(key)
        return None if owner in self.rows else owner

    def equal(self, index: str, mark: Mark) -> AbstractSet[int]:
        """Return the numbers of the resources with *mark* in an index of equal values."""
        below = self._documents.equal(index, mark)
        if not self.rows and not self.is_cleared:
            return below
        if index not in self._equal:
            self._equal[index] = HashIndex(())
            self._equal[index].change((), [(self._mark(index, row), number) for number, row in self._staged()])
        staged = self._equal[index].numbers(mark)
        return staged if self.is_cleared else {number for number in below if number not in self.rows} | staged

    def put(self, number: int, row: Row) -> None:
        """Stage a document.

        Raises:
            UniquenessError: when its key is taken.
            ValueError: when its id is not its number.
        """
        if row.get("id") != str(number):
            raise ValueError(f"the document with the number {number} has the id {row.get('id')!r}")
        key = self.layout.mark(row, 0)
        if key is not None:
            owner = self.owner(key)
            if owner is not None and owner != number:
                raise UniquenessError(self.layout.key_name, value_at(row, self.layout.key), str(owner))
        self._forget(number)
        self.rows[number] = row
        if key is not None:
            self._keys[key] = number
        for index, staged in self._equal.items():
            staged.change((), [(self._mark(index, row), number)])

    def drop(self, number: int) -> None:
        """Stage that a document goes."""
        self._forget(number)
        self.rows[number] = None

    def clear(self) -> None:
        """Stage that every document goes."""
        super().clear()
        self._keys.clear()
        self._equal.clear()

    def fill(self, rows: Mapping[int, Row]) -> None:
        """Stage documents that are checked, in a table that is cleared."""
        super().fill(rows)
        self._keys = {key: number for number, row in rows.items() if (key := self.layout.mark(row, 0)) is not None}

    def _forget(self, number: int) -> None:
        old = self.rows.get(number)
        if old is None:
            return
        self._keys.pop(self.layout.mark(old, 0), None)
        for index, staged in self._equal.items():
            staged.change([(self._mark(index, old), number)], ())

    def _staged(self) -> Iterator[tuple[int, Row]]:
        return ((number, row) for number, row in self.rows.items() if row is not None)

    def _mark(self, index: str, row: Row) -> Mark:
        return self.layout.mark(row, self.layout.index_names.index(index))


class DraftLinks(DraftTable):
    """Memberships over those below."""

    def __init__(self, below: Links | DraftLinks) -> None:
        super().__init__(below)
        self._links = below
        self._staged = Links()

    @property
    def last(self) -> int:
        """The highest number a row ever had."""
        return max(self._staged.last, self._links.last)

    def number(self, group_id: str, reference: Reference) -> int | None:
        """Return the number of the row that links a member to a group."""
        number = self._staged.number(group_id, reference)
        if number is not None or self.is_cleared:
            return number
        number = self._links.number(group_id, reference)
        return None if number in self.rows else number

    def of_group(self, group_id: str) -> Iterable[int]:
        """Return the numbers of the rows of a group, in the order of linking."""
        return self._merged(self._links.of_group(group_id), self._staged.of_group(group_id))

    def of_member(self, reference: Reference) -> Iterable[int]:
        """Return the numbers of the rows of a member, in the order of linking."""
        return self._merged(self._links.of_member(reference), self._staged.of_member(reference))

    def put(self, number: int, row: Row) -> None:
        """Stage a membership; ``ValueError`` when it is none, or is there already."""
        check_link(number, row)
        if self.number(row["group"], referred(row)) not in (None, number):
            raise ValueError(f"the group {row['group']} has the member {row['value']} already")
        self.rows[number] = row
        self._staged.apply({number: row})

    def drop(self, number: int) -> None:
        """Stage that a membership goes."""
        self.rows[number] = None
        self._staged.apply({number: None})

    def clear(self) -> None:
        """Stage that every membership goes."""
        super().clear()
        last = self.last
        self._staged = Links()
        self._staged.last = last

    def fill(self, rows: Mapping[int, Row]) -> None:
        """Stage memberships that are checked, in a table that is cleared."""
        super().fill(rows)
        self._staged.apply(rows)

    def _merged(self, below: Iterable[int], staged: Iterable[int]) -> list[int]:
        if self.is_cleared:
            return list(staged)
        kept = [number for number in below if number not in self.rows] if self.rows else list(below)
        new = list(staged)
        return sorted([*kept, *new]) if new else kept


class DraftNamed(DraftTable):
    """Named values over those below."""

    def __init__(self, below: Named | DraftNamed) -> None:
        super().__init__(below)
        self._named = below
        self._numbers: dict[str, int] = {}

    @property
    def last(self) -> int:
        """The highest number in use, or a higher one."""
        return max(self._named.last, *self.rows, 0)

    def number(self, name: str) -> int | None:
        """Return the number of the row with that name."""
        number = self._numbers.get(name)
        if number is not None or self.is_cleared:
            return number
        number = self._named.number(name)
        return None if number in self.rows else number

    def put(self, number: int, row: Row) -> None:
        """Stage a named value; ``ValueError`` when it is none, or the name is there already."""
        check_named(number, row)
        if self.number(row["name"]) not in (None, number):
            raise ValueError(f"the setting {row['name']!r} is there already")
        self.drop(number)
        self.rows[number] = row
        self._numbers[row["name"]] = number

    def drop(self, number: int) -> None:
        """Stage that a named value goes."""
        old = self.rows.get(number)
        if old is not None:
            self._numbers.pop(old["name"], None)
        self.rows[number] = None

    def clear(self) -> None:
        """Stage that every named value goes."""
        super().clear()
        self._numbers.clear()
