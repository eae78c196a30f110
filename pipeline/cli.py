"""The command line. It asks, shows and reports; the work is done by notebooks and the modules beside it.

Modules that load models or system libraries are imported inside the commands that need them, so that
`doctor` can say what is missing.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from math import isfinite, nan
from pathlib import Path
from textwrap import fill
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from consent.messages import Message, UserError, say
from pipeline import __version__, misuse
from pipeline.doctor import doctor
from pipeline.erasing.commands import forget_person, purge_workspace
from pipeline.helping import helped
from pipeline.language import DEFAULT, translator
from pipeline.language import help_text as _
from pipeline.ledger.commands import ledger
from pipeline.models.commands import fetch_models, models
from pipeline.options import on_option, read_day, workspace_option
from pipeline.signing.commands import approve, signers

FAILED, WRONG, INTERRUPTED = 1, 2, 130
"""Exit statuses: an audit or check that says no, something to mend first, and Ctrl-C."""

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def main() -> None:
    """Run the command line; every error becomes a sentence, and an exit status other than 0."""
    try:
        translator()
        cli.main(standalone_mode=False)
    except UserError as error:
        _complain(error.message)
        sys.exit(WRONG)
    except click.ClickException as error:
        sentence = misuse.told(error)
        if sentence is None:
            error.show()
        else:
            _complain(sentence)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _complain(say("Interrupted. Nothing is half done; give the same command again to go on."))
        sys.exit(INTERRUPTED)
    except ImportError as error:
        _complain(say("A library cannot be loaded ({library}). Run: photo-consent doctor", library=str(error)))
        sys.exit(WRONG)
    except Exception as error:  # noqa: BLE001 - a traceback may hold rows of the register; its kind and place do not
        kind, place = type(error).__name__, _place(error)
        _complain(say("Something unexpected went wrong: {kind}, {place}.", kind=kind, place=place))
        sys.exit(WRONG)


def _own_name() -> str:
    """The program as it was called, so that a command can be copied."""
    return sys.argv[0] if os.sep in sys.argv[0] else "photo-consent"


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"


def _complain(message: Message) -> None:
    try:
        tr = translator()
    except UserError:  # the very setting that is complained about
        tr = translator(DEFAULT)
    errors.print(Text(tr.render(message), style="bold red"))


def _tell(message: Message) -> None:
    console.print(Text(translator().render(message)), soft_wrap=True)


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


folder_argument = click.argument("folder", type=click.Path(path_type=Path))


@click.group(
    help=_("May these photos of our pupils be published here? An audit that runs on this computer alone."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__)
def cli() -> None:  # noqa: D103 - its help is the text above
    pass


cli.add_command(models)
cli.add_command(approve)
cli.add_command(signers)
cli.add_command(doctor)
cli.add_command(forget_person)
cli.add_command(purge_workspace)
cli.add_command(ledger)


@cli.command(help=_("Make a workspace for a school: settings and an encrypted, empty register."))
@folder_argument
@click.option("--name", default="", help=_("The name of the school, for reports."))
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", help=_("The language of reports."))
def init(folder: Path, name: str, language: str) -> None:
    """Make a workspace."""
    from pipeline.workspace import Workspace

    workspace, key = Workspace.create(folder, name or folder.resolve().name, language)
    _tell(say("The workspace is ready: {folder}", folder=str(workspace.folder)))
    if key is None:
        _tell(say("The key of the register is kept in this computer's keyring, or is the one in PHOTO_CONSENT_KEY."))
    else:
        _tell(
            say(
                "This computer has no keyring. Write this key down and keep it safe; it is shown only now, "
                "and without it nobody can read the register:"
            )
        )
        console.print(Text(key, style="bold"))
        _tell(say("Give it to the program before the next command, once for each terminal window:"))
        _tell(say("Linux, macOS: {command}", command=f"export PHOTO_CONSENT_KEY='{key}'"))
        _tell(say("Windows PowerShell: {command}", command=f"$env:PHOTO_CONSENT_KEY = '{key}'"))
    command = f"{_own_name()} register import people.csv consents.csv --workspace {folder}"
    _tell(say("Next: {command}", command=command))


@cli.group(help=_("The register: who may be shown where."))
def register() -> None:  # noqa: D103
    pass


@register.command(name="import", help=_("Take in people, consents or a table of the school's own, checked row by row."))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", type=click.Path(path_type=Path), help=_("What the columns of the school's own table mean."))
@click.option("--skip-bad-rows", is_flag=True, help=_("Take in the good rows although others are bad."))
@click.option(
    "--names",
    is_flag=True,
    help=_("Show what was changed about persons with the old and the new words, and who is not in a new list."),
)
@workspace_option
def register_import(
    files: tuple[Path, ...], mapping: Path | None, skip_bad_rows: bool, names: bool, workspace: Path
) -> None:
    """Import register files: all or nothing, unless bad rows are skipped."""
    from consent.importers.importing import read_register_files
    from pipeline.enrolment import erase_taken_back
    from pipeline.photos import file_digest
    from pipeline.published.rechecking import Recheck
    from pipeline.register_changes import changes, may_still_go, missing, told_of_missing
    from pipeline.workspace import Workspace

    opened = Workspace.open(workspace)
    protocol = opened.school.load_protocol()
    today = date.today()
    with opened.open_store() as store:
        before = store.people()
        read = read_register_files(files, protocol=protocol, today=today, known_people=before, mapping=mapping)
        _show_rows(_("These rows are wrong"), read.faults)
        _show_rows(_("Look at these rows"), read.warnings)
        if read.faults and not skip_bad_rows:
            raise UserError(say("Nothing was taken in. Mend the rows above, or leave them out with --skip-bad-rows."))
        digests = [file_digest(file) for file in files]
        written, new = store.add(read.people, read.records, datetime.now().astimezone(), digests, read.emptied)
        if gone := store.forgotten({*(p.person_id for p in read.people), *(r.person_id for r in read.records)}):
            people = ", ".join(sorted(gone))
            _tell(
                say(
                    "Not taken in, because they were forgotten: {people}. Who comes back gets a new id, and new forms.",
                    people=people,
                )
            )
        _tell(say("Taken in. Persons: {people}. New consent lines: {records}.", people=written, records=new))
        _show_changes(list(changes(before, store.people())), names)
        known = store.register(protocol.parameters.validity)
        absent = may_still_go(missing(before.values(), read.people, today), known, protocol, today)
        full_names = {who: known.people[who].full_name for who in absent} if names else None
        if (told := told_of_missing(absent, len(read.people), names=full_names)) is not None:
            _tell(told)
        result, judged = None, False
        try:
            # The names that the program gave are erased below: what they mean for posts is told before.
            if any(post.gone_on is None for post in store.published.posts()):
                result = Recheck.from_parameters(workspace=str(workspace.resolve())).run()
            judged = True
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        finally:  # a template goes, whatever else went wrong
            lapsed = ", ".join(sorted(erase_taken_back(store, known, today, protocol)))
            if lapsed:
                _tell(say("Templates erased, because consent for matching ended: {people}", people=lapsed))
            if not judged:
                _tell_what_is_left(bool(lapsed), f"{_own_name()} recheck --workspace {workspace}")
        if result is not None:
            _tell(say("What was published or approved before is judged again by the register as it is now:"))
            _show_recheck(result)
            if result.asks_for_work:
                sys.exit(FAILED)


def _tell_what_is_left(names_erased: bool, command: str) -> None:
    """After an import that was stopped before it judged the posts, so that nobody takes its silence for “nothing”."""
    if names_erased:
        _tell(
            say(
                "Their names are erased on published posts too. A post that must come down for one of them is still "
                "told, but without the id: keep these ids beside it."
            )
        )
    _tell(
        say(
            "What was taken in stays. What was published before was not judged again yet, so this does not say what "
            "must come down. Next: {command}",
            command=command,
        )
    )


def _show_changes(changed: Sequence[Any], names: bool) -> None:
    """Of each person in the register what says something else by now, by id; names only where they are asked for."""
    if not changed:
        return
    _tell(say("Changed about persons who were in the register already, so look whether that is meant:"))
    for person_id in dict.fromkeys(one.person_id for one in changed):
        told = "; ".join(translator().render(one.told(names)) for one in changed if one.person_id == person_id)
        _tell(say("{person}: {changed}", person=person_id, changed=told))


def _show_rows(title: str, faults: Sequence[Any]) -> None:
    if not faults:
        return
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in (_("File"), _("Row"), _("What")):
        table.add_column(heading)
    for fault in faults:
        table.add_row(Text(fault.file), str(fault.row), Text(translator().render(fault.reason)))
    console.print(table)


@register.command(name="status", help=_("How many have a yes, a no or nothing, by platform."))
@on_option
@workspace_option
def register_status(on: date | None, workspace: Path) -> None:
    """Show the register in numbers."""
    from consent.register import Medium
    from pipeline.register_status import status_table
    from pipeline.workspace import Workspace

    opened = Workspace.open(workspace)
    protocol = opened.school.load_protocol()
    with opened.open_store() as store:
        known = store.register(protocol.parameters.validity)
        photos, films = (
            status_table(known, protocol, on or date.today(), medium) for medium in (Medium.PHOTO, Medium.FILM)
        )
        enrolled = len(store.enrolled())
    # Mostly a form asks for both at once, and one table says it all.
    tables = [(None, photos)] if photos == films else [(say("For photos:"), photos), (say("For films:"), films)]
    for title, (headings, rows) in tables:
        if title is not None:
            _tell(title)
        _show_rows_of(map(_narrow, headings), [[*map(_narrow, row)] for row in rows])
    _tell(
        say(
            "In the register: {people} persons. Enrolled in the gallery: {enrolled}.",
            people=len(known.people),
            enrolled=enrolled,
        )
    )


def _narrow(cell: Message | str | int) -> str:
    """A cell in lines of whole words, so that many columns stay readable in a window of 80 letters."""
    text = translator().render(cell) if isinstance(cell, Message) else str(cell)
    return fill(text, 12, break_long_words=False, break_on_hyphens=False)


@cli.group(help=_("The gallery: templates of those who agreed to be matched."))
def gallery() -> None:  # noqa: D103
    pass


@gallery.command(help=_("Enrol reference photos, FOLDER/<person_id>/ or FOLDER/<person_id>*.jpg."))
@folder_argument
@on_option
@workspace_option
def enrol(folder: Path, on: date | None, workspace: Path) -> None:
    """Enrol a folder of reference photos, by the notebook."""
    from pipeline.jobs import enrol_gallery

    rows, alike = _with_bar(_("Enrolling"), lambda step: enrol_gallery(workspace, folder, on, step))
    _show_enrolled(rows, alike)
    if all(row["refused_because"] for row in rows):
        sys.exit(FAILED)


MOST_ALIKE = 5
"""Photos of which the same is said one by one; more are counted, and the run folder has them all."""


def _show_enrolled(rows: Sequence[Mapping[str, str]], alike: Sequence[Mapping[str, str]]) -> None:
    refused = [row for row in rows if row["refused_because"]]
    for heading, column in ((_("Refused because"), "refused_because"), (_("Warning"), "warning")):
        often = Counter(row[column] for row in rows)
        alone = [row for row in rows if row[column] and often[row[column]] <= MOST_ALIKE]
        told = [(row["file"], row["person_id"], row[column]) for row in alone]
        many = [(reason, count) for reason, count in often.items() if reason and count > MOST_ALIKE]
        counted = [(translator().render(say("{count} files", count=count)), "", reason) for reason, count in many]
        _show_rows_of((_("File"), _("Person"), heading), [*counted, *told])
    _tell(say("Enrolled: {done} photos. Refused: {refused}.", done=len(rows) - len(refused), refused=len(refused)))
    words = {"yes": _("yes"), "no": _("no")}
    _show_rows_of(
        (_("Person"), _("Looks like"), _("Same family name")),
        [(row["person_id"], row["looks_like"], words[row["same_family_name"]]) for row in alike],
    )
    if alike:
        _tell(
            say(
                "These persons look alike to the program. Between two of them it never chooses: a face that resembles "
                "both is held, and a person names it. If they do not look alike to you, look whether a photo lies in "
                "the wrong folder."
            )
        )


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

    written, calibration = _with_bar(
        _("Calibrating"), lambda step: calibrate_gallery(workspace, folder, on, step, target_fpir=target_fpir)
    )
    for sentence in of_the_calibration(calibration):
        _tell(sentence)
    _tell(say("Report: {file}", file=str(written / PAGE)))


@cli.group(help=_("Audits: may these photos be published?"))
def audit() -> None:  # noqa: D103
    pass


@audit.command(help=_("Audit a folder of photos before they are published."))
@folder_argument
@click.option("--platform", required=True, help=_("Where they would be published, as the protocol calls it: facebook."))
@on_option
@click.option("--message", type=click.Path(path_type=Path), help=_("A file with the text of the post."))
@click.option("--names", type=click.Path(path_type=Path), help=_("The filled-in names.csv of an earlier run."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The report's language; else the school's own."))
@click.option("--run-id", help=_("The name of the run and of its folder."))
@click.option("--scheduler", metavar="ADDRESS", help=_("The Dask cluster that looks at the photos: tls://HOST:PORT."))
@click.option("--names-in-report", is_flag=True, help=_("Show names too, for a report that stays in school."))
@click.option(
    "--fail-on",
    type=click.Choice(["hold", "block"]),
    help=_("Exit status 1 where a photo is held or worse, or not to be published."),
)
@workspace_option
def candidates(folder: Path, on: date | None, fail_on: str | None, workspace: Path, **options: Any) -> None:
    """Audit a folder, by the notebook, and show where the report lies."""
    from pipeline.jobs import audit_candidates

    outcome = _with_bar(_("Looking"), lambda step: audit_candidates(workspace, folder, on, step, **options))
    _show_outcome(outcome)
    if fail_on is not None and outcome.fails(fail_on):
        sys.exit(FAILED)


@audit.command(help=_("Audit what is public already: EXPORT is the download of a platform, or a folder of photos."))
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

    outcome = _with_bar(_("Looking"), lambda step: audit_published(workspace, export, on, step, **options))
    _show_rows_of((_("Standing"), _("Number")), outcome.rows(translator()))
    if outcome.faults:
        _tell(
            say("Not everything of the export could be read: {count} in the list of the report.", count=outcome.faults)
        )
    _tell(say("Posts to do something about: {count}, in takedown.csv beside the report.", count=outcome.to_do))
    _show_folder(outcome)


@cli.command(help=_("Cover or crop the photos of RUN that this helps, and judge what comes out."))
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
    outcomes = _with_bar(_("Covering"), lambda step: make_remedies(space, run, now, photos, how=how, on_step=step))
    _show_rows_of((_("File"), _("Made"), _("The rules")), made_rows(outcomes, translator()))
    _show_rows_of((_("File"), _("Nothing made, because")), told_rows(outcomes, translator()))
    made = [outcome for outcome in outcomes if outcome.made is not None]
    if not outcomes:
        _tell(say("No photo or film of this run can be helped by covering, cropping or removing sound."))
    if made:
        _tell(
            say(
                "New pictures and films: {count}, in {folder}. None of them counts before a person has looked at it, "
                "clothes and long hair included, and confirmed that nobody without a yes can be recognised.",
                count=len(made),
                folder=str(space.reports / Path(run).name / REMEDIED),
            )
        )
    if any(of_film(outcome.made) for outcome in made if outcome.made is not None):
        _tell(CONVERTED)


@cli.command(
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
    _show_recheck(result)
    if result.asks_for_work:
        sys.exit(FAILED)


@cli.command(name="taken-down", help=_("Note which posts are gone: FILE is takedown.csv with taken_down_on filled in."))
@click.argument("file", type=click.Path(path_type=Path))
@workspace_option
def taken_down(file: Path, workspace: Path) -> None:
    """Note the days, all or nothing; what is gone is not judged again until a download shows it."""
    from pipeline.photos import file_digest
    from pipeline.published.taking_down import TAKEN_DOWN_ON, note_taken_down, read_taken_down
    from pipeline.workspace import Workspace

    with Workspace.open(workspace).open_store() as store:
        now = datetime.now().astimezone()
        read = read_taken_down(file, store.published.posts(), store.published.known_on(), now.date())
        _show_rows(_("These rows are wrong"), read.faults)
        if read.faults:
            raise UserError(say("Nothing was noted. Mend the rows above."))
        if not read.days:
            raise UserError(
                say(
                    "Nothing was noted: in “{file}” no day is filled in. Write the day on which a post was taken down "
                    "in the column {column}, the last one, save the file, and give this again.",
                    file=file.name,
                    column=TAKEN_DOWN_ON,
                )
            )
        note_taken_down(store, read.days, file_digest(file), now)
    _tell(say("Noted as taken down: {count} posts. A later download that still holds one brings it back.",
              count=len(read.days)))  # fmt: skip


def _show_recheck(result: Any) -> None:
    from pipeline.reporting.published.words import noting, to_do_rows, told_before

    _tell(result.summary)
    for told in told_before(result.waiting, result.told_in, translator()):
        _tell(told)
    headings = (_("Platform"), _("Post"), _("Standing"), _("Person"))
    rows = to_do_rows(result.changed, translator())
    _show_rows_of(headings, rows[:MOST_POSTS])
    if len(rows) > MOST_POSTS:
        _tell(say("And {count} more, in the report.", count=len(rows) - MOST_POSTS))
    for note in result.notes:
        _tell(note)
    if result.folder is not None:
        _tell(say("Report: {file}", file=str(result.folder / "report.html")))
        if any(found.standing.comes_down for found in result.changed):
            _tell(noting(str(result.folder / "takedown.csv")))


MOST_POSTS = 20
"""Posts that are told one by one; the report has them all."""


@cli.command(
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

    outcome = _with_bar(_("Reviewing"), lambda step: review_privacy(workspace, since, until, step, **options))
    _tell(say("Reviewed: {runs} runs. Points to do: {points}.", runs=outcome.runs, points=outcome.to_do))
    _tell(say("Report: {file}", file=str(outcome.folder / "report.html")))


@cli.group(help=_("Texts for papers of the school, from the settings as they are now."))
def export() -> None:  # noqa: D103
    pass


@export.command(help=_("The annex to the DPIA: what is processed, why, where, how long, and with which error."))
@click.option("--format", "kind", type=click.Choice(["md", "html", "both"]), default="both", help=_("Which files."))
@click.option("--out", type=click.Path(path_type=Path), help=_("The folder; else “exports” in the workspace."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The annex's language; else the school's own."))
@workspace_option
def dpia(kind: str, out: Path | None, language: str | None, workspace: Path) -> None:
    """Write the annex."""
    from pipeline.dpia.annex import annex
    from pipeline.dpia.live import live
    from pipeline.dpia.rendering import FORMATS, write_annex
    from pipeline.workspace import Workspace

    space, now = Workspace.open(workspace), datetime.now().astimezone()
    formats = tuple(FORMATS) if kind == "both" else (kind,)
    tr = translator(language or space.school.language)
    folder = out or space.folder / "exports"
    for file in write_annex(annex(live(space, now)), folder, now.date().isoformat(), formats, tr):
        _tell(say("Written: {file}", file=str(file.resolve())))


@cli.command(help=_("Open the desk in the browser: look at photos, say who is on them, see what the rules say then."))
@workspace_option
@click.option("--port", type=click.IntRange(1024, 65535), default=8866, help=_("The port of this computer to use."))
@click.option("--no-browser", is_flag=True, help=_("Only tell the address; open no browser."))
@click.option("--language", type=click.Choice(["nl", "en"]), help=_("The language of the page; else the school's own."))
def desk(workspace: Path, port: int, no_browser: bool, language: str | None) -> None:
    """Serve the desk until Ctrl-C."""
    import webbrowser

    from pipeline.schemas import load_jsonschema

    load_jsonschema()  # before Voila is imported
    from pipeline.desk.server import serve
    from pipeline.workspace import Workspace

    opened = Workspace.open(workspace)
    with opened.open_store():
        pass  # a wrong key is told here, and not on the page

    def ready(page: Path) -> None:
        # Everybody on this computer can read what a program is started with, and logs keep what a terminal shows.
        _tell(say("The desk is open, for you alone: {address}", address=page.as_uri()))
        _tell(say("Keep this window open, and stop with Ctrl-C."))
        if not no_browser:
            webbrowser.open(page.as_uri())

    serve(opened.folder, port, ready, language)
    _tell(say("The desk is closed. What was decided is kept."))


@cli.command(help=_("Audit the photos of a made-up school, to see what a report looks like."))
@click.option(
    "--workspace", type=click.Path(path_type=Path), default=Path("demo-workspace"), help=_("Where to build it.")
)
@click.pass_context
def demo(context: click.Context, workspace: Path) -> None:
    """Build the demo workspace and audit the demo event for Facebook."""
    context.invoke(doctor)
    context.invoke(fetch_models)
    from pipeline.demo import DAY, PHOTOS, PLATFORM, REFERENCES, RUN_ID, build_demo, make_film
    from pipeline.jobs import audit_candidates, enrol_gallery
    from pipeline.signing.terminal import again

    space = build_demo(workspace)
    _show_enrolled(*_with_bar(_("Enrolling"), lambda step: enrol_gallery(workspace, REFERENCES, DAY, step)))
    outcome = _with_bar(
        _("Looking"), lambda step: audit_candidates(workspace, PHOTOS, DAY, step, platform=PLATFORM, run_id=RUN_ID)
    )
    _show_outcome(outcome)
    _tell(
        say(
            "The demo's register is locked with the key “demo”. To go on with it, set PHOTO_CONSENT_KEY=demo "
            "and give --workspace {folder}",
            folder=str(workspace),
        )
    )
    films = str(make_film(workspace))
    command = again(space, "audit", "candidates", films, "--platform", PLATFORM, "--on", DAY.isoformat())
    _tell(say("A short film to try is in {folder}. Audit it with: {command}", folder=films, command=command))


def _with_bar(label: str, work: Callable[[Callable[[float, int], None]], Any]) -> Any:
    """Do the work under a bar that counts photos; plain lines where this is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def _show_outcome(outcome: Any) -> None:
    from consent.texts.told import told_of_message

    looked_at = _("Photos and films") if outcome.has_films else _("Photos")
    _show_rows_of((_("Verdict"), _("Number"), looked_at), outcome.rows(translator()))
    for found in outcome.in_message:
        _tell(told_of_message(found))
    _show_folder(outcome)
    if outcome.other_files:
        _tell(
            say(
                "These files are no photos or films and were not looked at: {files}",
                files=", ".join(outcome.other_files),
            )
        )


def _show_folder(outcome: Any) -> None:
    _tell(say("Report: {file}", file=str(outcome.folder / "report.html")))
    if outcome.to_name:
        _tell(
            say(
                "{count} faces or persons have no name yet. Look at the pictures in {folder}, fill in names.csv there, "
                "and run the audit again with --names.",
                count=outcome.to_name,
                folder=str(outcome.folder),
            )
        )


def _show_rows_of(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    rows = list(rows)
    if not rows:
        return
    table = Table(
        *(Column(heading, overflow="fold") for heading in headings),
        box=box.SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


helped(cli)
