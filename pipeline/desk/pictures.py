"""Pictures for the person at the desk: made when they are asked for, kept in memory, never written to disk.

Nothing is hidden on them, or nobody could say who is who. They go to a page on this very computer, by message.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from pipeline.photos import load_photo

THUMBNAIL_PX = 320
"""Long side of a card's picture: a card is 220 px broad, and many screens have two dots a pixel."""

LARGE_PX = 1600
"""Long side of the opened photo: more than the page gives it on a screen of 1920 px."""

_QUALITY = 82


@lru_cache(maxsize=2000)
def thumbnail(path: Path, name: str, sha256: str) -> bytes | None:
    """A small JPEG of a photo without metadata; None where the file cannot be shown or is another one by now."""
    return _jpeg(path, name, sha256, THUMBNAIL_PX)


@lru_cache(maxsize=8)
def large(path: Path, name: str, sha256: str) -> bytes | None:
    """The photo as a JPEG to be looked at; None as for `thumbnail`."""
    return _jpeg(path, name, sha256, LARGE_PX)


def _jpeg(path: Path, name: str, sha256: str, long_side: int) -> bytes | None:
    photo = load_photo(path, name, long_side)
    if photo.pixels is None or photo.sha256 != sha256:
        return None  # boxes and verdict are about other bytes
    out = BytesIO()
    Image.fromarray(photo.pixels).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
