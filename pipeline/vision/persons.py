"""Persons from any side, found by an SSD with MobileNetV3 (COCO, Apache-2.0) through OpenCV."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.vision.observation import Box

PERSON_SCORE = 0.5
"""Lowest score that counts as a person.

Measured on 58 photographs and the 31 demo photos: below it lay trees, pony tails, arms and second boxes
of persons already found; all fourteen persons seen from behind lay above (docs/measurements.md).
"""

LARGEST_FACE = 0.7
"""A face is at most this part of the shorter side of its person's box: 0.66 was the largest of 240 measured."""

OVERLAP = 0.45
"""Boxes that share more than this part of their union are one person (the model's own setting)."""

_PERSON = 1
_SIDE = 320


class PersonDetector:
    """The detector. Safe to use from one thread at a time."""

    def __init__(self, weights: Path, graph: Path) -> None:
        self._model = cv2.dnn.DetectionModel(str(weights), str(graph))
        self._model.setInputParams(scale=1 / 127.5, size=(_SIDE, _SIDE), mean=(127.5,) * 3, swapRB=True)

    def __call__(self, pixels: NDArray[np.uint8]) -> tuple[tuple[Box, float], ...]:
        """Boxes and scores of the persons on a picture (height x width x 3, RGB), clipped to it."""
        bgr = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR)
        classes, scores, boxes = self._model.detect(bgr, confThreshold=PERSON_SCORE)
        persons = [
            (box, float(score))
            for kind, score, box in zip(np.ravel(classes), np.ravel(scores), np.reshape(boxes, (-1, 4)), strict=True)
            if kind == _PERSON
        ]
        if not persons:
            return ()
        kept = cv2.dnn.NMSBoxes([list(map(int, b)) for b, _ in persons], [s for _, s in persons], PERSON_SCORE, OVERLAP)
        found = [(_clip(persons[i][0], pixels.shape), persons[i][1]) for i in np.ravel(kept)]
        return tuple((box, score) for box, score in found if box is not None)


def _clip(box: NDArray[np.int32], shape: tuple[int, ...]) -> Box | None:
    height, width = shape[:2]
    left, top = max(0, int(box[0])), max(0, int(box[1]))
    right, bottom = min(width, int(box[0] + box[2])), min(height, int(box[1] + box[3]))
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None
