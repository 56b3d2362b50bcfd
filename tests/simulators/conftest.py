"""Service providers for the simulators, and the command line that plays them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sandbox.cli import main
from sandbox.serving.environ import WSGI
from tests.simulators.places import Place, sandbox_place, served

TypeIn = Callable[..., Result]
SandboxAt = Callable[..., str]


def as_json(result: Result) -> Any:
    """Return what was printed as JSON."""
    return json.loads(result.stdout)


@pytest.fixture
def place() -> Iterator[Callable[..., Place]]:
    """Serve sandboxes with the given settings; return the endpoint and the token of the first account."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(sandbox_place(**settings))


@pytest.fixture
def serve_app() -> Iterator[Callable[[WSGI], str]]:
    """Serve applications over real connections; return the URL."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(served(app))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("SCIM_SANDBOX_"):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def sandbox_at(folder: Path) -> Iterator[Callable[..., str]]:
    """Serve a sandbox whose URL is in the environment, as for a person who works with it; return the URL."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())

        def serve(**settings: object) -> str:
            endpoint, _ = stack.enter_context(sandbox_place(**settings))
            url = endpoint.removesuffix("/scim/v2")
            patch.setenv("SCIM_SANDBOX_URL", url)
            return url

        yield serve


@pytest.fixture
def type_in(folder: Path) -> Callable[..., Result]:
    """Type a command of ``scim-sandbox``."""

    def type_in(*words: str, answer: str | None = None) -> Result:
        result = CliRunner().invoke(main, list(words), input=answer)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return type_in
