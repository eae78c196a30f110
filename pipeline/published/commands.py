"""`photo-consent audit published`, `recheck` and `taken-down`: what is public already."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from consent.messages import UserError, say
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.options import on_option, read_day, workspace_option
from pipeline.terminal import FAILED, show_faults, show_report, show_rows, tell, with_bar

MOST_POSTS = 20
"""Posts that are told one by one; the report has them all."""


@click.command(help=_("Audit what is public already: EXPORT is the download of a platform, or a folder of photos."))
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--platform", required=True, help=_("Where it was published, as the protocol calls it: facebook."))
@click.option("--since", callback=read_day, metavar="DD-MM-JJJJ", help=_("Leave out what was posted before this day."))
@on_option
@click.option("--names", type=click.Path(path_type=Path), help=_("The filled-in names.csv of an earlier run."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The report's language; else the school's own."))
@click.option("--run-id", help=_("The name of the run and of its folder."))
@click.option("--scheduler", metavar="ADDRESS", help=_("The Dask cluster that looks at the photos: tls://HOST:PORT."))
@click.option("--names-in-report", is_flag=True, help=_("Show names too, for a report that stays in school."))
@workspace_option
def published(export: Path, on: date | None, workspace: Path, **options: Any) -> None:
    """Audit an export, by the notebook, and show where the report lies."""
    from pipeline.jobs import audit_published

    outcome = with_bar(_("Looking"), lambda step: audit_published(workspace, export, on, step, **options))
    show_rows((_("Standing"), _("Number")), outcome.rows(translator()))
    if outcome.faults:
        tell(
            say("Not everything of the export could be read: {count} in the list of the report.", count=outcome.faults)
        )
    tell(say("Posts to do something about: {count}, in takedown.csv beside the report.", count=outcome.to_do))
    show_report(outcome)


@click.command(
    help=_("Judge everything published again by the register of today, without pictures; tells only what changed.")
)
@on_option
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The report's language; else the school's own."))
@workspace_option
def recheck(on: date | None, language: str | None, workspace: Path) -> None:
    """Judge again; exit status 1 where somebody must do something new."""
    from pipeline.published.rechecking import Recheck

    job = Recheck.from_parameters(
        workspace=str(workspace.resolve()), on=on.isoformat() if on else None, language=language
    )
    result = job.run()
    show_recheck(result)
    if result.asks_for_work:
        sys.exit(FAILED)


@click.command(
    name="taken-down", help=_("Note which posts are gone: FILE is takedown.csv with its last column filled in.")
)
@click.argument("file", type=click.Path(path_type=Path))
@workspace_option
def taken_down(file: Path, workspace: Path) -> None:
    """Note the days, all or nothing; what is gone is not judged again until a download shows it."""
    from pipeline.photos import file_digest
    from pipeline.published.taking_down import READ_BACK, TAKEN_DOWN_ON, note_taken_down, read_taken_down
    from pipeline.workspace import Workspace

    with Workspace.open(workspace).open_store() as store:
        now = datetime.now().astimezone()
        read = read_taken_down(file, store.published.posts(), store.published.known_on(), now.date())
        show_faults(_("These rows are wrong"), read.faults)
        if read.faults:
            raise UserError(say("Nothing was noted. Mend the rows above."))
        if not read.days:
            raise UserError(
                say(
                    "Nothing was noted: in “{file}” no day is filled in. Write the day on which a post was taken down "
                    "in the column “{column}”, the last one, save the file, and give this again.",
                    file=file.name,
                    column=READ_BACK[TAKEN_DOWN_ON],
                )
            )
        note_taken_down(store, read.days, file_digest(file), now)
    tell(say("Noted as taken down: {count} posts. A later download that still holds one brings it back.",
              count=len(read.days)))  # fmt: skip


def show_recheck(result: Any) -> None:
    """What judging again found, with where the report lies."""
    from pipeline.reporting.published.words import noting, to_do_rows, told_before

    tell(result.summary)
    for told in told_before(result.waiting, result.told_in, translator()):
        tell(told)
    headings = (_("Platform"), _("Post"), _("Standing"), _("Person"))
    rows = to_do_rows(result.changed, translator())
    show_rows(headings, rows[:MOST_POSTS])
    if len(rows) > MOST_POSTS:
        tell(say("And {count} more, in the report.", count=len(rows) - MOST_POSTS))
    for note in result.notes:
        tell(note)
    if result.folder is not None:
        tell(say("Report: {file}", file=str(result.folder / "report.html")))
        if any(found.standing.comes_down for found in result.changed):
            tell(noting(result.folder / "takedown.csv"))
