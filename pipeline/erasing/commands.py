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

from consent.messages import Message, UserError, say
from pipeline.language import help_text as _
from pipeline.language import translator


@click.command(name="forget", help=_("Erase a person: templates at once, names wherever they stand; proof stays."))
@click.argument("person_id")
@click.option("--yes", is_flag=True, help=_("Do not ask whether it is meant."))
@click.option(
    "--also",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help=_("Look in this folder too for files that mention the person; may be given more than once."),
)
@click.option(
    "--workspace",
    type=click.Path(path_type=Path),
    default=Path(),
    envvar="PHOTO_CONSENT_WORKSPACE",
    help=_("The school's workspace; this folder where it is left out."),
)
def forget_person(person_id: str, yes: bool, also: tuple[Path, ...], workspace: Path) -> None:
    """Forget a person, once the id was typed again."""
    from pipeline.erasing import words
    from pipeline.erasing.forgetting import forget, must_be_known
    from pipeline.workspace import Workspace

    space = Workspace.open(workspace)
    must_be_known(space, person_id)
    if not yes:
        _tell(say(words.WHAT_IT_MEANS.text, person=person_id))
        typed = click.prompt(_("Type the id once more to forget this person"), default="", show_default=False)
        if typed.strip() != person_id:
            raise UserError(say("Nothing was erased: that was not the id."))
    done = forget(space, person_id, datetime.now().astimezone(), [folder.resolve() for folder in also])
    for sentence in words.of_the_erasure(person_id, done):
        _tell(sentence)
    posts = map(words.of_a_post, done.posts)
    _table(_("Posts to take down: nobody finds them by name any more"), (_("Platform"), _("Day"), _("Post")), posts)
    files = (words.of_a_trace(trace, space) for trace in done.traces)
    _table(_("Files that still mention this person"), (_("File"), _("What to do")), files)
    folders = ((str(folder),) for folder in done.folders)
    _table(_("Folders with photos of runs, which may show this person"), (_("Folder"),), folders)
    _tell(words.ELSEWHERE)


def _tell(message: Message) -> None:
    Console(highlight=False).print(Text(translator().render(message)), soft_wrap=True)


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str | Message]]) -> None:
    rows = list(rows)
    if not rows:
        return
    columns = (Column(heading, overflow="fold") for heading in headings)
    table = Table(*columns, title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(Text(translator().render(c) if isinstance(c, Message) else c) for c in row))
    Console(highlight=False).print(table)
