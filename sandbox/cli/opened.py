"""A sandbox that this process serves: opened, listening, and closed again, with a sentence for what is in the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.cli.options import Refusal, UsageRefusal
from sandbox.cli.progress import SeedingBars
from sandbox.cli.ready import NAME, ReadyFileError, read_ready_file
from sandbox.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sandbox.certificates import Certificates
    from sandbox.running import RunningSandbox
    from sandbox.serving import Server
    from sandbox.steering import WSGI, ControlApi


@dataclass(frozen=True, slots=True)
class Opened:
    """A sandbox that listens."""

    server: Server
    control: ControlApi
    """Its control API, called without a socket."""
    facts: dict[str, Any]
    """Where everything is: the object of the ready file."""


@contextmanager
def opened(settings: Settings) -> Iterator[Opened]:
    """Open a sandbox, and close it in the end.

    Raises:
        Refusal: when the state, the address or a file cannot be used.
        UsageRefusal: when a setting does not fit.
    """
    from sandbox.app import open_sandbox
    from sandbox.serving import ServingError
    from sandbox.store import StateError, StateLockedError

    progress = None if settings.quiet else SeedingBars()
    try:
        with closing(open_sandbox(settings, progress)) as sandbox, _listening(settings, sandbox) as listening:
            yield listening
    except SettingsError as error:
        raise UsageRefusal(str(error)) from error
    except StateLockedError as error:
        raise Refusal(f"{error}{_where_it_serves(settings)}") from error
    except (ServingError, StateError, ReadyFileError) as error:
        raise Refusal(str(error)) from error


def ready_paths(settings: Settings) -> list[Path]:
    """Return the ready files to write: beside the state, and where ``--ready-file`` says."""
    beside = [] if settings.state_folder is None else [settings.state_folder / NAME]
    asked = [] if settings.ready_file is None else [settings.ready_file]
    return beside + asked


@contextmanager
def _listening(settings: Settings, sandbox: RunningSandbox) -> Iterator[Opened]:
    from sandbox.app import create_app
    from sandbox.steering import ControlApi, over_wsgi

    app, folder = create_app(sandbox), settings.state_folder
    with _certificates(settings) as tls, closing(_server(settings, sandbox, app, tls)) as server:
        place = {
            "pid": os.getpid(),
            "state": None if folder is None else str(folder.resolve()),
            "ca": None if tls is None else str(tls.trusted.resolve()),
        }
        control = ControlApi(
            base="http://localhost/_sandbox", origin="in this process", key=sandbox.control_key, carry=over_wsgi(app)
        )
        yield Opened(server, control, {**sandbox.facts(server.url), **place})


def _server(settings: Settings, sandbox: RunningSandbox, app: WSGI, tls: Certificates | None) -> Server:
    from sandbox.app import unreadable_recorder
    from sandbox.serving import Server

    return Server(
        app,
        settings.host,
        settings.port,
        settings.max_body_bytes,
        tls=None if tls is None else tls.context,
        on_unreadable=unreadable_recorder(sandbox),
    )


@contextmanager
def _certificates(settings: Settings) -> Iterator[Certificates | None]:
    """Yield what TLS is spoken with, or ``None`` where it is not.

    Raises:
        UsageRefusal: when it is asked for in a way that does not work.
    """
    if settings.tls and settings.cert:
        raise UsageRefusal("give --tls, for a certificate that is made, or --cert, for one that you have; not both")
    if settings.key and not settings.cert:
        raise UsageRefusal("--key is the key of a certificate: give that with --cert")
    if not (settings.tls or settings.cert):
        yield None
        return
    from sandbox.certificates import CertificateError, local_certificates, read_certificate

    with ExitStack() as stack:
        try:
            if settings.cert is None:
                tls = stack.enter_context(local_certificates(settings.state_folder, settings.host))
            else:
                tls = read_certificate(settings.cert, settings.key)
        except CertificateError as error:
            raise UsageRefusal(str(error)) from error
        yield tls


def _where_it_serves(settings: Settings) -> str:
    """Return where the sandbox serves that holds the state, as the end of a sentence; nothing where nobody says so."""
    with suppress(ReadyFileError):
        facts = read_ready_file(settings.state / NAME)
        return f"; it serves at {facts['url']}" if facts and "url" in facts else ""
    return ""
