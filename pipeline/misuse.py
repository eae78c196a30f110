"""A command that was typed wrongly, told in the reader's language: the command line library knows English alone."""

from __future__ import annotations

import click
from click.exceptions import NoSuchCommand, NoSuchOption

from consent.messages import Message, say


def told(error: click.ClickException) -> Message | None:
    """What was typed wrongly and the way out; None where the library's own sentence is shown as it is."""
    if not isinstance(error, click.UsageError) or error.ctx is None:
        return None
    command = error.ctx.command_path
    if isinstance(error, click.MissingParameter) and error.param is not None:
        what = error.param.opts[0] if isinstance(error.param, click.Option) else error.param.make_metavar(error.ctx)
        return say("{what} is missing. What this command takes: {command} --help", what=what, command=command)
    if isinstance(error, NoSuchOption):
        return say(
            "There is no option {what} here. What this command takes: {command} --help",
            what=error.option_name,
            command=command,
        )
    if isinstance(error, NoSuchCommand):
        return say("There is no such command. Which there are: {command} --help", command=command)
    if type(error) is click.UsageError:  # words too many: a folder with a space in its name, typed without quotes
        return say(
            'This command was given more than it takes. A name with spaces goes between quotes: "photos/sports day".'
            " What this command takes: {command} --help",
            command=command,
        )
    return None
