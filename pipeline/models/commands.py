"""`photo-consent models`: which models there are, bring them here, and whether they are sound."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from consent.messages import Message, say
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.models.fetch import fetch
from pipeline.models.registry import Built
from pipeline.models.store import Condition, default_store

CONDITIONS = {
    Condition.SOUND: say("present and verified"),
    Condition.MISSING: say("missing"),
    Condition.ALTERED: say("altered, will not be used"),
}


@click.group(name="models", help=_("The models that look at the photos."))
def models() -> None:
    """The models that look at the photos."""


@models.command(name="list", help=_("Show every model: purpose, size, licence, source and whether it is here."))
def list_models() -> None:
    """Show every model: purpose, size, licence, source and whether it is here."""
    store, show = default_store(), translator().render
    table = Table(Column(show(say("Model")), no_wrap=True))
    for head in (say("For"), say("Size"), say("Licence"), say("Source"), say("State")):
        table.add_column(show(head))
    for model in store.models:
        built = isinstance(model.source, Built)
        source = (
            say("built here from {origin}", origin=model.origin)
            if built
            else say("taken from {origin}", origin=model.origin)
        )
        table.add_row(
            model.name,
            show(model.purpose),
            show(say("{size} MB", size=round(model.size / 1e6, 1))),
            model.licence,
            show(source),
            show(CONDITIONS[store.condition(model)]),
        )
    console = Console()
    console.print(table)
    _tell(console, say("Folder: {folder}", folder=str(store.cache)))
    if store.offline is not None:
        _tell(console, say("First looked for in: {folder}", folder=str(store.offline)))


@models.command(name="fetch", help=_("Bring the models that are missing to this computer, and verify every one."))
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("A folder with model files, for a computer without internet."),
)
def fetch_models(folder: Path | None) -> None:
    """Bring the models that are missing to this computer, and verify every one."""
    store, console = default_store(), Console()
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(translator().render(say("Fetching the models")), total=None)
        brought = fetch(
            store, folder=folder, on_progress=lambda done, total: bar.update(task, completed=done, total=total)
        )
    if brought:
        names = ", ".join(model.name for model in brought)
        _tell(console, say("Fetched and verified: {names}.", names=names))
    else:
        _tell(console, say("All models are here and verified."))


@models.command(help=_("Hash every model afresh. Exit status 1 where one is missing or altered."))
def verify() -> None:
    """Hash every model afresh. Exit status 1 where one is missing or altered."""
    store, console = default_store(), Console()
    conditions = {model: store.condition(model) for model in store.models}
    for model, found in conditions.items():
        _tell(console, say("{name}: {state}", name=model.name, state=CONDITIONS[found]))
    if any(found is not Condition.SOUND for found in conditions.values()):
        _tell(console, say("This mends it: photo-consent models fetch"))
        raise SystemExit(1)


def _tell(console: Console, message: Message) -> None:
    console.print(Text(translator().render(message)), soft_wrap=True)
