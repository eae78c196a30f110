"""Reference photos made as poor as event photos: fewer pixels, blur, bad light, a turned head.

A reference is taken on purpose; a face at an event is small, moves and stands in whatever light there
is. Pure functions: the same picture gives the same result, noise included. What they cannot imitate:
another expression, hair, glasses, a hand before the face, a head turned far (only the picture is
turned, as if it were flat, so that a nose hides no cheek), and a year of growing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from consent.messages import Message, say
from pipeline.vision.observation import Box, Face

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Degradation:
    """One way in which an event photo is poorer than a reference. Nothing is changed where all is left out.

    `side_px`: the shorter side of the face's box is made so small (never larger). `moved`: length of a
    level motion blur, `unsharp`: sigma of a Gaussian blur, `slipped`: standard deviation of misplaced
    landmarks, all three as parts of that side after shrinking. `light`: factor on the light that falls
    in. `noise`: standard deviation in levels of 255. `turned`: degrees about the upright axis, the face
    taken as a flat picture.
    """

    name: str
    label: Message
    side_px: float | None = None
    moved: float = 0.0
    unsharp: float = 0.0
    slipped: float = 0.0
    light: float = 1.0
    noise: float = 0.0
    turned: float = 0.0


def degradations(smallest_px: float) -> tuple[Degradation, ...]:
    """The ways in which a reference is tried. `smallest_px`: the smallest face that is compared at all.

    60 px is a pupil in a group of a dozen on a photo of 2048 px; two stops too dark and one too bright is what
    a camera's automatic exposure misses by indoors; blur of a tenth of a face is a hand that waves. Chosen, not
    measured: docs/measurements.md tells how near the outcome comes to real event photos.
    """
    usual = max(60.0, smallest_px)
    small = Degradation("small", say("small ({px} px)", px=round(usual)), usual, slipped=SLIPPED)
    return (
        Degradation("as_it_is", say("as it is")),
        small,
        replace(small, name="smallest", label=say("small ({px} px)", px=round(smallest_px)), side_px=smallest_px),
        replace(small, name="moved", label=say("moved"), moved=0.10),
        replace(small, name="unsharp", label=say("out of focus"), unsharp=0.02),
        replace(small, name="dark", label=say("dark"), light=0.25, noise=6.0),
        replace(small, name="bright", label=say("too bright"), light=2.2),
        replace(small, name="turned", label=say("turned"), turned=25.0),
    )


SLIPPED = 0.03
"""How far landmarks lie off on small faces, as part of the face's side: standard deviation an axis.

Measured: the same faces found again at 40 and 60 px, 0.024 on the demo and 0.032 on photographs."""

_AROUND = 0.75
"""How much of the picture beside the face is kept, as part of its longer side: more than a chip shows."""

_FAR = 4.0
"""The camera's distance in sides of the face, for what turns towards it or away."""


def degraded(pixels: Pixels, face: Face, how: Degradation) -> tuple[Pixels, Face]:
    """The part of a picture (height x width x 3, RGB) around a face, made poorer, and the face on it."""
    part, face = _cut_out(pixels, face)
    if how.turned:
        part, face = _turned(part, face, how.turned)
    if how.light != 1.0:
        part = _lit(part, how.light)
    if how.side_px is not None and how.side_px < face.box.side:
        part, face = _shrunk(part, face, how.side_px / face.box.side)
    side = face.box.side
    if how.moved:
        length = max(1, round(how.moved * side))
        part = np.asarray(cv2.blur(part, (length, 1)), np.uint8)
    if how.unsharp:
        part = np.asarray(cv2.GaussianBlur(part, (0, 0), how.unsharp * side), np.uint8)
    if how.noise:
        grain = np.random.default_rng(0).normal(0.0, how.noise, part.shape)
        part = np.clip(part + grain, 0, 255).round().astype(np.uint8)
    if how.slipped:
        slip = np.random.default_rng(0).normal(0.0, how.slipped * side, (len(face.landmarks), 2))
        face = replace(face, landmarks=_points(np.array(face.landmarks) + slip))
    return part, face


def _cut_out(pixels: Pixels, face: Face) -> tuple[Pixels, Face]:
    """A copy of the surroundings of the face, as far as the picture goes."""
    beside = _AROUND * max(face.box.width, face.box.height)
    height, width = pixels.shape[:2]
    left, right = _within(face.box.x - beside, face.box.x + face.box.width + beside, width)
    top, bottom = _within(face.box.y - beside, face.box.y + face.box.height + beside, height)
    return pixels[top:bottom, left:right].copy(), _moved_to(face, lambda points: points - (left, top))


def _within(start: float, end: float, size: int) -> tuple[int, int]:
    """A stretch in whole pixels within 0 and size, at least one pixel long."""
    first = min(max(0, int(np.floor(start))), size - 1)
    return first, max(first + 1, min(size, int(np.ceil(end))))


def _shrunk(pixels: Pixels, face: Face, factor: float) -> tuple[Pixels, Face]:
    height, width = pixels.shape[:2]
    size = max(1, ceil(width * factor)), max(1, ceil(height * factor))  # not smaller than what is compared
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return small, _moved_to(face, lambda points: points * (size[0] / width, size[1] / height))


def _lit(pixels: Pixels, factor: float) -> Pixels:
    """More or less light: sRGB is taken as a power of 2.2, and what is too much is lost."""
    linear = (np.arange(256) / 255) ** 2.2 * factor
    table = (255 * np.clip(linear, 0, 1) ** (1 / 2.2)).round().astype(np.uint8)
    return table[pixels]


def _turned(pixels: Pixels, face: Face, degrees: float) -> tuple[Pixels, Face]:
    """The picture turned about the upright line through the middle of the face, seen in perspective."""
    height, width = pixels.shape[:2]
    middle = np.array(face.box.centre)
    away = _FAR * face.box.side
    angle = np.deg2rad(degrees)

    def turn(points: NDArray[np.float64]) -> NDArray[np.float64]:
        across, down = (points - middle).T
        nearer = away / (away + across * np.sin(angle))
        turned: NDArray[np.float64] = np.stack([across * np.cos(angle) * nearer, down * nearer], axis=1) + middle
        return turned

    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), turn(corners).astype(np.float32))
    turned = cv2.warpPerspective(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, np.uint8), _moved_to(face, turn)


def _moved_to(face: Face, move: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Face:
    """The face with its box and landmarks where a function of n x 2 points brings them."""
    box = face.box
    right, bottom = box.x + box.width, box.y + box.height
    moved = move(np.array([[box.x, box.y], [right, box.y], [box.x, bottom], [right, bottom]]))
    (left, top), (right, bottom) = moved.min(axis=0), moved.max(axis=0)
    here = Box(float(left), float(top), float(right - left), float(bottom - top))
    return replace(face, box=here, landmarks=_points(move(np.array(face.landmarks, np.float64))))


def _points(points: NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in points)
