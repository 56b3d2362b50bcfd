"""Choices that SCIM leaves to the service provider, or that service providers take: the names, not who takes which."""

from __future__ import annotations

from enum import Enum


class DeleteRule(Enum):
    """What DELETE does to a user."""

    DEACTIVATE = "the record stays and becomes inactive"
    REMOVE = "the record is gone (RFC 7644 §3.6)"


class NoopRule(Enum):
    """What a write that changes nothing does to ``meta.lastModified``."""

    KEEP = "it stays as it was"
    TOUCH = "it becomes the time of the write"


class UnknownReferenceRule(Enum):
    """What happens to an id that names nobody."""

    REFUSE = "the request is refused with invalidValue"
    KEEP = "the id is stored and shown as it was sent"


class LocationRule(Enum):
    """Which host ``meta.location`` and ``$ref`` name."""

    REQUEST = "the endpoint the client used"
    ACCOUNT = "the account's own host, as 4me's examples show"


class TimeRule(Enum):
    """How an instant is written (RFC 7643 §2.3.5)."""

    OFFSET = "in the account's time zone with a numeric offset"
    UTC = "in UTC with a Z"


class ErrorShape(Enum):
    """What an error body looks like."""

    SCIM = "schemas, status, scimType and detail (RFC 7644 §3.12)"
    PLATFORM = "message, as 4me's REST API answers"


class MediaTypeRule(Enum):
    """Which media types a body may have."""

    ANY = "any, or none, as long as the body is JSON"
    JSON = "application/scim+json and application/json, or none"


class AnswerTypeRule(Enum):
    """Which media type an answer has."""

    NEGOTIATED = "application/scim+json when Accept asks for it, else application/json"
    SCIM = "application/scim+json"


class WriteReplyRule(Enum):
    """What a successful PATCH answers."""

    RESOURCE = "200 with the whole resource"
    NO_CONTENT = "204 without a body"


class ListOrder(Enum):
    """In which order a list comes."""

    NEWEST_FIRST = "id descending"
    OLDEST_FIRST = "id ascending"


class DisplayRule(Enum):
    """Which attribute of a member is its ``display``."""

    KEY = "userName of a user, displayName of a group"
    DISPLAY_NAME = "displayName of either"


class RefusalRule(Enum):
    """What happens to a part of a request that the service provider does not support."""

    REFUSE = "the request is refused, naming what is supported"
    IGNORE = "the request is served as if that part were not there"
