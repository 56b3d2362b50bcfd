"""A sandbox in the tests of a provisioning client: ``Sandbox`` and the pytest fixture ``scim_sandbox``.

pytest imports this package wherever it is installed, so nothing heavy is imported here: ``Sandbox`` comes when it is
asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.testing.arguments import ArgumentError
    from sandbox.testing.exchanges import Exchange
    from sandbox.testing.sandbox import Sandbox

__all__ = ["ArgumentError", "Exchange", "Sandbox"]

_HOMES = {"ArgumentError": "arguments", "Exchange": "exchanges", "Sandbox": "sandbox"}


def __getattr__(name: str) -> Any:
    """Return one of the names above."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
