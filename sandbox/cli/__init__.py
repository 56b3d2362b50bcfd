"""``scim-sandbox``: serves a sandbox, and steers one that runs through its control API.

Nothing heavy is imported here: ``serve`` loads the application when it is called.
"""

from __future__ import annotations

import click

from sandbox import __version__
from sandbox.cli.accounts import accounts
from sandbox.cli.clock import clock
from sandbox.cli.completion import completion
from sandbox.cli.demo import demo
from sandbox.cli.dialect import dialect
from sandbox.cli.endpoints import endpoints
from sandbox.cli.explain import explain
from sandbox.cli.export import export
from sandbox.cli.findings import findings
from sandbox.cli.people import people
from sandbox.cli.probe import probe
from sandbox.cli.rehearse import rehearse
from sandbox.cli.report import report
from sandbox.cli.requests import requests
from sandbox.cli.resetting import reset, seed
from sandbox.cli.run import run
from sandbox.cli.serve import serve
from sandbox.cli.simulate import simulate
from sandbox.cli.snapshot import snapshot
from sandbox.cli.status import status
from sandbox.cli.token import token


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings or a refused action, 2 usage.",
)
@click.version_option(__version__, prog_name="scim-sandbox")
def main() -> None:
    """A sandbox that answers as the SCIM endpoint of 4me does."""


_SERVING = (serve, run, status, accounts, token, clock, reset, seed, snapshot)
_WATCHING = (requests, explain, report, findings, export, probe)
_PLAYING = (simulate, endpoints, rehearse, demo)

for command in (*_SERVING, *_WATCHING, *_PLAYING, people, dialect, completion):
    main.add_command(command)
