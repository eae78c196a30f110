"""`photo-consent ledger`: does it hold, and what stands in it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from consent.messages import say
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.options import read_day, workspace_option
from pipeline.terminal import tell

DOES_NOT_HOLD = 1
"""Exit status where something is wrong with the ledger."""

SHOWN_OF_A_DIGEST = 16


@click.group(name="ledger", help=_("The ledger: what was done, in a form in which no change stays unseen."))
def ledger() -> None:
    """The ledger."""


@ledger.command(help=_("Is every entry as it was written, and is none missing? Exit status 1 where it is not so."))
@click.option("--head", metavar="DIGEST", help=_("The digest on a report on paper; the first 16 characters will do."))
@workspace_option
def verify(head: str | None, workspace: Path) -> None:
    """Verify the ledger against itself, the reports and approved files of the workspace, and a digest on paper."""
    from pipeline.ledger.verifying import verify as verified
    from pipeline.workspace import Workspace

    opened = Workspace.open(workspace)
    with opened.open_store() as store:
        found = verified(store, opened, head)
    show = translator().render
    for note in found.notes:
        tell(note)
    if found.problems:
        rows = [("" if p.number is None else str(p.number), show(p.what)) for p in found.problems]
        _table((_("Entry"), _("What is wrong")), rows)
        tell(
            say(
                "The ledger does not hold. Leave the workspace as it is, tell the privacy officer, and look in your "
                "backups for the last workspace.db that this command finds in order."
            )
        )
        if found.not_found is not None:
            tell(found.not_found)
        sys.exit(DOES_NOT_HOLD)
    if found.proven is not None:
        tell(
            say(
                "The digest on paper is that of entry {number}, of {day}. Nothing up to it was changed since.",
                number=found.proven.number,
                day=found.proven.at[:10],
            )
        )
    tell(
        say(
            "The ledger holds. Entries: {count}. Digest of the last one: {digest}",
            count=len(found.rows),
            digest=found.rows[-1].digest,
        )
    )
    if found.not_found is not None:
        tell(found.not_found)
        sys.exit(DOES_NOT_HOLD)


@ledger.command(name="show", help=_("Show the entries, the first one first."))
@click.option("--since", callback=read_day, metavar="DD-MM-JJJJ", help=_("Leave out what is of before this day."))
@workspace_option
def show_entries(since: date | None, workspace: Path) -> None:
    """Show the ledger as a table."""
    from pipeline.ledger.words import KINDS, details
    from pipeline.workspace import Workspace

    tr = translator()
    with Workspace.open(workspace).open_store() as store:
        entries = [entry for entry in store.ledger.entries() if since is None or entry.at.date() >= since]
    if not entries:
        tell(say("There is no entry of that day or later."))
        return
    _table(
        (_("Entry"), _("Moment"), _("What"), _("Details"), _("Digest")),
        [
            (
                str(entry.number),
                f"{entry.at:%Y-%m-%d %H:%M}",
                tr.render(KINDS[entry.kind]) if entry.kind in KINDS else entry.kind,
                details(entry, tr),
                entry.digest[:SHOWN_OF_A_DIGEST],
            )
            for entry in entries
        ],
    )


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*(Column(heading, overflow="fold") for heading in headings), box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*map(Text, row))
    Console(highlight=False).print(table)
