"""Reading conversations: from the files that are shipped, or from one of the user's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from sandbox.fixtures import fixtures
from sandbox.simulators.checking import ConversationError, check_conversation
from sandbox.simulators.choosing import script_of, several
from sandbox.simulators.conditions import CONDITIONS
from sandbox.simulators.conversation import Script
from sandbox.simulators.making import MAKERS, NEEDED

EVENTS = (
    "connect",
    "cycle",
    "person joined",
    "person reports",
    "person changed",
    "person renamed",
    "person disabled",
    "person enabled",
    "person left",
    "password changed",
    "group made",
    "group renamed",
    "members changed",
    "group dropped",
    "import",
    "restart",
    "suite",
)
"""What a conversation can have a flow for."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with all its modes, as its file has it."""

    document: Mapping[str, Any]
    where: str

    @property
    def client(self) -> str:
        """The client's name in a command."""
        return str(self.document["client"])

    @property
    def modes(self) -> Mapping[str, str]:
        """The modes with a sentence on each, the usual one first."""
        modes: Mapping[str, str] = self.document.get("modes", {"default": "the only mode"})
        return modes

    @property
    def options(self) -> Mapping[str, list[str]]:
        """The options with what they take, the usual value first."""
        options: Mapping[str, list[str]] = self.document.get("options", {})
        return options

    @property
    def flags(self) -> Mapping[str, str]:
        """Parameters in the query of the endpoint that choose a mode."""
        flags: Mapping[str, str] = self.document.get("flags", {})
        return flags

    def script(self, mode: str | None = None, options: Mapping[str, str] | None = None) -> Script:
        """Choose a mode and options; what is not chosen is the usual.

        Raises:
            ConversationError: naming what can be chosen.
        """
        chosen = mode if mode is not None else next(iter(self.modes))
        if chosen not in self.modes:
            raise ConversationError(f"{self.client} has no mode {chosen!r}; it has {', '.join(self.modes)}")
        picked = {name: values[0] for name, values in self.options.items()}
        for name, value in (options or {}).items():
            self._check_option(name, value)
            picked[name] = value
        return script_of(self.document, chosen, picked)

    def _check_option(self, name: str, value: str) -> None:
        if name not in self.options:
            known = ", ".join(f"--{each}" for each in self.options) or "no such option at all"
            raise ConversationError(f"{self.client} has no --{name}; it has {known}")
        if value not in self.options[name]:
            raise ConversationError(
                f"--{name} of {self.client} is one of {', '.join(self.options[name])}, not {value!r}"
            )


def shipped() -> Mapping[str, tuple[Conversation, ...]]:
    """Return the conversations by client."""
    found: dict[str, tuple[Conversation, ...]] = {}
    for path in sorted((fixtures() / "clients").glob("*/conversations/*.json")):
        conversation = read_conversation(path)
        found[conversation.client] = (*found.get(conversation.client, ()), conversation)
    return found


def of_client(client: str, mode: str | None) -> Conversation:
    """Return the shipped conversation of a client that has the mode, or its usual one.

    Raises:
        ConversationError: naming the clients or the modes that there are.
    """
    conversations = shipped()
    if client not in conversations:
        raise ConversationError(f"no simulator is called {client!r}; there are {', '.join(conversations)}")
    having = [each for each in conversations[client] if mode is None or mode in each.modes]
    if not having:
        modes = ", ".join(chain.from_iterable(each.modes for each in conversations[client]))
        raise ConversationError(f"{client} has no mode {mode!r}; it has {modes}")
    return having[0]


def read_conversation(path: Path) -> Conversation:
    """Read a conversation from a file.

    Raises:
        ConversationError: when it cannot be read, or has another form.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConversationError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ConversationError(f"{path} is not JSON: {error}") from None
    check_conversation(document, str(path))
    _check_names(document, str(path))
    return Conversation(document, str(path))


def _check_names(document: Mapping[str, Any], where: str) -> None:
    """Raise unless everything that is named by another part is there."""
    steps = {step["name"] for step in document["steps"]}
    rows = document.get("reactions", ())
    _check_known(document["flows"], EVENTS, f"{where}, flows")
    for event, flow in document["flows"].items():
        for names in flow.values() if isinstance(flow, dict) else (flow,):
            _check_known(names, steps, f"{where}, flow {event!r}")
    for row in rows:
        _check_known((*row.get("at", ()), *row.get("run", ())), steps, f"{where}, reactions")
    for step in document["steps"]:
        _check_known(step.get("when", ()), CONDITIONS, f"{where}, when of {step['name']!r}")
        _check_makers(step["request"].get("body"), document.get("templates", {}), f"{where}, body of {step['name']!r}")
    if "sources" in document:
        for row in chain(document["steps"], rows, document.get("notes", ())):
            _check_known(several(row.get("source", [])), document["sources"], f"{where}, source")


def _check_makers(body: Any, templates: Mapping[str, Any], where: str) -> None:
    """Raise unless everything that a body wants made can be made."""
    if isinstance(body, list):
        for element in body:
            _check_makers(element, templates, where)
    elif isinstance(body, dict):
        maker = body.get("$make")
        if maker is not None and maker not in list(MAKERS):
            raise ConversationError(f"{where} makes {maker!r}; known there: {', '.join(MAKERS)}")
        needed = NEEDED.get(str(maker))
        if needed is not None and needed not in body:
            raise ConversationError(f"{where}: {maker!r} needs a member {needed}")
        if maker == "template":
            _check_known([body["of"]], templates, where)
        for value in body.values():
            _check_makers(value, templates, where)


def _check_known(names: Iterable[str], known: Iterable[str], where: str) -> None:
    allowed = list(known)
    for name in names:
        if name not in allowed:
            raise ConversationError(f"{where} names {name!r}; known there: {', '.join(allowed) or 'nothing'}")
