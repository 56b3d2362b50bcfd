"""Steering a sandbox that runs, from outside: calling its control API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from ssl import SSLCertVerificationError
from typing import Any
from urllib.parse import quote

from sandbox.scim.errors import quoted
from sandbox.steering.carrying import TIMEOUT_SECONDS, Carry, over_http

CONTROL_KEY_HEADER = "X-Sandbox-Control-Key"


class SteeringError(Exception):
    """A sandbox that was not found or refused; the sentence says which and why."""


def base_of(url: str) -> str:
    """Return the address of the control API of the sandbox at *url*, or at its control API.

    Raises:
        ValueError: when it is no URL.
    """
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{quoted(url)} does not begin with http:// or https://")
    return url.rstrip("/").removesuffix("/_sandbox") + "/_sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlApi:
    """The control API of one running sandbox."""

    base: str
    """Its address, without a slash at the end: ``http://127.0.0.1:4630/_sandbox``."""
    origin: str
    """Where the address comes from, for the sentence when nothing answers there."""
    key: str | None = field(default=None, repr=False)
    carry: Carry = over_http

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the control API answers.

        Raises:
            SteeringError: when it refuses, or when no sandbox answers.
        """
        try:
            status, content = self.carry(method, self.base + path, self._headers(body), _encoded(body))
        except TimeoutError as error:
            raise SteeringError(f"{self.base} did not answer within {TIMEOUT_SECONDS} seconds") from error
        except (OSError, ValueError, HTTPException) as error:
            if isinstance(getattr(error, "reason", None), SSLCertVerificationError):
                raise SteeringError(
                    f"{self.base} shows a certificate that is not trusted here; name the file of who issued it in "
                    "SCIM_SANDBOX_CA"
                ) from error
            raise SteeringError(
                f"no sandbox answers at {self.base} ({self.origin}); start one with: scim-sandbox serve, "
                "or say where it is with --url"
            ) from error
        if status >= 400:
            raise SteeringError(self._message(status, content))
        return self._read(status, content)

    def account_path(self, account: str | None) -> str:
        """Return the path of the account of that name, or of the first one."""
        return f"/accounts/{quote(account or self._first_account(), safe='')}"

    def _first_account(self) -> str:
        try:
            return str(self.call("GET", "/accounts")["items"][0]["name"])
        except (KeyError, IndexError, TypeError) as error:
            raise SteeringError(f"{self.base} names no account; give one with --account") from error

    def _headers(self, body: Mapping[str, Any] | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if self.key is not None:
            headers[CONTROL_KEY_HEADER] = self.key
        if body is not None:
            headers["Content-Type"] = "application/json"
        return headers

    def _read(self, status: int, content: bytes) -> dict[str, Any]:
        try:
            answer = json.loads(content or b"{}")
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise SteeringError(f"{self.base} answers {status}, but not as a sandbox does")
        return answer

    def _message(self, status: int, content: bytes) -> str:
        """Return the control API's own sentence."""
        error = self._read(status, content).get("error")
        if isinstance(error, dict) and isinstance(error.get("message"), str):
            return str(error["message"])
        return f"{self.base} answers {status}, but not as a sandbox does"


def _encoded(body: Mapping[str, Any] | None) -> bytes | None:
    return None if body is None else json.dumps(body).encode()
