"""The three kinds of index: a unique text, equal values, and values in order.

An index keeps a mark of each resource that has one (``layout.Collection.marks``). Plain sorted lists with ``bisect``
are enough: moving the tail of a list of 50,000 costs a few microseconds.
"""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from math import inf
from typing import Any

from sandbox.store.layout import Mark, exact_mark, folded_mark, text_mark
from sandbox.store.matches import AllBut, Listed, Matches, Span

Marked = tuple[Mark, int]
"""A mark and the number of the resource that has it."""
MarkOf = Callable[[int], Mark]

COMPARISONS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
FEW = 32
"""Up to so many changes a sorted list is changed in place; above, it is sorted anew."""


def change_sorted(entries: list[Any], removed: Sequence[Any], added: Sequence[Any]) -> None:
    """Take *removed* (all are there) out of a sorted list and put *added* in."""
    if len(removed) + len(added) <= FEW:
        for entry in removed:
            del entries[bisect_left(entries, entry)]
        for entry in added:
            insort(entries, entry)
        return
    gone = set(removed)
    entries[:] = [entry for entry in entries if entry not in gone] if gone else entries
    entries.extend(added)
    entries.sort()


def check_operator(name: str, known: Iterable[str]) -> None:
    """Pass when an index answers this operator; ``LookupError`` when not."""
    if name not in known:
        raise LookupError(f"this index does not answer {name!r}")


def unlike(equal: AbstractSet[int], everyone: Sequence[int]) -> Matches:
    """Return what ``ne`` finds: all but the equal ones, so also those without a value.

    The only place that says so; the compiled filters of ``scim`` agree.
    """
    return AllBut(equal, everyone)


class KeyIndex:
    """A text that is unique without case, and its order."""

    def __init__(self, everyone: Sequence[int], mark_of: MarkOf) -> None:
        self.owners: dict[Mark, int] = {}
        self._texts: list[Any] = []
        self._everyone = everyone
        self._mark_of = mark_of

    def change(self, removed: Sequence[Marked], added: Sequence[Marked]) -> None:
        """Forget and learn marks, all at once: two resources may swap them."""
        for text, _ in removed:
            del self.owners[text]
        self.owners.update(added)
        change_sorted(self._texts, [text for text, _ in removed], [text for text, _ in added])

    def find(self, name: str, value: Any) -> Matches:
        """Return the resources whose text compares with *value*, both without case."""
        text = folded_mark(value)
        if name in COMPARISONS:
            return self._span(name, text)
        check_operator(name, ("eq", "ne"))
        owner = self.owners.get(text)
        equal: set[int] = set() if owner is None else {owner}
        return Listed(equal) if name == "eq" else unlike(equal, self._everyone)

    def _span(self, name: str, text: Any) -> Matches:
        if text is None:
            return Listed(frozenset())
        at = bisect_left(self._texts, text) if name in ("lt", "ge") else bisect_right(self._texts, text)
        low, high = (0, at) if name in ("lt", "le") else (at, len(self._texts))
        found = self._texts
        return Span(
            high - low, _test(name, text, self._mark_of), lambda: {self.owners[each] for each in found[low:high]}
        )


class HashIndex:
    """Equal values, exactly: a single owner is kept as a number, several as a set."""

    def __init__(self, everyone: Sequence[int]) -> None:
        self._owners: dict[Mark, int | set[int]] = {}
        self._everyone = everyone

    def change(self, removed: Iterable[Marked], added: Iterable[Marked]) -> None:
        """Forget and learn marks."""
        for mark, number in removed:
            owners = self._owners[mark]
            if isinstance(owners, int):
                del self._owners[mark]
                continue
            owners.discard(number)
            if not owners:
                del self._owners[mark]
        for mark, number in added:
            owners = self._owners.setdefault(mark, number)
            if isinstance(owners, set):
                owners.add(number)
            elif owners != number:
                self._owners[mark] = {owners, number}

    def numbers(self, mark: Mark) -> AbstractSet[int]:
        """Return the numbers of the resources with this mark."""
        owners = self._owners.get(mark, frozenset[int]())
        return {owners} if isinstance(owners, int) else owners

    def find(self, name: str, value: Any) -> Matches:
        """Return the resources whose value is, or is not, *value*."""
        check_operator(name, ("eq", "ne"))
        mark = exact_mark(value)
        equal = frozenset[int]() if mark is None else self.numbers(mark)
        return Listed(equal) if name == "eq" else unlike(equal, self._everyone)


class OrderedIndex:
    """Texts in the order of their code points; several resources may share one."""

    def __init__(self, everyone: Sequence[int], mark_of: MarkOf) -> None:
        self._entries: list[Any] = []
        self._everyone = everyone
        self._mark_of = mark_of

    def change(self, removed: Sequence[Marked], added: Sequence[Marked]) -> None:
        """Forget and learn marks."""
        change_sorted(self._entries, removed, added)

    def find(self, name: str, value: Any) -> Matches:
        """Return the resources whose text compares with *value*."""
        check_operator(name, ("eq", "ne", *COMPARISONS))
        text = text_mark(value)
        low, high = self._bounds(name, text)
        entries = self._entries
        if name == "ne":
            return unlike({number for _, number in entries[low:high]}, self._everyone)
        return Span(
            high - low,
            _test(name, text, self._mark_of),
            lambda: {number for _, number in entries[low:high]},
        )

    def _bounds(self, name: str, text: Any) -> tuple[int, int]:
        if text is None:
            return 0, 0
        before, after = bisect_left(self._entries, (text,)), bisect_left(self._entries, (text, inf))
        if name in ("eq", "ne"):
            return before, after
        end = len(self._entries)
        return {"lt": (0, before), "le": (0, after), "gt": (after, end), "ge": (before, end)}[name]


Index = KeyIndex | HashIndex | OrderedIndex


def _test(name: str, text: Any, mark_of: MarkOf) -> Callable[[int], bool]:
    """Return what tells of one resource whether its mark compares so."""
    if text is None:
        return lambda _number: False
    compare: Callable[[Any, Any], bool] = COMPARISONS.get(name, operator.eq)

    def test(number: int) -> bool:
        mark: Any = mark_of(number)
        return mark is not None and compare(mark, text)

    return test
