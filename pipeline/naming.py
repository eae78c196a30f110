"""Naming by hand: a table of the faces that have no name yet, filled in by somebody who knows them.

This is the route of a school that does not match faces, and of every face that the program cannot
name. A row is bound to its photo by the SHA-256 and to its face by the place of the box, so that a
name can never slide onto another face.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from consent.importers.tables import as_table, read_sheets
from consent.messages import UserError, say
from consent.people import Person
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Body, Box, Face, Observation
from pipeline.vision.persons import LARGEST_FACE

COLUMNS = ("photo", "sha256", "what", "number", "x", "y", "width", "height", "who")
FACE, BODY, PHOTO = "face", "person", "photo"

SAME_PLACE = 0.5
"""A row belongs to a face whose box shares at least this part of their union with the row's box."""


class Word(StrEnum):
    """What may stand in `who` instead of a person."""

    NO_FACE = "no_face"
    NOT_RECOGNISABLE = "not_recognisable"
    MAY_HARM = "may_harm"
    DISPUTED = "disputed"
    """Nobody writes this: rows about one face or person say different things, so none of them counts."""


WORDS = {
    "no_face": Word.NO_FACE,
    "no face": Word.NO_FACE,
    "geen gezicht": Word.NO_FACE,
    "not_recognisable": Word.NOT_RECOGNISABLE,
    "not recognisable": Word.NOT_RECOGNISABLE,
    "niet herkenbaar": Word.NOT_RECOGNISABLE,
    "may_harm": Word.MAY_HARM,
    "may harm": Word.MAY_HARM,
    "kan schaden": Word.MAY_HARM,
}


@dataclass(frozen=True, slots=True)
class HandNames:
    """What people said of one photo: by number of a face or of a body, a person id or a word."""

    faces: Mapping[int, str | Word] = field(default_factory=dict)
    bodies: Mapping[int, str | Word] = field(default_factory=dict)
    may_harm: bool = False


@dataclass(frozen=True, slots=True)
class _Row:
    what: str
    box: Box
    who: str | Word


@dataclass(frozen=True)
class NamesFile:
    """A filled-in names.csv: its rows by the SHA-256 of the photo."""

    rows: Mapping[str, tuple[_Row, ...]] = field(default_factory=dict)

    def for_photo(self, seen: Observation) -> HandNames:
        """What was said of this photo. A row whose place shows nothing any more says nothing."""
        faces: dict[int, str | Word] = {}
        bodies: dict[int, str | Word] = {}
        rows = self.rows.get(seen.sha256, ())
        for row in rows:
            things, said = (seen.faces, faces) if row.what == FACE else (seen.bodies, bodies)
            if row.what != PHOTO and (number := _at(row.box, things)) is not None:
                said[number] = row.who if said.get(number, row.who) == row.who else Word.DISPUTED
        return HandNames(faces, bodies, any(row.who is Word.MAY_HARM for row in rows))


def _at(box: Box, things: Sequence[Face | Body]) -> int | None:
    """The number of the one thing at that place."""

    def share(thing: Face | Body) -> float:
        shared = box.overlap(thing.box)
        return shared / (box.width * box.height + thing.box.width * thing.box.height - shared)

    best = max(things, key=share, default=None)
    return best.number if best is not None and share(best) >= SAME_PLACE else None


def with_named_bodies(seen: Observation, names: HandNames) -> tuple[Observation, HandNames]:
    """Make a face of every body that a person gave a name: somebody saw a face there that the program missed.

    The face gets the next free number and, as its box, the largest that a face could have on that body.
    """
    faces, named = list(seen.faces), dict(names.faces)
    for body in seen.bodies:
        who = names.bodies.get(body.number)
        if who is None or isinstance(who, Word):
            continue
        side = LARGEST_FACE * body.box.side
        box = Box(body.box.x + (body.box.width - side) / 2, body.box.y, side, side)
        faces.append(Face(len(faces) + 1, box, 1.0, ()))
        named[len(faces)] = who
    bodies = tuple(b for b in seen.bodies if not _is_person(names.bodies.get(b.number)))
    return replace(seen, faces=tuple(faces), bodies=bodies), replace(names, faces=named)


def _is_person(who: str | Word | None) -> bool:
    return who is not None and not isinstance(who, Word)


def read_names(path: Path, people: Mapping[str, Person]) -> NamesFile:
    """Read a filled-in names.csv. `who` is a person id, a full name or a word; empty rows are left open.

    Raises `UserError` with every wrong row: a name that goes astray must not look like no name.
    """
    table = as_table(next(iter(read_sheets(path).values())))
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise UserError(
            say("{file} is no file with names: the column {column} is missing.", file=path.name, column=missing[0])
        )
    rows: dict[str, list[_Row]] = {}
    faults: list[str] = []
    for line in table.rows:
        if not line.cells["who"]:
            continue
        row = None if line.fault else _row(line.cells, people)
        if row is None:
            faults.append(str(line.number))
        else:
            rows.setdefault(line.cells["sha256"], []).append(row)
    if faults:
        raise UserError(
            say(
                "{file}: rows {rows} cannot be used. In the column who write a person id of the register, "
                "a full name that occurs there once, or one of: {words}.",
                file=path.name,
                rows=", ".join(faults),
                words=", ".join(WORDS),
            )
        )
    return NamesFile({sha256: tuple(of_photo) for sha256, of_photo in rows.items()})


def _row(cells: Mapping[str, str], people: Mapping[str, Person]) -> _Row | None:
    """A filled-in row, or None where it cannot be understood."""
    try:
        place = [float(cells[column]) for column in ("x", "y", "width", "height")]
        box = Box(*place)
    except ValueError:
        return None
    if not all(map(math.isfinite, place)):
        return None
    who = WORDS.get(" ".join(cells["who"].casefold().split())) or _person(cells["who"], people)
    about_photo = cells["what"] == PHOTO
    if who is None or cells["what"] not in (FACE, BODY, PHOTO) or (about_photo and who is not Word.MAY_HARM):
        return None
    return _Row(cells["what"], box, who)


def _person(text: str, people: Mapping[str, Person]) -> str | None:
    """The person with that id, else the only one with that full name; never a guess."""
    if text in people:
        return text
    wanted = _folded(text)
    found = [p.person_id for p in people.values() if _folded(p.full_name) == wanted]
    return found[0] if len(found) == 1 else None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def rows_to_name(audited: AuditedPhoto) -> Iterator[tuple[str | int, ...]]:
    """The rows of names.csv for one photo.

    Faces that could be recognised and have no name, bodies whose face may have been missed, and a row
    for the photo itself.
    """
    seen = audited.observation
    if seen is None:
        return
    start = (audited.name, audited.sha256)
    open_faces = [f for f in seen.faces if f.number in audited.recognisable and f.number not in audited.identified]
    for face in open_faces:
        yield (*start, FACE, face.number, *_rounded(face.box), "")
    for body in seen.bodies:
        if body.number in audited.unseen:
            yield (*start, BODY, body.number, *_rounded(body.box), "")
    if open_faces or audited.unseen:
        yield (*start, PHOTO, "", 0, 0, seen.width, seen.height, "")


def _rounded(box: Box) -> tuple[int, int, int, int]:
    return round(box.x), round(box.y), max(1, round(box.width)), max(1, round(box.height))
