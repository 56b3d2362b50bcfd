"""Every knob of the sandbox, once: name, default, unit, help, and how its text is read.

A knob is a row of :class:`Settings`. Its flag, environment variable and pyproject key follow from its name
(``max_body_bytes``: ``--max-body-bytes``, ``SCIM_SANDBOX_MAX_BODY_BYTES``, ``max-body-bytes``), and so does the
option of the command line. Flag > environment > ``[tool.scim-sandbox]`` in pyproject.toml > default.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

from sandbox.moments import read_duration, read_moment
from sandbox.scim.errors import quoted
from sandbox.tokens import check_token_value

ENVIRONMENT_PREFIX = "SCIM_SANDBOX_"
CLIENT_VARIABLES = ("SCIM_SANDBOX_URL", "SCIM_SANDBOX_CONTROL", "SCIM_SANDBOX_ACCOUNT")
"""Variables for whoever talks to a sandbox: known everywhere, but no knobs of it."""

_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")
_RESERVED = ("/_sandbox", "/console")
_CONTROL_KEY = re.compile("[!-~]{1,200}")
_PYPROJECT = "pyproject.toml"
_TABLE = "scim-sandbox"

T = TypeVar("T")


class SettingsError(Exception):
    """A setting that cannot be used; the sentence names where it came from and what would be accepted."""


def _read_switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ValueError(f"{quoted(text)} is neither yes nor no: say {', '.join(_SWITCH)}")
    return _SWITCH[text.lower()]


def _whole_number(lowest: int, highest: int, remark: str = "") -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text) if re.fullmatch("[0-9]{1,20}", text) else None
        if number is None or not lowest <= number <= highest:
            raise ValueError(f"{quoted(text)} is not a whole number from {lowest} to {highest}{remark}")
        return number

    return read


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"{quoted(text)} is not one of {', '.join(choices)}")
        return text

    return read


def _read_host(text: str) -> str:
    host = text.removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[^\s/]+", host):
        raise ValueError(f"{quoted(text)} is not a host: give a name or an address, as 127.0.0.1 or ::1")
    return host


def _read_path(text: str) -> Path:
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        path = None
    if path is None or not text or "\0" in text:
        raise ValueError(f"{quoted(text)} is not a path")
    return path


def _read_prefix(text: str) -> str:
    if not _PREFIX.fullmatch(text):
        raise ValueError(
            f"{quoted(text)} is not a prefix: give a path as /scim/v2 that starts with a slash and ends without one, "
            'of letters, digits and . _ ~ - only; "" is the root'
        )
    if text.startswith(tuple(f"{path}/" for path in _RESERVED)) or text in _RESERVED:
        raise ValueError(f"{quoted(text)} is taken: {' and '.join(_RESERVED)} belong to the sandbox itself")
    return text


def _read_pair(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise ValueError(f"{quoted(text)} is not FIELD=VALUE, as in max_count=50")
    return name, value


def _read_token(text: str) -> str:
    check_token_value(text)
    return text


def _read_control_key(text: str) -> str:
    if not _CONTROL_KEY.fullmatch(text):
        raise ValueError("a control key is 1 to 200 visible ASCII characters")
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Knob:
    """One row of the table."""

    name: str
    default: Any
    read: Callable[[str], Any]
    """Text to value; a ValueError carries the whole sentence."""
    unit: str
    """What stands for the value in the help; empty for a switch, whose flag takes no value."""
    help: str
    is_repeatable: bool = False
    is_secret: bool = False

    @property
    def key(self) -> str:
        """Its name in ``[tool.scim-sandbox]``."""
        return self.name.replace("_", "-")

    @property
    def flag(self) -> str:
        """Its option on the command line."""
        return f"--{self.key}"

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return ENVIRONMENT_PREFIX + self.name.upper()


def _knob(default: T, read: Callable[[str], T], unit: str, sentence: str, *, is_secret: bool = False) -> T:
    row = {"read": read, "unit": unit, "help": sentence, "is_secret": is_secret}
    return field(default=default, repr=not is_secret, metadata=row)


def _list(default: tuple[T, ...], read: Callable[[str], T], unit: str, sentence: str) -> tuple[T, ...]:
    row = {"read": read, "unit": unit, "help": sentence, "is_repeatable": True}
    return field(default=default, metadata=row)


def _switch(sentence: str) -> bool:
    return _knob(False, _read_switch, "", sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one sandbox is started with: a row for each knob."""

    host: str = _knob("127.0.0.1", _read_host, "HOST", "Serve at this name or address.")
    port: int = _knob(4630, _whole_number(0, 65_535, "; 0 picks one"), "PORT", "Serve at this port; 0 picks one.")
    state: Path = _knob(Path(".sandbox"), _read_path, "DIR", "The folder that keeps the state.")
    ephemeral: bool = _switch("Keep no state: everything is gone when the sandbox stops.")
    seed: int = _knob(42, _whole_number(0, 2**53 - 1), "N", "Make the people, ids and tokens of this number.")
    users: int = _knob(50, _whole_number(0, 100_000), "N", "Start a new account with this many users.")
    groups: int = _knob(6, _whole_number(0, 10_000), "N", "Start a new account with this many groups.")
    token: str | None = _knob(
        None, _read_token, "HEX", "Give the first account this SCIM access token.", is_secret=True
    )
    prefix: tuple[str, ...] = _list(
        ("/scim/v2", "/scim"), _read_prefix, "PATH", 'Mount the SCIM endpoint at this path; "" is the root.'
    )
    dialect: str = _knob("4me", _one_of("4me", "rfc7644"), "NAME", "Speak SCIM as this service provider does.")
    set: tuple[tuple[str, str], ...] = _list((), _read_pair, "FIELD=VALUE", "Change one quirk of the dialect.")
    clock: datetime | None = _knob(
        None, read_moment, "ISO-8601", "Start the clock of a new account at this instant, as 2026-01-01T00:00:00Z."
    )
    frozen: bool = _switch("Start the clock of a new account frozen.")
    control_key: str | None = _knob(
        None, _read_control_key, "KEY", "The key that the control API asks for.", is_secret=True
    )
    ready_file: Path | None = _knob(
        None, _read_path, "FILE", "Write where everything is, as JSON, to this file once connections are accepted."
    )
    json: bool = _switch("Print JSON instead of text.")
    quiet: bool = _switch("Print no card.")
    max_body_bytes: int = _knob(
        1_048_576, _whole_number(1, 2**30), "BYTES", "Refuse a request body that is larger than this."
    )
    durability: str = _knob(
        "flush", _one_of("flush", "fsync"), "HOW", "Hand each write to the system (flush) or to the disk (fsync)."
    )
    overlap: timedelta | None = _knob(
        None, read_duration, "DURATION", "Accept a rotated token for this much longer; as the dialect says without it."
    )

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


def read_settings(flags: Given, environ: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings that flags, environment and the pyproject.toml of *folder* give together.

    Raises:
        SettingsError: for a name that is not known and a value that cannot be used, wherever it stands.
    """
    values: dict[str, Any] = {}
    for source in (_from_pyproject(folder / _PYPROJECT), _from_environment(environ), _from_flags(flags)):
        values.update({knob.name: _read(knob, texts, origin) for knob, texts, origin in source})
    return Settings(**values)


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
