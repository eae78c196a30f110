"""The versions of a reference face that its template is the mean of: as it is, and as event photos show faces.

A reference is taken on purpose, near and in good light. Its template lies nearer to those of faces at an event if
it is the mean over versions with fewer pixels, in other light and found a little beside the place. Measured in
docs/measurements.md. The faces to be named are taken as they are: they are poor enough.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Chip = NDArray[np.uint8]

SMALLER_PX = (60, 40)
"""Sides of the whole chip, of which the box of a face takes four fifths: faces of 48 and 32 px."""

GAMMAS = (0.6, 1.6)
"""Brighter and darker, in the middle of the scale by some 50 levels of 255."""

SHIFT_PX = 3
"""To each of four sides, of 150 px: landmarks of small faces lie off by as much, 0.03 of the face's side."""


def versions(chip: Chip) -> NDArray[np.uint8]:
    """A chip (side x side x 3, RGB) in all its versions (n x side x side x 3), the first as it is."""
    smaller = [_with_fewer_pixels(chip, side) for side in SMALLER_PX]
    lit = [np.rint(255 * (chip / 255) ** gamma).astype(np.uint8) for gamma in GAMMAS]
    shifted = [_shifted(chip, x, y) for x, y in ((SHIFT_PX, 0), (-SHIFT_PX, 0), (0, SHIFT_PX), (0, -SHIFT_PX))]
    return np.stack([chip, *smaller, *lit, *shifted])


def _with_fewer_pixels(chip: Chip, side: int) -> Chip:
    small = cv2.resize(chip, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, chip.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _shifted(chip: Chip, x: int, y: int) -> Chip:
    matrix = np.array([[1, 0, x], [0, 1, y]], np.float32)
    return np.asarray(cv2.warpAffine(chip, matrix, chip.shape[1::-1], borderMode=cv2.BORDER_REFLECT), np.uint8)
