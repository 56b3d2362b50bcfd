"""What an account starts from: people and groups made of a number, created as a client would create them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from sandbox.seeding.groups import Roster, group_bodies
from sandbox.seeding.staff import Body, people

__all__ = ["Body", "Roster", "group_bodies", "people", "seed_directory"]


class Created(Protocol):
    """What a directory answers to a create, as far as seeding looks."""

    @property
    def id(self) -> str:
        """The id that the directory gave."""


class Creates(Protocol):
    """A directory, as far as seeding uses it."""

    def create(self, collection: str, body: dict[str, Any], /) -> Created:
        """Create a resource from a client's body."""


def seed_directory(
    directory: Creates,
    *,
    seed: int,
    users: int,
    groups: int,
    account: str = "widget",
    progress: Callable[[int], None] | None = None,
) -> None:
    """Create *users* people and *groups* groups, through the use case that a client's POST runs.

    Args:
        directory: where they are created; an empty one gets the same ids on every machine.
        seed: the same number makes the same people and groups.
        users: how many people.
        groups: how many groups.
        account: the name of the account; work addresses end in ``@{account}.example``.
        progress: called after each create with the number of resources created so far.
    """
    ids: list[str] = []
    roster = Roster()

    def note(created: int) -> None:
        if progress:
            progress(created)

    for body in people(seed, users, account=account, id_of=lambda nth: ids[nth - 1]):
        ids.append(directory.create("Users", body).id)
        roster.add(ids[-1], body)
        note(len(ids))
    for number, body in enumerate(group_bodies(seed, groups, roster), start=1):
        directory.create("Groups", body)
        note(len(ids) + number)
