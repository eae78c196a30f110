"""names.csv: a table of the faces that have no name yet, filled in by somebody who knows them, and read again."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from consent.facts import Case
from consent.importers.tables import as_table, read_sheets
from consent.judging import Verdict
from consent.messages import Message, UserError, say
from consent.people import Person
from pipeline.naming import BODY, FACE, PHOTO, TEXT, HandNames, HandRow, NamesFile
from pipeline.naming_words import Word, word, written
from pipeline.vision.observation import Box, Observation

NameRow = tuple[str | int, ...]
"""A row of names.csv."""

COLUMNS = ("photo", "what", "number", "found", "who", "perhaps", "x", "y", "width", "height", "sha256")
"""What a person needs comes first; the rest binds a row to its place."""
FOR_PEOPLE = frozenset({"perhaps"})
"""Columns that are written and never read: who it may be counts only once a person has written it under `who`."""


def read_names(path: Path, people: Mapping[str, Person], *, skip_faults: bool = False) -> NamesFile:
    """Read a filled-in names.csv. `who` is a person id, a full name or a word; empty rows are left open.

    Raises `UserError` with every wrong row: a name that goes astray must not look like no name. `skip_faults`: leaves
    them out, where nobody is to be named by it.
    """
    sheets = read_sheets(path)
    if len(sheets) > 1:
        raise UserError(say("{file} has several sheets. Keep only the one with the names.", file=path.name))
    # Of photos that could not be looked at a run writes no rows.
    table = as_table(next(iter(sheets.values())), may_be_empty=True)
    missing = [column for column in COLUMNS if column not in table.columns and column not in FOR_PEOPLE]
    if missing:
        raise UserError(
            say("{file} is no file with names: the column {column} is missing.", file=path.name, column=missing[0])
        )
    rows: dict[str, list[HandRow]] = {}
    faults: dict[Message, list[str]] = {}
    for line in table.rows:
        if not line.cells["who"]:
            continue
        row = line.fault or _row(line.cells, people)
        if isinstance(row, Message):
            faults.setdefault(row, []).append(str(line.number))
        else:
            rows.setdefault(line.cells["sha256"], []).append(row)
    if faults and not skip_faults:
        message = say("{file} cannot be used.", file=path.name)
        for reason, numbers in faults.items():
            message = say("{before} Row {rows}: {reason}", before=message, rows=", ".join(numbers), reason=reason)
        raise UserError(message)
    return NamesFile({sha256: tuple(of_photo) for sha256, of_photo in rows.items()})


def _row(cells: Mapping[str, str], people: Mapping[str, Person]) -> HandRow | Message:
    """A filled-in row, or what is wrong with it, without the name that somebody wrote."""
    try:
        place = [float(cells[column]) for column in ("x", "y", "width", "height")]
        box, number = Box(*place), int(cells["number"] or 0)
    except ValueError:
        box, number, place = Box(0, 0, 1, 1), 0, [math.nan]
    if not all(map(math.isfinite, place)) or cells["what"] not in (FACE, BODY, TEXT, PHOTO):
        return say("its place was changed. Change the column who only.")
    who = word(cells["who"]) or _person(cells["who"], people)
    if isinstance(who, Message):
        return who
    if (cells["what"] == TEXT) != (who is Word.MAY_STAY) and (cells["what"], who) != (TEXT, Word.DISPUTED):
        return say("of a text, and of nothing else, one can say “kan blijven”, and no more.")
    if who is Word.OTHER_VERSION and cells["what"] != PHOTO:
        return _NO_SUCH
    if cells["what"] == PHOTO and who not in (Word.MAY_HARM, Word.OTHER_VERSION):
        return say("on the row of a photo only “kan schaden” can stand.")
    return HandRow(cells["photo"], cells["what"], number, box, who)


_NO_SUCH = say(
    "the register has no such id or full name. Other words: geen gezicht: (wat het is), niet herkenbaar: (waarom), kan "
    "schaden, volwassene met toestemming voor facebook: …"
)


def _person(text: str, people: Mapping[str, Person]) -> str | Message:
    """The person with that id, else the only one with that full name; never a guess."""
    if text in people:
        return text
    wanted = _folded(text)
    found = [p.person_id for p in people.values() if _folded(p.full_name) == wanted]
    if len(found) > 1:
        return say("several persons have this name. Write the id.")
    if not found:
        return _NO_SUCH
    return found[0]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def rows_to_name(
    case: Case, verdict: Verdict, seen: Observation, said: HandNames, offers: Mapping[int, str]
) -> Iterator[NameRow]:
    """The rows of names.csv for one photo, `seen` and `said` as they were before bodies got a name.

    Every face that could be recognised, every body whose face may have been missed, every text that holds, and the
    photo itself; where somebody has several permissions, a row for each. What a text says is not repeated. `found` is
    the program's name, `who` what a person said so far, and `perhaps`, from `offers`, whom a nameless face may be.
    """
    name, sha256 = case.photo.name, seen.sha256
    identified = {face.number: face.person_id for face in case.photo.faces}
    recognisable, unseen = {face.number for face in case.recognisable}, {body.number for body in case.unseen}
    for face in seen.faces:
        if face.number in recognisable or face.number in said.faces:
            place = _rounded(seen.place(face))
            for who in written(said.faces.get(face.number)):
                found = "" if who else identified.get(face.number) or ""
                perhaps = "" if who or found else offers.get(face.number, "")
                yield name, FACE, face.number, found, who, perhaps, *place, sha256
    for body in seen.bodies:
        if body.number in unseen or body.number in said.bodies:
            for who in written(said.bodies.get(body.number)):
                yield name, BODY, body.number, "", who, "", *_rounded(seen.place(body)), sha256
    holding = {number for finding in verdict.reasons for number in finding.texts}
    for text in seen.texts:
        if text.number in holding or text.number in said.texts:
            (who,) = written(said.texts.get(text.number))
            yield name, TEXT, text.number, "", who, "", *_rounded(seen.place(text)), sha256
    (whole,) = written(Word.MAY_HARM if said.may_harm else Word.OTHER_VERSION if said.of_another_version else None)
    yield name, PHOTO, "", "", whole, "", 0, 0, seen.width, seen.height, sha256


def is_open(row: NameRow) -> bool:
    """Whether of a face, a person or a text nothing is said yet, by the program or by hand."""
    _, what, _, found, who, *_ = row
    return what != PHOTO and not found and who in ("", *written(Word.DISPUTED))


def _rounded(box: Box) -> tuple[int, int, int, int]:
    return round(box.x), round(box.y), max(1, round(box.width)), max(1, round(box.height))
