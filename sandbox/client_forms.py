"""What is typed into the forms of provisioning clients: their own names of the fields, and how we know them.

The rows are data, in ``fixtures/clients/forms.json``; ``fixtures/clients/README.md`` says what stands in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.fixtures import fixtures


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A sentence about a form."""

    says: str
    evidence: str
    """``documented`` by the client's maker, ``seen`` in public, or ``inferred``."""
    source: tuple[str, ...]
    """Public addresses; none where the sentence is inferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField(Remark):
    """One field of a form."""

    field: str
    """The client's own name of it."""
    value: str
    """What to type, with ``{{endpoint}}`` and ``{{token}}`` in it."""
    modes: tuple[str, ...]
    """In which of the form's modes."""

    def filled(self, *, endpoint: str, token: str) -> str:
        """Return what to type at one service provider."""
        return self.value.replace("{{endpoint}}", endpoint).replace("{{token}}", token)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientForm:
    """The screen on which a person sets a client up."""

    client: str
    """The client's name in a command."""
    name: str
    modes: tuple[str, ...]
    """The ways of working that are set up here, as ``simulate`` names them; the usual one first."""
    is_cloud: bool
    """Whether the client calls from the internet, where this machine is not to be seen."""
    place: Remark
    """Where the screen is found."""
    fields: tuple[FormField, ...]
    remark: Remark

    def fields_in(self, mode: str) -> tuple[FormField, ...]:
        """Return the fields as they are filled in for one way of working."""
        return tuple(field for field in self.fields if mode in field.modes)

    @property
    def usual_fields(self) -> tuple[FormField, ...]:
        """The fields as they are filled in for the usual way of working."""
        return self.fields_in(self.modes[0])


@cache
def client_forms() -> tuple[ClientForm, ...]:
    """Return the forms of all clients; the first one of a client is the usual one."""
    document = json.loads((fixtures() / "clients" / "forms.json").read_text(encoding="utf-8"))
    return tuple(_form(row, document["sources"]) for row in document["forms"])


@cache
def usual_forms() -> tuple[ClientForm, ...]:
    """Return one form for each client."""
    usual: dict[str, ClientForm] = {}
    for form in client_forms():
        usual.setdefault(form.client, form)
    return tuple(usual.values())


def _form(row: Mapping[str, Any], sources: Mapping[str, str]) -> ClientForm:
    return ClientForm(
        client=row["client"],
        name=row["name"],
        modes=tuple(row["modes"]),
        is_cloud=row["is_cloud"],
        place=Remark(**_told(row["place"], sources)),
        fields=tuple(_field(each, row["modes"], sources) for each in row["fields"]),
        remark=Remark(**_told(row["remark"], sources)),
    )


def _field(row: Mapping[str, Any], modes: list[str], sources: Mapping[str, str]) -> FormField:
    told = _told(row, sources)
    return FormField(field=row["field"], value=row["value"], modes=tuple(row.get("modes", modes)), **told)


def _told(row: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    names = row.get("source", [])
    listed = [names] if isinstance(names, str) else names
    return {
        "says": row["says"],
        "evidence": row["evidence"],
        "source": tuple(sources[name] for name in listed),
    }
