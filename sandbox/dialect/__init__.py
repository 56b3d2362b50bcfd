"""How service providers speak SCIM, as values: one module of rows a dialect."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.dialect import fourme, rfc7644
from sandbox.dialect.checks import check_dialect
from sandbox.dialect.choices import Choices
from sandbox.dialect.dialect import Dialect, make_dialect
from sandbox.dialect.overrides import OverrideError, overridden
from sandbox.dialect.quirk import Evidence, Quirk

QUIRKS_BY_NAME = {"4me": fourme.QUIRKS, "rfc7644": rfc7644.QUIRKS}

__all__ = ["QUIRKS_BY_NAME", "Choices", "Dialect", "Evidence", "OverrideError", "Quirk", "make_dialect", "read_dialect"]


def read_dialect(name: str, pairs: Iterable[tuple[str, str]] = ()) -> Dialect:
    """Return the dialect of that name, with the choices that *pairs* (field, value) set.

    Raises:
        ValueError: when there is none, naming those there are.
        OverrideError: when a pair cannot be used.
    """
    if name not in QUIRKS_BY_NAME:
        raise ValueError(f"there is no dialect {name!r}; there are {', '.join(QUIRKS_BY_NAME)}")
    dialect = make_dialect(name, overridden(QUIRKS_BY_NAME[name], pairs))
    check_dialect(dialect)
    return dialect
