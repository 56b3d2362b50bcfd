"""Seeded people are planted, not read: what comes of it is what a client's POST of the same body would leave."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest

from sandbox.accounts import Account, Seed
from sandbox.app import open_sandbox
from sandbox.dialect import read_dialect
from sandbox.directory import Directory
from sandbox.planting import Planter, Progress
from sandbox.scim.errors import UniquenessError
from sandbox.seeding import seed_directory
from sandbox.settings import Settings
from sandbox.starting import read_start_files
from tests.conftest import START, OpenSandbox

Note = Callable[[str, dict[str, Any]], None]


class OneByOne:
    """A directory that is seeded as a client would do it."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def plant(self, collection: str, bodies: Iterable[dict[str, Any]], note: Note) -> None:
        """Create each body by the use case of a POST."""
        for body in bodies:
            note(self._directory.create(collection, body).id, body)


@pytest.mark.parametrize(
    ("dialect", "changes"),
    [
        pytest.param("4me", (), id="4me"),
        pytest.param("rfc7644", (), id="rfc7644"),
        pytest.param("4me", (("empty_text", "remove"),), id="empty text removes"),
        pytest.param("4me", (("active_default", "none"),), id="no default for active"),
        pytest.param("4me", (("custom_fields_urn", "none"),), id="no custom fields"),
    ],
)
def test_planting_leaves_what_creating_leaves(
    start_sandbox: OpenSandbox, dialect: str, changes: tuple[tuple[str, str], ...]
) -> None:
    sandbox = start_sandbox(dialect=dialect, set=changes)
    planted, created = sandbox.accounts["widget"], sandbox.accounts["widget-qa"]

    seed_directory(planted.directory, seed=7, users=260, groups=30)
    seed_directory(OneByOne(created.directory), seed=7, users=260, groups=30)

    left, right = planted.store.snapshot().tables, created.store.snapshot().tables
    assert [left[name] for name in ("Users", "Groups", "Members")] == [
        right[name] for name in ("Users", "Groups", "Members")
    ]
    assert list(left["Users"][1]) == list(right["Users"][1])


def test_a_planting_that_fails_leaves_nothing(start_sandbox: OpenSandbox) -> None:
    account = start_sandbox().accounts["widget"]
    bodies = [{"userName": name} for name in ("ann@widget.example", "bob@widget.example", "ANN@widget.example")]

    with pytest.raises(UniquenessError):
        account.directory.plant("Users", bodies, lambda *_: None)

    assert account.store.count("Users") == 0


def test_each_id_is_told_before_the_next_body_is_asked_for(start_sandbox: OpenSandbox) -> None:
    account = start_sandbox().accounts["widget"]
    told: list[str] = []

    def bodies() -> Iterable[dict[str, Any]]:
        for number in range(1, 4):
            assert len(told) == number - 1
            yield {"userName": f"u{number}@widget.example"}

    account.directory.plant("Users", bodies(), lambda new_id, _: told.append(new_id))

    assert told == ["1", "2", "3"]


def test_the_garbage_collector_does_not_go_through_what_is_planted() -> None:
    runs: list[bool] = []
    settings = Settings(ephemeral=True, users=100, groups=0)

    open_sandbox(settings, lambda *_: runs.append(gc.isenabled())).close()

    assert runs == [False, False]
    assert gc.isenabled()


def planter(dialect: str = "4me", progress: Progress | None = None) -> Planter:
    """Return a planter that has planted nothing yet."""
    return Planter(read_dialect(dialect), read_start_files(Settings()), progress)


@pytest.mark.parametrize("dialect", ["4me", "rfc7644"])
@pytest.mark.parametrize("number", [42, 7])
def test_an_account_begins_as_it_would_alone_when_another_has_the_same_seed(dialect: str, number: int) -> None:
    seed, first, second = Seed(seed=number, users=260, groups=30), Account(name="widget"), Account(name="widget-qa")
    several = planter(dialect)
    several(first, seed, START)

    moved = several(second, seed, START + timedelta(days=1))

    alone = planter(dialect)(second, seed, START + timedelta(days=1))
    assert moved == alone
    assert list(moved.tables) == list(alone.tables)
    for name, rows in moved.tables.items():
        assert [list(row.items()) for row in rows.values()] == [
            list(row.items()) for row in alone.tables[name].values()
        ]


def test_the_people_of_a_seed_are_drawn_once_for_all_its_accounts() -> None:
    seed = Seed(seed=42, users=3, groups=1)
    several = planter()

    first, second = (several(Account(name=name), seed, START) for name in ("widget", "widget-qa"))
    other = several(Account(name="widget"), Seed(seed=7, users=3, groups=1), START)

    for number, row in first.tables["Users"].items():
        assert second.tables["Users"][number]["name"] is row["name"]
        assert other.tables["Users"][number]["name"] != row["name"]
