"""``scim-sandbox serve``: open the state, listen, say where everything is, serve until told to stop."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.card import card
from sandbox.cli.options import Refusal, UsageRefusal, with_settings
from sandbox.cli.progress import SeedingBars
from sandbox.cli.ready import NAME, ReadyFileError, read_ready_file, ready_files
from sandbox.settings import KNOBS, Settings, SettingsError

if TYPE_CHECKING:
    from sandbox.running import RunningSandbox

_EPILOG = (
    "Each option can also be given as an environment variable (SCIM_SANDBOX_PORT for --port) or in the table "
    "[tool.scim-sandbox] of the pyproject.toml in the current folder. What is said of users, groups, tokens and the "
    "start of the clock counts for accounts that do not exist yet."
)


@click.command(epilog=_EPILOG)
@with_settings(*KNOBS)
def serve(settings: Settings) -> None:
    """Serve a sandbox until Ctrl-C."""
    from sandbox.app import open_sandbox
    from sandbox.serving import ServingError
    from sandbox.store import StateError, StateLockedError

    try:
        sandbox = open_sandbox(settings, None if settings.quiet else SeedingBars())
        try:
            _serve(settings, sandbox)
        finally:
            sandbox.close()
    except SettingsError as error:
        raise UsageRefusal(str(error)) from error
    except StateLockedError as error:
        raise Refusal(f"{error}{_where_it_serves(settings)}") from error
    except (ServingError, StateError, ReadyFileError) as error:
        raise Refusal(str(error)) from error


def _serve(settings: Settings, sandbox: RunningSandbox) -> None:
    from sandbox.app import create_app, unreadable_recorder
    from sandbox.serving import Server

    app, told = create_app(sandbox), unreadable_recorder(sandbox)
    with closing(Server(app, settings.host, settings.port, settings.max_body_bytes, on_unreadable=told)) as server:
        folder = settings.state_folder
        place = {"pid": os.getpid(), "state": None if folder is None else str(folder.resolve())}
        facts = {**sandbox.facts(server.url), **place}
        with _stopped_by_signals(server.stop), ready_files(_ready_paths(settings), facts):
            _announce(settings, facts)
            server.serve()


def _where_it_serves(settings: Settings) -> str:
    """Return where the sandbox serves that holds the state, as the end of a sentence; nothing where nobody says so."""
    with suppress(ReadyFileError):
        facts = read_ready_file(settings.state / NAME)
        return f"; it serves at {facts['url']}" if facts and "url" in facts else ""
    return ""


def _ready_paths(settings: Settings) -> list[Path]:
    """Return the ready files to write: beside the state, and where ``--ready-file`` says."""
    beside = [] if settings.state_folder is None else [settings.state_folder / NAME]
    asked = [] if settings.ready_file is None else [settings.ready_file]
    return beside + asked


def _announce(settings: Settings, facts: Mapping[str, Any]) -> None:
    if settings.json:
        click.echo(json.dumps(facts))
    elif not settings.quiet:
        click.echo(card(facts))


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call *stop* on Ctrl-C and SIGTERM instead of ending at once."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
