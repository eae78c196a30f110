"""What lies behind the end of a JPEG picture: the film of a motion photo, second pictures, and whatever else.

Film: Google puts an MP4 file there (Motion Photo format 1.0, and MicroVideo before it), Samsung one after its own mark.
Second pictures are complete JPEG files (MPO, CIPA DC-007; gain maps; depth maps).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

from PIL import Image

from consent.hidden import Hides
from pipeline.metadata.hidden import Hidden

WHERE = "JPEG"
FILM = re.compile(rb"\x00\x00[\x00-\x01].ftyp", re.DOTALL)
"""The first box of an MP4 file, which is a few dozen bytes long (ISO 14496-12)."""

SAMSUNG = b"MotionPhoto_Data"
_JPEG = b"\xff\xd8\xff"
_MOST_PICTURES = 20
_HEAD = 1 << 20
"""Bytes that are enough to open a JPEG file and learn its size: its tables and some profiles."""


def read_tail(tail: bytes) -> Iterator[Hidden]:
    """What hides in the bytes behind the end of a picture. Zeros alone are nothing."""
    if not tail.strip(b"\0"):
        return
    film = FILM.search(tail)
    before = tail[: film.start()] if film else tail
    at, count = before.find(_JPEG), 0
    for _ in range(_MOST_PICTURES):
        if at >= 0 and _is_picture(before[at : at + _HEAD]):
            count += 1
        at = before.find(_JPEG, at + 1) if at >= 0 else at
    if count:
        yield Hidden(Hides.PICTURE, WHERE, "MPO")
    if film or SAMSUNG in tail:
        yield Hidden(Hides.FILM, WHERE, "MP4" if film else SAMSUNG.decode())
    elif count == 0:
        yield Hidden(Hides.OTHER, WHERE, "bytes after the end")


def _is_picture(content: bytes) -> bool:
    try:
        with Image.open(BytesIO(content)) as image:
            return image.width * image.height > 0
    except Exception:  # noqa: BLE001 - not one that can be opened: then the bytes are told as such
        return False
