"""All that hides in one file, whatever its format. Never raises for a file: what cannot be read is told as that."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image

from consent.hidden import Hides
from pipeline.metadata import boxes, jpeg, png
from pipeline.metadata.hidden import Hidden, SmallCopy, bounded
from pipeline.metadata.regions import Size
from pipeline.metadata.small import compared


def hidden_in(content: bytes, pixels: NDArray[np.uint8]) -> tuple[Hidden, ...]:
    """What hides in a file beside its picture (height x width x 3, RGB, upright), each thing once."""
    found = read_hidden(content)
    once = dict.fromkeys(compared(one, pixels) if isinstance(one, SmallCopy) else one for one in found)
    return tuple(once)


def read_hidden(content: bytes) -> tuple[Hidden, ...]:
    """What hides in a file, each thing once. Small copies of the picture are there as bytes, to be compared."""
    return bounded(_read(content))


def _read(content: bytes) -> Iterator[Hidden]:
    size = _size(content)
    try:
        if content.startswith(jpeg.START):
            yield from jpeg.read_jpeg(content, size)
        elif content.startswith(png.START):
            yield from png.read_png(content, size)
        elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
            yield from boxes.read_webp(content, size)
        elif content[4:8] == b"ftyp":
            yield from boxes.read_boxes(content, size)
        else:
            yield Hidden(Hides.UNREADABLE, "", "")
    except Exception:  # noqa: BLE001 - on damaged bytes readers raise anything; what was told before stays told
        yield Hidden(Hides.UNREADABLE, "", "")


def _size(content: bytes) -> Size | None:
    """The stored size and how it is turned, read as when the picture is shown (`pipeline.photos`)."""
    try:
        with Image.open(BytesIO(content)) as image:
            before = image.info.get("original_orientation")  # of HEIC, which the decoder has turned already
            turned = before or image.getexif().get(ExifTags.Base.Orientation, 1)
            width, height = image.size if not before or before < 5 else image.size[::-1]
            return Size(width, height, turned if turned in range(1, 9) else 1) if width and height else None
    except Exception:  # noqa: BLE001 - without a size nobody knows where a region is, and everything else is read
        return None
