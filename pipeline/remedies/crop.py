"""Cropping: the largest part of a picture without those who have to go, and with as many of the others as can stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.remedies.cover import head_of
from pipeline.vision.observation import Body, Box, Face

LEAST_SHARE = 0.5
"""The part of the picture that must stay for it to be the same picture still."""

LEAST_LONG_SIDE_PX = 720
"""The smallest width at which Facebook shows photos as they were sent (it names 720, 960 and 2048 px)."""

MOST_ASPECT = 2.0
"""Long to short side; a panorama of a strip of heads survives no feed, which is at most 1.91 to 1."""

BODY_WIDTHS, BODY_HEIGHTS = 4.0, 9.0
"""A person's breadth in widths of the face, and height from the top of the face in heights of it.

Of 198 persons of the demo and of photographs, two thirds are narrower; of 102 whose feet are seen, 95 % are lower.
"""

MOST_BOXES = 16
"""More faces and persons than this are a crowd: no crop of it is looked for, which would take seconds."""


def person_of(face: Face) -> Box:
    """The head and the body that a face belongs to, as far as its size tells; they may reach out of the picture."""
    head, box = head_of(face), face.box
    wide = max(head.width, BODY_WIDTHS * box.width)
    return Box(box.centre[0] - wide / 2, head.y, wide, max(head.height, BODY_HEIGHTS * box.height))


def head_end(body: Body) -> Box:
    """The upper square of a body: a head is nowhere higher than the body is wide."""
    return Box(body.box.x, body.box.y, body.box.width, min(body.box.width, body.box.height))


def crops(width: int, height: int, away: Sequence[Box], stay: Sequence[Box]) -> tuple[Box, ...]:
    """Parts of a picture of that size that touch no box of `away` and cut through none of `stay`.

    For each number of boxes that stay the largest such part, in whole pixels, those with most boxes first; only
    where the picture survives, with somebody on it.
    """
    if not away or len(away) + len(stay) > MOST_BOXES:
        return ()
    size = np.array([width, height, width, height])
    gone, kept = _edges(away), np.clip(_edges(stay), 0, size)
    best: dict[int, tuple[float, tuple[int, int, int, int]]] = {}
    for left, right in _spans(width, gone[:, [0, 2]], kept[:, [0, 2]]):
        for top, bottom in _spans(height, gone[:, [1, 3]], kept[:, [1, 3]]):
            area = (right - left) * (bottom - top)
            if not _survives(right - left, bottom - top, width * height):
                continue
            part = np.array([left, top, right, bottom])
            if _touching(gone, part).any():
                continue
            inside = _inside(kept, part)
            if (_touching(kept, part) != inside).any():
                continue
            count = int(inside.sum())
            if count and area > best.get(count, (0.0, ()))[0]:
                best[count] = area, (left, top, right, bottom)
    return tuple(
        Box(left, top, right - left, bottom - top)
        for _, (_, (left, top, right, bottom)) in sorted(best.items(), reverse=True)
    )


def _edges(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """Left, top, right and bottom of n boxes, as n x 4."""
    return np.array([(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes], float).reshape(-1, 4)


def _spans(size: int, gone: NDArray[np.float64], kept: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Stretches that could be a side of the part: between the picture's ends and the edges of boxes."""
    starts = {0, *np.ceil(gone[:, 1]).astype(int), *np.floor(kept[:, 0]).astype(int)}
    ends = {size, *np.floor(gone[:, 0]).astype(int), *np.ceil(kept[:, 1]).astype(int)}
    pairs = ((int(a), int(b)) for a in sorted(starts) for b in sorted(ends))
    return (pair for pair in pairs if 0 <= pair[0] < pair[1] <= size)


def _survives(width: int, height: int, whole: int) -> bool:
    long, short = max(width, height), min(width, height)
    return width * height >= LEAST_SHARE * whole and long >= LEAST_LONG_SIDE_PX and long <= MOST_ASPECT * short


def _touching(boxes: NDArray[np.float64], part: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(np.hstack([boxes[:, :2] < part[2:], boxes[:, 2:] > part[:2]]).all(axis=1), np.bool_)


def _inside(boxes: NDArray[np.float64], part: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(np.hstack([boxes[:, :2] >= part[:2], boxes[:, 2:] <= part[2:]]).all(axis=1), np.bool_)
