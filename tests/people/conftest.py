"""A company on the store's own tables, in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.people.company import Company
from sandbox.planning import LAYOUT
from sandbox.store import Store, Transaction

NOW = "2026-03-02T09:00:00Z"


@pytest.fixture
def tables() -> Iterator[Transaction]:
    """Open tables that are empty."""
    with Store.open(None, LAYOUT) as store, store.transaction() as transaction:
        yield transaction


@pytest.fixture
def company(tables: Transaction) -> Company:
    """Return a company without anybody, whose own organization is Widget."""
    return Company(tables, "Widget", lambda: NOW)
