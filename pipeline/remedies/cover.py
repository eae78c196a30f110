"""Covering faces and texts for good: of what lies under a cover nothing is kept, or a few means of colour.

A cover is painted from `_means` of the region and from nothing else, so two photos that agree in these, and outside,
are the same photo afterwards: there is nothing under it to bring back. What can be told from the means themselves
was measured (docs/measurements.md), and so was the default.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.remedies.remedy import How
from pipeline.vision.observation import Box, Face, Observation, SeenText

DEFAULT = How.SOLID
"""The only one that tells nothing. Who had the same cover made of photos of everybody could tell 10 of 88 faces of the
demo by a solid one, as many as by guessing, and 18 to 34 by means, which show hair and skin (docs/measurements.md)."""

GREY = 128
"""Of a solid cover: a mean of the region would still tell of skin and hair."""

BLOCKS_ACROSS_A_FACE = {How.PIXELATE: 2, How.BLUR: 1}
"""The coarsest with which the detector finds none of 88 faces, by measurement: 3 of 88 with four blocks, and 4 with
a blur of two. The recogniser is blind from eight on."""

SMALLEST_BLOCK_PX = 8
"""JPEG works in blocks of 8: a smaller mean would be a pixel of the face."""

CROWN, EARS, CHIN = 0.6, 0.45, 0.5
"""What is added to a face's box above, at each side and below, in its own heights and widths.

A detector's box goes from brow to chin and from cheek to cheek. Looked at on 31 demo photos and nine photographs: hair,
ears and beards are under it. Hair longer than to the shoulders is not, which is one reason why a person confirms."""

EDGE = 0.25
"""What is added around a line of text, in its heights: strokes of tall letters reach a little beyond its box."""

_UPRIGHT = np.array([0.0, -1.0])
_MOST_TILT = np.cos(np.radians(60))


def head_of(face: Face) -> Box:
    """The head around a face, hair and ears with it, whichever way it is turned."""
    left, top, right, bottom = np.max([_margins(side) for side in _crowns(face)], axis=0)
    box = face.box
    return Box(
        box.x - left * box.width,
        box.y - top * box.height,
        box.width * (1 + left + right),
        box.height * (1 + top + bottom),
    )


def _crowns(face: Face) -> list[NDArray[np.float64]]:
    """Where the crown may be, as directions: above, since landmarks can be wrong, and where these say it is."""
    if len(face.landmarks) < 5:
        return [_UPRIGHT]
    points = np.array(face.landmarks)
    up = points[:2].mean(axis=0) - points[3:5].mean(axis=0)
    sides = (np.array(side) for side in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0)))
    return [_UPRIGHT, *(side for side in sides if up @ side > _MOST_TILT * np.linalg.norm(up))]


def _margins(crown: NDArray[np.float64]) -> tuple[float, ...]:
    """Left, top, right and bottom for a head with its crown on that side."""
    sides = np.array([(-1, 0), (0, -1), (1, 0), (0, 1)])
    return tuple(EARS + (CROWN - EARS) * max(0.0, at) + (CHIN - EARS) * max(0.0, -at) for at in sides @ crown)


def covers_of(seen: Observation, faces: Container[int], texts: Container[int]) -> tuple[Box, ...]:
    """The places that are covered for these faces and these texts, by number: whole heads, and lines of text."""
    heads = (head_of(face) for face in seen.faces if face.number in faces)
    return (*heads, *(around_text(text) for text in seen.texts if text.number in texts))


def around_text(text: SeenText) -> Box:
    """A line of text with an edge of a quarter of its height around it, for what the detector left out."""
    edge = EDGE * text.box.side
    return Box(text.box.x - edge, text.box.y - edge, text.box.width + 2 * edge, text.box.height + 2 * edge)


def with_cover(body: Box, covers: Iterable[Box]) -> Box:
    """A person's box with the cover on it: of somebody whose head is covered, a box may begin at the shoulders."""
    for cover in covers:
        x, _ = cover.centre
        if body.x <= x <= body.x + body.width and cover.y < body.y <= cover.y + cover.height:
            return Box(body.x, cover.y, body.width, body.height + body.y - cover.y)
    return body


def blank(pixels: NDArray[np.uint8], texts: Iterable[SeenText]) -> NDArray[np.uint8]:
    """A copy of a picture (height x width x 3, RGB) with these texts under grey: of letters, no mean is kept."""
    result = pixels.copy()
    for text in texts:
        place = part_of(around_text(text), pixels)
        if place is not None:
            result[place] = GREY
    return result


def cover(pixels: NDArray[np.uint8], faces: Iterable[Face], how: How = DEFAULT) -> NDArray[np.uint8]:
    """A copy of a picture (height x width x 3, RGB) with the heads of these faces covered."""
    result = pixels.copy()
    places = [(face, place) for face in faces if (place := part_of(head_of(face), pixels)) is not None]
    for face, (rows, columns) in places:
        part = pixels[rows, columns]
        result[rows, columns] = GREY if how is How.SOLID else _painted(*_means(part, face.box.side, how), how)
    return result


def covered_share(covers: Iterable[Box], width: int, height: int) -> float:
    """The part of a picture of that size that these covers take, 0 to 1."""
    mask = np.zeros((height, width), bool)
    for box in covers:
        place = part_of(box, mask)
        if place is not None:
            mask[place] = True
    return float(mask.mean())


def part_of(box: Box, pixels: NDArray[np.generic]) -> tuple[slice, slice] | None:
    """The rows and columns of a box, to whole pixels outwards, in the picture; None where it lies outside."""
    height, width = pixels.shape[:2]
    left, top = max(0, int(np.floor(box.x))), max(0, int(np.floor(box.y)))
    right, bottom = min(width, int(np.ceil(box.x + box.width))), min(height, int(np.ceil(box.y + box.height)))
    return (slice(top, bottom), slice(left, right)) if right > left and bottom > top else None


def _means(
    part: NDArray[np.uint8], face_px: float, how: How
) -> tuple[NDArray[np.uint8], NDArray[np.intp], NDArray[np.intp]]:
    """The few colours of a region (rows x columns x 3), and how many rows and columns each stands for.

    They are means over blocks of a half of the face at least, rounded to eight bits.
    """
    block = max(face_px / BLOCKS_ACROSS_A_FACE[how], SMALLEST_BLOCK_PX)
    rows, columns = (
        np.linspace(0, side, max(1, int(side // block)) + 1).round().astype(int) for side in part.shape[:2]
    )
    sums = np.add.reduceat(np.add.reduceat(part.astype(np.int64), rows[:-1], axis=0), columns[:-1], axis=1)
    high, wide = np.diff(rows), np.diff(columns)
    return np.rint(sums / (high[:, None] * wide)[..., None]).astype(np.uint8), high, wide


def _painted(means: NDArray[np.uint8], high: NDArray[np.intp], wide: NDArray[np.intp], how: How) -> NDArray[np.uint8]:
    """A region made of its means and nothing else."""
    if how is How.PIXELATE:
        return np.repeat(np.repeat(means, high, axis=0), wide, axis=1)
    smooth = cv2.resize(means, (int(wide.sum()), int(high.sum())), interpolation=cv2.INTER_LINEAR)
    return np.asarray(smooth, np.uint8)
