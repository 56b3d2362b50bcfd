"""Steering a sandbox that runs: finding it, and calling its control API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

from sandbox.cli.ready import NAME, read_ready_file
from sandbox.scim.errors import quoted
from sandbox.serving import url_of
from sandbox.settings import Settings, SettingsError

CONTROL_KEY_HEADER = "X-Sandbox-Control-Key"
TIMEOUT_SECONDS = 30


class SteeringError(Exception):
    """A sandbox that was not found or refused; the sentence says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlApi:
    """The control API of one running sandbox."""

    base: str
    """Its address, without a slash at the end: ``http://127.0.0.1:4630/_sandbox``."""
    origin: str
    """Where the address comes from, for the sentence when nothing answers there."""
    key: str | None = field(default=None, repr=False)

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the control API answers.

        Raises:
            SteeringError: when it refuses, or when no sandbox answers.
        """
        try:
            with _opener().open(self._request(method, path, body), timeout=TIMEOUT_SECONDS) as answer:
                return self._read(answer.status, answer.read())
        except HTTPError as refusal:
            with refusal:
                raise SteeringError(self._message(refusal.code, refusal.read())) from refusal
        except TimeoutError as error:
            raise SteeringError(f"{self.base} did not answer within {TIMEOUT_SECONDS} seconds") from error
        except (URLError, OSError, ValueError) as error:
            raise SteeringError(
                f"no sandbox answers at {self.base} ({self.origin}); start one with: scim-sandbox serve, "
                "or say where it is with --url"
            ) from error

    def account_path(self, account: str | None) -> str:
        """Return the path of the account of that name, or of the first one."""
        return f"/accounts/{quote(account or self._first_account(), safe='')}"

    def _first_account(self) -> str:
        try:
            return str(self.call("GET", "/accounts")["items"][0]["name"])
        except (KeyError, IndexError, TypeError) as error:
            raise SteeringError(f"{self.base} names no account; give one with --account") from error

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None) -> Request:
        request = Request(self.base + path, method=method)
        request.add_header("Accept", "application/json")
        if self.key is not None:
            request.add_header(CONTROL_KEY_HEADER, self.key)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        return request

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


def find_sandbox(settings: Settings, url: str | None) -> ControlApi:
    """Return the control API at *url*; without one, of the sandbox that serves the state, else of the default address.

    Raises:
        SettingsError: when *url* is none.
        ReadyFileError: when the state's ready file cannot be read.
    """
    if url:
        if not url.startswith(("http://", "https://")):
            raise SettingsError(f"--url (SCIM_SANDBOX_URL): {quoted(url)} does not begin with http:// or https://")
        base = url.rstrip("/").removesuffix("/_sandbox") + "/_sandbox"
        return ControlApi(base=base, origin="from --url or SCIM_SANDBOX_URL", key=settings.control_key)
    path = settings.state / NAME
    facts = read_ready_file(path)
    if facts is not None:
        key = settings.control_key or facts.get("control_key")
        return ControlApi(base=facts["control"], origin=f"from {path}", key=key)
    base = f"{url_of(settings.host, settings.port)}/_sandbox"
    return ControlApi(base=base, origin=f"and {path} does not exist", key=settings.control_key)


def _opener() -> OpenerDirector:
    """Return an opener that goes straight to the sandbox, whatever proxy the environment names."""
    return build_opener(ProxyHandler({}))
