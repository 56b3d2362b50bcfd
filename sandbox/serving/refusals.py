"""What the server itself refuses: which status, which sentence, and who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from json import dumps

JSON_TYPE = "application/json; charset=utf-8"
SHOWN_BYTES = 512
"""How much of what a client sent is told."""


class Kind(StrEnum):
    """Why the server refuses by itself, without asking the application."""

    BAD_REQUEST = "bad_request"
    INCOMPLETE = "incomplete"
    TIMEOUT = "timeout"
    BODY_TOO_LARGE = "body_too_large"
    HEADER_TOO_LARGE = "header_too_large"
    UNKNOWN_METHOD = "unknown_method"
    UNKNOWN_CODING = "unknown_coding"
    UNKNOWN_VERSION = "unknown_version"
    OVERLOADED = "overloaded"
    TLS_TO_HTTP = "tls_to_http"
    HTTP_TO_TLS = "http_to_tls"
    TLS_FAILED = "tls_failed"


STATUS: Mapping[Kind, HTTPStatus] = {
    Kind.BAD_REQUEST: HTTPStatus.BAD_REQUEST,
    Kind.INCOMPLETE: HTTPStatus.BAD_REQUEST,
    Kind.TIMEOUT: HTTPStatus.REQUEST_TIMEOUT,
    Kind.BODY_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.HEADER_TOO_LARGE: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    Kind.UNKNOWN_METHOD: HTTPStatus.NOT_IMPLEMENTED,
    Kind.UNKNOWN_CODING: HTTPStatus.NOT_IMPLEMENTED,
    Kind.UNKNOWN_VERSION: HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
    Kind.OVERLOADED: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.TLS_TO_HTTP: HTTPStatus.BAD_REQUEST,
    Kind.HTTP_TO_TLS: HTTPStatus.BAD_REQUEST,
}
"""What is answered; a handshake that failed is answered by TLS itself."""


class RefusedError(Exception):
    """A connection that the server ends by itself; the sentence says what would be accepted."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """What is told about a connection on which no request could be read."""

    kind: Kind
    status: HTTPStatus | None
    """What was answered, or ``None`` where no answer was possible."""
    message: str
    """What was wrong, and what would be accepted."""
    client: str
    """The address it came from."""
    first_bytes: bytes = field(repr=False)
    """How it began, ``SHOWN_BYTES`` at most. A token may be among it: redact it before it is kept or shown."""


def message_body(message: str) -> bytes:
    """Return the body of an answer by the server itself, in the form of 4me's platform (facts/4me.md 4.4)."""
    return dumps({"message": message}, ensure_ascii=False, separators=(",", ":")).encode()
