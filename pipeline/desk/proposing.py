"""Who a face may be, from the photos taken just before and after: the same place, and clothes of the same colour.

For schools that name by hand, so that a child has to be named once in a burst. A proposal names nobody: a person
presses a key, and what counts is that decision. It rests on the place of a box and one mean colour, worked out from
photos that lie on the desk and gone with the page; no face is compared. Measured on all pairs of the demo's 31 photos,
with the true names of one proposed for the other (docs/measurements.md): 12 right and none wrong of 12 possible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import dist, hypot
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.photos import load_photo
from pipeline.vision.observation import Box, Observation

SCALE_PX = 480
"""Long side of the pictures that colours are taken from: a shirt is a few dozen pixels then."""

SCENE = 12.0
"""Two photos are of one scene where their thumbnails of 16 x 16 differ less than this on average, of 255."""

MOVED = 1.5
"""Widths of the face by which somebody may have moved between two photos of a burst."""

COLOUR = 40.0
"""Distance in RGB, of 442 at most, between two mean colours of the same clothes."""


@dataclass(frozen=True)
class Look:
    """A photo as it is compared: 16 x 16 pixels, and by face number its place (in parts) and colour of clothes."""

    scene: NDArray[np.float32]
    faces: Mapping[int, tuple[tuple[float, float, float], tuple[float, float, float]]]


@lru_cache(maxsize=64)
def look(path: Path, name: str, seen: Observation) -> Look | None:
    """What is compared of a photo; None where the file cannot be shown or is another one by now."""
    photo = load_photo(path, name, SCALE_PX)
    if photo.pixels is None or photo.sha256 != seen.sha256:
        return None
    small = Image.fromarray(photo.pixels).resize((16, 16), Image.Resampling.BOX)
    faces = {}
    for face in seen.faces:
        if (colour := _clothes(photo.pixels, face.box, seen)) is not None:
            x, y = face.box.centre
            faces[face.number] = ((x / seen.width, y / seen.height, face.box.width / seen.width), colour)
    return Look(np.asarray(small, np.float32), faces)


def proposals(
    here: Look, open_faces: Iterable[int], others: Iterable[tuple[Look, Mapping[int, str]]]
) -> dict[int, str]:
    """By number of an open face, the id of whoever stands there in the same clothes on a photo of the same scene.

    `others`: photos nearby, the nearest first, with the names of their faces. A person is proposed for one face only.
    """
    found: dict[int, str] = {}
    for other, named in others:
        if float(np.abs(here.scene - other.scene).mean()) > SCENE:
            continue
        pairs = sorted(_pairs(here, [n for n in open_faces if n not in found], other, named))
        for _, number, person in pairs:
            if number not in found and person not in found.values():
                found[number] = person
    return found


def _pairs(
    here: Look, open_faces: Iterable[int], other: Look, named: Mapping[int, str]
) -> Iterator[tuple[float, int, str]]:
    """Faces of both photos that may be the same person: how far apart in colour, the number here, the person there."""
    for number in open_faces:
        for there, person in named.items():
            if number in here.faces and there in other.faces:
                (x, y, width), colour = here.faces[number]
                (other_x, other_y, _), other_colour = other.faces[there]
                moved, apart = hypot(x - other_x, y - other_y), dist(colour, other_colour)
                if moved <= MOVED * width and apart <= COLOUR:
                    yield apart, number, person


def _clothes(pixels: NDArray[np.uint8], face: Box, seen: Observation) -> tuple[float, float, float] | None:
    """The mean colour of what is below a face: as wide, from half a face below the chin to two faces."""
    height, width = pixels.shape[:2]
    across, down = width / seen.width, height / seen.height
    top, bottom = (int((face.y + part * face.height) * down) for part in (1.5, 3.0))
    left, right = int(face.x * across), int((face.x + face.width) * across)
    part = pixels[max(0, top) : bottom, max(0, left) : right]
    if part.size == 0:
        return None
    red, green, blue = part.reshape(-1, 3).mean(axis=0)
    return float(red), float(green), float(blue)
