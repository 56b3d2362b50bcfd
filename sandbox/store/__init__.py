"""The state of an account: documents, indexes, journal and snapshot. The only room that knows TinyDB."""

from __future__ import annotations

from sandbox.store.account_folders import account_folder, account_names, remove_account
from sandbox.store.contents import Stored
from sandbox.store.errors import (
    StateAccessError,
    StateClosedError,
    StateDamagedError,
    StateError,
    StateForeignError,
    StateLockedError,
    StateVersionError,
    StateWriteError,
)
from sandbox.store.layout import MEMBERS, Collection, Layout, MemberKey, Membership
from sandbox.store.loading import without_collection
from sandbox.store.private_file import PrivateFile
from sandbox.store.query import AllOf, AnyOf, Found, Query, Scan, Term
from sandbox.store.reader import Order, Reader
from sandbox.store.snapshots import Snapshot, SnapshotFacts, SnapshotNameError, Snapshots
from sandbox.store.state_folder import StateLock, lock_state
from sandbox.store.store import Store
from sandbox.store.transaction import Transaction

__all__ = [
    "MEMBERS",
    "AllOf",
    "AnyOf",
    "Collection",
    "Found",
    "Layout",
    "MemberKey",
    "Membership",
    "Order",
    "PrivateFile",
    "Query",
    "Reader",
    "Scan",
    "Snapshot",
    "SnapshotFacts",
    "SnapshotNameError",
    "Snapshots",
    "StateAccessError",
    "StateClosedError",
    "StateDamagedError",
    "StateError",
    "StateForeignError",
    "StateLock",
    "StateLockedError",
    "StateVersionError",
    "StateWriteError",
    "Store",
    "Stored",
    "Term",
    "Transaction",
    "account_folder",
    "account_names",
    "lock_state",
    "remove_account",
    "without_collection",
]
