"""The help of the commands in the reader's language, and whole: click has its own few words in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from pipeline.language import help_text as _

OF_CLICK = {
    "Options": _("Options"),
    "Commands": _("Commands"),
    "Show this message and exit.": _("Show this message and exit."),
    "Show the version and exit.": _("Show the version and exit."),
}


class Help(click.HelpFormatter):
    """Writes the words that click brings along in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line that says how a command is called."""
        usage = _("Usage")
        super().write_usage(prog, args, prefix or f"{usage}: ")

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A part with a heading."""
        with super().section(OF_CLICK.get(name, name)):
            yield

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options or commands, each with what it does."""
        super().write_dl([(term, OF_CLICK.get(text, text)) for term, text in rows], col_max, col_spacing)


def helped(command: click.Command) -> None:
    """Give a command and all below it this help, in which what a command does is not cut off."""
    command.context_class = type("Context", (click.Context,), {"formatter_class": Help})
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        below.short_help = below.help
        helped(below)
