"""takedown.csv with the days on which posts were taken down filled in.

It is the word of a person, and it ends the judging of those posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from consent.importers.dates import parse_date
from consent.importers.tables import Row, RowFault, Table, as_table, read_sheets
from consent.messages import Message, UserError, say
from pipeline.published.kept import KeptPost
from pipeline.published.memory import GONE, Key, PublishedMemory

TAKEN_DOWN_ON = "taken_down_on"
_COLUMNS = ("platform", "post_id", TAKEN_DOWN_ON)


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What a table says: the day for each post, and the rows that are wrong."""

    days: dict[Key, date]
    faults: tuple[RowFault, ...]


def read_taken_down(path: Path, posts: Iterable[KeptPost], today: date) -> TakenDown:
    """Read a table as takedown.csv is, rows without a day left out. Raises `UserError` where it is no such table.

    A post is known by its id, or else by its link: some spreadsheet programs round long numbers.
    """
    known = list(posts)
    ids = {(post.platform, post.post_id) for post in known}
    links = {(post.platform, post.link): (post.platform, post.post_id) for post in known if post.link}
    days: dict[Key, date] = {}
    faults: list[RowFault] = []
    for table in map(as_table, read_sheets(path).values()):
        lacking = ", ".join(name for name in _COLUMNS if name not in table.columns)
        if lacking:
            raise UserError(
                say(
                    "“{file}” has no column {columns}. Give takedown.csv of a report, with its last column filled in.",
                    file=path.name,
                    columns=lacking,
                )
            )
        for row in table.rows:
            if not row.cells[TAKEN_DOWN_ON]:
                continue
            given = row.cells["platform"], row.cells["post_id"]
            key = given if given in ids else links.get((given[0], row.cells.get("link", "")))
            reasons = list(_wrong(row, table, key, today))
            faults += [RowFault(table.file, row.number, reason) for reason in reasons]
            day = parse_date(row.cells[TAKEN_DOWN_ON], table.epoch)
            if key is not None and day is not None and not reasons:
                days[key] = day
    return TakenDown(days, tuple(faults))


def _wrong(row: Row, table: Table, key: Key | None, today: date) -> Iterator[Message]:
    if row.fault is not None:
        yield row.fault
    if key is None:
        yield say("No post of this platform and id was ever imported or approved. Was the table changed?")
    text = row.cells[TAKEN_DOWN_ON]
    day = parse_date(text, table.epoch)
    if day is None:
        yield say("“{text}” is no day. Write it as 2026-11-22 or 22-11-2026.", text=text)
    elif day > today:
        yield say("{day} is in the future. Give the day on which the post was taken down.", day=day.isoformat())


def note_taken_down(memory: PublishedMemory, days: dict[Key, date]) -> None:
    """Note that posts are gone, all or nothing. A download that holds one of them ends its mark (`keep`)."""
    with memory.transaction():
        for key, day in days.items():
            memory.mark([key], GONE, day)
