"""What the application leaves out of Flask, and what it must not lose by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

from sandbox.app import create_app
from sandbox.running import RunningSandbox


def test_no_builder_of_addresses_is_compiled_by_a_start(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled: list[str] = []
    compile_builder = Rule._compile_builder

    def noted(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        compiled.append(rule.rule)
        return compile_builder(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    app = create_app(sandbox)
    assert compiled == []

    app.url_map.bind("localhost").build("control.accounts.account", {"account": "widget"})
    assert compiled == ["/_sandbox/accounts/<account>"]


def test_addresses_are_built_as_ever(sandbox: RunningSandbox) -> None:
    routes = create_app(sandbox).url_map.bind("localhost")

    built = routes.build("control.accounts.account", {"account": "a b", "rule": "x"})

    assert built == "/_sandbox/accounts/a%20b?rule=x"
