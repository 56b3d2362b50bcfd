"""The words of the filter language (RFC 7644 §3.4.2.2, Figure 1), which PATCH paths share."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.scim.errors import quoted

Literal = str | int | float | bool | None
"""A value as a filter writes it: any JSON value that is neither object nor array (``compValue`` of Figure 1)."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(r"[A-Za-z$_][A-Za-z0-9$_.:-]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![^\s()\[\]])")
_RUN = re.compile(r"[^\s()\[\]]+")
_LONGEST_NUMBER = 40
_MARKS = frozenset("()[].")
_STRINGS = json.JSONDecoder()
_NAMED_LITERALS: dict[str, Literal] = {"true": True, "false": False, "null": None}
_LOGIC = frozenset({"and", "or", "not"})
_SYMBOL = re.compile(r"[=!<>&|]+")
_WORDS_FOR_SYMBOLS = {
    "=": "eq",
    "==": "eq",
    "===": "eq",
    "!=": "ne",
    "<>": "ne",
    ">": "gt",
    ">=": "ge",
    "<": "lt",
    "<=": "le",
    "&": "and",
    "&&": "and",
    "|": "or",
    "||": "or",
    "!": "not",
}
_OTHER_QUOTES = "'`\u2018\u2019\u201c\u201d"  # single, backtick, and the curly ones that word processors make
_LONGEST_EXAMPLE = 60


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    """An attribute path, an operator or a keyword; which one, its place says."""
    TEXT = "text"
    NUMBER = "number"
    MARK = "mark"
    """One of ``( ) [ ] .``"""
    JUNK = "junk"
    """What the language does not have, as far as the next blank or bracket."""
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a filter or path."""

    kind: Kind
    value: Any
    """The word or mark as written; the value of a text or number."""
    position: int
    """Where it begins, 1-based."""

    def is_mark(self, mark: str) -> bool:
        """Tell whether this is that bracket or dot."""
        return self.kind is Kind.MARK and self.value == mark

    def is_keyword(self, word: str) -> bool:
        """Tell whether this is that keyword (lower case), written in any case."""
        return self.kind is Kind.WORD and self.value.lower() == word

    def __str__(self) -> str:
        """Return the token for a sentence."""
        return "the end" if self.kind is Kind.END else quoted(self.value)


class UnreadableError(ValueError):
    """The text does not follow the grammar: ``position`` (1-based) and the ``problem`` there."""

    def __init__(self, position: int, problem: str) -> None:
        super().__init__(f"at character {position}: {problem}")
        self.position = position
        self.problem = problem


class Lexer:
    """Walks through a text token by token; ``current`` is the one to look at."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0
        self.current = self._read()

    @property
    def is_finished(self) -> bool:
        """Tell whether only the end is left."""
        return self.current.kind is Kind.END

    def take(self) -> Token:
        """Return the current token and step behind it."""
        token = self.current
        if not self.is_finished:
            self.current = self._read()
        return token

    def take_literal(self, after: str) -> Literal:
        """Take a JSON text, number, ``true``, ``false`` or ``null`` (in any case); *after* is the word before it.

        Raises:
            UnreadableError: when something else stands here, such as text without quotes.
        """
        if self.current.kind in (Kind.TEXT, Kind.NUMBER):
            value: Literal = self.take().value
            return value
        run = self._run()
        if run.lower() in _NAMED_LITERALS:
            self.take()
            return _NAMED_LITERALS[run.lower()]
        if not run or self.current.kind is Kind.MARK or run.lower() in _LOGIC:
            raise self.unexpected(f"a value after {after}")
        raise UnreadableError(self.current.position, _quoting_problem(run))

    def unexpected(self, expected: str) -> UnreadableError:
        """Return the error that *expected* should stand where the current token stands."""
        symbol = _SYMBOL.match(self._run())
        if symbol and (word := _WORDS_FOR_SYMBOLS.get(symbol[0])):
            return UnreadableError(self.current.position, f"'{symbol[0]}' is not an operator: write {word}")
        return UnreadableError(self.current.position, f"expected {expected}, found {self.current}")

    def _run(self) -> str:
        """Return what stands from the current token to the next blank or bracket, as written."""
        match = _RUN.match(self._text, self.current.position - 1)
        return match[0] if match else ""

    def _read(self) -> Token:
        start = self._skip_blanks()
        position = start + 1
        if start == len(self._text):
            return Token(Kind.END, "", position)
        if self._text[start] == '"':
            return Token(Kind.TEXT, self._read_text(start), position)
        if self._text[start] in _MARKS:
            self._next = start + 1
            return Token(Kind.MARK, self._text[start], position)
        for kind, pattern in ((Kind.WORD, _WORD), (Kind.NUMBER, _NUMBER), (Kind.JUNK, _RUN)):
            if match := pattern.match(self._text, start):
                self._next = match.end()
                return Token(kind, _read_number(match[0], position) if kind is Kind.NUMBER else match[0], position)
        raise UnreadableError(position, f"{quoted(self._text[start])} has no meaning here")

    def _skip_blanks(self) -> int:
        match = _BLANKS.match(self._text, self._next)
        return match.end() if match else self._next

    def _read_text(self, start: int) -> Any:
        """Read a JSON string; the error points at the quote, the escape or the control character that is wrong."""
        try:
            value, self._next = _STRINGS.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            raise UnreadableError(*_string_problem(error, start)) from None
        return value


def _string_problem(error: json.JSONDecodeError, start: int) -> tuple[int, str]:
    """Return the place (1-based) and our words for a JSON string that cannot be read."""
    if error.msg.startswith("Unterminated string"):
        return start + 1, "the text that begins here has no closing double quote"
    if error.msg.startswith("Invalid control character"):
        return error.pos + 1, "a control character inside text is written as a JSON escape, such as \\u0000"
    return error.pos + 1, "a backslash inside text begins a JSON escape: write \\\\ for the backslash itself"


def _read_number(text: str, position: int) -> int | float:
    """Read a JSON number that the machine can hold."""
    if len(text) <= _LONGEST_NUMBER:
        number: int | float = json.loads(text)
        if abs(number) != float("inf"):
            return number
    raise UnreadableError(position, f"the number {quoted(text)} is too large")


def _quoting_problem(run: str) -> str:
    """Return what is wrong with text that has no double quotes around it."""
    if run[0] in _OTHER_QUOTES:
        return f'text goes in double quotes ("), not in {run[0]}'
    example = run.strip('"')
    if len(example) > _LONGEST_EXAMPLE or not example.isprintable():
        return "text needs double quotes"
    return f'text needs double quotes: write "{example}"'
