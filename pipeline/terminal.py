"""What commands show in a terminal: sentences, tables, and a bar while they work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from consent.messages import Message, say
from pipeline.language import help_text as _
from pipeline.language import translator

FAILED, WRONG, INTERRUPTED = 1, 2, 130
"""Exit statuses: an audit or check that says no, something to mend first, and Ctrl-C."""

console = Console(highlight=False)


def tell(message: Message) -> None:
    """A sentence, on one line however long it is, so that a path in it can be copied."""
    console.print(Text(translator().render(message)), soft_wrap=True)


def with_bar(label: str, work: Callable[[Callable[[float, int], None]], Any]) -> Any:
    """Do the work under a bar that counts photos; plain lines where this is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def show_rows(headings: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """A table; nothing where it has no rows."""
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


def show_faults(title: str, faults: Sequence[Any]) -> None:
    """A table of rows of files with what is to be said of each; nothing where there is none."""
    if not faults:
        return
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in (_("File"), _("Row"), _("What")):
        table.add_column(heading)
    for fault in faults:
        table.add_row(Text(fault.file), str(fault.row), Text(translator().render(fault.reason)))
    console.print(table)


def show_report(outcome: Any) -> None:
    """Where the report lies, and how faces are named that have no name yet."""
    tell(say("Report: {file}", file=str(outcome.folder / "report.html")))
    if outcome.to_name:
        tell(
            say(
                "{count} faces or persons have no name yet. Look at the pictures in {folder}, fill in names.csv there, "
                "and run the audit again with --names.",
                count=outcome.to_name,
                folder=str(outcome.folder),
            )
        )
