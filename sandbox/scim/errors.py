"""What can go wrong in SCIM, one class a cause (RFC 7644 §3.12, Tables 8 and 9).

An error takes facts and writes the sentence itself. How it looks on the wire is ``web/reply``'s matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, ClassVar


def quoted(value: Any) -> str:
    """Return *value* as a short, printable piece of a sentence (at most 80 characters)."""
    text = value if isinstance(value, str) else repr(value)
    text = text if len(text) <= 80 else f"{text[:77]}..."
    return ascii(text) if not text.isprintable() else f"'{text}'"


class ScimError(Exception):
    """A request that is refused; ``detail`` is written for the client's author."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    scim_type: ClassVar[str | None] = None

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidSyntaxError(ScimError):
    """The body is not JSON, or its structure is not what the request needs (Table 9)."""

    scim_type = "invalidSyntax"


class InvalidValueError(ScimError):
    """A value is missing or does not fit its attribute or parameter (Table 9)."""

    scim_type = "invalidValue"


class MissingValueError(InvalidValueError):
    """A required attribute has no value (RFC 7643 §2.2, RFC 7644 Table 9)."""

    def __init__(self, attribute: str) -> None:
        super().__init__(f"{attribute} is required: send it as a string that is not empty")


class InvalidFilterError(ScimError):
    """The filter cannot be read, or uses what the service provider does not support (Table 9)."""

    scim_type = "invalidFilter"


class InvalidPathError(ScimError):
    """The ``path`` of a PATCH operation cannot be read or names nothing (Table 9)."""

    scim_type = "invalidPath"


class NoTargetError(ScimError):
    """The ``path`` of a PATCH operation matches no value (Table 9, §3.5.2)."""

    scim_type = "noTarget"


class MutabilityError(ScimError):
    """A change of an attribute that cannot be changed (Table 9)."""

    scim_type = "mutability"


class UniquenessError(ScimError):
    """A value that must be unique is taken (RFC 7644 §3.3, Table 9)."""

    status = HTTPStatus.CONFLICT
    scim_type = "uniqueness"

    def __init__(self, attribute: str, value: str, owner: str | None = None) -> None:
        holder = f" by the resource with id {owner}" if owner else ""
        super().__init__(f"{attribute} {quoted(value)} is already in use{holder}")
        self.attribute = attribute


class NotFoundError(ScimError):
    """No resource has this id (RFC 7644 §3.12, Table 8)."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, name: str, resource_id: str) -> None:
        super().__init__(f"{name} {quoted(resource_id)} does not exist")


class MethodNotAllowedError(ScimError):
    """The resource exists, the method is not for it (RFC 9110 §15.5.6)."""

    status = HTTPStatus.METHOD_NOT_ALLOWED

    def __init__(self, method: str, allowed: Iterable[str]) -> None:
        self.allowed = sorted(allowed)
        super().__init__(f"{quoted(method)} is not supported here; supported are {', '.join(self.allowed)}")


class VersionMismatchError(ScimError):
    """``If-Match`` names another version of the resource (RFC 7644 §3.14, Table 8)."""

    status = HTTPStatus.PRECONDITION_FAILED


class BodyTooLargeError(ScimError):
    """The body is over the limit (RFC 7644 Table 8)."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the body is larger than {limit_bytes} bytes, which is the limit here")


class TooManyOperationsError(ScimError):
    """A bulk request has more operations than are taken (RFC 7644 §3.7.4)."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(f"{count} operations in one bulk request; at most {limit} are taken")


class MediaTypeError(ScimError):
    """The media type of the body is not one this service provider reads (RFC 9110 §15.5.16)."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class NotSupportedError(ScimError):
    """An optional part of SCIM that this service provider does not have (RFC 7644 Table 8, 501)."""

    status = HTTPStatus.NOT_IMPLEMENTED

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not supported by this service provider")
