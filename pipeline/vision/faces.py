"""Faces, found by CenterFace through ONNX Runtime.

CenterFace (Xu et al. 2019, arXiv 1911.03599, MIT licence) looks for centres of faces on a map of a
quarter of the picture's size and gives size, offset and five landmarks for each. Measured on 122
photographs it found 678 faces where two other detectors found 259 and 185 (docs/models.md).
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.models.session import open_session
from pipeline.vision.observation import Box, Face

DETECTION_SIDE_PX = 1280
"""Long side of the picture given to the network.

Of 138 faces of 16 px on a picture of 2048 px, 1280 found 130, 1600 found 137 and 2048 all, at one and a half to
three times the time; 960 found 66. From 20 px on, 1280 misses one at most (docs/measurements.md)."""

FACE_SCORE = 0.2
"""Lowest score that counts as a face: low, because a missed face may clear a child and a false one only holds.

Measured on 58 photographs and the 31 demo photos: between 0.20 and 0.35 lay profiles under caps and blurred
faces. See docs/measurements.md."""

OVERLAP = 0.3
"""Boxes that share more than this part of their union are one face (the network's own setting)."""

_STRIDE = 4
_MULTIPLE = 32


class CenterFace:
    """The detector. It has no state of its own, and ONNX Runtime runs a session from several threads at once."""

    def __init__(self, model: Path) -> None:
        self._session = open_session(model)
        self._input = self._session.get_inputs()[0].name

    def __call__(self, pixels: NDArray[np.uint8], side_px: int = DETECTION_SIDE_PX) -> tuple[Face, ...]:
        """Faces on a picture (height x width x 3, RGB), numbered from left to right.

        `side_px`: long side that the picture is made smaller to before the network sees it.
        """
        height, width = pixels.shape[:2]
        scale = min(1.0, side_px / max(height, width))
        to_height, to_width = (_up_to_multiple(round(side * scale)) for side in (height, width))
        resized = cv2.resize(pixels, (to_width, to_height), interpolation=cv2.INTER_AREA)
        tensor = resized.transpose(2, 0, 1)[None].astype(np.float32)
        heat, size, offset, marks = self._session.run(None, {self._input: tensor})
        boxes, scores, points = _decode(heat[0, 0], size[0], offset[0], marks[0])
        shrink = np.array([width / to_width, height / to_height])
        boxes[:, :2], boxes[:, 2:], points = boxes[:, :2] * shrink, boxes[:, 2:] * shrink, points * shrink
        kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), FACE_SCORE, OVERLAP)
        order = sorted(np.asarray(kept, dtype=int).reshape(-1), key=lambda i: (boxes[i, 0], boxes[i, 1]))
        return tuple(
            Face(
                number,
                Box(*(float(v) for v in boxes[i])),
                float(scores[i]),
                tuple((float(x), float(y)) for x, y in points[i]),
            )
            for number, i in enumerate(order, start=1)
        )


def _up_to_multiple(side: int) -> int:
    return max(_MULTIPLE, -(-side // _MULTIPLE) * _MULTIPLE)


def _decode(
    heat: NDArray[np.float32], size: NDArray[np.float32], offset: NDArray[np.float32], marks: NDArray[np.float32]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Maps (h x w, 2 x h x w, 2 x h x w, 10 x h x w) to n boxes (x, y, w, h), n scores and n x 5 points, input px.

    Channel order: height before width, y before x, as the network was trained.
    """
    rows, columns = np.nonzero(heat > FACE_SCORE)
    high = np.exp(size[0, rows, columns]) * _STRIDE
    wide = np.exp(size[1, rows, columns]) * _STRIDE
    top = (rows + offset[0, rows, columns] + 0.5) * _STRIDE - high / 2
    left = (columns + offset[1, rows, columns] + 0.5) * _STRIDE - wide / 2
    boxes = np.stack([left, top, wide, high], axis=1).astype(np.float64)
    y = marks[0::2, rows, columns].T * high[:, None] + top[:, None]
    x = marks[1::2, rows, columns].T * wide[:, None] + left[:, None]
    return boxes, heat[rows, columns].astype(np.float64), np.stack([x, y], axis=2).astype(np.float64)
