"""Names of people, from Faker's word lists, and the local parts of their addresses."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from sandbox.seeding.words import Draw

PARTICLES = frozenset({"da", "de", "den", "der", "dos", "le", "ter", "ten", "van", "von"})
"""First words of a family name of several words; others of Faker's lists name a title or a whole person."""

LETTERS = str.maketrans(
    {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "ð": "d"}
)
"""Latin letters that have no decomposition; U+0131 is the dotless i."""

OTHERS = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz-"))
"""What ASCII has beside them: no piece of a local part has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The name of one person."""

    given: str
    family: str | None
    stem: str
    """``given.family`` in ASCII, the start of the address."""
    family_first: bool = False
    middle: str | None = None

    @property
    def display(self) -> str:
        """Given and family name in the order of the language."""
        return self._joined(self.given)

    @property
    def formatted(self) -> str:
        """The whole name, with the middle name if there is one."""
        return self._joined(f"{self.given} {self.middle}" if self.middle else self.given)

    def _joined(self, given: str) -> str:
        if self.family is None:
            return given
        return f"{self.family} {given}" if self.family_first else f"{given} {self.family}"


@dataclass(frozen=True, slots=True)
class NameList:
    """The names of one locale, each with how it is written in Latin letters."""

    given: Sequence[Sequence[tuple[str, str]]]
    """Female and male."""
    family: Sequence[tuple[str, str]]
    family_first: bool = False


def draw_name(draw: Draw, locale: str) -> Name:
    """Draw a name of that Faker *locale*, one in eight with a middle name.

    Faker is imported when the first name is drawn: that takes a tenth of a second.
    """
    names = read_names(locale)
    givens = draw.one(names.given)
    given, first = draw.one(givens)
    family, last = draw.one(names.family)
    middle = draw.one(givens)[0] if draw.chance(0.125) else None
    if names.family_first or middle == given:
        middle = None
    stem = f"{ascii_form(first)}.{ascii_form(last)}"
    return Name(given=given, family=family, stem=stem, middle=middle, family_first=names.family_first)


@cache
def read_names(locale: str) -> NameList:
    """Read the lists of one locale from Faker's own person provider (the same from Faker 25 to 40.54).

    The lists alone are used, never Faker's generators: those drew differently in some versions.
    """
    provider = import_module(f"faker.providers.person.{locale}").Provider
    return READERS.get(locale, _latin)(provider)


def _latin(provider: Any, family_names: str = "last_names") -> NameList:
    given = _as_they_are(provider.first_names_female), _as_they_are(provider.first_names_male)
    return NameList(given, _as_they_are(filter(_is_plain, getattr(provider, family_names))))


def _polish(provider: Any) -> NameList:
    return _latin(provider, "unisex_last_names")


def _japanese(provider: Any) -> NameList:
    """Read names in kanji; Faker has each with its reading and its romanized form."""

    def romanized(pairs: Iterable[tuple[str, str, str]]) -> Sequence[tuple[str, str]]:
        return tuple((kanji, roman) for kanji, _, roman in pairs)

    given = romanized(provider.first_name_female_pairs), romanized(provider.first_name_male_pairs)
    return NameList(given, romanized(provider.last_name_pairs), family_first=True)


READERS: Mapping[str, Callable[[Any], NameList]] = {"ja_JP": _japanese, "pl_PL": _polish}


def _is_plain(family: str) -> bool:
    first, *others = family.split()
    return "," not in family and (not others or first.lower() in PARTICLES)


def _as_they_are(names: Iterable[str]) -> Sequence[tuple[str, str]]:
    return tuple((name, name) for name in names)


@cache
def ascii_form(text: str) -> str:
    """Return *text* as a piece of a local part: its letters a to z and hyphens, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(LETTERS))
    return plain.encode("ascii", "ignore").translate(None, OTHERS).decode("ascii")
