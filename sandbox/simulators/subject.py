"""Whom a flow is about: one person or group, with everything the steps can name and what was read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.simulators.attributes import Difference, differing
from sandbox.simulators.filling import filled


@dataclass(slots=True)
class Subject:
    """One person or group on its way through a flow."""

    label: str
    """What people call it: the userName, the name of the group."""
    values: dict[str, Any]
    """What steps can name; ``id`` is there once it is known."""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What of it goes where, as templates by path."""
    sent: Mapping[str, Any] | None = None
    """The attributes by path as they were sent last, if ever."""

    @property
    def is_known(self) -> bool:
        """Whether its id is known."""
        return "id" in self.values

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The resource as the service provider last showed it in this flow."""
        document = self.values.get("document")
        return document if isinstance(document, Mapping) else None

    def wanted(self) -> dict[str, Any]:
        """Return what the attributes should be, by path."""
        made = filled(self.attributes, self.values, _no_making)
        return dict(made) if isinstance(made, dict) else {}

    def differing(self) -> list[Difference]:
        """Return what is not as it should be: compared with what was read, else with what was sent last."""
        wanted = self.wanted()
        if self.document is not None:
            return differing(wanted, self.document)
        sent = self.sent or {}
        return [Difference(path, sent.get(path), new) for path, new in wanted.items() if sent.get(path) != new]


def _no_making(asked: Mapping[str, Any], _: Mapping[str, Any]) -> Any:
    raise ValueError(f"attributes are texts with variables, nothing is made in them: {asked!r}")
