"""The sandboxes of one pytest session, and the account that a test gets in one of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from sandbox.settings import KNOBS
from sandbox.steering import ControlApi, SteeringError, base_of, carry_trusting
from sandbox.testing.arguments import ACCOUNT_ARGUMENTS, ArgumentError, read_arguments
from sandbox.testing.places import OwnPlace, Place, RunningPlace, settings_of
from sandbox.testing.sandbox import Sandbox

MARKER = "scim_sandbox"
URL_VARIABLE = "SCIM_SANDBOX_URL"
KEY_VARIABLE = KNOBS["control_key"].variable
DEFAULT_DIALECT: str = KNOBS["dialect"].default
NOBODY = {"users": 0, "groups": 0}


class Places:
    """The sandboxes of this process that tests have asked for so far, or the one that runs already."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._places: dict[str, Place] = {}

    @contextmanager
    def account_for(self, item: pytest.Item) -> Iterator[Sandbox]:
        """Give a test an account of its own, and remove it afterwards; what is wrong fails the test in a sentence."""
        with ExitStack() as stack:
            try:
                arguments = read_arguments(_marked(item), ACCOUNT_ARGUMENTS)
                place = self._place(arguments.get("dialect", DEFAULT_DIALECT))
                sandbox = stack.enter_context(Sandbox(place=place, **arguments))
            except ArgumentError as error:
                pytest.fail(f"@pytest.mark.{MARKER}: {error}", pytrace=False)
            except SteeringError as error:
                pytest.fail(str(error), pytrace=False)
            yield sandbox

    def close(self) -> None:
        """End the sandboxes of this process."""
        for place in self._places.values():
            place.close()
        self._places.clear()

    def _place(self, dialect: str) -> Place:
        """Return the sandbox for a test; the first test that needs it opens it."""
        url, origin = self._told_url()
        key = url or dialect
        if key not in self._places:
            self._places[key] = (
                self._running(url, origin) if url else OwnPlace(settings_of({**NOBODY, "dialect": dialect}))
            )
        return self._places[key]

    def _told_url(self) -> tuple[str, str]:
        """Return where a sandbox runs already, nothing for none, and who says so: option > environment > ini."""
        option = self._config.getoption("scim_sandbox_url")
        if option is not None:
            return option, "from --scim-sandbox-url"
        if URL_VARIABLE in os.environ:
            return os.environ[URL_VARIABLE], f"from {URL_VARIABLE}"
        return str(self._config.getini("scim_sandbox_url")), "from scim_sandbox_url in the configuration of pytest"

    def _running(self, url: str, origin: str) -> Place:
        try:
            base = base_of(url)
        except ValueError as error:
            raise SteeringError(f"{error} ({origin})") from None
        key = self._config.getoption("scim_sandbox_control_key") or os.environ.get(KEY_VARIABLE)
        return RunningPlace(ControlApi(base=base, origin=origin, key=key, carry=carry_trusting(os.environ)))


def _marked(item: pytest.Item) -> dict[str, Any]:
    """Return what the markers of a test say; the one closest to it wins.

    Raises:
        ArgumentError: for an argument without a name.
    """
    marks = list(item.iter_markers(MARKER))
    for mark in marks:
        if mark.args:
            raise ArgumentError(f"{mark.args[0]!r} has no name; say users={mark.args[0]!r}, or what you mean")
    return {name: value for mark in reversed(marks) for name, value in mark.kwargs.items()}
