"""What an account starts from: people and groups made of a number, as if a client had created them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count as counting
from typing import Protocol

from sandbox.seeding.company import domain_of
from sandbox.seeding.groups import Roster, group_bodies
from sandbox.seeding.moving import mover
from sandbox.seeding.staff import Body, people

__all__ = ["Body", "Roster", "domain_of", "group_bodies", "mover", "people", "seed_directory"]


class Plants(Protocol):
    """A directory, as far as seeding uses it."""

    def plant(self, collection: str, bodies: Iterable[Body], note: Callable[[str, Body], None], /) -> None:
        """Create resources from bodies that fit; *note* gets each id with its body before the next is asked for."""


def seed_directory(
    directory: Plants,
    *,
    seed: int,
    users: int,
    groups: int,
    account: str = "widget",
    progress: Callable[[int], None] | None = None,
) -> None:
    """Create *users* people and *groups* groups, as if a client had sent each with a POST.

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
    counted = counting(1)

    def enter(user_id: str, body: Body) -> None:
        ids.append(user_id)
        roster.add(user_id, body)
        tell(user_id, body)

    def tell(_id: str, _body: Body) -> None:
        if progress:
            progress(next(counted))

    directory.plant("Users", people(seed, users, account=account, id_of=lambda nth: ids[nth - 1]), enter)
    directory.plant("Groups", group_bodies(seed, groups, roster), tell)
