"""What a SCIM write touched, as far as the mapping looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The resources that one write created, changed or removed."""

    users: tuple[str, ...] = ()
    """The ids of users that were written, and of members that were added to or removed from a group."""
    group: str | None = None
    """The id of the group that was written."""
    gone_user: str | None = None
    """The id of a user that is no longer there."""
    gone_group: str | None = None
    """The id of a group that is no longer there; its members are in ``users``."""

    @property
    def is_of_user(self) -> bool:
        """Whether it created or changed a user, and nothing else."""
        return self.group is None and self.gone_user is None and self.gone_group is None


Moved = Iterable[tuple[bool, str]]
"""Members that joined or left a group: whether it is a group, and its id."""
Follow = Callable[[Written], None]
"""Is told of each write, within its transaction."""


def user_written(user_id: str) -> Written:
    """Return that a user was created or changed."""
    return Written(users=(user_id,))


def group_written(group_id: str, moved: Moved) -> Written:
    """Return that a group was created or changed, which *moved* joined or left."""
    return Written(users=_users_in(moved), group=group_id)


def user_gone(user_id: str, reports: Iterable[str]) -> Written:
    """Return that a user is no longer there, who was the manager of *reports*."""
    return Written(users=tuple(reports), gone_user=user_id)


def group_gone(group_id: str, members: Moved) -> Written:
    """Return that a group is no longer there, which had these members."""
    return Written(users=_users_in(members), gone_group=group_id)


def follow_nothing(_: Written) -> None:
    """Take no notice of a write."""


def _users_in(members: Moved) -> tuple[str, ...]:
    return tuple(member_id for is_group, member_id in members if not is_group)
