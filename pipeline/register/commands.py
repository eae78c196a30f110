"""`photo-consent register`: take in people and consents, and show them in numbers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from textwrap import fill
from typing import Any

import click

from consent.messages import Message, UserError, say
from pipeline.copyable import typed
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.options import on_option, workspace_option
from pipeline.published.commands import show_recheck
from pipeline.terminal import FAILED, INTERRUPTED, show_faults, show_rows, tell


@click.group(help=_("The register: who may be shown where."))
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
    from pipeline.register.changes import changes, may_still_go, missing, told_of_missing
    from pipeline.workspace import Workspace

    opened = Workspace.open(workspace)
    protocol = opened.school.load_protocol()
    today = date.today()
    with opened.open_store() as store:
        before = store.people()
        read = read_register_files(files, protocol=protocol, today=today, known_people=before, mapping=mapping)
        show_faults(_("These rows are wrong"), read.faults)
        show_faults(_("Look at these rows"), read.warnings)
        if read.faults and not skip_bad_rows:
            raise UserError(say("Nothing was taken in. Mend the rows above, or leave them out with --skip-bad-rows."))
        digests = [file_digest(file) for file in files]
        written, new = store.add(read.people, read.records, datetime.now().astimezone(), digests, read.emptied)
        if gone := store.forgotten({*(p.person_id for p in read.people), *(r.person_id for r in read.records)}):
            people = ", ".join(sorted(gone))
            tell(
                say(
                    "Not taken in, because they were forgotten: {people}. Who comes back gets a new id, and new forms.",
                    people=people,
                )
            )
        tell(say("Taken in. Persons: {people}. New consent lines: {records}.", people=written, records=new))
        _show_changes(list(changes(before, store.people())), names)
        known = store.register(protocol.parameters.validity)
        absent = may_still_go(missing(before.values(), read.people, today), known, protocol, today)
        full_names = {who: known.people[who].full_name for who in absent} if names else None
        if (told := told_of_missing(absent, len(read.people), names=full_names)) is not None:
            tell(told)
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
                tell(say("Templates erased, because consent for matching ended: {people}", people=lapsed))
            if not judged:
                _tell_what_is_left(bool(lapsed), typed(opened.folder, "recheck"))
        if result is not None:
            tell(say("What was published or approved before is judged again by the register as it is now:"))
            show_recheck(result)
            if result.asks_for_work:
                sys.exit(FAILED)


def _tell_what_is_left(names_erased: bool, command: str) -> None:
    """After an import that was stopped before it judged the posts, so that nobody takes its silence for “nothing”."""
    if names_erased:
        tell(
            say(
                "Their names are erased on published posts too. A post that must come down for one of them is still "
                "told, but without the id: keep these ids beside it."
            )
        )
    tell(
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
    tell(say("Changed about persons who were in the register already, so look whether that is meant:"))
    for person_id in dict.fromkeys(one.person_id for one in changed):
        told = "; ".join(translator().render(one.told(names)) for one in changed if one.person_id == person_id)
        tell(say("{person}: {changed}", person=person_id, changed=told))


@register.command(name="status", help=_("How many have a yes, a no or nothing, by platform."))
@on_option
@workspace_option
def register_status(on: date | None, workspace: Path) -> None:
    """Show the register in numbers."""
    from consent.register import Medium
    from pipeline.register.status import status_table
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
            tell(title)
        show_rows(map(_narrow, headings), [[*map(_narrow, row)] for row in rows])
    tell(
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
