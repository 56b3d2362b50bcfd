"""Stores as the tests open them: in memory and on files, with the same promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sandbox.store import Store
from tests.store.samples import LAYOUT

Reopen = Callable[[Store], Store]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of an account, not there yet."""
    return tmp_path / "state" / "accounts" / "widget"


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, folder: Path) -> Iterator[Store]:
    """Return an empty store: every promise holds in memory and on files alike."""
    with Store.open(None if request.param == "memory" else folder, LAYOUT) as opened:
        yield opened


@pytest.fixture
def open_store(folder: Path) -> Iterator[Callable[..., Store]]:
    """Open stores on the same folder, one after the other."""
    with ExitStack() as stack:

        def open_store(**settings: object) -> Store:
            opened = Store.open(folder, LAYOUT, **settings)  # type: ignore[arg-type]
            stack.callback(opened.close)
            return opened

        yield open_store
