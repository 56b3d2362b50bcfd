"""From what was typed to a client that is ready to send: what ``simulate`` and ``rehearse`` have in common."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sandbox.cli.options import Refusal, UsageRefusal
from sandbox.cli.progress import ProgressBar
from sandbox.cli.target import Target
from sandbox.simulators.checking import ConversationError
from sandbox.simulators.client import Client
from sandbox.simulators.company import Company
from sandbox.simulators.conversation import Script
from sandbox.simulators.endpoint import Endpoint
from sandbox.simulators.journal import Sink
from sandbox.simulators.onelogin import TemplateError, check_template
from sandbox.simulators.reading import Conversation, of_client, read_conversation
from sandbox.simulators.timeline import START, Timeline
from sandbox.simulators.wire import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which client is to be played, as it was typed."""

    client: str | None
    script_file: Path | None = None
    mode: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    template_file: Path | None = None

    def script(self, endpoint: Endpoint | None = None) -> Script:
        """Return what to play; without a mode, the one that a flag in the endpoint's query chooses.

        Raises:
            UsageRefusal: when there is no such client, mode or option, or a file is not as it should be.
        """
        if (self.client is None) == (self.script_file is None):
            raise UsageRefusal(
                "say which client, as in: simulate okta, or give a conversation with --script (not both)"
            )
        try:
            conversation = self._conversation()
            return self._with_template(conversation.script(self.mode or _flagged(conversation, endpoint), self.options))
        except (ConversationError, TemplateError) as error:
            raise UsageRefusal(str(error)) from error

    def _conversation(self) -> Conversation:
        if self.script_file is not None:
            return read_conversation(self.script_file)
        return of_client(self.client or "", self.mode)

    def _with_template(self, script: Script) -> Script:
        if self.template_file is None:
            return script
        if not script.templates:
            raise UsageRefusal(f"{script.client} has no template; --template is for onelogin")
        try:
            text = check_template(self.template_file.read_text(encoding="utf-8"))
        except TemplateError as error:
            raise TemplateError(f"--template {self.template_file}: {error}") from error
        except (OSError, UnicodeDecodeError) as error:
            raise UsageRefusal(f"--template {self.template_file} cannot be read: {error}") from error
        return replace(script, templates=dict.fromkeys(script.templates, text))


@contextmanager
def playing(
    script: Script,
    company: Company,
    target: Target,
    *,
    seed: int,
    patience_seconds: float | None = None,
    timeline: Timeline | None = None,
    sink: Sink | None = None,
) -> Iterator[Client]:
    """Give a client that is ready to send, with a progress bar; close its connection afterwards."""
    patience = patience_seconds or script.timeout.total_seconds()
    connection = Connection(target.endpoint, script.slash, patience_seconds=patience)
    client = Client(
        script,
        company.source,
        connection,
        token=target.token,
        seed=seed,
        timeline=timeline or Timeline(START),
        sink=sink,
    )
    with closing(connection), closing(ProgressBar(script.name)) as bar:
        client.progress = bar
        yield client


@contextmanager
def transcript(path: Path | None, about: Mapping[str, Any]) -> Iterator[Sink | None]:
    """Give what writes exchanges to a file, one JSON object a line behind one about the run.

    Raises:
        Refusal: when the file cannot be written.
    """
    if path is None:
        yield None
        return
    try:
        with path.open("w", encoding="utf-8") as file:

            def write(exchange: Mapping[str, Any]) -> None:
                file.write(json.dumps(exchange, ensure_ascii=False) + "\n")

            write(about)
            yield write
    except OSError as error:
        raise Refusal(f"the transcript {path} cannot be written: {error.strerror}") from error


def _flagged(conversation: Conversation, endpoint: Endpoint | None) -> str | None:
    """Return the mode that the query of the endpoint asks for, as ``?aadOptscim062020`` does."""
    flags = endpoint.flags if endpoint is not None else ()
    return next((conversation.flags[flag] for flag in flags if flag in conversation.flags), None)
