"""What 4me's platform refuses before SCIM is reached, and what the control API refuses."""

from __future__ import annotations

from http import HTTPStatus


class PlatformError(Exception):
    """A request that the platform in front of SCIM refuses (facts/4me.md 4.2 to 4.6)."""

    def __init__(self, status: HTTPStatus, message: str | None = None) -> None:
        super().__init__(message or status.phrase)
        self.status = status
        self.message = message or status.phrase


class TooManyRequestsError(PlatformError):
    """A request that comes too soon after others with the same token (facts/4me.md 3.10)."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS)
        self.retry_after_s = retry_after_s


class ControlError(Exception):
    """A control call that is refused; the sentence says what would be accepted."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
