"""Where the state of each account is in a state folder, and how it goes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sandbox.store.errors import StateAccessError

ACCOUNTS = "accounts"

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def account_folder(state: Path, name: str) -> Path:
    """Return where the state of an account is, there or not; ``ValueError`` when no account can have that name."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of an account")
    return state / ACCOUNTS / name


def account_names(state: Path) -> list[str]:
    """Return the names of the accounts that *state* holds, in order."""
    accounts = state / ACCOUNTS
    if not accounts.is_dir():
        return []
    return sorted(each.name for each in accounts.iterdir() if each.is_dir() and _NAME.fullmatch(each.name))


def remove_account(state: Path, name: str) -> None:
    """Remove the state of an account, whose store is closed, at once: half of it is never found again.

    Raises:
        StateAccessError: when the folder cannot be changed.
    """
    folder = account_folder(state, name)
    going = folder.with_name(f".{name}.removed")
    try:
        shutil.rmtree(going, ignore_errors=True)
        if folder.exists():
            folder.rename(going)
            shutil.rmtree(going, ignore_errors=True)
    except OSError as error:
        raise StateAccessError(folder, error) from error
