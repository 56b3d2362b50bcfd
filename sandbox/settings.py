"""Every knob of the sandbox, once: name, default, unit, help; and where its text comes from.

A knob is a row of :class:`Settings`. Its flag, environment variable and pyproject key follow from its name
(``max_body_bytes``: ``--max-body-bytes``, ``SCIM_SANDBOX_MAX_BODY_BYTES``, ``max-body-bytes``), and so does the
option of the command line. Flag > environment > ``[tool.scim-sandbox]`` in pyproject.toml > default.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from sandbox.accounts import SEED_RANGES
from sandbox.knobs import (
    ENVIRONMENT_PREFIX,
    Knob,
    knob,
    knob_list,
    one_of,
    read_control_key,
    read_host,
    read_pair,
    read_path,
    read_prefix,
    read_token,
    switch,
    whole_number,
)
from sandbox.moments import read_duration, read_moment
from sandbox.scim.errors import quoted

CLIENT_VARIABLES = ("SCIM_SANDBOX_URL", "SCIM_SANDBOX_CONTROL", "SCIM_SANDBOX_ACCOUNT", "SCIM_SANDBOX_CA")
"""Variables for whoever talks to a sandbox: known everywhere, but no knobs of it."""

_PYPROJECT = "pyproject.toml"
_TABLE = "scim-sandbox"


class SettingsError(Exception):
    """A setting that cannot be used; the sentence names where it came from and what would be accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one sandbox is started with: a row for each knob."""

    host: str = knob("127.0.0.1", read_host, "HOST", "Serve at this name or address.")
    port: int = knob(4630, whole_number(0, 65_535, "; 0 picks one"), "PORT", "Serve at this port; 0 picks one.")
    state: Path = knob(Path(".sandbox"), read_path, "DIR", "The folder that keeps the state.")
    ephemeral: bool = switch("Keep no state: everything is gone when the sandbox stops.")
    seed: int = knob(42, whole_number(*SEED_RANGES["seed"]), "N", "Make the people, ids and tokens of this number.")
    users: int = knob(50, whole_number(*SEED_RANGES["users"]), "N", "Start a new account with this many users.")
    groups: int = knob(6, whole_number(*SEED_RANGES["groups"]), "N", "Start a new account with this many groups.")
    token: str | None = knob(None, read_token, "HEX", "Give the first account this SCIM access token.", is_secret=True)
    prefix: tuple[str, ...] = knob_list(
        ("/scim/v2", "/scim"), read_prefix, "PATH", 'Mount the SCIM endpoint at this path; "" is the root.'
    )
    dialect: str = knob("4me", one_of("4me", "rfc7644"), "NAME", "Speak SCIM as this service provider does.")
    set: tuple[tuple[str, str], ...] = knob_list((), read_pair, "FIELD=VALUE", "Change one quirk of the dialect.")
    clock: datetime | None = knob(
        None, read_moment, "ISO-8601", "Start the clock of a new account at this instant, as 2026-01-01T00:00:00Z."
    )
    frozen: bool = switch("Start the clock of a new account frozen.")
    control_key: str | None = knob(
        None, read_control_key, "KEY", "The key that the control API asks for.", is_secret=True
    )
    tls: bool = switch("Speak https, with a certificate of a local authority that is made once and kept in the state.")
    cert: Path | None = knob(None, read_path, "FILE", "Speak https, with the certificate in this file (PEM).")
    key: Path | None = knob(None, read_path, "FILE", "The key of that certificate, where it is in a file of its own.")
    ready_file: Path | None = knob(
        None, read_path, "FILE", "Write where everything is, as JSON, to this file once connections are accepted."
    )
    json: bool = switch("Print JSON instead of text.")
    quiet: bool = switch("Print no card.")
    max_body_bytes: int = knob(
        1_048_576, whole_number(1, 2**30), "BYTES", "Refuse a request body that is larger than this."
    )
    durability: str = knob(
        "flush", one_of("flush", "fsync"), "HOW", "Hand each write to the system (flush) or to the disk (fsync)."
    )
    mapping: Path | None = knob(
        None, read_path, "FILE", "Map SCIM users and groups by the rules of this TOML file too, in every account."
    )
    company: Path | None = knob(
        None, read_path, "FILE", "Start a new account with the organizations, sites and persons of this JSON file."
    )
    overlap: timedelta | None = knob(
        None, read_duration, "DURATION", "Accept a rotated token for this much longer; as the dialect says without it."
    )

    rate_limit: bool = switch("Refuse more requests of a token than 4me's REST API takes in an hour or at once.")
    exchanges: int = knob(
        1_000, whole_number(0, 1_000_000), "N", "Keep the last N exchanges of each account; 0 records none."
    )
    exchange_bytes: int = knob(
        16_777_216, whole_number(65_536, 2**34), "BYTES", "Keep no more exchanges than fit into this, of each account."
    )
    exchange_header: bool = switch("Say in each answer, as X-Sandbox-Exchange, which exchange it is.", default=True)

    @property
    def state_folder(self) -> Path | None:
        """The folder with the state, or ``None`` when nothing is kept."""
        return None if self.ephemeral else self.state

    @property
    def is_loopback(self) -> bool:
        """Tell whether only this machine can reach the host."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host.lower() == "localhost"


KNOBS: Mapping[str, Knob] = {
    row.name: Knob(name=row.name, default=row.default, **row.metadata) for row in fields(Settings)
}
"""The table, by name."""

Given = Mapping[str, str | Sequence[str] | None]
"""Texts by the name of the knob; ``None`` and an empty list say nothing."""


def read_settings(
    flags: Given, environ: Mapping[str, str], folder: Path, defaults: Mapping[str, Any] | None = None
) -> Settings:
    """Return the settings that flags, environment and the pyproject.toml of *folder* give together.

    *defaults* stand in for those of the table. Where nothing is kept by default, a ``state`` that is given is.

    Raises:
        SettingsError: for a name that is not known and a value that cannot be used, wherever it stands.
    """
    values: dict[str, Any] = {}
    for source in (_from_pyproject(folder / _PYPROJECT), _from_environment(environ), _from_flags(flags)):
        values.update({knob.name: _read(knob, texts, origin) for knob, texts, origin in source})
    if "state" in values:
        values.setdefault("ephemeral", False)
    return Settings(**{**(defaults or {}), **values})


_Texts = tuple[Knob, Sequence[str], str]
"""A knob, what it is given, and how to name the place where that stands."""


def _from_flags(flags: Given) -> Iterator[_Texts]:
    for name, given in flags.items():
        texts = [given] if isinstance(given, str) else given
        if texts:
            yield KNOBS[name], texts, KNOBS[name].flag


def _from_environment(environ: Mapping[str, str]) -> Iterator[_Texts]:
    by_variable = {knob.variable: knob for knob in KNOBS.values()}
    for name in sorted(environ):
        if name.startswith(ENVIRONMENT_PREFIX) and name not in CLIENT_VARIABLES:
            _check_known(name, [*by_variable, *CLIENT_VARIABLES], "no variable of the sandbox")
            knob = by_variable[name]
            yield knob, environ[name].split(",") if knob.is_repeatable else [environ[name]], name


def _from_pyproject(path: Path) -> Iterator[_Texts]:
    table = _read_table(path)
    by_key = {knob.key: knob for knob in KNOBS.values()}
    for key, value in table.items():
        _check_known(key, by_key, f"no setting of [tool.{_TABLE}] in {path.name}")
        origin = f"{key} in [tool.{_TABLE}] of {path.name}"
        items = value if isinstance(value, list) and by_key[key].is_repeatable else [value]
        yield by_key[key], [_toml_text(item, origin) for item in items], origin


def _read_table(path: Path) -> Mapping[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path.name} cannot be read: {error}") from error
    tools = document.get("tool", {})
    table = tools.get(_TABLE, {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise SettingsError(f"tool.{_TABLE} in {path.name} is not a table: write [tool.{_TABLE}] above its settings")
    return table


def _toml_text(value: Any, origin: str) -> str:
    """Return a TOML value as a reader wants it."""
    if isinstance(value, str | int | float):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    raise SettingsError(f"{origin}: {quoted(value)} is not one value: give a text, a number, true or false")


def _check_known(name: str, known: Collection[str], what: str) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=1, cutoff=0)
        raise SettingsError(f"{name} is {what}; did you mean {near[0]}?")


def _read(knob: Knob, texts: Sequence[str], origin: str) -> Any:
    try:
        values = tuple(knob.read(text) for text in texts)
    except ValueError as error:
        raise SettingsError(f"{origin}: {error}") from error
    for position, value in enumerate(values):
        if value in values[:position]:
            raise SettingsError(f"{origin}: {quoted(texts[position])} is given twice")
    return values if knob.is_repeatable else values[0]
