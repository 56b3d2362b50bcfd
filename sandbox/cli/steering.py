"""Finding the sandbox that a verb steers."""

from __future__ import annotations

import os

from sandbox.cli.ready import NAME, read_ready_file
from sandbox.serving import url_of
from sandbox.settings import Settings, SettingsError
from sandbox.steering import ControlApi, base_of, carry_trusting, over_http, over_https


def find_sandbox(settings: Settings, url: str | None) -> ControlApi:
    """Return the control API at *url*; without one, of the sandbox that serves the state, else of the default address.

    Raises:
        SettingsError: when *url* is none.
        ReadyFileError: when the state's ready file cannot be read.
    """
    if url:
        try:
            base = base_of(url)
        except ValueError as error:
            raise SettingsError(f"--url (SCIM_SANDBOX_URL): {error}") from None
        trusting = carry_trusting(os.environ)
        return ControlApi(base=base, origin="from --url or SCIM_SANDBOX_URL", key=settings.control_key, carry=trusting)
    path = settings.state / NAME
    facts = read_ready_file(path)
    if facts is not None:
        key = settings.control_key or facts.get("control_key")
        trusted = facts.get("ca")
        carry = over_https(trusted, checks_name=False) if trusted else over_http
        return ControlApi(base=facts["control"], origin=f"from {path}", key=key, carry=carry)
    base = f"{url_of(settings.host, settings.port)}/_sandbox"
    return ControlApi(base=base, origin=f"and {path} does not exist", key=settings.control_key)
