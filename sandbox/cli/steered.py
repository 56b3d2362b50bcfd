"""What a verb that steers a running sandbox needs: its options, the account it is about, how it prints."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.options import Command, Refusal, UsageRefusal, with_settings
from sandbox.cli.ready import ReadyFileError
from sandbox.cli.text import members
from sandbox.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sandbox.steering import ControlApi


URL_OPTION = click.option(
    "--url",
    envvar="SCIM_SANDBOX_URL",
    metavar="URL",
    help="Where the sandbox is; without it, where the ready file beside the state says.",
)
_ACCOUNT = click.option(
    "--account", envvar="SCIM_SANDBOX_ACCOUNT", metavar="NAME", help="The account; without it, the first one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Steered:
    """What a verb works with: the account it is about, and how to print."""

    api: ControlApi
    account: str | None
    """As the caller named it; ``None`` is the first one."""
    as_json: bool

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the control API answers below the account."""
        return self.api.call(method, self.api.account_path(self.account) + path, body)

    def show(self, answer: Mapping[str, Any], text: str | None = None) -> None:
        """Print the answer: as JSON when asked to, else as *text*, or else its members."""
        click.echo(json.dumps(answer) if self.as_json else members(answer) if text is None else text)


def steering(verb: Callable[..., None]) -> Command:
    """Give a verb about an account the options that find a sandbox, and pass it a :class:`Steered`."""
    return _ACCOUNT(steering_whole(verb))


def steering_whole(verb: Callable[..., None]) -> Command:
    """Give a verb about the sandbox as a whole the options that find one, and pass it a :class:`Steered`."""

    @functools.wraps(verb)
    def call(settings: Settings, url: str | None, account: str | None = None, **given: Any) -> None:
        from sandbox.cli.steering import find_sandbox
        from sandbox.steering import SteeringError

        try:
            steered = Steered(api=find_sandbox(settings, url), account=account, as_json=settings.json)
            verb(steered, **given)
        except SettingsError as error:
            raise UsageRefusal(str(error)) from error
        except (SteeringError, ReadyFileError) as error:
            raise Refusal(str(error)) from error

    return with_settings("state", "control_key", "json")(URL_OPTION(call))
