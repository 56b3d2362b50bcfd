"""The verb that lets a shell complete the others."""

from __future__ import annotations

import click

PROGRAM = "scim-sandbox"
SHELLS = ("bash", "zsh", "fish")


_EPILOG = (
    'Put one of these where your shell starts: eval "$(scim-sandbox completion bash)" in ~/.bashrc, the same with zsh '
    "in ~/.zshrc, or scim-sandbox completion fish > ~/.config/fish/completions/scim-sandbox.fish."
)


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what lets SHELL complete verbs, options and their values."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None, "click knows each of these"
    variable = f"_{PROGRAM.replace('-', '_').upper()}_COMPLETE"
    click.echo(kind(context.find_root().command, {}, PROGRAM, variable).source())
