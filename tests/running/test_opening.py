"""What a sandbox makes of the state it finds."""

from __future__ import annotations

import pytest

from sandbox.planning import LAYOUT
from sandbox.store import StateDamagedError, Store
from tests.conftest import OpenSandbox


@pytest.mark.parametrize(("name", "value"), [("account", {"bad": 1}), ("clock", {"bad": 1}), ("seed", {"users": -1})])
def test_a_kept_value_that_cannot_be_read_is_named_as_damage(
    start_sandbox: OpenSandbox, name: str, value: object
) -> None:
    sandbox = start_sandbox()
    folder = sandbox.settings.state / "accounts" / "widget"
    sandbox.close()
    with Store.open(folder, LAYOUT) as store, store.transaction() as transaction:
        transaction.set(name, value)

    with pytest.raises(StateDamagedError, match="widget"):
        start_sandbox()


@pytest.mark.parametrize("content", ["{", '{"product": "4me SCIM sandbox", "format": 2, "keyring": {"bad": 1}}'])
def test_a_keyring_that_cannot_be_read_is_named_as_damage(start_sandbox: OpenSandbox, content: str) -> None:
    sandbox = start_sandbox()
    sandbox.close()
    path = sandbox.settings.state / "accounts" / "widget" / "keyring.json"
    path.write_text(content)

    with pytest.raises(StateDamagedError, match=r"widget/keyring\.json"):
        start_sandbox()


def test_a_stray_folder_is_no_account(start_sandbox: OpenSandbox) -> None:
    sandbox = start_sandbox()
    (sandbox.settings.state / "accounts" / "stray").mkdir()
    sandbox.close()

    assert list(start_sandbox().accounts) == ["widget", "widget-qa"]
