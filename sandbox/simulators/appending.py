"""How a client appends to the endpoint it is given, form by form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.simulators.conversation import Script
from sandbox.simulators.endpoint import Endpoint, read_endpoint


@dataclass(frozen=True, slots=True)
class Appended:
    """One form of an endpoint."""

    typed: str
    requested: str
    """The first address that the client asks for."""


def appended(script: Script, endpoint: Endpoint, forms: Sequence[str]) -> Iterator[Appended]:
    """Yield each form at the endpoint's host, without and with a slash at its end, and what is asked for first."""
    first = script.steps[(script.flows.get("connect") or script.flows.get("suite") or tuple(script.steps))[0]]
    path = first.path.partition("?")[0]
    for form in forms:
        for slash in ("", "/"):
            typed = f"{endpoint.scheme}://{endpoint.authority}{form}{slash}"
            yield Appended(typed, read_endpoint(typed).url(path, script.slash))
