"""How a person without a found face stands to the camera, by MediaPipe's PoseLandmarker.

A person faces the camera where the left shoulder lies right of the right one in the picture. The
reverse alone does not mean "from behind": crops without a head come out reversed too. Only the
reverse together with a nose that lies behind the shoulders and behind the ears does. The pose is
read twice, on a narrow and on a wide crop, because neighbours disturb it: "from behind" needs one
reading that says so and none that says otherwise. On 89 photographs that picked the seventeen crops
of persons seen from behind or nearly so, and nobody else (docs/measurements.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consent.facts import Orientation
from consent.messages import UserError, say
from pipeline.models.silence import keep_mediapipe_silent
from pipeline.vision.observation import Box

MARGINS = (0.1, 0.5)
"""Parts of a person's box that are added on each side before the pose is looked for, one a reading."""

LEAST_SHOULDERS = 0.2
"""Shoulders nearer to each other than this part of the box's width tell nothing: a side view, or a wrong pose.

From 0.05 to 0.40 no answer on the demo changes, and up to 0.20 none of "from behind" on photographs (measurements)."""

_NOSE, _LEFT_EAR, _RIGHT_EAR, _LEFT_SHOULDER, _RIGHT_SHOULDER = 0, 7, 8, 11, 12


def check_installed() -> None:
    """Raise `UserError` where MediaPipe is not installed: asked before the first photo.

    It is imported for the first person to be read only. Its package brings a plotting library along, together two
    fifths of the time in which the desk opened.
    """
    if find_spec("mediapipe") is None:
        raise unloadable("No module named 'mediapipe'")


def unloadable(why: str) -> UserError:
    """The error that is told of a library that is missing, or that misses something of the system."""
    return UserError(say("A library cannot be loaded ({library}). Run: photo-consent doctor", library=why))


class PoseReader:
    """The pose model, loaded for the first person to be read. Used from one thread at a time; a context manager."""

    def __init__(self, task: Path) -> None:
        self._task = task

    @cached_property
    def _landmarker(self) -> Any:
        task = self._task.read_bytes()
        try:
            from mediapipe.tasks.python import BaseOptions, vision

            keep_mediapipe_silent()
            options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_buffer=task))
            return vision.PoseLandmarker.create_from_options(options)
        except OSError as error:  # what of the system it misses it tells so
            raise ImportError(str(error)) from error

    def __enter__(self) -> PoseReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_landmarker" in self.__dict__:
            self._landmarker.close()

    def __call__(self, pixels: NDArray[np.uint8], box: Box) -> Orientation:
        """The orientation of the person in `box` of a picture (height x width x 3, RGB)."""
        readings = {self._read(pixels, box, margin) for margin in MARGINS} - {None}
        return (readings.pop() if len(readings) == 1 else None) or Orientation.UNKNOWN

    def _read(self, pixels: NDArray[np.uint8], box: Box, margin: float) -> Orientation | None:
        """What one crop says; None where it finds nobody, somebody else, or shoulders that tell nothing."""
        from mediapipe import Image, ImageFormat

        left, top = max(0, int(box.x - box.width * margin)), max(0, int(box.y - box.height * margin))
        right, bottom = int(box.x + box.width * (1 + margin)), int(box.y + box.height * (1 + margin))
        crop = np.ascontiguousarray(pixels[top:bottom, left:right])
        result = self._landmarker.detect(Image(image_format=ImageFormat.SRGB, data=crop))
        if not result.pose_landmarks:
            return None
        points = result.pose_landmarks[0]
        shoulders = points[_LEFT_SHOULDER], points[_RIGHT_SHOULDER]
        x = left + _mean(p.x for p in shoulders) * crop.shape[1]
        y = top + _mean(p.y for p in shoulders) * crop.shape[0]
        span = (shoulders[0].x - shoulders[1].x) * crop.shape[1] / box.width
        if not box.contains(x, y) or abs(span) < LEAST_SHOULDERS:
            return None
        if span > 0:
            return Orientation.FACING
        # z grows away from the camera; its zero is between the hips, so only differences mean something
        depth = points[_NOSE].z
        ears = _mean(points[i].z for i in (_LEFT_EAR, _RIGHT_EAR))
        behind = depth > _mean(p.z for p in shoulders) and depth > ears
        return Orientation.FROM_BEHIND if behind else Orientation.UNKNOWN


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
