"""The only place where the parts meet: settings become parts, parts become a Flask application."""

from __future__ import annotations

import secrets
from functools import partial

from flask import Flask

from sandbox.accounts import FIRST_NAME, AccountError, first_accounts
from sandbox.clock import ClockState
from sandbox.dialect import OverrideError, read_dialect
from sandbox.directory import Directory
from sandbox.running import RunningAccount, RunningSandbox, TokenSource
from sandbox.seeding import seed_directory
from sandbox.settings import Settings, SettingsError
from sandbox.tokens import new_token_value, seeded_token_value
from sandbox.web import bulk, control, discovery, failures, queries, scim
from sandbox.web.context import EXTENSION
from sandbox.web.gate import TidyPaths, enter
from sandbox.web.scim import ResourceId


def open_sandbox(settings: Settings) -> RunningSandbox:
    """Open the state that *settings* name, and make and seed the first accounts when there are none.

    Raises:
        SettingsError: when ``--set`` names what the dialect does not have, or ``--host`` is one where the kept tokens
            would be known to all.
        StateError: when the state cannot be used.
    """
    try:
        dialect = read_dialect(settings.dialect, settings.set)
        accounts = first_accounts(dialect.choices.time_zone)
    except (OverrideError, AccountError) as error:
        raise SettingsError(f"--set: {error}") from None
    sandbox = RunningSandbox(
        settings,
        dialect,
        tokens=_token_source(settings),
        found=partial(_found, settings=settings),
        first_accounts=accounts,
    )
    try:
        _check_tokens(sandbox)
    except SettingsError:
        sandbox.close()
        raise
    return sandbox


def create_app(sandbox: RunningSandbox) -> Flask:
    """Return the WSGI application that serves *sandbox*."""
    settings, choices = sandbox.settings, sandbox.dialect.choices
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.converters["resource"] = ResourceId
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = sandbox
    app.before_request(partial(enter, settings.prefix))
    parts = [scim.bp, queries.bp, bulk.bp, discovery.bp, *([queries.search_bp] if choices.search_endpoint else [])]
    for number, prefix in enumerate(settings.prefix, start=1):
        for part in parts:
            app.register_blueprint(part, url_prefix=prefix or None, name=f"{part.name}{number}")
    app.register_blueprint(control.bp)
    failures.register(app)
    app.wsgi_app = TidyPaths(app.wsgi_app, settings.prefix, choices)  # type: ignore[method-assign]
    return app


def _check_tokens(sandbox: RunningSandbox) -> None:
    """Pass when nobody can compute a token that can be used from elsewhere.

    Raises:
        SettingsError: when another host than loopback is to be served with a token that follows from the seed.
    """
    settings = sandbox.settings
    for account in sandbox.accounts.values():
        for token in account.keyring.accepted(account.clock.now()):
            number = int(token.id.removeprefix("t"))
            is_seeded = token.value == seeded_token_value(settings.seed, account.name, number)
            if is_seeded and not settings.is_loopback:
                raise SettingsError(
                    f"--host {settings.host}: token {token.fingerprint} of {account.name} was made from the seed, so "
                    "anybody can compute it; start there with a --state of its own"
                )


def _token_source(settings: Settings) -> TokenSource:
    """Return what makes token values: from the seed on loopback, where nobody else can come; else by chance."""
    if settings.is_loopback:
        return lambda account, number: seeded_token_value(settings.seed, account, number)
    return lambda _account, _number: new_token_value(secrets.token_bytes)


def _found(running: RunningAccount, *, settings: Settings) -> None:
    """Complete a new account as the settings say."""
    clock = ClockState()
    if settings.clock is not None:
        clock = ClockState.starting_at(settings.clock, frozen=settings.frozen)
    elif settings.frozen:
        clock = ClockState(frozen_at=running.clock.now())
    token = settings.token if running.name == FIRST_NAME else None

    def plant(directory: Directory) -> None:
        seed_directory(
            directory, seed=settings.seed, users=settings.users, groups=settings.groups, account=running.name
        )

    running.found(clock, token, plant)
