"""`photo-consent forget` and `photo-consent purge`: what they ask and show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from consent.importers.dates import parse_date
from consent.messages import Message, UserError, say
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.options import workspace_option
from pipeline.terminal import tell


@click.command(name="forget", help=_("Erase a person: templates at once, names wherever they stand; proof stays."))
@click.argument("person_id")
@click.option("--yes", is_flag=True, help=_("Do not ask whether it is meant."))
@click.option(
    "--also",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=_("Look in this folder too for files that mention the person; may be given more than once."),
)
@workspace_option
def forget_person(person_id: str, yes: bool, also: tuple[Path, ...], workspace: Path) -> None:
    """Forget a person, once the id was typed again."""
    from pipeline.erasing import words
    from pipeline.erasing.forgetting import forget, must_be_known
    from pipeline.workspace import Workspace

    space = Workspace.open(workspace)
    must_be_known(space, person_id)
    if not yes:
        tell(say(words.WHAT_IT_MEANS.text, person=person_id))
        typed = click.prompt(_("Type the id once more to forget this person"), default="", show_default=False)
        if typed.strip() != person_id:
            raise UserError(say("Nothing was erased: that was not the id."))
    done = forget(space, person_id, datetime.now().astimezone(), [folder.resolve() for folder in also])
    for sentence in words.of_the_erasure(person_id, done):
        tell(sentence)
    posts = map(words.of_a_post, done.posts)
    _table(_("Posts to take down: nobody finds them by name any more"), (_("Platform"), _("Day"), _("Post")), posts)
    files = (words.of_a_trace(trace, space) for trace in done.traces)
    _list(_("Files that still mention this person"), files)
    folders = ((str(folder),) for folder in done.folders)
    _list(_("Folders with photos of runs, which may show this person"), folders)
    tell(words.ELSEWHERE)


@click.command(name="purge", help=_("Remove what has been kept long enough, as school.toml says under [retention]."))
@click.option("--dry-run", is_flag=True, help=_("Only tell what would go; remove nothing."))
@click.option("--on", metavar="DD-MM-JJJJ", help=_("The day to judge for; today by default."))
@workspace_option
def purge_workspace(dry_run: bool, on: str | None, workspace: Path) -> None:
    """Purge, and tell of each kind what went and what stays until when."""
    from pipeline.erasing.purging import KINDS, purge
    from pipeline.workspace import Workspace

    now = datetime.now().astimezone()
    day = now.date() if on is None else parse_date(on)
    if day is None:
        raise UserError(say("“{text}” is no day. Write it as 2026-11-22 or 22-11-2026.", text=on or ""))
    done = purge(Workspace.open(workspace), day, now, dry_run=dry_run)
    gone = _("Would go") if dry_run else _("Removed")
    rows = (
        (KINDS[kind], str(part.removed), str(part.kept), translator().date(part.goes_on) if part.goes_on else "")
        for kind, part in done.parts.items()
    )
    _table("", (_("What"), gone, _("Kept"), _("The next goes on")), rows)
    foreign = ((file,) for file in done.foreign)
    _list(_("Not the program's own, so left where they are"), foreign)


def _list(title: str, rows: Iterable[Sequence[str | Message]]) -> None:
    """Paths, each on a line of its own however long it is, so that it can be copied; below it what to do."""
    rows = list(rows)
    if not rows:
        return
    console, tr = Console(highlight=False), translator()
    console.print(Text(f"{title}:"), soft_wrap=True)
    for row in rows:
        for indent, told in zip(("  ", "    "), row, strict=False):
            console.print(Text(indent + (tr.render(told) if isinstance(told, Message) else told)), soft_wrap=True)


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Message]]) -> None:
    rows = list(rows)
    if not rows:
        return
    columns = (Column(heading, overflow="fold") for heading in headings)
    table = Table(*columns, title=title or None, title_justify="left", box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(Text(translator().render(c) if isinstance(c, Message) else c) for c in row))
    Console(highlight=False).print(table)
