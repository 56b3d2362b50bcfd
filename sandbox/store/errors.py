"""What can go wrong with the state on disk: what it is, that nothing was overwritten, and the way out."""

from __future__ import annotations

from pathlib import Path


class StateError(Exception):
    """The state cannot be opened, read or written; the message is written for whoever runs the sandbox."""


class StateDamagedError(StateError):
    """A file of the state does not say what the store wrote; it is kept as it is."""

    def __init__(self, place: Path | str, what: str, line: int | None = None) -> None:
        where = f"{place}, line {line}" if line else f"{place}"
        way_out = (
            f". Nothing was changed. Put the files of {place.parent} back from a copy, or move that folder away to "
            "start afresh"
            if isinstance(place, Path)
            else ". Nothing was changed"
        )
        super().__init__(f"{where}: {what}{way_out}")


class StateForeignError(StateError):
    """The folder or file belongs to something else."""

    def __init__(self, place: Path | str, what: str) -> None:
        super().__init__(f"{place} {what}. Nothing was changed. Choose another folder for the state")


class StateVersionError(StateError):
    """The state was written by a newer version of the sandbox."""

    def __init__(self, place: Path | str, found: int, known: int) -> None:
        super().__init__(
            f"{place} has format {found}, and this version of the sandbox reads formats up to {known}. Nothing was "
            "changed. Start the newer version again, or choose another folder for the state"
        )


class StateAccessError(StateError):
    """The folder cannot be read and written: read-only, no permission, not a folder."""

    def __init__(self, place: Path | str, error: OSError) -> None:
        super().__init__(
            f"{place} cannot be read and written ({error.strerror or error}). Give this user write access to it, or "
            "choose another folder for the state"
        )


class StateLockedError(StateError):
    """Another process has the state open."""

    def __init__(self, folder: Path, holder: int | None) -> None:
        who = f"the process with id {holder}" if holder else "another process"
        super().__init__(f"{folder} is in use by {who}. Stop that sandbox, or choose another folder for the state")


class StateWriteError(StateError):
    """A write did not reach the disk; the change was not made, and everything before it is kept."""

    def __init__(self, place: Path | str, error: OSError) -> None:
        super().__init__(
            f"{place} could not be written ({error.strerror or error}). This change was not made; nothing before it is "
            "lost, and writing goes on as soon as there is space again"
        )


class StateClosedError(StateError):
    """The store is closed, or stopped itself because memory and journal may differ."""
