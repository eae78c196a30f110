"""takedown.csv with the days on which posts were taken down filled in.

It is the word of a person, and it ends the judging of those posts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path

from consent.importers.dates import parse_date
from consent.importers.tables import Row, RowFault, Table, as_table, read_sheets
from consent.importers.words import normal
from consent.messages import Message, UserError, say
from pipeline.language import DEFAULT, SOURCE, translator
from pipeline.ledger.chain import Kind, canonical
from pipeline.published.kept import KeptPost
from pipeline.published.memory import GONE, Key
from pipeline.store import Store

TAKEN_DOWN_ON = "taken_down_on"
READ_BACK = {
    "platform": say("platform"),
    "post_id": say("post_id"),
    "link": say("link"),
    TAKEN_DOWN_ON: say("taken_down_on"),
}
"""The columns of takedown.csv that are read back, as they are called in the language of its report."""

_NEEDED = ("platform", "post_id", TAKEN_DOWN_ON)


@dataclass(frozen=True, slots=True)
class TakenDown:
    """What a table says: the day for each post, and the rows that are wrong."""

    days: dict[Key, date]
    faults: tuple[RowFault, ...]


def read_taken_down(path: Path, posts: Iterable[KeptPost], known_on: Mapping[Key, date], today: date) -> TakenDown:
    """Read a table as takedown.csv is, rows without a day left out. Raises `UserError` where it is no such table.

    Its columns may be called in any language of the program. A post is known by its id, or else by a link that no
    other post has: some spreadsheet programs round long numbers. `known_on` (`PublishedMemory.known_on`): no post was
    gone before a download still held it, so that an old table given again hides nothing that a download brought back.
    """
    known = list(posts)
    ids = {(post.platform, post.post_id) for post in known}
    times = Counter((post.platform, post.link) for post in known)
    links = {
        of: (post.platform, post.post_id)
        for post in known
        if post.link and times[of := (post.platform, post.link)] == 1
    }
    days: dict[Key, date] = {}
    faults: list[RowFault] = []
    for table in map(_in_our_words, map(as_table, read_sheets(path).values())):
        lacking = ", ".join(translator().render(READ_BACK[name]) for name in _NEEDED if name not in table.columns)
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
            reasons = list(_wrong(row, table, key, known_on, today))
            faults += [RowFault(table.file, row.number, reason) for reason in reasons]
            day = parse_date(row.cells[TAKEN_DOWN_ON], table.epoch)
            if key is not None and day is not None and not reasons:
                days[key] = day
    return TakenDown(days, tuple(faults))


@cache
def _titles() -> dict[str, str]:
    """What those columns are called in each language of the program; in older files as in English."""
    languages = [translator(language) for language in (DEFAULT, SOURCE)]
    return {normal(tr.render(title)): name for name, title in READ_BACK.items() for tr in languages}


def _in_our_words(table: Table) -> Table:
    """The same table with the columns that are read back under the names that they have here."""
    ours = {title: _titles()[normal(title)] for title in table.columns if normal(title) in _titles()}
    ours = {title: name for title, name in ours.items() if title == name or name not in table.columns}
    rows = (
        replace(row, cells={ours.get(title, title): cell for title, cell in row.cells.items()}) for row in table.rows
    )
    return replace(table, columns=tuple(ours.get(title, title) for title in table.columns), rows=tuple(rows))


def _wrong(row: Row, table: Table, key: Key | None, known_on: Mapping[Key, date], today: date) -> Iterator[Message]:
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
    elif key is not None and day < (known := known_on.get(key, date.min)):
        yield say(
            "{day} is too early: on {known} a download with this post was read in, or it was approved here. Look "
            "whether it is gone now, and give the day on which you looked.",
            day=day.isoformat(),
            known=known.isoformat(),
        )


def note_taken_down(store: Store, days: Mapping[Key, date], file_sha256: str, at: datetime) -> None:
    """Note that posts are gone, with an entry in the ledger, all or nothing; noting one twice changes nothing.

    A download that holds one of them ends its mark (`PublishedMemory.keep`). The ledger tells of a post by a digest
    of platform, id and day.
    """
    with store.transaction():
        gone = {(post.platform, post.post_id) for post in store.published.posts() if post.gone_on is not None}
        new = {key: day for key, day in days.items() if key not in gone}
        for key, day in new.items():
            store.published.mark([key], GONE, day)
        if new:
            digests = sorted(
                hashlib.sha256(canonical([*key, day.isoformat()]).encode()).hexdigest() for key, day in new.items()
            )
            store.ledger.append(Kind.DECISION, {"taken_down": digests, "file": file_sha256}, at)
