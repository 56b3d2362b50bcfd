"""What a client needs to connect: the endpoint in its forms, and the token."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from sandbox.accounts import ENDPOINT_FORMS
from sandbox.client_forms import FormField
from sandbox.running import RunningAccount
from sandbox.tokens import Token
from sandbox.web.context import current_sandbox


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the endpoint."""

    url: str
    is_mounted: bool
    prefix: str


@dataclass(frozen=True, slots=True)
class Connection:
    """What a client needs to connect."""

    forms: tuple[Form, ...]
    """Those that 4me names, in its order, then others that are mounted."""
    token: Token | None

    @property
    def endpoint(self) -> str:
        """The form to try first."""
        return next((form.url for form in self.forms if form.is_mounted), "")

    def typed(self, field: FormField) -> str:
        """Return what goes into a field of a client's form; the token stays where it can be hidden."""
        shown = f"the SCIM access token, {self.token.fingerprint}" if self.token else "the token, once there is one"
        return field.filled(endpoint=self.endpoint, token=f"<{shown}>" if field.value != "{{token}}" else shown)


def connection_of(running: RunningAccount) -> Connection:
    """Return what a client needs to connect to an account."""
    mounted = current_sandbox().settings.prefix
    paths = [*ENDPOINT_FORMS, *(prefix for prefix in mounted if prefix not in ENDPOINT_FORMS)]
    forms = tuple(Form(f"{request.scheme}://{request.host}{path}", path in mounted, path) for path in paths)
    return Connection(forms, running.keyring.current)
