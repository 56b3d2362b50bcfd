"""The ready file: where everything of a running sandbox is, as one JSON object."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NAME = "ready.json"
"""Its name beside the state."""


class ReadyFileError(Exception):
    """A ready file that cannot be written or read; the sentence says which and why."""


@contextmanager
def ready_files(paths: Iterable[Path], facts: Mapping[str, Any]) -> Iterator[None]:
    """Keep *facts* in each of these files for as long as the sandbox serves.

    Raises:
        ReadyFileError: when one cannot be written; none is left then.
    """
    text = json.dumps(facts, indent=2) + "\n"
    written: list[Path] = []
    try:
        for path in paths:
            _write(path, text)
            written.append(path)
        yield
    finally:
        for path in written:
            _remove(path, text)


def read_ready_file(path: Path) -> dict[str, Any] | None:
    """Return what a ready file says, or ``None`` when there is no such file.

    Raises:
        ReadyFileError: when it is there and cannot be read.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ReadyFileError(f"{path} cannot be read as a ready file: {error}") from error
    if not isinstance(facts, dict) or not isinstance(facts.get("control"), str):
        raise ReadyFileError(f"{path} is no ready file: it names no control API")
    return facts


def _write(path: Path, text: str) -> None:
    """Write the file whole or not at all; it holds tokens, so nobody else may read it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text)
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ReadyFileError(f"the ready file {path} cannot be written: {error.strerror}") from error


def _remove(path: Path, text: str) -> None:
    """Remove the file unless another sandbox has written it since."""
    with suppress(OSError):
        if path.read_text(encoding="utf-8") == text:
            path.unlink()
