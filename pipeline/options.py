"""Options that several commands have, and how a day on the command line is read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from consent.importers.dates import parse_date
from consent.messages import UserError, say
from pipeline.language import help_text as _


def read_day(context: click.Context, parameter: click.Parameter, text: str | None) -> date | None:
    """The day that was typed, in any of the ways in which people write one. Raises `UserError` for what is none."""
    if text is None:
        return None
    day = parse_date(text)
    if day is None:
        raise UserError(say("“{text}” is no day. Write it as 2026-11-22 or 22-11-2026.", text=text))
    return day


workspace_option = click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    default=Path(),
    envvar="PHOTO_CONSENT_WORKSPACE",
    help=_("The school's workspace; this folder where it is left out."),
)
on_option = click.option(
    "--on", callback=read_day, metavar="DD-MM-JJJJ", help=_("The day to judge for; today by default.")
)
folder_argument = click.argument("folder", type=click.Path(path_type=Path))
