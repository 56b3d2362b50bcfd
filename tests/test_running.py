"""What a sandbox makes of the state it finds."""

from __future__ import annotations

import pytest

from sandbox.planning import LAYOUT
from sandbox.store import StateDamagedError, Store
from tests.conftest import OpenSandbox


@pytest.mark.parametrize("name", ["account", "clock", "keyring"])
def test_a_kept_value_that_cannot_be_read_is_named_as_damage(start_sandbox: OpenSandbox, name: str) -> None:
    sandbox = start_sandbox()
    folder = sandbox.settings.state / "accounts" / "widget"
    sandbox.close()
    with Store.open(folder, LAYOUT) as store, store.transaction() as transaction:
        transaction.set(name, {"bad": 1})

    with pytest.raises(StateDamagedError, match="widget"):
        start_sandbox()


def test_a_stray_folder_is_no_account(start_sandbox: OpenSandbox) -> None:
    sandbox = start_sandbox()
    (sandbox.settings.state / "accounts" / "stray").mkdir()
    sandbox.close()

    assert list(start_sandbox().accounts) == ["widget", "widget-qa"]
