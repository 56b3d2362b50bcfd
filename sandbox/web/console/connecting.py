"""What to type where: the endpoint in its forms, the token, and each client's own names for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from sandbox.accounts import ENDPOINT_FORMS
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


def connection_of(running: RunningAccount) -> Connection:
    """Return what a client needs to connect to an account."""
    mounted = current_sandbox().settings.prefix
    paths = [*ENDPOINT_FORMS, *(prefix for prefix in mounted if prefix not in ENDPOINT_FORMS)]
    forms = tuple(Form(f"{request.scheme}://{request.host}{path}", path in mounted, path) for path in paths)
    return Connection(forms, running.keyring.current)


@dataclass(frozen=True, slots=True)
class Client:
    """A provisioning client, and where endpoint and token go in it (facts/clients.md 1.1, 2.1, 3.1, 4.1)."""

    name: str
    place: str
    fields: Mapping[str, str]
    """Its own name of a field, and what goes in: ``endpoint``, ``token``, or words."""
    remark: str
    is_cloud: bool = True
    """Whether it calls from the internet, where this machine is not to be seen."""


CLIENTS = (
    Client(
        "Microsoft Entra ID",
        "Enterprise applications → your application → Provisioning",
        {"Tenant URL": "endpoint", "Secret Token": "token"},
        "Appends /Users and /Groups. With ?aadOptscim062020 behind the Tenant URL its PATCH follows the RFC.",
    ),
    Client(
        "Okta",
        "Applications → your application → Provisioning → Integration",
        {
            "SCIM connector base URL": "endpoint",
            "Unique identifier field for users": "userName",
            "Authentication Mode": "HTTP Header",
            "Authorization": "token",
        },
        "Appends /Users and /Groups. The word Bearer stands before the box already: paste the token alone.",
    ),
    Client(
        "OneLogin",
        "Applications → your application → Configuration → API Connection",
        {"SCIM Base URL": "endpoint", "SCIM Bearer Token": "token"},
        "Appends /Users and /Groups; adds Bearer itself. Then press Enable.",
    ),
    Client(
        "Google Workspace",
        "Apps → Web and mobile apps → your application → Autoprovisioning",
        {"Endpoint URL": "endpoint", "Access token": "token"},
        "Users only, and only for applications of its own catalogue.",
    ),
    Client(
        "Your own script",
        "Anywhere on this machine",
        {"URL": "endpoint", "Authorization": "Bearer, a space, and the token"},
        "Content-Type: application/scim+json with a body.",
        is_cloud=False,
    ),
)
"""The clients that 4me's own page names, and scripts."""
