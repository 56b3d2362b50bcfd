"""What a sandbox makes of the state it finds: whole, new, interrupted, damaged, without its tokens."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sandbox.planning import LAYOUT
from sandbox.running import RunningSandbox
from sandbox.settings import SettingsError
from sandbox.store import StateDamagedError, Store
from tests.conftest import Connect, OpenSandbox


def value_of(sandbox: RunningSandbox, account: str = "widget") -> str:
    """Return the current token of an account."""
    current = sandbox.accounts[account].keyring.current
    assert current is not None
    return current.value


def folder_of(sandbox: RunningSandbox, account: str = "widget") -> Path:
    return sandbox.settings.state / "accounts" / account


@pytest.mark.parametrize(("name", "value"), [("account", {"bad": 1}), ("clock", {"bad": 1}), ("seed", {"users": -1})])
def test_a_kept_value_that_cannot_be_read_is_named_as_damage(
    start_sandbox: OpenSandbox, name: str, value: object
) -> None:
    sandbox = start_sandbox()
    sandbox.close()
    with Store.open(folder_of(sandbox), LAYOUT) as store, store.transaction() as transaction:
        transaction.set(name, value)

    with pytest.raises(StateDamagedError, match=r"widget/directory\.json"):
        start_sandbox()


@pytest.mark.parametrize("content", ["{", '{"product": "4me SCIM sandbox", "format": 2, "keyring": {"bad": 1}}'])
def test_a_keyring_that_cannot_be_read_is_named_as_damage(start_sandbox: OpenSandbox, content: str) -> None:
    sandbox = start_sandbox()
    sandbox.close()
    (folder_of(sandbox) / "keyring.json").write_text(content)

    with pytest.raises(StateDamagedError, match=r"widget/keyring\.json"):
        start_sandbox()


def test_a_copy_of_an_account_with_its_tokens_is_refused_and_without_them_gets_its_own(
    start_sandbox: OpenSandbox,
) -> None:
    sandbox = start_sandbox()
    sandbox.close()
    copy = shutil.copytree(folder_of(sandbox), folder_of(sandbox, "widget-qa"), dirs_exist_ok=True)

    with pytest.raises(StateDamagedError, match="needs its own"):
        start_sandbox()

    (copy / "keyring.json").unlink()
    with Store.open(copy, LAYOUT) as store, store.transaction() as transaction:
        transaction.set("account", {**store.setting("account"), "name": "widget-qa"})
    again = start_sandbox()
    assert value_of(again) != value_of(again, "widget-qa")


def test_a_stray_folder_is_no_account(start_sandbox: OpenSandbox) -> None:
    sandbox = start_sandbox()
    (sandbox.settings.state / "accounts" / "stray").mkdir()
    sandbox.close()

    assert list(start_sandbox().accounts) == ["widget", "widget-qa"]


def test_a_start_that_was_interrupted_between_tokens_and_account_is_done_again(start_sandbox: OpenSandbox) -> None:
    sandbox = start_sandbox(users=2)
    token = value_of(sandbox)
    sandbox.close()
    for name in ("directory.json", "journal-1.jsonl"):
        (folder_of(sandbox) / name).unlink(missing_ok=True)
    (sandbox.settings.state / "sandbox.json").write_text('{"product": "4me SCIM sandbox", "format": 2}')

    again = start_sandbox(users=2)

    assert value_of(again) == token
    assert again.accounts["widget"].store.count("Users") == 2


def test_a_start_that_was_interrupted_between_the_first_accounts_makes_the_other_one(
    start_sandbox: OpenSandbox,
) -> None:
    sandbox = start_sandbox()
    sandbox.close()
    shutil.rmtree(folder_of(sandbox, "widget-qa"))
    (sandbox.settings.state / "sandbox.json").write_text('{"product": "4me SCIM sandbox", "format": 2}')

    assert list(start_sandbox().accounts) == ["widget", "widget-qa"]


def test_an_account_without_its_tokens_gets_a_new_one_and_keeps_everything_else(start_sandbox: OpenSandbox) -> None:
    sandbox = start_sandbox(users=2)
    sandbox.close()
    (folder_of(sandbox) / "keyring.json").unlink()

    again = start_sandbox(users=5)

    token = value_of(again)
    assert again.accounts["widget"].store.count("Users") == 2
    again.close()
    assert value_of(start_sandbox()) == token


def test_first_accounts_that_were_deleted_stay_deleted(start_sandbox: OpenSandbox) -> None:
    sandbox = start_sandbox()
    sandbox.delete("widget")
    sandbox.close()

    again = start_sandbox()
    assert list(again.accounts) == ["widget-qa"]
    again.delete("widget-qa")
    again.close()
    assert list(start_sandbox().accounts) == ["widget", "widget-qa"], "an empty state begins anew"


def test_a_state_of_the_format_before_is_taken_over_with_its_tokens(
    start_sandbox: OpenSandbox, connect: Connect
) -> None:
    sandbox = start_sandbox(users=2)
    kept = sandbox.accounts["widget"].keyring.as_json()
    del kept["current"]["is_seeded"]
    sandbox.close()
    folder, marker = folder_of(sandbox), sandbox.settings.state / "sandbox.json"
    (folder / "keyring.json").unlink()
    with Store.open(folder, LAYOUT) as store, store.transaction() as transaction:
        transaction.set("keyring", kept)
        transaction.set("seed", None)
    marker.write_text('{"product": "4me SCIM sandbox", "format": 1}')

    again = start_sandbox(users=2)

    assert value_of(again) == kept["current"]["value"]
    assert kept["current"]["value"] not in (folder / "directory.json").read_text()
    assert again.accounts["widget"].store.setting("keyring") is None
    assert connect(again).get("/Users").json()["totalResults"] == 2
    connect(again, "/_sandbox").post("/accounts/widget/reset", json={"to": "seed"})
    assert connect(again).get("/Users").json()["totalResults"] == 2


def test_a_token_from_a_seed_is_known_as_one_whatever_seed_the_next_start_has(start_sandbox: OpenSandbox) -> None:
    start_sandbox(seed=7).close()

    with pytest.raises(SettingsError, match="anybody can compute it"):
        start_sandbox(host="0.0.0.0", seed=8)
