"""Looking again, where the first look may have missed somebody.

The first look finds nearly every upright face, under a hat, half hidden and in faint light too. Heads
that lie or hang upside down it may miss, and what is missed must not read as "nobody". So a photo with
a doubtful face, with a person without a face or with nobody is looked at again: made smaller, as very
large faces are, and turned by a quarter, a half and three quarters. Where still nobody is there, it is
looked at in full size before "nobody" is said. What was tried, what it found and what it costs is told
in docs/measurements.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.vision.faces import OVERLAP, CenterFace
from pipeline.vision.observation import Box, Face

DOUBTED_SCORE = 0.75
"""A face of the first look with a lower score makes the photo one to look at again.

Upright faces mostly score 0.8 and more, faces on their side or upside down, where they are found at all, 0.2 to
0.7: an upside-down photo gives itself away by those. With 0.5, two small faces that stood beside two found ones
on a photo on its side were not looked for (docs/measurements.md)."""

TURNED_SCORE = 0.5
"""Lowest score that counts as a face on a turned picture.

Of 123 faces in 45 photos, turning found as many with 0.5 as with 0.2, and at 0.5 no box more that is no
face, where 0.2 gave 30 (docs/measurements.md)."""

TURNED_SIDE_PX = 640
"""Long side of the turned pictures. 480 found the same faces among those measured, 384 lost seven of 35."""


def is_doubtful(found: tuple[Face, ...], persons_without_face: int) -> bool:
    """Whether the first look may have missed somebody: a person without a face, an unsure face, or nobody."""
    return persons_without_face > 0 or not found or any(face.score < DOUBTED_SCORE for face in found)


def turned(detector: CenterFace, pixels: NDArray[np.uint8]) -> Iterator[Face]:
    """Faces on a picture (height x width x 3, RGB) made smaller and turned, in the picture's own pixels.

    Their numbers mean nothing yet: `joined` gives them.
    """
    height, width = pixels.shape[:2]
    shrink = min(1.0, TURNED_SIDE_PX / max(height, width))
    small_width, small_height = max(1, round(width * shrink)), max(1, round(height * shrink))
    small = cv2.resize(pixels, (small_width, small_height), interpolation=cv2.INTER_AREA)
    scale = np.array([width / small_width, height / small_height])
    for quarters in (0, 1, 2, 3):
        for face in detector(np.ascontiguousarray(np.rot90(small, quarters))):
            if face.score >= TURNED_SCORE:
                yield _turned_back(face, quarters, (small_width, small_height), scale)


def _turned_back(face: Face, quarters: int, size: tuple[int, int], scale: NDArray[np.float64]) -> Face:
    """A face on a picture turned to the left by so many quarters, in pixels of the picture as it was.

    `size`: width and height before turning; `scale`: what x and y are multiplied by afterwards.
    """
    width, height = size

    def back(x: float, y: float) -> tuple[float, float]:
        was_x, was_y = {0: (x, y), 1: (width - y, x), 2: (width - x, height - y), 3: (y, height - x)}[quarters]
        return float(was_x * scale[0]), float(was_y * scale[1])

    box = face.box
    x, y = zip(back(box.x, box.y), back(box.x + box.width, box.y + box.height), strict=True)
    upright = Box(min(x), min(y), max(x) - min(x), max(y) - min(y))
    return replace(face, box=upright, landmarks=tuple(back(*point) for point in face.landmarks))


def joined(first: tuple[Face, ...], again: Iterable[Face]) -> tuple[Face, ...]:
    """The faces of two looks, each once, numbered from left to right.

    A face of the first look that is beyond doubt stays as it is. Of others that overlap, the one with the
    higher score stays: on an upside-down face the first look puts the landmarks wrong. One box over several faces
    of the first look may be one large face in parts, or wrongly drawn over two: then all of them stay.
    """
    ranked = [(face.score >= DOUBTED_SCORE, face.score, True, face) for face in first]
    ranked += [(False, face.score, False, face) for face in again]
    kept: list[Face] = []
    for _, _, was_first, face in sorted(ranked, key=lambda rank: rank[:2], reverse=True):
        same = [other for other in kept if _is_same(face, other)]
        if not same or (was_first and all(_is_over_several(other, first) for other in same)):
            kept.append(face)
    kept.sort(key=lambda face: (face.box.x, face.box.y))
    return tuple(replace(face, number=number) for number, face in enumerate(kept, start=1))


def _is_same(one: Face, other: Face) -> bool:
    return one.box.share(other.box) > OVERLAP


def _is_over_several(face: Face, first: tuple[Face, ...]) -> bool:
    return sum(_is_same(face, other) for other in first if other is not face) > 1
