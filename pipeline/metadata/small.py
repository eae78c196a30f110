"""Whether a small copy in a file shows what the picture shows: programs that cut or cover often leave it as it was.

Both are made 64 x 48 grey pixels, brought to the same contrast and compared block by block. Measured on the demo's 31
photos (docs/measurements.md): small copies of the very picture, also with black bars or saved poorly, differ by less
than 8 of 255; after 3 % was cut off at any side by 14 or more; where a face of 80 px or more was covered with grey
by 10 or more, nine times of ten by 20. Strong sharpening gives up to 23 and more contrast 31, so not every finding
means something.
"""

from __future__ import annotations

from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from consent.hidden import Hides
from pipeline.metadata.hidden import Hidden, SmallCopy

DIFFERS = 12.0
"""Mean difference of a block of 4 x 4 from which a small copy shows something else."""

_SIZE = (64, 48)
_BLOCK = (4, 4)
_BLACK = 24
"""Rows and columns at the edge that are nowhere lighter are the bars of another shape."""

_LARGEST = 8192 * 8192


def compared(entry: SmallCopy, pixels: NDArray[np.uint8]) -> Hidden:
    """What a small copy is, beside the picture (height x width x 3, RGB, upright), without its bytes."""
    try:
        with Image.open(BytesIO(entry.picture)) as image:
            if image.width * image.height > _LARGEST:
                raise ValueError("no small copy")
            image.draft("RGB", (_SIZE[0] * 4, _SIZE[0] * 4))
            small = np.asarray(image.convert("RGB"))
        kind = Hides.BEFORE if difference(small, pixels) >= DIFFERS else Hides.THUMBNAIL
    except Exception:  # noqa: BLE001 - on damaged bytes decoders raise anything; that it cannot be seen is what is told
        kind = Hides.UNREADABLE
    return Hidden(kind, entry.where, entry.name)


def difference(small: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> float:
    """The mean difference of the block that differs most, 0 to 255, turned whichever way fits best (both RGB)."""
    small = _without_bars(small)
    size = _SIZE if pixels.shape[1] >= pixels.shape[0] else _SIZE[::-1]
    whole = _small_grey(pixels, size)
    return min(_apart(_small_grey(np.rot90(small, turns), size), whole) for turns in range(4))


def _apart(small: NDArray[np.float32], whole: NDArray[np.float32]) -> float:
    contrast, light = np.polyfit(whole.ravel(), small.ravel(), 1) if whole.std() > 1 else (0.0, small.mean())
    return float(cv2.blur(np.abs(small - (contrast * whole + light)).astype(np.float32), _BLOCK).max())


def _small_grey(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    grey = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(cv2.blur(small, (3, 3)), np.float32)


def _without_bars(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    light = pixels.max(axis=2) > _BLACK
    rows, columns = np.flatnonzero(light.any(axis=1)), np.flatnonzero(light.any(axis=0))
    if not len(rows):
        return pixels
    return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
