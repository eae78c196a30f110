"""A folder of photos whose truth is known: `gallery/<ID>/*`, `probes/**` and `probes.csv` (README.md beside this)."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import TypeVar

import click

from consent.messages import UserError
from pipeline.photos import find_photos
from pipeline.vision.observation import Box

GALLERY, PROBES, TABLE = "gallery", "probes", "probes.csv"
COLUMNS = ("file", "person_id", "x", "y", "width", "height", "orientation", "face_visible", "complete", "sibling_of")
NOBODY = "nobody"
"""In `person_id`: there is nobody on the photo at all."""

T = TypeVar("T")

_REQUIRED = ("file", "person_id")
_YES_NO = {"yes": True, "no": False}


class BadFolder(click.ClickException):
    """The folder cannot be read as labelled photos. The message names the file and the row."""


class Stance(StrEnum):
    """How a labelled person stands to the camera."""

    FACING = "facing"
    PROFILE = "profile"
    FROM_BEHIND = "from_behind"
    NOT_SAID = ""


@dataclass(frozen=True, slots=True)
class Label:
    """One person on one photo. `row`: line of the table, by which results may name it without naming the person.

    `person_id` is None for somebody who is not enrolled. `box`: the face, or the head where no face can be seen,
    in pixels of the upright picture at full size; None where only "is on it" is known.
    """

    row: int
    person_id: str | None
    box: Box | None
    stance: Stance
    face_visible: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """A photo and who is on it. `complete`: whatever is not labelled is no face."""

    path: Path
    labels: tuple[Label, ...]
    complete: bool


@dataclass(frozen=True)
class LabelledFolder:
    """References (person and file), probes, and for each person those who look like them."""

    references: tuple[tuple[str, Path], ...]
    probes: tuple[Probe, ...]
    siblings: Mapping[str, frozenset[str]]

    def without(self, person_id: str) -> frozenset[str]:
        """Who is taken out of the gallery to make a stranger of a person: the person and the look-alikes."""
        return frozenset({person_id}) | self.siblings.get(person_id, frozenset())


def read_labelled(folder: Path) -> LabelledFolder:
    """Read a labelled folder. Raises `BadFolder` for whatever would make a figure wrong."""
    references = _references(folder)
    enrolled = frozenset(person_id for person_id, _ in references)
    table = folder / TABLE
    labels: dict[str, list[Label]] = {}
    said: dict[str, set[bool]] = {}
    siblings: dict[str, frozenset[str]] = {}
    for line, row in _rows(table):
        where = f"{TABLE}, line {line}"
        file = _inside(row["file"], where)
        labels.setdefault(file, [])
        if row["person_id"] != NOBODY:
            label = _label(line, row, enrolled, where)
            if label.person_id and label.person_id in {known.person_id for known in labels[file]}:
                raise BadFolder(f"{where}: {label.person_id} is on this photo already. One row a person.")
            labels[file].append(label)
        if row["complete"]:
            said.setdefault(file, set()).add(_one_of(row["complete"], _YES_NO, "complete", where))
        for other in row["sibling_of"].split():
            if other not in enrolled or row["person_id"] not in enrolled:
                raise BadFolder(f"{where}: sibling_of links two persons who both have a folder in {GALLERY}.")
            for one, two in ((row["person_id"], other), (other, row["person_id"])):
                siblings[one] = siblings.get(one, frozenset()) | {two}
    probes = tuple(_probe(folder, file, found, said.get(file, set())) for file, found in sorted(labels.items()))
    if not probes:
        raise BadFolder(f"{TABLE} has no rows: nothing can be measured.")
    return LabelledFolder(references, probes, siblings)


def _references(folder: Path) -> tuple[tuple[str, Path], ...]:
    try:
        photos = find_photos(folder / GALLERY).photos
    except UserError as error:
        raise BadFolder(str(error)) from None
    for path in photos:
        if len(path.relative_to(folder / GALLERY).parts) != 2:
            raise BadFolder(f"{path.relative_to(folder).as_posix()} is not in a folder of its person: gallery/<ID>/.")
    return tuple((path.parent.name, path) for path in photos)


def _rows(table: Path) -> list[tuple[int, dict[str, str]]]:
    if not table.is_file():
        raise BadFolder(f"There is no {TABLE} in the folder. README.md in benchmarks/ says what it holds.")
    text = table.read_text("utf-8-sig")
    head = text.partition("\n")[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",")
    missing = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
    unknown = [name for name in reader.fieldnames or () if name not in COLUMNS]
    if missing or unknown:
        raise BadFolder(f"{TABLE}, line 1: missing {missing}, unknown {unknown}. Columns: {', '.join(COLUMNS)}.")
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise BadFolder(f"{TABLE}, line {reader.line_num}: as many cells as columns, please.")
        rows.append((reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}))
    return rows


def _inside(file: str, where: str) -> str:
    path = PurePosixPath(file)
    if path.parts[:1] != (PROBES,) or ".." in path.parts or "\\" in file:
        raise BadFolder(f"{where}: “{file}” is no file below {PROBES}/, written with forward slashes.")
    return str(path)


def _label(line: int, row: Mapping[str, str], enrolled: frozenset[str], where: str) -> Label:
    person_id = row["person_id"] or None
    if person_id is not None and person_id not in enrolled:
        raise BadFolder(
            f"{where}: “{person_id}” has no folder in {GALLERY}. Leave person_id empty for who is not enrolled."
        )
    stance = _one_of(row["orientation"], {str(s): s for s in Stance}, "orientation", where)
    can_be_seen = stance is not Stance.FROM_BEHIND
    visible = _one_of(row["face_visible"], {**_YES_NO, "": can_be_seen}, "face_visible", where)
    return Label(line, person_id, _box(row, where), stance, visible)


def _box(row: Mapping[str, str], where: str) -> Box | None:
    texts = [row[name] for name in ("x", "y", "width", "height")]
    if not any(texts):
        return None
    try:
        numbers = [float(text) for text in texts]
        if not all(map(math.isfinite, numbers)):
            raise ValueError
        return Box(*numbers)
    except ValueError:
        raise BadFolder(
            f"{where}: x, y, width and height are four numbers, the last two above zero, or all four empty."
        ) from None


def _one_of(text: str, known: Mapping[str, T], column: str, where: str) -> T:
    if text not in known:
        words = ", ".join(f"“{word}”" for word in known)
        raise BadFolder(f"{where}: {column} is one of {words}, not “{text}”.")
    return known[text]


def _probe(folder: Path, file: str, labels: list[Label], said: set[bool]) -> Probe:
    path = folder / file
    if not path.is_file():
        raise BadFolder(f"{TABLE} speaks of {file}, which is not there.")
    if len(said) > 1:
        raise BadFolder(f"{TABLE}: the rows of {file} contradict each other in the column complete.")
    return Probe(path, tuple(labels), said == {True})
