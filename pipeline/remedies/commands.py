"""`photo-consent cover`: make the new pictures and films of a run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from consent.messages import say
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.options import workspace_option
from pipeline.terminal import show_rows, tell, with_bar


@click.command(help=_("Cover or crop the photos of RUN that this helps, and judge what comes out."))
@click.argument("run")
@click.option(
    "--photo", "photos", multiple=True, metavar="NAME", help=_("Only this photo; may be given several times.")
)
@click.option(
    "--how",
    type=click.Choice(["solid", "pixelate", "blur", "crop"]),
    help=_("What faces are covered with, or crop them away; else what costs least of the picture."),
)
@workspace_option
def cover(run: str, photos: tuple[str, ...], how: str | None, workspace: Path) -> None:
    """Make the new files of a run; a person confirms them before they count."""
    from pipeline.erasing.own_files import REMEDIED
    from pipeline.remedies.job import make_remedies
    from pipeline.remedies.remedy import CONVERTED
    from pipeline.remedies.words import made_rows, of_film, told_rows
    from pipeline.workspace import Workspace

    space, now = Workspace.open(workspace), datetime.now().astimezone()
    outcomes = with_bar(_("Covering"), lambda step: make_remedies(space, run, now, photos, how=how, on_step=step))
    show_rows((_("File"), _("Made"), _("The rules")), made_rows(outcomes, translator()))
    show_rows((_("File"), _("Nothing made, because")), told_rows(outcomes, translator()))
    made = [outcome for outcome in outcomes if outcome.made is not None]
    if not outcomes:
        tell(say("No photo or film of this run can be helped by covering, cropping or removing sound."))
    if made:
        tell(
            say(
                "New pictures and films: {count}, in {folder}. None of them counts before a person has looked at it, "
                "clothes and long hair included, and confirmed that nobody without a yes can be recognised.",
                count=len(made),
                folder=str(space.reports / Path(run).name / REMEDIED),
            )
        )
    if any(of_film(outcome.made) for outcome in made if outcome.made is not None):
        tell(CONVERTED)
