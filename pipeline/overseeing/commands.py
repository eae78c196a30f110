"""`photo-consent review`: what a privacy officer looks back on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from consent.messages import say
from pipeline.language import help_text as _
from pipeline.options import read_day, workspace_option
from pipeline.terminal import tell, with_bar


@click.command(
    help=_("Review a period, for the privacy officer: runs, decisions, register, templates, and what must go.")
)
@click.option("--from", "since", callback=read_day, metavar="DD-MM-JJJJ", help=_("First day; else of the school year."))
@click.option("--to", "until", callback=read_day, metavar="DD-MM-JJJJ", help=_("Last day; today by default."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The report's language; else the school's own."))
@click.option("--run-id", help=_("The name of the run and of its folder."))
@workspace_option
def review(since: date | None, until: date | None, workspace: Path, **options: Any) -> None:
    """Review a period, by the notebook, and show where the report lies."""
    from pipeline.jobs import review_privacy

    outcome = with_bar(_("Reviewing"), lambda step: review_privacy(workspace, since, until, step, **options))
    tell(say("Reviewed: {runs} runs. Points to do: {points}.", runs=outcome.runs, points=outcome.to_do))
    tell(say("Report: {file}", file=str(outcome.folder / "report.html")))
