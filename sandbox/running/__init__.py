"""Accounts as they run: each with its state, clock, keyring and directory; and the sandbox of all of them."""

from __future__ import annotations

from sandbox.running.account import Admitted, Advanced, Common, RunningAccount
from sandbox.running.claims import NewValue, TokenSource, random_value
from sandbox.running.errors import AccountGoneError, RunningError, TakenError, UnknownSnapshotError
from sandbox.running.founding import Founding
from sandbox.running.sandbox import RunningSandbox

__all__ = [
    "AccountGoneError",
    "Admitted",
    "Advanced",
    "Common",
    "Founding",
    "NewValue",
    "RunningAccount",
    "RunningError",
    "RunningSandbox",
    "TakenError",
    "TokenSource",
    "UnknownSnapshotError",
    "random_value",
]
