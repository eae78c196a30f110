"""YouTube in Google's Takeout: a table of videos, and the films beside it, found by their title.

Folders and column names are in the language of the account; the Dutch ones are told by their words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from consent.importers.tables import Row, Table
from consent.messages import Message, say
from pipeline.published.archive import Archive, kind_of
from pipeline.published.contents import iso_moment, text_of, wrong_date
from pipeline.published.gathering import gather
from pipeline.published.post import Attachment, AttachmentKind, Export, Fault, Post, PostKind
from pipeline.published.tabular import tables_in

PLATFORM = "youtube"

_TABLE = re.compile(r"(.*/)?video.?s(\(\d+\))?\.csv", re.I)
_FOLDER = re.compile(r"(.*/)?youtube[^/]*/.+", re.I)
_COLUMNS = {
    "id": re.compile(r"video[ -]?id|id van (de )?video"),
    "title": re.compile(r"(video ?)?tit(le|el)( van (de )?video)?( \(\w+\))?"),
    "description": re.compile(r"(video ?)?(description|beschrijving)( van (de )?video)?( \(\w+\))?"),
    "privacy": re.compile(r"privacy\w*"),
    "published": re.compile(r"(video )?publish timestamp|(?=.*(publi))(?=.*(tijd|datum)).+"),
}
_PRIVATE = frozenset({"private", "privé", "prive", "privat"})
_ID = re.compile(r"[\w-]{11}", re.ASCII)
_PERMALINK = "https://www.youtube.com/watch?v={id}"

_CUT_FROM = 40
"""Letters from which a file's name may be a title cut off; Takeout cuts at some 43."""


def knows(archive: Archive) -> bool:
    """Whether this looks like a Takeout with YouTube in it."""
    return any(_TABLE.fullmatch(name) or _FOLDER.fullmatch(name) for name in archive.names)


def read(archive: Archive) -> Export:
    """All videos, by the rows of the table; then films without a row."""
    return gather(PLATFORM, archive, _read(archive), lambda name: False)


def _read(archive: Archive) -> Iterator[Post | Fault]:
    films = [name for name in archive.names if kind_of(name) is AttachmentKind.FILM]
    used: set[str | None] = set()
    found_table = False
    for name in archive.names:
        if not _TABLE.fullmatch(name):
            continue
        for table in tables_in(archive, name):
            if isinstance(table, Fault):
                yield table
                continue
            columns = _columns_of(table)
            if "title" not in columns:
                yield Fault(name, table.header_row, say("The columns of this table are not known. It was not read."))
                continue
            found_table = True
            for row in table.rows:
                post = _post(archive, name, row, columns, films)
                used.update(attachment.name for attachment in post.attachments)
                yield post
    if not found_table:
        reason = say("There is no table of videos in the export. Ask for it again, with “video metadata” ticked.")
        yield Fault(archive.path.name, None, reason)
    for film in films:
        if film not in used:
            problem = say("No row of the table of videos belongs to this film.")
            yield Post(
                PLATFORM, PostKind.VIDEO, None, "", (archive.attach(film, name=film),), film, problems=(problem,)
            )


def _columns_of(table: Table) -> Mapping[str, str]:
    """What our columns are called in the table; where two names fit, none is taken."""
    found = {}
    for column, pattern in _COLUMNS.items():
        fitting = [name for name in table.columns if pattern.fullmatch(" ".join(name.casefold().split()))]
        if len(fitting) == 1:
            found[column] = fitting[0]
    return found


def _post(archive: Archive, name: str, row: Row, columns: Mapping[str, str], films: list[str]) -> Post:
    cells = {column: text_of(row.cells[title]) for column, title in columns.items()}
    title, given = cells["title"], cells.get("id", "")
    given_id = given if _ID.fullmatch(given) else None
    audience = cells.get("privacy") or None
    is_private = (audience or "").casefold() in _PRIVATE
    posted_at = iso_moment(cells.get("published", ""))
    problems: tuple[Message, ...] = () if row.fault is None else (row.fault,)
    if posted_at is None and not is_private:
        problems += (wrong_date(),)
    return Post(
        PLATFORM,
        PostKind.DRAFT if is_private else PostKind.VIDEO,
        posted_at,
        "\n\n".join(text for text in (title, cells.get("description", "")) if text),
        (_film(archive, title, films),),
        name,
        row.number,
        given_id,
        _PERMALINK.format(id=given_id) if given_id else None,
        audience=audience,
        problems=problems,
    )


def _film(archive: Archive, title: str, films: list[str]) -> Attachment:
    """The film with this title. Signs that a file's name cannot have (`:` is written `_`) are passed over."""
    wanted = _letters(title)
    stems = {film: film.rpartition("/")[2].rpartition(".")[0] for film in films}
    found = [film for film, stem in stems.items() if _letters(stem) == wanted]
    if not found:
        found = [f for f, stem in stems.items() if len(stem) >= _CUT_FROM and wanted.startswith(_letters(stem))]
    if not wanted or not found:
        return _missing(title, say("The film of this title is not in the export."))
    if len(found) > 1:
        return _missing(title, say("Several films have this title; which one is meant is not clear."))
    return archive.attach(title, name=found[0])


def _letters(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _missing(title: str, reason: Message) -> Attachment:
    return Attachment(title, AttachmentKind.FILM, missing=reason)
