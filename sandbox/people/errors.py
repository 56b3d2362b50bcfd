"""What the owner's changes of persons, organizations and sites can be refused for."""

from __future__ import annotations

from sandbox.scim.errors import quoted


class PeopleError(ValueError):
    """Something that cannot be; the sentence says what would be accepted."""


class UnknownRecordError(PeopleError):
    """There is no such person, organization or site."""

    def __init__(self, kind: str, record_id: str) -> None:
        super().__init__(f"there is no {kind} {quoted(record_id)}")


class RecordInUseError(PeopleError):
    """A name or address is taken, or a record is needed by others."""
