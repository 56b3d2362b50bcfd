"""What lifts a state folder from an older format to the next. A crash in the middle is mended by doing it again."""

from __future__ import annotations

from pathlib import Path

from sandbox.store.account_folders import account_folder, account_names
from sandbox.store.document_file import encoded_document, read_document
from sandbox.store.files import open_unbuffered, write_whole
from sandbox.store.folder import AccountFolder
from sandbox.store.layout import SETTINGS
from sandbox.store.private_file import PrivateFile


def move_keyrings(state: Path) -> None:
    """Lift format 1 to 2: take the tokens of each account out of its directory, journals and snapshots.

    Raises:
        StateError: when the files of an account cannot be used.
    """
    for name in account_names(state):
        folder = account_folder(state, name)
        _move_keyring(folder)
        for path in sorted((folder / "snapshots").glob("*.json")):
            head, tables = read_document(path)
            if tables.pop(SETTINGS, None):
                picture = [(table, rows.items()) for table, rows in tables.items()]
                write_whole(path, encoded_document(head.as_row(), picture))


def _move_keyring(folder: Path) -> None:
    """Give the tokens of an account a file of their own, and leave no other file with them."""
    files = AccountFolder(folder, open_file=open_unbuffered, durable=True, compact_after_bytes=0)
    tables, last = files.recover()
    settings = tables.get(SETTINGS, {})
    number = next((number for number, row in settings.items() if row.get("name") == "keyring"), None)
    if number is not None:
        PrivateFile(folder / "keyring.json").write(settings.pop(number)["value"])
    if tables:
        files.rewrite(tables, last)
