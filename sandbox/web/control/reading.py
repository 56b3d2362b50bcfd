"""What every control call reads: the account in its path, the JSON object in its body, and what is refused of both."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sandbox.running import RunningAccount
from sandbox.scim.errors import BodyTooLargeError, InvalidSyntaxError, quoted
from sandbox.web.body import read_bytes, read_json
from sandbox.web.context import current_sandbox
from sandbox.web.errors import ControlError


def account_named(name: str) -> RunningAccount:
    """Return the account of that name.

    Raises:
        ControlError: 404 when there is none.
    """
    accounts = current_sandbox().accounts
    if name not in accounts:
        message = f"there is no account {quoted(name)}; there is {', '.join(accounts) or 'none'}"
        raise ControlError(HTTPStatus.NOT_FOUND, "unknown_account", message)
    return accounts[name]


def read_body(known: set[str]) -> Mapping[str, Any]:
    """Return the JSON object in the body; an empty body is an empty object.

    Raises:
        ControlError: when it is something else, or has members other than *known*.
    """
    try:
        content = read_bytes()
        body = read_json(content) if content.strip() else {}
    except BodyTooLargeError as error:
        raise ControlError(error.status, "too_large", error.detail) from None
    except InvalidSyntaxError as error:
        raise unfit(error.detail) from None
    if not isinstance(body, Mapping):
        raise unfit("the body must be a JSON object")
    if unknown := sorted(set(body) - known):
        expected = f"known here: {', '.join(sorted(known))}" if known else "nothing is expected here"
        raise unfit(f"{quoted(unknown[0])} is not known; {expected}")
    return body


def unfit(message: str) -> ControlError:
    """Return the refusal of what was sent."""
    return ControlError(HTTPStatus.BAD_REQUEST, "unfit", message)
