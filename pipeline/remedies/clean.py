"""Files fit to leave the school: upright pixels in sRGB as a plain JPEG, with nothing else in it.

A photo tells more than it shows: where and when it was taken, with what, by whom, and in face regions, keywords
and captions who is on it; its thumbnail may show a face from before it was cropped. So nothing is copied and
nothing taken out: the pixels are written anew, and what was written is read again, part by part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from consent.messages import UserError, say
from pipeline.photos import read_photo

QUALITY = 90
"""Of the JPEG. Platforms save a photo anew, at 70 to 85; this leaves them something to do it from."""

_START, _END, _SCAN, _APP0 = 0xD8, 0xD9, 0xDA, 0xE0
_PIXELS = frozenset({0xC0, 0xC2, 0xC4, 0xDB, 0xDD, _SCAN})
"""The segments that pixels are made of: frames, Huffman and quantisation tables, restart interval, scans (T.81)."""

_JFIF_SIZE = 16
"""Bytes of a JFIF header that holds no thumbnail (JFIF 1.02)."""

_NEXT = re.compile(rb"\xff([^\x00\xd0-\xd7])", re.DOTALL)
"""The end of a scan: a marker other than a stuffed byte or a restart."""


def clean(content: bytes, name: str, long_side_px: int) -> bytes:
    """A photo's file as a JPEG that holds its pixels alone: upright, in sRGB, `long_side_px` at most.

    They are the very pixels that an audit judges. `name`: what the file is called, for its ending. Raises
    `UserError` for a file that an audit would hold, or where anything but pixels is left in the result.
    """
    photo = read_photo(content, name, name, long_side_px)
    if photo.pixels is None:
        assert photo.problem is not None
        raise UserError(say("“{file}” cannot be used. {reason}", file=name, reason=photo.problem))
    return as_clean_jpeg(photo.pixels)


def as_clean_jpeg(pixels: NDArray[np.uint8]) -> bytes:
    """A picture (height x width x 3, RGB in sRGB) as a JPEG, read again: `UserError` where there is more in it."""
    out = BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=QUALITY, optimize=True)
    content = out.getvalue()
    left = leftovers(content)
    with Image.open(BytesIO(content)) as again:
        again.load()
        whole = again.format == "JPEG" and again.mode == "RGB" and again.size == (pixels.shape[1], pixels.shape[0])
    if left or not whole:
        raise UserError(
            say("The new file is not clean ({left}), so it was not kept.", left=", ".join(left) or "pixels")
        )
    return content


def leftovers(content: bytes) -> tuple[str, ...]:
    """What a JPEG file holds besides pixels, by the names of its segments; nothing of a clean one.

    Only what is known to be harmless passes: a JFIF header without a thumbnail and the segments of the pixels. So
    EXIF, XMP, IPTC, colour profiles, comments, a second picture (MPO), C2PA and what nobody has thought of yet are
    all left over, and so are bytes before, between and after.
    """
    return tuple(_leftovers(content))


def _leftovers(content: bytes) -> Iterator[str]:
    if not content.startswith(bytes((0xFF, _START))):
        yield "no JPEG"
        return
    at, headers = 2, 0
    while at < len(content):
        if content[at] != 0xFF or at + 2 > len(content):
            yield f"bytes at {at}"
            return
        marker = content[at + 1]
        if marker == _END:
            if at + 2 < len(content):
                yield "bytes after the end"
            return
        size = int.from_bytes(content[at + 2 : at + 4])
        body = content[at + 4 : at + 2 + size]
        headers += marker == _APP0
        if not (marker in _PIXELS or (marker == _APP0 and headers == 1 and _is_bare_jfif(size, body))):
            yield f"segment {marker:02X}"
        at += 2 + size
        if marker == _SCAN:
            following = _NEXT.search(content, at)
            at = following.start() if following else len(content)
    yield "no end"


def _is_bare_jfif(size: int, body: bytes) -> bool:
    return size == _JFIF_SIZE and body.startswith(b"JFIF\x00") and body[-2:] == b"\x00\x00"
