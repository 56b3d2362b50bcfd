"""Whether the service provider holds what the source says, and whom an id stands for there.

These are looks of our own, not requests of any client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from sandbox.simulators.attributes import Difference, differing
from sandbox.simulators.source import Person
from sandbox.simulators.wire import Connection, NoAnswerError, Request


class Stands(StrEnum):
    """Whom an id stands for."""

    SAME = "the same person"
    OTHER = "somebody else"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Look:
    """Reads single users with one token."""

    connection: Connection
    token: str

    def user(self, user_id: str) -> Mapping[str, Any] | None:
        """Return a user, or ``None`` when there is none by that id, or no answer that can be read."""
        headers = (("Accept", "application/scim+json"), ("Authorization", f"Bearer {self.token}"))
        request = Request(method="GET", path=f"/Users/{quote(user_id, safe='')}", headers=headers)
        try:
            answer = self.connection.send(request)
        except NoAnswerError:
            return None
        shown = answer.json() if answer.status == 200 else None
        return shown if isinstance(shown, Mapping) else None

    def differences(self, person: Person, user_id: str) -> list[Difference]:
        """Return in which of the attributes that every client sends a user is not as the source says."""
        wanted = {
            "userName": person.user_name,
            "name.givenName": person.given,
            "name.familyName": person.family,
            "active": person.active,
        }
        return differing(wanted, self.user(user_id) or {})

    def stands_for(self, person: Person, user_id: str) -> Stands:
        """Return whom the id of a person stands for here."""
        user = self.user(user_id)
        if user is None:
            return Stands.NOBODY
        is_same = str(user.get("userName", "")).lower() == person.user_name.lower()
        return Stands.SAME if is_same else Stands.OTHER
