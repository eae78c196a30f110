"""The slot for a face recogniser, and the alignment that one of dlib's kind asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.vision.observation import Face

Templates = NDArray[np.float32]
"""n x d: one template a row. Biometric data: only ever in memory or in the encrypted database."""


class Recogniser(Protocol):
    """Turns faces into templates whose Euclidean distance is small for one person."""

    name: str
    dimensions: int

    def embed(self, pixels: NDArray[np.uint8], faces: Sequence[Face]) -> Templates:
        """Templates of faces (n) on a picture (height x width x 3, RGB), as n x d float32."""
        ...

    def embed_reference(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """The template (d float32) of a reference face, to be enrolled."""
        ...


CHIP_SIDE_PX = 150
CHIP_PADDING = 0.25

# Where eyes, nose tip and corners of the mouth lie in dlib's mean face (the 68 points of its aligner,
# each eye the mean of its six), as parts of the unpadded chip, the eye on the picture's left first.
_MEAN_FACE = np.array(
    [(0.225492, 0.215990), (0.754761, 0.215990), (0.490127, 0.515625), (0.254149, 0.780233), (0.726104, 0.780233)]
)
ON_CHIP = (_MEAN_FACE + CHIP_PADDING) / (1 + 2 * CHIP_PADDING) * CHIP_SIDE_PX


def align(
    pixels: NDArray[np.uint8], face: Face, points: NDArray[np.float64] = ON_CHIP, side_px: int = CHIP_SIDE_PX
) -> NDArray[np.uint8]:
    """A face turned upright and scaled onto a square chip, its landmarks (5 x 2) as near to `points` as can be.

    Without `points` and `side_px`: 150 x 150 px, as dlib's networks were trained.
    """
    transform = _similarity(np.array(face.landmarks), points)
    shrink = float(np.hypot(transform[0, 0], transform[1, 0]))
    if shrink < 0.5:  # average before sampling, or a large face turns into noise
        small = np.asarray(
            cv2.resize(pixels, None, fx=2 * shrink, fy=2 * shrink, interpolation=cv2.INTER_AREA), np.uint8
        )
        scale = np.array([small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]])
        pixels, transform = small, _similarity(np.array(face.landmarks) * scale, points)
    return np.asarray(cv2.warpAffine(pixels, transform, (side_px, side_px), flags=cv2.INTER_LINEAR), np.uint8)


def _similarity(points: NDArray[np.float64], targets: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 2 x 3 matrix of turn, scale and shift that brings n points nearest to n targets (least squares).

    As complex numbers a turn with scale is one factor and a shift one addend: target = a * point + b.
    """
    z, w = points[:, 0] + 1j * points[:, 1], targets[:, 0] + 1j * targets[:, 1]
    (a, b), *_ = np.linalg.lstsq(np.stack([z, np.ones_like(z)], axis=1), w, rcond=None)
    return np.array([[a.real, -a.imag, b.real], [a.imag, a.real, b.imag]])
