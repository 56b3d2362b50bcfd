"""Copies of JSON values, so that nothing a caller holds is part of the state."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

ATOMS = frozenset({str, bool, int, type(None)})
MAX_NAMES = 2_000
"""Names kept once: more than any schema has, and no leak when clients invent names."""


class Copier:
    """Copies JSON values in depth; names that repeat in every document are kept once."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def copy(self, value: Any) -> Any:
        """Return a copy made of plain dicts and lists.

        Raises:
            TypeError: for what is not JSON.
            ValueError: for a number that is not finite.
        """
        kind = type(value)
        if kind in ATOMS:
            return value
        if kind is dict:
            return self._copy_dict(value)
        if kind is list:
            return [each if type(each) in ATOMS else self.copy(each) for each in value]
        return self._copy_unusual(value)

    def _copy_dict(self, value: Mapping[Any, Any]) -> dict[str, Any]:
        known, copied = self._names.get, {}
        for name, each in value.items():
            copied[known(name) or self._name(name)] = each if type(each) in ATOMS else self.copy(each)
        return copied

    def _copy_unusual(self, value: Any) -> Any:
        if isinstance(value, float):
            if not isfinite(value):
                raise ValueError(f"{value} cannot be written as JSON")
            return float(value)
        if isinstance(value, Mapping):
            return self._copy_dict(value)
        if isinstance(value, list | tuple):
            return [self.copy(each) for each in value]
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return int(value)
        raise TypeError(f"a {type(value).__name__} cannot be written as JSON")

    def _name(self, name: Any) -> str:
        if not isinstance(name, str):
            raise TypeError(f"the name {name!r} of a value is not text")
        return self._names.setdefault(name, name) if len(self._names) < MAX_NAMES else name
