"""From a remedy to a new file, and the table that tells people what was made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.erasing.own_files import REMEDIED
from pipeline.private import private_folder
from pipeline.remedies.clean import as_clean_jpeg
from pipeline.remedies.cover import DEFAULT, blank, cover, covers_of
from pipeline.remedies.memory import Made
from pipeline.remedies.remedy import How, Kind, Remedy
from pipeline.reporting.tables import write_csv
from pipeline.reporting.writing import whole
from pipeline.vision.observation import Face, Observation

TABLE = "remedies.csv"
COLUMNS = ("photo", "remedy", "how", "faces", "source_sha256", "file", "sha256", "made_at")


def apply(remedy: Remedy, seen: Observation, pixels: NDArray[np.uint8], how: How = DEFAULT) -> bytes:
    """The new file, a clean JPEG. `pixels` (height x width x 3, RGB): of the photo, as `seen` was made from.

    `ValueError` for pixels of another size, or another picture in place of this one, of which nothing is made.
    """
    if pixels.shape[:2] != (seen.height, seen.width):
        raise ValueError(f"pixels are {seen.height} x {seen.width}, not {pixels.shape[:2]}")
    if remedy.kind is Kind.COVER:
        texts = [text for text in seen.texts if text.number in remedy.texts]
        return as_clean_jpeg(blank(cover(pixels, _faces(remedy, seen), how), texts))
    if remedy.keep is None:
        raise ValueError("nothing is made of a photo that another one takes the place of")
    part = remedy.keep
    rows, columns = slice(int(part.y), int(part.y + part.height)), slice(int(part.x), int(part.x + part.width))
    return as_clean_jpeg(np.ascontiguousarray(pixels[rows, columns]))


def made_of(
    remedy: Remedy, seen: Observation, content: bytes, *, run_id: str, photo: str, how: How, at: datetime
) -> Made:
    """What is noted of a new file with that content."""
    is_cover = remedy.kind is Kind.COVER
    return Made(
        run_id,
        photo,
        seen.sha256,
        hashlib.sha256(content).hexdigest(),
        remedy.kind,
        how.value if is_cover else "",
        remedy.faces,
        covers_of(seen, remedy.faces, remedy.texts) if is_cover else (),
        remedy.keep,
        at,
    )


def place_of(run_folder: Path, photo: str, ending: str = ".jpg") -> Path:
    """Where the new file of a photo lies; the whole name stays in it, so that no two photos share one."""
    return run_folder / REMEDIED / f"{photo}{ending}"


def write_made(run_folder: Path, photo: str, content: bytes) -> Path:
    """Write a new file, which appears when it is whole."""
    file = place_of(run_folder, photo)
    private_folder(file.parent)
    whole(file, partial(_write, content=content))
    return file


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def write_table(run_folder: Path, made: Iterable[Made]) -> None:
    """Write remedies.csv: a row a new file. It is for people; the program goes by its database."""
    rows = [
        (
            *(one.photo, one.kind.value, one.how, " ".join(map(str, one.faces)), one.source_sha256),
            *(place_of(run_folder, one.photo, one.ending).relative_to(run_folder).as_posix(), one.sha256),
            one.made_at.isoformat(timespec="seconds"),
        )
        for one in made
    ]
    whole(run_folder / TABLE, partial(write_csv, columns=COLUMNS, rows=rows))


def _faces(remedy: Remedy, seen: Observation) -> list[Face]:
    return [face for face in seen.faces if face.number in remedy.faces]
