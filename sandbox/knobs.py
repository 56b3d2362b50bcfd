"""What a knob of the sandbox is, and how its text is read; a reader raises ``ValueError`` with the whole sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sandbox.scim.errors import quoted
from sandbox.tokens import check_token_value

ENVIRONMENT_PREFIX = "SCIM_SANDBOX_"

_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
_PREFIX = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")
_RESERVED = ("/_sandbox", "/console")
_CONTROL_KEY = re.compile("[!-~]{1,200}")

T = TypeVar("T")


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


def knob(default: T, read: Callable[[str], T], unit: str, sentence: str, *, is_secret: bool = False) -> T:
    """Make the field of a knob that takes one value; *unit* is what stands for it in the help."""
    row = {"read": read, "unit": unit, "help": sentence, "is_secret": is_secret}
    return field(default=default, repr=not is_secret, metadata=row)


def knob_list(default: tuple[T, ...], read: Callable[[str], T], unit: str, sentence: str) -> tuple[T, ...]:
    """Make the field of a knob that takes several values."""
    row = {"read": read, "unit": unit, "help": sentence, "is_repeatable": True}
    return field(default=default, metadata=row)


def switch(sentence: str, *, default: bool = False) -> bool:
    """Make the field of a knob that is on or off, and off by default."""
    return knob(default, read_switch, "", sentence)


def read_switch(text: str) -> bool:
    """Return whether a text says yes."""
    if text.lower() not in _SWITCH:
        raise ValueError(f"{quoted(text)} is neither yes nor no: say {', '.join(_SWITCH)}")
    return _SWITCH[text.lower()]


def whole_number(lowest: int, highest: int, remark: str = "") -> Callable[[str], int]:
    """Return what reads a whole number in a range; *remark* ends its refusals."""

    def read(text: str) -> int:
        number = int(text) if re.fullmatch("[0-9]{1,20}", text) else None
        if number is None or not lowest <= number <= highest:
            raise ValueError(f"{quoted(text)} is not a whole number from {lowest} to {highest}{remark}")
        return number

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return what reads one of several words."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(f"{quoted(text)} is not one of {', '.join(choices)}")
        return text

    return read


def read_host(text: str) -> str:
    """Return a name or an address, IPv6 without its brackets."""
    host = text.removeprefix("[").removesuffix("]")
    if not re.fullmatch(r"[^\s/]+", host):
        raise ValueError(f"{quoted(text)} is not a host: give a name or an address, as 127.0.0.1 or ::1")
    return host


def read_path(text: str) -> Path:
    """Return a path, with ``~`` for the home folder."""
    try:
        path = Path(text).expanduser()
    except RuntimeError:
        path = None
    if path is None or not text or "\0" in text:
        raise ValueError(f"{quoted(text)} is not a path")
    return path


def read_prefix(text: str) -> str:
    """Return where a SCIM endpoint is mounted: nothing, or segments that each begin with a slash."""
    if not _PREFIX.fullmatch(text):
        raise ValueError(
            f"{quoted(text)} is not a prefix: give a path as /scim/v2 that starts with a slash and ends without one, "
            'of letters, digits and . _ ~ - only; "" is the root'
        )
    if text.startswith(tuple(f"{path}/" for path in _RESERVED)) or text in _RESERVED:
        raise ValueError(f"{quoted(text)} is taken: {' and '.join(_RESERVED)} belong to the sandbox itself")
    return text


def read_pair(text: str) -> tuple[str, str]:
    """Return the two sides of ``FIELD=VALUE``."""
    name, separator, value = text.partition("=")
    if not name or not separator:
        raise ValueError(f"{quoted(text)} is not FIELD=VALUE, as in max_count=50")
    return name, value


def read_token(text: str) -> str:
    """Return a SCIM access token."""
    check_token_value(text)
    return text


def read_control_key(text: str) -> str:
    """Return a control key."""
    if not _CONTROL_KEY.fullmatch(text):
        raise ValueError("a control key is 1 to 200 visible ASCII characters")
    return text
