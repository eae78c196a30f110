"""Which frames are looked at: a whole look at least once a second and where the scene changes, glimpses in between."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

LOOK_EVERY_S = 1.0
"""A whole look at least as often as this."""

GLIMPSE_EVERY_S = 0.25
"""Frames in between, on which faces are looked for quickly: who is new there gets a whole look at once."""

CUT = 27.0
"""Mean change of hue, saturation and brightness, 0 to 255, that begins another scene: the usual setting of
PySceneDetect's content detector. Between frames a quarter of a second apart fast movement
can be taken for a cut; then a track ends that could have gone on, which is the safe side. On calm films it was 16 at
most within a scene and 34 at least at a cut (docs/measurements.md)."""

_SIDE_PX = 64
_ROUNDING_S = 1e-3


class Times:
    """Says of each frame, by number and time, whether it is taken at all: one in each `GLIMPSE_EVERY_S`."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, number: int, at_s: float) -> bool:
        """Whether this frame is taken."""
        if at_s < self._next - _ROUNDING_S:
            return False
        self._next = (np.floor((at_s + _ROUNDING_S) / GLIMPSE_EVERY_S) + 1) * GLIMPSE_EVERY_S
        return True


class Scenes:
    """Says of each frame taken, in turn, whether another scene begins with it."""

    def __init__(self) -> None:
        self._before: NDArray[np.float32] | None = None

    def __call__(self, pixels: NDArray[np.uint8]) -> bool:
        """Whether another scene begins with this frame (height x width x 3, RGB)."""
        small = cv2.resize(pixels, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
        now = cv2.cvtColor(small, cv2.COLOR_RGB2HSV).astype(np.float32)
        before, self._before = self._before, now
        return before is not None and change(before, now) >= CUT


def change(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How much two small pictures (hue, saturation, brightness) differ, 0 to 255; hue goes round at 180."""
    apart = np.abs(one - other)
    apart[..., 0] = np.minimum(apart[..., 0], 180 - apart[..., 0])
    return float(apart.mean())


def look_is_due(at_s: float, last_look_s: float | None) -> bool:
    """Whether the next whole look may not wait any longer."""
    return last_look_s is None or at_s - last_look_s >= LOOK_EVERY_S - _ROUNDING_S
