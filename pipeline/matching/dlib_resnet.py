"""dlib's face ResNet (weights CC0): 128 numbers a face, Euclidean distance.

It was trained on adults, and its author says that it mixes up children. Thresholds in
`pipeline.matching.identification` are strict for that reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dlib
import numpy as np
from numpy.typing import NDArray

from pipeline.matching.recogniser import Templates, align
from pipeline.vision.observation import Face


class DlibResNet:
    """The recogniser. Safe to use from one thread at a time."""

    name = "dlib_face_resnet"
    dimensions = 128

    def __init__(self, weights: Path) -> None:
        self._net = dlib.face_recognition_model_v1(str(weights))

    def embed(self, pixels: NDArray[np.uint8], faces: Sequence[Face]) -> Templates:
        """Templates of faces (n) on a picture (height x width x 3, RGB), as n x 128 float32.

        A template is the mean over the chip and its mirror image: a face turned a little to one side
        is compared as turned to both. Measured in docs/measurements.md: more right, fewer wrong names.
        """
        if not faces:
            return np.empty((0, 128), np.float32)
        chips = [align(pixels, face) for face in faces]
        mirrored = [np.ascontiguousarray(chip[:, ::-1]) for chip in chips]
        both = np.array(self._net.compute_face_descriptor(chips + mirrored), dtype=np.float32)
        return (both[: len(faces)] + both[len(faces) :]) / 2
