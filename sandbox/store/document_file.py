"""A state as one file for people: a TinyDB JSON document, one attribute on a line, in the order of ids.

Plain ``TinyDB(path)`` opens and queries it. The text is ASCII, because TinyDB reads in the encoding of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.store.errors import StateAccessError, StateDamagedError, StateError, StateForeignError, StateVersionError
from sandbox.store.layout import HEAD, Row, number_of
from sandbox.store.loading import without_collection

PRODUCT = "4me SCIM sandbox"
FORMAT = 2
"""The version of everything on disk; a state of an older one is upgraded, of a newer one refused.

Since 2 the tokens of an account have a file of their own; in 1 they stood among the named values.
"""

PART_CHARACTERS = 1 << 18
HEAD_CHARACTERS = 1 << 14
"""Within so many characters the head of a file ends."""

_encode = json.JSONEncoder(separators=(",\n    ", ": "), allow_nan=False, check_circular=False).encode

_decode = json.JSONDecoder().raw_decode

Picture = Iterable[tuple[str, Iterable[tuple[int, Mapping[str, Any]]]]]
"""Tables with their rows, in order."""


def head_of(**more: Any) -> dict[str, Any]:
    """Return the row that says what a file is."""
    return {"product": PRODUCT, "format": FORMAT, **more}


def encoded_document(head: Mapping[str, Any], picture: Picture) -> Iterator[bytes]:
    """Yield the file in parts."""
    pieces, size = ["{"], 0
    between = "\n"
    for table, rows in ((HEAD, [(1, head)]), *picture):
        pieces.append(f"{between} {json.dumps(table)}: {{")
        comma = "\n"
        for number, row in rows:
            piece = f'{comma}  "{number}": {_encode(row)}'
            pieces.append(piece)
            comma, size = ",\n", size + len(piece)
            if size > PART_CHARACTERS:
                yield "".join(pieces).encode("ascii")
                pieces, size = [], 0
        pieces.append("\n }")
        between = ",\n"
    pieces.append("\n}\n")
    yield "".join(pieces).encode("ascii")


@dataclass(frozen=True, slots=True)
class Head:
    """What the row of ``_sandbox`` says."""

    generation: int
    commit: int
    last: Mapping[str, Any]

    def as_row(self) -> dict[str, Any]:
        """Return the row of a state that is not in an account's folder."""
        return head_of(last=dict(self.last))


def read_head_row(path: Path) -> dict[str, Any]:
    """Return the row that says what the file at *path* is, without reading the rest where the store wrote it.

    Raises:
        StateError: when it cannot be read, is damaged, of another product, or of a newer version.
    """
    try:
        with path.open(encoding="utf-8") as file:
            start = file.read(HEAD_CHARACTERS)
        row = _decode(start, start.index("{", start.index(f'"{HEAD}"')))[0]["1"]
    except OSError as error:
        raise StateAccessError(path, error) from error
    except (ValueError, LookupError, TypeError):
        return read_document(path)[0].as_row()
    check_head(row, path)
    return dict(row)


def read_document(path: Path) -> tuple[Head, dict[str, dict[int, Row]]]:
    """Return what the file at *path* holds.

    Raises:
        StateError: when it cannot be read, is damaged, of another product, or of a newer version.
    """
    try:
        with without_collection():
            document = json.loads(path.read_text(encoding="utf-8"))
            return read_tables(document, path)
    except OSError as error:
        raise StateAccessError(path, error) from error
    except json.JSONDecodeError as error:
        raise StateDamagedError(path, f"this is not JSON ({error.msg}, column {error.colno})", error.lineno) from error
    except UnicodeDecodeError as error:
        raise StateDamagedError(path, f"this is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise StateDamagedError(path, "the JSON is nested too deeply") from error


def read_tables(document: Any, place: Path | str) -> tuple[Head, dict[str, dict[int, Row]]]:
    """Return the head and the tables of a state as JSON; *place* is for the sentence of an error.

    Raises:
        StateError: when it is damaged, of another product, or of a newer version.
    """
    head = document.get(HEAD) if isinstance(document, dict) else None
    row = head.get("1") if isinstance(head, dict) else None
    check_head(row, place)
    assert isinstance(row, dict)
    tables = {name: _read_rows(name, rows, place) for name, rows in document.items() if name != HEAD and rows}
    generation, commit, last = row.get("generation", 0), row.get("commit", 0), row.get("last", {})
    if not isinstance(generation, int) or not isinstance(commit, int) or not isinstance(last, dict):
        raise StateDamagedError(place, f'"generation", "commit" or "last" in {HEAD} is not what the store wrote')
    return Head(generation, commit, last), tables


def check_head(row: Any, place: Path | str, known: int = FORMAT) -> None:
    """Pass when *row* says that *place* is of this product, in a format up to *known*; ``StateError`` when not."""
    refused: StateError | None = None
    if not isinstance(row, dict) or "product" not in row:
        refused = StateForeignError(place, "is not a state of the 4me SCIM sandbox")
    elif row["product"] != PRODUCT:
        refused = StateForeignError(place, f"is a state of {row['product']!r}, not of the 4me SCIM sandbox")
    elif not isinstance(row.get("format"), int) or row["format"] < 1:
        refused = StateDamagedError(place, f"{row.get('format')!r} is not a format")
    elif row["format"] > known:
        refused = StateVersionError(place, row["format"], known)
    if refused:
        raise refused


def _read_rows(name: str, rows: Any, place: Path | str) -> dict[int, Row]:
    if not isinstance(rows, dict):
        raise StateDamagedError(place, f"the table {name!r} is not a JSON object")
    read = {}
    for key, row in rows.items():
        number = number_of(key)
        if number is None:
            raise StateDamagedError(place, f"{key!r} in {name} is not a number from 1 on")
        if not isinstance(row, dict):
            raise StateDamagedError(place, f"{name} {key} is not a JSON object")
        read[number] = row
    return read
