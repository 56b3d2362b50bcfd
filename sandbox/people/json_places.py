"""Where in a JSON text each value stands: what ``json`` reads, but does not tell."""

from __future__ import annotations

import re
from json import JSONDecodeError, loads
from typing import Any

from sandbox.scim.errors import quoted

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
Path = tuple[str | int, ...]


class PlacedError(ValueError):
    """A file that cannot be used; the sentence names line, column and reason."""

    def __init__(self, line: int, column: int, reason: str, name: str = "") -> None:
        named = f" ({name})" if name else ""
        super().__init__(f"line {line}, column {column}{named}: {reason}")
        self.line = line
        self.column = column
        self.reason = reason


class Places:
    """A JSON text, read, with the place of every value."""

    def __init__(self, text: str) -> None:
        """Read the text.

        Raises:
            PlacedError: when it is no JSON, or an object has a name twice.
        """
        self._text = text
        try:
            self.value: Any = loads(text)
        except JSONDecodeError as error:
            raise PlacedError(error.lineno, error.colno, f"this is no JSON: {error.msg}") from None
        except (RecursionError, ValueError):
            raise PlacedError(
                1, 1, "this is no JSON that can be read: it nests too deeply or has a huge number"
            ) from None
        self._offsets: dict[Path, int] = {}
        self._walk()

    def refusal(self, path: Path, reason: str) -> PlacedError:
        """Return the error for what is wrong at *path*, or at what is around it."""
        while path and path not in self._offsets:
            path = path[:-1]
        name = next((str(each) for each in reversed(path) if isinstance(each, str)), "")
        return PlacedError(*self._place(self._offsets.get(path, 0)), reason, name)

    def line(self, path: Path) -> int:
        """Return the line of a value."""
        return self._place(self._offsets.get(path, 0))[0]

    def _place(self, offset: int) -> tuple[int, int]:
        line = self._text.count("\n", 0, offset) + 1
        return line, offset - self._text.rfind("\n", 0, offset)

    def _walk(self) -> None:
        """Go through the tokens of a text that is known to be JSON."""
        path: list[str | int] = []
        kinds: list[str] = []
        expects_name = False
        for match in _TOKEN.finditer(self._text):
            token = match.group()
            if token in "}]":
                kinds.pop()
                path.pop()
                expects_name = False
            elif token == ",":
                expects_name = kinds[-1] == "{"
                if not expects_name:
                    path[-1] = int(path[-1]) + 1
            elif token == ":":
                expects_name = False
            elif expects_name:
                path[-1] = self._name(token, tuple(path[:-1]), match.start())
            else:
                self._offsets.setdefault(tuple(path), match.start())
                if token in "{[":
                    kinds.append(token)
                    path.append("" if token == "{" else 0)
                    expects_name = token == "{"

    def _name(self, token: str, around: Path, offset: int) -> str:
        """Return the name of a member, which must be the only one of its object."""
        name = str(loads(token))
        if (*around, name) in self._offsets:
            raise PlacedError(*self._place(offset), f"the name {quoted(name)} is there twice in one object", name)
        return name


def decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a file, which must be UTF-8, and a note when it begins with a byte order mark.

    Raises:
        PlacedError: naming the place of the first byte that is not UTF-8.
    """
    for mark, encoding in ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x00\x00\xfe\xff", "UTF-32")):
        if content.startswith(mark):
            raise PlacedError(1, 1, f"the file begins with the byte order mark of {encoding}: save it as UTF-8")
    notes: tuple[str, ...] = ()
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        notes = ("line 1, column 1: a byte order mark, which was passed over",)
    try:
        return content.decode(), notes
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        found = f"0x{content[error.start]:02x}"
        raise PlacedError(line, column, f"the byte {found} is not UTF-8: save the file as UTF-8") from None
