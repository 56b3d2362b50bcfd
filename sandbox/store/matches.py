"""Sets of resources as indexes find them: counted at once, and gone through only as far as a page needs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property


class Matches(ABC):
    """The numbers (ids) of the resources of one collection that a query finds.

    It may borrow from the index: use it under the store's lock, and change nothing.
    """

    count: int
    """How many there are."""

    @abstractmethod
    def __contains__(self, number: object) -> bool: ...

    @abstractmethod
    def numbers(self) -> AbstractSet[int]:
        """Return all of them."""

    @cached_property
    def in_order(self) -> Sequence[int]:
        """All of them, ascending; sorted once."""
        return sorted(self.numbers())

    def kept(self, numbers: AbstractSet[int]) -> AbstractSet[int]:
        """Return those of *numbers* that are in here."""
        return numbers & self.numbers()


class Listed(Matches):
    """A set as the index holds it."""

    def __init__(self, numbers: AbstractSet[int]) -> None:
        self._numbers = numbers
        self.count = len(numbers)

    def __contains__(self, number: object) -> bool:
        return number in self._numbers

    def numbers(self) -> AbstractSet[int]:
        """Return all of them."""
        return self._numbers


class AllBut(Matches):
    """Every resource of the collection except some."""

    def __init__(self, excluded: AbstractSet[int], everyone: Sequence[int]) -> None:
        self.excluded = excluded
        self._everyone = everyone
        self.count = len(everyone) - len(excluded)

    def __contains__(self, number: object) -> bool:
        return number not in self.excluded

    def numbers(self) -> AbstractSet[int]:
        """Return all of them."""
        return set(self._everyone) - self.excluded

    def kept(self, numbers: AbstractSet[int]) -> AbstractSet[int]:
        """Return those of *numbers* that are in here."""
        return numbers - self.excluded


class Span(Matches):
    """A stretch of an ordered index."""

    def __init__(self, count: int, test: Callable[[int], bool], numbers: Callable[[], AbstractSet[int]]) -> None:
        self.count = count
        self._test = test
        self._list = numbers

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self._test(number)

    def numbers(self) -> AbstractSet[int]:
        """Return all of them."""
        return self._list()

    def kept(self, numbers: AbstractSet[int]) -> AbstractSet[int]:
        """Return those of *numbers* that are in here."""
        if len(numbers) * 8 < self.count:
            return {number for number in numbers if self._test(number)}
        return numbers & self.numbers()


def all_of(parts: Sequence[Matches], everyone: Sequence[int]) -> Matches:
    """Return what is in every part; of no parts, everything."""
    excluding = [part for part in parts if isinstance(part, AllBut)]
    if len(excluding) == len(parts):
        return AllBut(frozenset[int]().union(*[part.excluded for part in excluding]), everyone)
    first, *others = sorted(parts, key=lambda part: part.count)
    if not others:
        return first
    numbers = first.numbers()
    for part in others:
        numbers = part.kept(numbers)
    return Listed(numbers)


def any_of(parts: Sequence[Matches], everyone: Sequence[int]) -> Matches:
    """Return what is in at least one part; of no parts, nothing."""
    if len(parts) == 1:
        return parts[0]
    for part in parts:
        if isinstance(part, AllBut):
            others = [other for other in parts if other is not part]
            return AllBut({each for each in part.excluded if not any(each in other for other in others)}, everyone)
    return Listed(set[int]().union(*[part.numbers() for part in parts]))
