"""``scim-sandbox serve``: open the state, listen, say where everything is, serve until told to stop."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from sandbox.cli.card import card
from sandbox.cli.opened import opened, ready_paths
from sandbox.cli.options import with_settings
from sandbox.cli.program import program_here
from sandbox.cli.ready import ready_files
from sandbox.settings import KNOBS, Settings

_EPILOG = (
    "Each option can also be given as an environment variable (SCIM_SANDBOX_PORT for --port) or in the table "
    "[tool.scim-sandbox] of the pyproject.toml in the current folder. What is said of users, groups, tokens and the "
    "start of the clock counts for accounts that do not exist yet."
)


@click.command(epilog=_EPILOG)
@with_settings(*KNOBS)
def serve(settings: Settings) -> None:
    """Serve a sandbox until Ctrl-C."""
    with (
        opened(settings) as sandbox,
        _stopped_by_signals(sandbox.server.stop),
        ready_files(ready_paths(settings), sandbox.facts),
    ):
        _announce(settings, sandbox.facts)
        sandbox.server.serve()


def _announce(settings: Settings, facts: Mapping[str, Any]) -> None:
    if settings.json:
        click.echo(json.dumps(facts))
    elif not settings.quiet:
        click.echo(card(facts, program_here()))


@contextmanager
def _stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call *stop* on Ctrl-C and SIGTERM instead of ending at once."""
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
