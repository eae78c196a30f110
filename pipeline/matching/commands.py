"""`photo-consent gallery`: enrol reference photos, and calibrate matching on them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import isfinite, nan
from pathlib import Path

import click

from consent.messages import UserError, say
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.options import folder_argument, on_option, workspace_option
from pipeline.terminal import FAILED, show_rows, tell, with_bar

MOST_ALIKE = 5
"""Photos of which the same is said one by one; more are counted, and enrolment.csv in the run folder has them all."""

MOST_PERSONS = 12
"""Persons that are named where files are only counted."""


def _rate(context: click.Context, parameter: click.Parameter, text: str | None) -> float | None:
    """A part of one, with a comma or a point. Whether it is within bounds is checked with the other parameters."""
    if text is None:
        return None
    try:
        rate = float(text.replace(",", "."))
    except ValueError:
        rate = nan
    if not isfinite(rate):
        raise UserError(
            say("“{text}” is no part of one. Write 0.001 for one in a thousand; 0.01 is the most.", text=text)
        )
    return rate


@click.group(help=_("The gallery: templates of those who agreed to be matched."))
def gallery() -> None:  # noqa: D103
    pass


@gallery.command(help=_("Enrol reference photos, FOLDER/<person_id>/ or FOLDER/<person_id>*.jpg."))
@folder_argument
@on_option
@workspace_option
def enrol(folder: Path, on: date | None, workspace: Path) -> None:
    """Enrol a folder of reference photos, by the notebook."""
    from pipeline.jobs import enrol_gallery

    rows, alike = with_bar(_("Enrolling"), lambda step: enrol_gallery(workspace, folder, on, step))
    show_enrolled(rows, alike)
    if all(row["refused_because"] for row in rows):
        sys.exit(FAILED)


def show_enrolled(rows: Sequence[Mapping[str, str]], alike: Sequence[Mapping[str, str]]) -> None:
    """Which photos were refused, which were taken with a warning, and who looks alike."""
    refused = [row for row in rows if row["refused_because"]]
    for heading, column in ((_("Refused because"), "refused_because"), (_("Warning"), "warning")):
        often = Counter(row[column] for row in rows)
        alone = [row for row in rows if row[column] and often[row[column]] <= MOST_ALIKE]
        told = [(row["file"], row["person_id"], row[column]) for row in alone]
        counted = [
            (
                translator().render(say("{count} files", count=count)),
                _persons(row["person_id"] for row in rows if row[column] == reason),
                reason,
            )
            for reason, count in often.items()
            if reason and count > MOST_ALIKE
        ]
        show_rows((_("File"), _("Person"), heading), [*counted, *told])
    tell(say("Enrolled: {done} photos. Refused: {refused}.", done=len(rows) - len(refused), refused=len(refused)))
    words = {"yes": _("yes"), "no": _("no")}
    show_rows(
        (_("Person"), _("Looks like"), _("Same family name")),
        [(row["person_id"], row["looks_like"], words[row["same_family_name"]]) for row in alike],
    )
    if alike:
        tell(
            say(
                "These persons look alike to the program. Between two of them it never chooses: a face that resembles "
                "both is held, and a person names it. If they do not look alike to you, look whether a photo lies in "
                "the wrong folder."
            )
        )


def _persons(person_ids: Iterable[str]) -> str:
    """The first of these persons, each once."""
    ids = sorted(set(person_ids) - {""})
    return ", ".join(ids[:MOST_PERSONS]) + (" …" if len(ids) > MOST_PERSONS else "")


@gallery.command(
    help=_("Measure how often matching errs here, on the FOLDER that was enrolled, and set its threshold.")
)
@folder_argument
@click.option(
    "--target-fpir",
    callback=_rate,
    metavar="0,001",
    help=_("The part of strangers that may get a wrong name, 0.01 at most; 0.001 where it is left out."),
)
@on_option
@workspace_option
def calibrate(folder: Path, target_fpir: float | None, on: date | None, workspace: Path) -> None:
    """Calibrate matching on the school's own gallery, by the notebook."""
    from pipeline.jobs import calibrate_gallery
    from pipeline.reporting.calibration_page import PAGE
    from pipeline.reporting.calibration_words import of_the_calibration

    written, calibration = with_bar(
        _("Calibrating"), lambda step: calibrate_gallery(workspace, folder, on, step, target_fpir=target_fpir)
    )
    for sentence in of_the_calibration(calibration):
        tell(sentence)
    tell(say("Report: {file}", file=str(written / PAGE)))
