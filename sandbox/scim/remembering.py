"""Remembering what texts were read as: a client sends the same few again and again, which make the same each time."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

MOST = 500
"""How many texts a reader remembers, those that it was asked last."""
LONGEST = 200
"""How many characters such a text has at most; a longer one is read each time."""

Reader = TypeVar("Reader", bound=Callable[..., Any])


def remembered(read: Reader) -> Reader:
    """Return *read*, which reads its first argument, a text, no second time while it remembers it.

    What it returns is shared by all who ask. Its other arguments count too, so they must be hashable; what it raises is
    not remembered.
    """
    from_memory = lru_cache(maxsize=MOST)(read)

    @wraps(read)
    def reading(text: str, *others: Any) -> Any:
        return (from_memory if len(text) <= LONGEST else read)(text, *others)

    return cast(Reader, reading)
