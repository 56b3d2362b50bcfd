"""The verbs that steer a running sandbox: each reads its options, makes one call, and prints the answer."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from sandbox.cli.options import Command, Refusal, UsageRefusal, with_settings
from sandbox.cli.ready import ReadyFileError
from sandbox.cli.text import members, tokens
from sandbox.settings import Settings, SettingsError

if TYPE_CHECKING:
    from sandbox.cli.steering import ControlApi


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


def _steering(verb: Callable[..., None]) -> Command:
    """Give a verb the options that find a sandbox, and pass it a :class:`Steered`."""

    @functools.wraps(verb)
    def call(settings: Settings, url: str | None, account: str | None, **given: Any) -> None:
        from sandbox.cli.steering import SteeringError, find_sandbox

        try:
            steered = Steered(api=find_sandbox(settings, url), account=account, as_json=settings.json)
            verb(steered, **given)
        except SettingsError as error:
            raise UsageRefusal(str(error)) from error
        except (SteeringError, ReadyFileError) as error:
            raise Refusal(str(error)) from error

    return with_settings("state", "control_key", "json")(URL_OPTION(_ACCOUNT(call)))


@click.command()
@_steering
def status(steered: Steered) -> None:
    """Show the accounts of a running sandbox."""
    if steered.account is None:
        steered.show(steered.api.call("GET", "/accounts"))
    else:
        steered.show(steered.call("GET", ""))


@click.group()
def token() -> None:
    """Show and rotate the SCIM access tokens of an account."""


@token.command("show")
@_steering
def token_show(steered: Steered) -> None:
    """Show the tokens that are accepted, and until when."""
    answer = steered.call("GET", "/tokens?reveal=true")
    steered.show(answer, tokens(answer))


@token.command("rotate")
@click.option("--overlap", metavar="DURATION", help="Accept the old token this much longer, as 30d; 0 ends it at once.")
@_steering
def token_rotate(steered: Steered, overlap: str | None) -> None:
    """Make a new token; the old one is accepted until its overlap ends."""
    answer = steered.call("POST", "/tokens/rotate", {} if overlap is None else {"overlap": overlap})
    steered.show(answer, tokens(answer))


@click.group()
def clock() -> None:
    """Show and steer the clock of an account."""


@clock.command("show")
@_steering
def clock_show(steered: Steered) -> None:
    """Show what time it is for the account."""
    steered.show(steered.call("GET", "/clock"))


@clock.command("advance")
@click.argument("by", required=False)
@click.option("--to", metavar="ISO-8601", help="Advance to this instant instead.")
@_steering
def clock_advance(steered: Steered, by: str | None, to: str | None) -> None:
    """Advance the clock BY a duration, as 31d, 1h30m or P1DT12H, and show what came due."""
    if (by is None) == (to is None):
        raise click.UsageError("say how far, as in: clock advance 31d, or until when, with --to (not both)")
    steered.show(steered.call("POST", "/clock/advance", {"by": by} if to is None else {"to": to}))


def _clock_verb(name: str, sentence: str) -> click.Command:
    def verb(steered: Steered) -> None:
        steered.show(steered.call("POST", f"/clock/{name}"))

    verb.__doc__ = sentence
    return click.command(name)(_steering(verb))


for _name, _sentence in (
    ("freeze", "Stop the clock where it is."),
    ("resume", "Let a frozen clock go on from where it is."),
    ("reset", "Set the clock back to system time."),
):
    clock.add_command(_clock_verb(_name, _sentence))
