"""Tokens stand in no file but the one that is for them, whatever was done."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from httpx2 import Client

from sandbox.clock import Clock
from sandbox.running import RunningSandbox
from tests.conftest import Connect, OpenSandbox


def files_with_any(tokens: set[str], folder: Path) -> set[str]:
    """Return the names of the files below *folder* that hold one of the tokens."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name for path in files if any(token.encode() in path.read_bytes() for token in tokens)}


def busy(sandbox: RunningSandbox, owner: Client) -> set[str]:
    """Do with tokens whatever can be done, and return all there ever were."""
    tokens = {str(account.keyring.current and account.keyring.current.value) for account in sandbox.accounts.values()}
    for account in ("widget", "widget-qa"):
        for overlap in ("30d", "1h", "0"):
            tokens.add(owner.post(f"/accounts/{account}/tokens/rotate", json={"overlap": overlap}).json()["token"])
            owner.post(f"/accounts/{account}/snapshots", json={"name": f"with-{overlap}"})
        owner.post(f"/accounts/{account}/clock/advance", json={"by": "2h"})
        owner.post(f"/accounts/{account}/tokens/t1/revoke")
        owner.post(f"/accounts/{account}/reset", json={"to": "seed"})
        owner.post(f"/accounts/{account}/reset", json={"to": "snapshot:with-1h"})
    tokens.add(owner.post("/accounts", json={"name": "other", "token": "ab" * 32}).json()["token"])
    return tokens


@pytest.mark.parametrize("durability", ["flush", "fsync"])
def test_no_file_but_the_keyring_holds_a_token(start_sandbox: OpenSandbox, connect: Connect, durability: str) -> None:
    tokens: set[str] = set()
    for _ in range(2):
        sandbox = start_sandbox(durability=durability)
        state = sandbox.settings.state
        tokens |= busy(sandbox, connect(sandbox, "/_sandbox"))

        assert len(tokens) > 6
        assert files_with_any(tokens, state) == {"keyring.json"}
        sandbox.delete("other")
        sandbox.close()
        assert files_with_any(tokens, state) == {"keyring.json"}


def test_a_keyring_is_for_its_owner_and_holds_only_tokens_that_are_accepted(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    sandbox = start_sandbox()
    path = sandbox.settings.state / "accounts" / "widget" / "keyring.json"
    old = sandbox.accounts["widget"].keyring.current
    assert old is not None

    new = connect(sandbox, "/_sandbox").post("/accounts/widget/tokens/rotate", json={"overlap": "0"}).json()["token"]

    assert new in path.read_text()
    assert old.value not in path.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_token_that_retired_is_not_brought_back_by_a_clock_that_is_set_back(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    sandbox = start_sandbox(clock=None, frozen=False)
    account = sandbox.accounts["widget"]
    old = account.keyring.current
    assert old is not None
    account.rotate(timedelta(days=1))
    account.move_clock(lambda clock: clock.advance(timedelta(days=2)))

    account.move_clock(Clock.reset)

    assert account.admit(old.value.encode()) is None
    sandbox.close()
    assert start_sandbox().accounts["widget"].admit(old.value.encode()) is None


def test_uses_are_counted_and_kept(start_sandbox: OpenSandbox, connect: Connect) -> None:
    for runs in (1, 2):
        sandbox = start_sandbox()
        client, owner = connect(sandbox), connect(sandbox, "/_sandbox")
        for _ in range(3):
            client.get("/Users")

        shown = owner.get("/accounts/widget/tokens").json()["items"][0]
        assert (shown["uses"], shown["last_used_at"]) == (3 * runs, "2026-03-02T09:00:00Z")
        sandbox.close()
