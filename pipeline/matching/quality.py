"""What a face is worth for a comparison: its size, sharpness and turn, and whether the eyes are seen.

Measured on the chip that a recogniser gets, so that the figures of a large and a small face compare.
Every bound has its table in docs/measurements.md, "Faces that cannot be compared".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, nan

import cv2
import numpy as np
from numpy.typing import NDArray

from consent.facts import IDENTIFIABLE_FACE_PX
from consent.messages import Message, say
from pipeline.matching.recogniser import CHIP_SIDE_PX, align
from pipeline.vision.observation import Box, Face

LEAST_SHARPNESS = 0.09
"""Below it a template means nothing: 0.48 and more from the same face unblurred, as far as that of somebody else."""

MOST_TURN_DEG = 50.0
"""Halfway between the most turned faces that were named rightly (35 degrees) and a profile that was not (72)."""

REFERENCE_SHARPNESS = 0.11
"""A reference is taken at leisure. From here to 0.13, where one good photograph lies, there is a warning."""

REFERENCE_TURN_DEG = 40.0
"""As far as templates were seen to hold (35 degrees) and the usual error of the measure; a warning from 25 on."""

REFERENCE_SIDE_PX = 60.0
"""Smaller references are warned about: of 22 portraits 18 were named at 120 px, 17 at 60 px, 13 at 40 px."""

LEAST_EYES = 0.10
"""No eye that is to be seen had less contrast than 0.14; most drawn glasses, bars and hands have none. Warned: 0.20."""

LEAST_EYE_LIGHT = 0.25
"""Around the eyes of clear faces it was 0.44 of the cheeks' brightness or more; under dark glasses 0.16 at most."""

MOST_WHITE = 0.70
"""Above it few references found their person, and two persons lay near to each other for it. Warned: above 0.50."""

LEAST_BRIGHTNESS = 25.0
"""Of 255, in the middle of a face: below it as with too much light. Dark skin in good light was 78. Warned: 35."""

_SOFT_SHARPNESS, _TURNED_DEG, _FAINT_EYES, _DARK_EYES, _MUCH_WHITE, _DIM = 0.13, 25.0, 0.20, 0.55, 0.50, 35.0

_NOSE = 0.55
"""How far the tip of the nose stands out, in distances between the eyes; fitted to the angles of the demo's truth."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What was measured of one face.

    `side_px`: shorter side of its box. `sharpness`: 0 (blurred) to about 0.3. `turn_deg`: to the left or
    right, 0 is straight ahead. `eyes`: contrast of the fainter eye with the skin around it, 0 to about 1.
    `eye_light`: brightness around the darker eye, as a part of that of the cheeks. `white`: part of the face that is
    overexposed, 0 to 1. `brightness`: the median of its levels, 0 to 255.
    """

    side_px: float
    sharpness: float
    turn_deg: float
    eyes: float
    eye_light: float
    white: float
    brightness: float


def measure(pixels: NDArray[np.uint8], face: Face) -> Quality:
    """Everything about one face on a picture (height x width x 3, RGB)."""
    chip = _chip(pixels, face)
    if chip is None:
        return Quality(face.box.side, 0.0, turn(face), 0.0, 0.0, 0.0, 0.0)
    eyes, light = _eyes(chip)
    white, brightness = _exposure(chip)
    return Quality(face.box.side, _sharpness(chip), turn(face), eyes, light, white, brightness)


def with_sharpness(pixels: NDArray[np.uint8], faces: tuple[Face, ...]) -> tuple[Face, ...]:
    """The same faces of a picture (height x width x 3, RGB) with their sharpness, which needs the pixels.

    Not a number where the landmarks do not tell how a face stands.
    """
    chips = [_chip(pixels, face) for face in faces]
    return tuple(
        replace(face, sharpness=nan if chip is None else _sharpness(chip))
        for face, chip in zip(faces, chips, strict=True)
    )


def turn(face: Face) -> float:
    """How far a face is turned to either side, in degrees; not a number where the landmarks make no sense.

    The tip of the nose moves sideways with the sine of the angle, the eyes move together with its
    cosine. On 88 faces of the demo the error is 2.5 degrees (median), 7.5 (95 %) and 13 (most).
    """
    points = np.array(face.landmarks, np.float64)
    if not np.isfinite(points).all():
        return nan
    right, left, nose, *mouth = points
    between = float(np.linalg.norm(left - right))
    down = np.mean(mouth, axis=0) - (right + left) / 2
    if not between > 0:
        return nan
    across = (left - right) / between
    upright = np.array([-across[1], across[0]])
    height = float(down @ upright)
    if not height > 0:
        return nan
    tip = nose - (right + left) / 2
    sideways = float(tip @ across - (down @ across) * (tip @ upright) / height)
    return abs(float(np.degrees(np.arctan2(sideways, _NOSE * between))))


def why_not_comparable(face: Face, smallest_px: float) -> Message | None:
    """Why a face on a photo is not compared; None where it may be. `smallest_px`: what the school sets."""
    if why := why_unidentifiable(face):
        return why
    if not face.box.side >= smallest_px:
        return say("The face is smaller than this school lets the program compare. Say who it is.")
    sharp = face.sharpness is None or LEAST_SHARPNESS <= face.sharpness < inf
    if not (sharp and turn(face) <= MOST_TURN_DEG):
        return say("The program could not measure how this face stands, so it was not compared. Say who it is.")
    return None


def why_unidentifiable(face: Face) -> Message | None:
    """Why the template of a face on a photo would mean nothing; None where nothing was measured that says so.

    By the program's own bounds: a school that compares larger faces only knows less of the others, and a
    protocol may let faces pass by this. What is not a number says nothing.
    """
    if 0 <= face.box.side < IDENTIFIABLE_FACE_PX:
        return say("Not identifiable: the face is too small to be compared. Who knows this person may recognise it.")
    if face.sharpness is not None and 0 <= face.sharpness < LEAST_SHARPNESS:
        return say("Not identifiable: the face is too blurred to be compared. Who knows this person may recognise it.")
    if turn(face) > MOST_TURN_DEG:
        return say(
            "Not identifiable: the face is turned too far away to be compared. Who knows this person may recognise it."
        )
    return None


def why_no_reference(quality: Quality) -> Message | None:
    """Why a face is not good enough to compare others with; None where it is."""
    if not quality.turn_deg <= REFERENCE_TURN_DEG:
        return say("The face is turned away. Take a photo from the front.")
    # What is left of a face in too much light looks blurred, or without eyes: said first.
    if not quality.white <= MOST_WHITE:
        return say("The face is overexposed: most of it is white. Take a photo with less light.")
    if not quality.brightness >= LEAST_BRIGHTNESS:
        return say("The face is too dark. Take a photo with more light.")
    dark = not quality.eye_light >= LEAST_EYE_LIGHT  # a black bar makes all else look blurred: said first
    if not dark and not quality.sharpness >= REFERENCE_SHARPNESS:
        return say("The face is too blurred. Take a sharp photo.")
    if dark or not quality.eyes >= LEAST_EYES:
        return say("The eyes cannot be made out. Take a sharp photo without sunglasses, cap or hair over the eyes.")
    return None


def doubts(quality: Quality) -> tuple[Message, ...]:
    """What makes a usable reference a poor one."""
    found = []
    if quality.side_px < REFERENCE_SIDE_PX:
        found.append(say("The face is small: this person will be recognised less often."))
    if quality.sharpness < _SOFT_SHARPNESS:
        found.append(say("The face is not quite sharp: this person will be recognised less often."))
    if quality.turn_deg > _TURNED_DEG:
        found.append(say("The face is turned a little: a photo from the front is better."))
    if quality.white > _MUCH_WHITE:
        found.append(say("Much of the face is overexposed: this person will be recognised less often."))
    if quality.brightness < _DIM:
        found.append(say("The face is dark: this person will be recognised less often."))
    if quality.eyes < _FAINT_EYES or quality.eye_light < _DARK_EYES:
        found.append(say("The eyes are hard to see. Look whether glasses, a cap or hair hide them."))
    return tuple(found)


def _chip(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8] | None:
    """The face upright on a chip; None where its landmarks do not tell how it stands."""
    right, left = np.array(face.landmarks[:2], np.float64)
    if not np.linalg.norm(left - right) > 0:
        return None
    box = face.box  # only what lies around the face, or a large photo is scaled down once for every face
    x, y = max(0, int(box.x - box.width)), max(0, int(box.y - box.height))
    part = pixels[y : int(box.y + 2 * box.height) + 1, x : int(box.x + 2 * box.width) + 1]
    if not part.size:
        return None
    near = replace(
        face,
        box=Box(box.x - x, box.y - y, box.width, box.height),
        landmarks=tuple((a - x, b - y) for a, b in face.landmarks),
    )
    return align(part, near)


_WORK_PX = 50
"""Side on which sharpness is measured: a face of 40 px is not much coarser, and the grain of a dark photo is gone."""


def _sharpness(chip: NDArray[np.uint8]) -> float:
    """How fine the details are in the blurrier of two directions, as a part of all contrast.

    A moved camera blurs in one direction only, so a mean over both would call such a face sharp.
    """
    grey = cv2.resize(cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY), (_WORK_PX, _WORK_PX), interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), 0.8)
    edge = _WORK_PX // 6
    inner = slice(edge, -edge)
    contrast = max(float(smooth[inner, inner].std()), 1.0)
    across = (smooth[:, 2:] - 2 * smooth[:, 1:-1] + smooth[:, :-2])[inner, inner].std()
    down = (smooth[2:] - 2 * smooth[1:-1] + smooth[:-2])[inner, inner].std()
    return float(min(across, down)) / contrast


_EYE_ROWS, _EYE_COLUMNS = slice(38, 56), (slice(34, 62), slice(88, 116))
_CHEEKS = slice(70, 90), slice(35, 115)
_LARGER_THAN_AN_EYE = np.ones((19, 19), np.uint8)
assert CHIP_SIDE_PX == 150, "the places above are those of eyes and cheeks on a chip of 150 px"


def _eyes(chip: NDArray[np.uint8]) -> tuple[float, float]:
    """Contrast of the fainter eye, and light around the darker one, both as parts of the cheeks' brightness.

    An eye is dark and small. Closing the grey picture fills in dark spots that are smaller than 19 px
    of the chip: what was filled in is the contrast, what is left is the surrounding. Sunglasses and
    bars are larger and stay dark; a hand or hair has nothing to fill in.
    """
    grey = cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)
    closed = cv2.morphologyEx(grey, cv2.MORPH_CLOSE, _LARGER_THAN_AN_EYE).astype(np.float64)
    spots = closed - grey
    cheeks = max(float(np.median(grey[_CHEEKS])), 1.0)
    contrast = min(float(np.percentile(spots[_EYE_ROWS, columns], 90)) for columns in _EYE_COLUMNS)
    light = min(float(np.median(closed[40:54, columns])) for columns in _EYE_COLUMNS)
    return contrast / cheeks, light / cheeks


_FACE = slice(30, 130), slice(25, 125)
_WHITE = 250


def _exposure(chip: NDArray[np.uint8]) -> tuple[float, float]:
    """The part of the face that is so bright that nothing can be made out on it, and the median of its levels."""
    face = cv2.cvtColor(chip, cv2.COLOR_RGB2GRAY)[_FACE]
    return float(np.mean(face >= _WHITE)), float(np.median(face))
