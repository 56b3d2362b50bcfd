"""Seeded choices that are the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Choices that rest on ``Random.random`` alone: its sequence is what Python promises for a seed."""

    def __init__(self, seed: int, purpose: str) -> None:
        """Start at the beginning of the sequence for this purpose."""
        self._next = Random(f"{purpose} {seed}").random

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to, not including, *limit*."""
        return int(self._next() * limit)

    def one(self, choices: Sequence[T]) -> T:
        """Return one of *choices*."""
        return choices[self.below(len(choices))]

    def several(self, choices: Sequence[T], count: int) -> list[T]:
        """Return *count* different ones of *choices*, in their order; all when there are not that many."""
        places = list(range(len(choices)))
        taken = [places.pop(self.below(len(places))) for _ in range(min(count, len(choices)))]
        return [choices[place] for place in sorted(taken)]


def uuid(seed: int, kind: str, number: int) -> str:
    """Return a UUID that stands for the same thing in every run with this seed."""
    text = digest(seed, kind, number)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"


def digest(seed: int, kind: str, number: int) -> str:
    """Return 64 hexadecimal digits that are the same in every run with this seed."""
    return sha256(f"{kind} {number} {seed}".encode()).hexdigest()
