"""What must be in no journal and no snapshot, so that those can be shared: a file that only its owner may read."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from sandbox.store.document_file import check_head, head_of
from sandbox.store.errors import StateAccessError, StateDamagedError
from sandbox.store.files import OpenFile, open_private, temporary, write_whole


class PrivateFile:
    """One JSON value, kept whole: as it was, or as it was written."""

    def __init__(self, path: Path | None, *, open_file: OpenFile = open_private) -> None:
        """Keep it at *path*; without a path nowhere, for a state that is only in memory."""
        self.path = path
        self._open_file = open_file

    def read(self) -> Any:
        """Return the value; ``None`` when there is none yet.

        What a crash left of an unfinished write is removed.

        Raises:
            StateError: when the file cannot be read, is damaged, of another product, or of a newer version.
        """
        if self.path is None:
            return None
        try:
            with suppress(OSError):
                temporary(self.path).unlink(missing_ok=True)
            row = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateAccessError(self.path, error) from error
        except ValueError as error:
            raise StateDamagedError(self.path, "this is not JSON") from error
        check_head(row, self.path)
        if self.path.stem not in row:
            raise StateDamagedError(self.path, f"{self.path.stem!r} is missing")
        return row[self.path.stem]

    def write(self, value: Any) -> None:
        """Put *value* in the place of what is there. It is on the disk when this returns, whatever the durability.

        Raises:
            StateWriteError: when the disk refuses; what was there is kept.
        """
        if self.path is not None:
            text = json.dumps({**head_of(), self.path.stem: value}, indent=2)
            write_whole(self.path, [f"{text}\n".encode("ascii")], self._open_file)
