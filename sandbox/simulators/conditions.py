"""When a step is taken: the words that can stand in its ``when``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sandbox.simulators.subject import Subject


def _all_are_new(subject: Subject) -> bool:
    """Tell whether nobody was in the group before."""
    added, members = subject.values.get("added", ()), subject.values.get("members", ())
    return not subject.values.get("removed") and all(member in added for member in members)


CONDITIONS: Mapping[str, Callable[[Subject], bool]] = {
    "unknown": lambda subject: not subject.is_known,
    "known": lambda subject: subject.is_known,
    "differs": lambda subject: bool(subject.differing()),
    "added": lambda subject: bool(subject.values.get("added")),
    "removed": lambda subject: bool(subject.values.get("removed")),
    "all members are new": _all_are_new,
    "some members stay": lambda subject: not _all_are_new(subject),
    "members": lambda subject: bool(subject.values.get("members")),
    "manager": lambda subject: subject.values.get("manager") is not None,
}
