"""The only place where the parts meet: settings become parts, parts become a Flask application."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import Flask

from sandbox.accounts import FIRST_NAME, Account, AccountError, Seed, first_accounts
from sandbox.clock import ClockState
from sandbox.diagnosis import Examiner, Situation
from sandbox.dialect import Dialect, OverrideError, read_dialect
from sandbox.planting import Planter, Progress
from sandbox.rates import Rate
from sandbox.recorder import Examine
from sandbox.running import Common, Founding, NewValue, RunningAccount, RunningSandbox, TokenSource, random_value
from sandbox.settings import Settings, SettingsError
from sandbox.starting import StartFiles, read_start_files
from sandbox.tokens import seeded_token_value
from sandbox.web import bulk, console, control, discovery, failures, queries, scim
from sandbox.web.access import check_access
from sandbox.web.application import Application
from sandbox.web.gate import Gate, TidyPaths, tell_rate
from sandbox.web.recording import Recorded, Unreadable, record_unreadable
from sandbox.web.scim import ResourceId


def open_sandbox(settings: Settings, progress: Progress | None = None) -> RunningSandbox:
    """Open the state that *settings* name, and make and seed the first accounts when there are none.

    Args:
        settings: what to open, and how it is served.
        progress: told how far the seeding of an account is, now and whenever one is seeded later.

    Raises:
        SettingsError: when ``--set`` names what the dialect does not have, or ``--host`` is one where the kept tokens
            would be known to all, or ``--mapping`` or ``--company`` a file that cannot be used.
        StateError: when the state cannot be used.
    """
    try:
        dialect = read_dialect(settings.dialect, settings.set)
        accounts = first_accounts(dialect.choices.time_zone)
    except (OverrideError, AccountError) as error:
        raise SettingsError(f"--set: {error}") from None
    files = read_start_files(settings)
    common = _common(settings, dialect, files, progress)
    sandbox = RunningSandbox(settings, common, _first(settings, accounts), _examiner)
    try:
        _check_tokens(sandbox)
    except SettingsError:
        sandbox.close()
        raise
    return sandbox


def create_app(sandbox: RunningSandbox) -> Flask:
    """Return the WSGI application that serves *sandbox*."""
    settings, choices = sandbox.settings, sandbox.dialect.choices
    app = Application(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.converters["resource"] = ResourceId
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.before_request(check_access)
    app.before_request(Gate(sandbox).enter)
    if settings.rate_limit and choices.rate_limit_headers:
        app.after_request(tell_rate)
    parts = [scim.bp, queries.bp, bulk.bp, discovery.bp, *([queries.search_bp] if choices.search_endpoint else [])]
    for number, prefix in enumerate(settings.prefix, start=1):
        for part in parts:
            app.register_blueprint(part, url_prefix=prefix or None, name=f"{part.name}{number}")
    app.register_blueprint(control.bp)
    console.register(app)
    failures.register(app)
    tidy = TidyPaths(app.wsgi_app, settings.prefix, choices)
    app.wsgi_app = Recorded(tidy, sandbox)  # type: ignore[method-assign]
    return app


def unreadable_recorder(sandbox: RunningSandbox) -> Callable[[Unreadable], None]:
    """Return what a server tells of connections on which no request could be read."""
    return partial(record_unreadable, sandbox)


def _common(settings: Settings, dialect: Dialect, files: StartFiles, progress: Progress | None) -> Common:
    """Return what all accounts have in common."""
    choices = dialect.choices
    rate = Rate.of(choices.rate_limit_hourly, choices.rate_limit_burst, choices.rate_limit_burst_seconds)
    return Common(
        dialect=dialect,
        token_source=_token_source(settings),
        plant=Planter(dialect, files, progress),
        mapping=files.mapping,
        default_seed=_seed(settings),
        unused_rate=rate if settings.rate_limit else None,
        durability=settings.durability,
    )


def _first(settings: Settings, accounts: Iterable[Account]) -> list[Founding]:
    """Return what the first accounts of a new state begin with."""
    return [
        Founding(
            account=account,
            seed=_seed(settings),
            token=settings.token if account.name == FIRST_NAME else None,
            clock=ClockState.starting_at(settings.clock, frozen=settings.frozen),
        )
        for account in accounts
    ]


def _seed(settings: Settings) -> Seed:
    return Seed(seed=settings.seed, users=settings.users, groups=settings.groups)


def _token_source(settings: Settings) -> TokenSource:
    """Return what makes token values: from the seed on loopback, where nobody else can come; else by chance."""
    if settings.is_loopback:
        return lambda account, number: NewValue(seeded_token_value(settings.seed, account, number), is_seeded=True)
    return lambda _account, _number: random_value()


def _examiner(sandbox: RunningSandbox, running: RunningAccount) -> Examine:
    """Return what looks at the exchanges of an account."""

    def elsewhere(collection: str, resource_id: str) -> str | None:
        others = (other for other in sandbox.accounts.values() if other is not running)
        return next((other.name for other in others if other.store.read(collection, resource_id)), None)

    def resource(collection: str, resource_id: str) -> Mapping[str, Any] | None:
        stored = running.store.read(collection, resource_id)
        return None if stored is None else stored.document

    def retires_at(fingerprint: str) -> datetime | None:
        return next((token.retires_at for token in running.keyring.retiring if token.fingerprint == fingerprint), None)

    situation = Situation(
        dialect=sandbox.dialect,
        prefixes=sandbox.settings.prefix,
        resource=resource,
        elsewhere=elsewhere,
        retires_at=retires_at,
    )
    return Examiner(situation).examine


def _check_tokens(sandbox: RunningSandbox) -> None:
    """Pass when nobody can compute a token that can be used from elsewhere.

    Raises:
        SettingsError: when another host than loopback is to be served with a token that follows from a seed.
    """
    settings = sandbox.settings
    if settings.is_loopback:
        return
    for account in sandbox.accounts.values():
        for token in account.keyring.tokens:
            seeded = seeded_token_value(settings.seed, account.name, int(token.id.removeprefix("t")))
            if token.is_seeded or token.value == seeded:
                raise SettingsError(
                    f"--host {settings.host}: token {token.fingerprint} of {account.name} was made from the seed, so "
                    "anybody can compute it; start there with a --state of its own"
                )
