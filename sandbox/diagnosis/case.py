"""What a rule looks at: an exchange, read as far as rules ask, with the dialect it was answered in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from sandbox.diagnosis.place import Place, read_place
from sandbox.diagnosis.sent import Sent, sent_values
from sandbox.dialect import Choices, Dialect
from sandbox.people.cautions import Caution
from sandbox.recorder import Exchange
from sandbox.scim.schema import ResourceType

NO_JSON: Any = object()
"""What stands for a body that is no JSON."""

WRITES = frozenset({"POST", "PUT", "PATCH"})


def _nowhere(_collection: str, _resource_id: str) -> None:
    return None


def _never(_fingerprint: str) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What stays the same from exchange to exchange, and whom to ask about the rest."""

    dialect: Dialect
    prefixes: tuple[str, ...]
    resource: Callable[[str, str], Mapping[str, Any] | None] = field(default=_nowhere)
    """Returns a resource of this account by collection and id, as it is now."""
    elsewhere: Callable[[str, str], str | None] = field(default=_nowhere)
    """Returns the name of another account that has a resource of that id."""
    retires_at: Callable[[str], datetime | None] = field(default=_never)
    """Returns when the retiring token of that fingerprint ends; ``None`` for the current one."""


class Case:
    """One exchange as rules see it. Whatever costs something is read when it is asked for, once."""

    def __init__(self, exchange: Exchange, situation: Situation) -> None:
        """Read nothing yet but the target."""
        self.exchange = exchange
        self.situation = situation
        self.method = exchange.method
        self.status = exchange.status
        self.place: Place = read_place(exchange.target, situation.prefixes)
        self.collection = self.place.collection
        self.resource_id = self.place.resource_id

    @property
    def choices(self) -> Choices:
        """What the dialect chooses."""
        return self.situation.dialect.choices

    @property
    def refusal(self) -> str | None:
        """The name of the error that was answered."""
        return None if self.exchange.refusal is None else self.exchange.refusal.error

    @property
    def detail(self) -> str:
        """The sentence of the error that was answered."""
        return "" if self.exchange.refusal is None else self.exchange.refusal.detail

    @property
    def is_fine(self) -> bool:
        """Tell whether the request was served."""
        return 200 <= self.status < 300

    @cached_property
    def type(self) -> ResourceType | None:
        """The resource type it is about."""
        return None if self.collection is None else self.situation.dialect.resource_types[self.collection]

    @cached_property
    def headers(self) -> dict[str, str]:
        """The request's headers by their names in lower case."""
        return {name.lower(): value for name, value in self.exchange.headers.items()}

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters of the query, decoded; of several with one name, the first."""
        pairs = parse_qsl(self.place.query, keep_blank_values=True)
        return dict(reversed(pairs))

    @cached_property
    def host_url(self) -> str:
        """Scheme and host as the client named them: ``http://127.0.0.1:4630``."""
        return f"{self.exchange.scheme}://{self.headers.get('host', 'localhost')}"

    @cached_property
    def json(self) -> Any:
        """The body's JSON value, or ``NO_JSON``."""
        return _read(self.exchange.body.kept)

    @property
    def members(self) -> Mapping[str, Any]:
        """The members of the body; none when it is no JSON object."""
        return self.json if isinstance(self.json, Mapping) else {}

    @cached_property
    def answer(self) -> Any:
        """The answer's JSON value, or ``NO_JSON``."""
        return _read(self.exchange.answer.kept)

    @property
    def is_patch_op(self) -> bool:
        """Tell whether the body is a PatchOp, however it is spelled (RFC 7644 §3.5.2)."""
        return self.operations is not None

    @cached_property
    def operations(self) -> list[Any] | None:
        """The operations of a PatchOp, or ``None`` when the body is none."""
        if self.method != "PATCH" or not isinstance(self.json, Mapping):
            return None
        found = next((value for name, value in self.json.items() if name.lower() == "operations"), None)
        return found if isinstance(found, list) else None

    @cached_property
    def sent(self) -> list[Sent]:
        """Every attribute and sub-attribute that the body assigns, in a resource or by PATCH operations."""
        if self.type is None or not isinstance(self.json, Mapping) or self.method not in WRITES:
            return []
        return list(sent_values(self.json, self.operations, self.type))

    def sent_as(self, name: str) -> Iterator[Sent]:
        """Yield what the body assigns to the attribute of that canonical name (``emails.value``)."""
        return (each for each in self.sent if each.name == name)

    @cached_property
    def resource(self) -> Mapping[str, Any]:
        """The resource in the answer; empty when there is none."""
        is_one = self.is_fine and isinstance(self.answer, Mapping) and "id" in self.answer
        return self.answer if is_one else {}

    @cached_property
    def listed(self) -> list[Any] | None:
        """The resources of a list in the answer, or ``None`` when it is no list."""
        is_list = isinstance(self.answer, Mapping) and "totalResults" in self.answer
        return list(self.answer.get("Resources", [])) if is_list and self.is_fine else None

    @cached_property
    def cautions(self) -> list[Caution]:
        """What there is to tell of the person that the user became, as it was when the request was served."""
        return [caution for each in self.exchange.mapped for caution in each.cautions]

    @property
    def is_write(self) -> bool:
        """Tell whether it writes one resource, with a body."""
        return self.method in WRITES and self.collection is not None

    def changed(self, path: str) -> bool:
        """Tell whether the state change replaces what is at this path of the resource."""
        place = f"/{self.collection}/{self.resource_id}/{path}"
        return any(operation["path"] == place for operation in self.exchange.change)


def _read(body: bytes) -> Any:
    if not body:
        return NO_JSON
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return NO_JSON
