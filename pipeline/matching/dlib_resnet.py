"""dlib's face ResNet (weights CC0) through ONNX Runtime: 128 numbers a face, Euclidean distance.

It was trained on adults, and its author says that it mixes up children. Thresholds in
`pipeline.matching.identification` are strict for that reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.matching.recogniser import CHIP_SIDE_PX, Templates, align
from pipeline.matching.versions import versions
from pipeline.models.session import open_session
from pipeline.vision.observation import Face

_AT_ONCE = 16
"""Chips a run: more are hardly faster (docs/measurements.md), and take more memory."""


class DlibResNet:
    """The recogniser. Safe to use from one thread at a time."""

    name = "dlib_face_resnet"
    dimensions = 128
    version = 1
    """Of the way from a reference photo to its template: the cut-out, the network and the mean over versions.

    Templates of two versions are not compared. Raise it with every change that gives other templates
    (`tests/matching/test_template_version.py` tells), and schools enrol again; of version 0 nobody knows the way.
    """

    def __init__(self, model: Path) -> None:
        self._session = open_session(model)
        self._input = self._session.get_inputs()[0].name

    def embed(self, pixels: NDArray[np.uint8], faces: Sequence[Face]) -> Templates:
        """Templates of faces (n) on a picture (height x width x 3, RGB), as n x 128 float32.

        A template is the mean over the chip and its mirror image: a face turned a little to one side
        is compared as turned to both. Measured in docs/measurements.md: more right, fewer wrong names.
        """
        return self.embed_chips(np.array([align(pixels, face) for face in faces], np.uint8))

    def embed_chips(self, chips: NDArray[np.uint8]) -> Templates:
        """The same of faces that were cut out before, as `align` does it (n x 150 x 150 x 3, RGB)."""
        return self._with_mirror_images(chips.reshape(-1, CHIP_SIDE_PX, CHIP_SIDE_PX, 3))

    def embed_reference(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """The template (128 float32) of a reference face on a picture (height x width x 3, RGB), to be enrolled.

        The mean over versions of the face as event photos show it (`pipeline.matching.versions`).
        """
        template: NDArray[np.float32] = self._with_mirror_images(versions(align(pixels, face))).mean(axis=0)
        return template

    def _with_mirror_images(self, chips: NDArray[np.uint8]) -> Templates:
        both = self.describe(np.concatenate([chips, chips[:, :, ::-1]]))
        means: Templates = both.reshape(2, len(chips), self.dimensions).mean(axis=0)
        return means

    def describe(self, chips: NDArray[np.uint8]) -> Templates:
        """What the network says of chips (n x 150 x 150 x 3, RGB) as they are, as n x 128 float32."""
        runs = (chips[start : start + _AT_ONCE] for start in range(0, len(chips), _AT_ONCE))
        found = [self._session.run(None, {self._input: run})[0] for run in runs]
        return np.concatenate([np.empty((0, self.dimensions), np.float32), *found])
