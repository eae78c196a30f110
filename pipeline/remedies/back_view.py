"""Another picture of the same scene on which nobody can be recognised: what the protocol likes best (R5).

What is offered is a photo of the batch that the rules let pass as it is, so a scene mistaken for another costs a
glance and clears nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from consent.facts import Orientation
from consent.judging import Decision
from pipeline.run import AuditedPhoto

LEAST_ALIKE = 0.6
"""The part of their colours that two pictures of one scene share at least.

Measured (docs/measurements.md): 66 of 79 pairs of one scene of the demo and none of 386 pairs of two; of 1,645
pairs of different photographs one. A perceptual hash tells nothing once people move: 18 to 39 bits of 64 against 21
to 43.
"""

MOST_APART = timedelta(minutes=15)
"""Where both cameras tell the time. A convention: longer, and the scene has moved on."""

_BINS = (12, 4, 4)
SIDE_PX = 256
"""Long side of a picture that colours are counted on."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What a scene is known by: shares of hues, saturations and values (192 numbers, sum 1), and when it was."""

    colours: NDArray[np.float32]
    taken_at: datetime | None = None


def scene_of(pixels: NDArray[np.uint8], content: bytes = b"") -> Scene:
    """The scene of a picture (height x width x 3, RGB); `content`: its file, for the time that a camera noted."""
    small = cv2.resize(pixels, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV)
    counts = cv2.calcHist([hsv], [0, 1, 2], None, list(_BINS), [0, 180, 0, 256, 0, 256]).ravel()
    return Scene(counts / counts.sum(), _taken_at(content))


def same_scene(one: Scene, other: Scene) -> bool:
    """Whether two pictures look alike in colour and were taken within a quarter of an hour, where that is known."""
    if one.taken_at and other.taken_at and abs(one.taken_at - other.taken_at) > MOST_APART:
        return False
    return float(np.minimum(one.colours, other.colours).sum()) >= LEAST_ALIKE


def is_back_view(photo: AuditedPhoto) -> bool:
    """Whether a photo may be published, shows somebody from behind and nobody who can be recognised, or may be."""
    behind = any(body.orientation is Orientation.FROM_BEHIND for body in photo.facts.bodies)
    nobody = not photo.recognisable and not photo.unseen
    is_photo = photo.facts.film is None
    return photo.verdict.decision is Decision.PUBLISH and behind and nobody and is_photo


def nearest(photo: Scene, others: Iterable[tuple[str, Scene]]) -> str | None:
    """The name of the picture of the same scene that is most alike; None where there is none."""
    alike = [(float(np.minimum(photo.colours, s.colours).sum()), name) for name, s in others if same_scene(photo, s)]
    return max(alike)[1] if alike else None


def _taken_at(content: bytes) -> datetime | None:
    try:
        with Image.open(BytesIO(content)) as image:
            noted = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        return datetime.strptime(str(noted), "%Y:%m:%d %H:%M:%S")
    except Exception:  # noqa: BLE001 - on damaged EXIF readers raise anything; then the time is not known
        return None
