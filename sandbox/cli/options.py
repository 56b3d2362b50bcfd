"""Options of the command line, made from the table of knobs, and the sentences a command ends with."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from sandbox.knobs import Knob
from sandbox.settings import KNOBS, SettingsError, read_settings

Command = Callable[..., None]


class Refusal(click.ClickException):
    """The end of a command that did not do what it was asked: one sentence on stderr."""

    exit_code = 1


class UsageRefusal(Refusal):
    """The end of a command that was asked wrongly."""

    exit_code = 2


def with_settings(*names: str, defaults: Mapping[str, Any] | None = None) -> Callable[[Command], Command]:
    """Give a command the options of these knobs, and pass it ``settings`` as its first argument.

    *defaults* are values that this command takes where others have those of the table.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def call(**given: Any) -> None:
            flags = {name: _text(given.pop(name)) for name in names}
            try:
                settings = read_settings(flags, os.environ, Path.cwd(), defaults)
            except SettingsError as error:
                raise UsageRefusal(str(error)) from error
            command(settings, **given)

        for name in reversed(names):
            _option(KNOBS[name], (defaults or {}).get(name, KNOBS[name].default))(call)
        return call

    return decorate


def _option(knob: Knob, default: Any) -> Callable[[Command], Command]:
    """Return the option of one knob; it only carries text, which the knob's own reader reads."""
    if not knob.unit:
        return click.option(f"{knob.flag}/--no-{knob.key}", knob.name, default=None, help=knob.help)
    shown = _shown(default)
    sentence = f"{knob.help}{'  Repeatable.' if knob.is_repeatable else ''}{f'  [default: {shown}]' if shown else ''}"
    return click.option(
        knob.flag, knob.name, metavar=knob.unit, multiple=knob.is_repeatable, default=None, type=str, help=sentence
    )


def _shown(default: Any) -> str:
    """Return a default as its reader would read it; nothing for no default."""
    if isinstance(default, tuple):
        return ", ".join(default)
    return "" if default is None else str(default)


def _text(given: Any) -> Any:
    """Return what click collected as texts."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    return given
