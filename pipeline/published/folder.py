"""A folder of photos with, if there is one, a table that says when and with which words they were posted.

For Social Schools and every platform that has no export of its own. The table (CSV or Excel) has a
column `file` and may have `date`, `text` and `link`, or their Dutch names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from consent.importers.dates import parse_date
from consent.importers.tables import Row, Table, header_of, sheets_of
from consent.messages import Message, UserError, say
from pipeline.published.archive import Archive, kind_of
from pipeline.published.contents import MOST_JSON_BYTES, plausible, text_of
from pipeline.published.duplicates import united
from pipeline.published.gathering import gather
from pipeline.published.post import AttachmentKind, Export, Fault, Post, PostKind
from pipeline.published.tabular import tables_in

_TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_COLUMNS = {
    "file": frozenset({"file", "filename", "file name", "photo", "bestand", "bestandsnaam", "foto"}),
    "date": frozenset({"date", "datum"}),
    "text": frozenset({"text", "message", "tekst", "bericht"}),
    "link": frozenset({"link", "url"}),
}
NO_DATES = say("This table has no column “date” or “datum”. So nobody knows when these posts were made.")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the table as a post of its own, before rows of one post are put together."""

    post: Post
    day: date | None


def knows(archive: Archive) -> bool:
    """Whether there is a table with a column for files."""
    return any(_has_file_column(archive, name) for name in archive.names if name.lower().endswith(_TABLES))


def read(archive: Archive, platform: str) -> Export:
    """All posts of the table, and a post of its own for each photo without a row."""
    gathered = gather(platform, archive, _read(archive, platform), lambda name: False)
    return replace(gathered, is_download=False)


def _read(archive: Archive, platform: str) -> Iterator[Post | Fault]:
    lines: list[_Line] = []
    for name in archive.names:
        if not name.lower().endswith(_TABLES):
            continue
        for table in tables_in(archive, name):
            if isinstance(table, Fault):
                yield table
            elif "file" not in (columns := _columns_of(table)):
                yield Fault(name, table.header_row, say("This table has no column “file” and was not read."))
            else:
                if "date" not in columns:
                    yield Fault(name, table.header_row, NO_DATES)
                lines += (_line(archive, platform, table, row, columns) for row in table.rows)
    posts = _put_together(lines)
    yield from posts
    used = {attachment.name for post in posts for attachment in post.attachments}
    for name in archive.names:
        if name in used or name.lower().endswith(_TABLES):
            continue
        if kind_of(name) is AttachmentKind.OTHER:
            yield Fault(name, None, say("By its name this is no photo, film or table. It was not looked at."))
        else:
            yield Post(platform, PostKind.POST, None, attachments=(archive.attach(name, name=name),), file=name)


def _has_file_column(archive: Archive, name: str) -> bool:
    try:
        sheets = sheets_of(name, archive.read(name, MOST_JSON_BYTES))
    except UserError:  # told when it is read
        return False
    return any(_normal(title) in _COLUMNS["file"] for sheet in sheets.values() for title in header_of(sheet))


def _normal(title: str) -> str:
    return " ".join(title.casefold().split())


def _columns_of(table: Table) -> Mapping[str, str]:
    return {column: title for title in table.columns for column, names in _COLUMNS.items() if _normal(title) in names}


def _line(archive: Archive, platform: str, table: Table, row: Row, columns: Mapping[str, str]) -> _Line:
    cells = {column: text_of(row.cells[title]) for column, title in columns.items()}
    problems: tuple[Message, ...] = () if row.fault is None else (row.fault,)
    day = parse_date(cells.get("date", ""), table.epoch)
    posted_at = _at_noon(day)
    if cells.get("date") and posted_at is None:
        problems += (say("The date in this row is none, or impossible. Write it as 31-12-2026."),)
    link = cells.get("link") or None
    if link and not link.startswith(("https://", "http://")):
        link, problems = None, (*problems, say("The link in this row is no web address. It begins with https://"))
    attachments = (archive.attach(cells["file"]),) if cells["file"] else ()
    text = cells.get("text", "")
    post = Post(
        platform, PostKind.POST, posted_at, text, attachments, table.file, row.number, link=link, problems=problems
    )
    return _Line(post, day)


def _at_noon(day: date | None) -> datetime | None:
    """A day without a time. Noon in UTC is the same day in the Netherlands, summer and winter."""
    return plausible(datetime.combine(day, time(12), UTC)) if day else None


def _put_together(lines: list[_Line]) -> list[Post]:
    """Rows with one link, or one day and one text, are one post with several photos."""
    posts: dict[object, Post] = {}
    for line in lines:
        post = line.post
        key: object = (post.file, post.position)
        if post.link:
            key = post.link
        elif line.day and post.text:
            key = (line.day, post.text)
        if (first := posts.get(key)) is None:
            posts[key] = post
            continue
        problems = (*first.problems, *post.problems)
        if (first.posted_at, first.text) != (post.posted_at, post.text):
            problems += (say("Rows with one link give different days or texts."),)
        posts[key] = united(first, post, problems)
    return list(posts.values())
