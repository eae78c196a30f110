"""The parts of a JPEG file besides its pixels: segments, and what lies behind the end of the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consent.hidden import Hides
from pipeline.metadata.exif import read_exif
from pipeline.metadata.hidden import Hidden, SmallCopy, as_text, read_part
from pipeline.metadata.iptc import read_photoshop
from pipeline.metadata.regions import Size
from pipeline.metadata.tail import read_tail
from pipeline.metadata.xmp import read_xmp

WHERE = "JPEG"
START = b"\xff\xd8"
_END, _SCAN, _COMMENT = 0xD9, 0xDA, 0xFE
_APP = range(0xE0, 0xF0)
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length."""

_MARKER = re.compile(rb"\xff([^\x00\xff])", re.DOTALL)
"""A marker; decoders skip what stands between two of them, so what they show was looked at here too (T.81)."""

_AFTER_SCAN = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
"""What ends a scan: a marker other than a restart."""

_MOST_SEGMENTS = 100_000
"""A progressive photo has some dozens, and a profile or depth map of many megabytes some hundreds."""

_EXIF, _XMP, _MORE_XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP, _JUMBF = b"Photoshop 3.0\0", b"JP"
_HARMLESS = (b"JFIF\0", b"ICC_PROFILE\0", b"Adobe", b"MPF\0", b"urn:iso:std:iso:ts:21496")
"""Headers, colour profiles, and the lists of second pictures, which are told by themselves."""

_JFIF_SIZE = 14
"""Bytes of a JFIF header without a thumbnail (JFIF 1.02)."""

_GUID, _PLACE = 32, 8
"""Of a part of a long XMP packet: which packet; how long that is, and where in it the part goes (XMP part 3)."""


def read_jpeg(content: bytes, size: Size | None) -> Iterator[Hidden]:
    """What hides in a JPEG file. `size`: of the picture, for the places of face regions."""
    more: dict[bytes, list[bytes]] = {}
    photoshop = tail = b""
    for marker, body in _parts(content):
        if marker == _END:
            tail = body
        elif body.startswith(_PHOTOSHOP):
            photoshop += body[len(_PHOTOSHOP) :]
        elif body.startswith(_MORE_XMP):
            part = body[len(_MORE_XMP) :]
            more.setdefault(part[:_GUID], []).append(part[_GUID:])
        else:
            yield from _segment(marker, body, size)
    yield from read_part("IPTC", read_photoshop, photoshop)
    for parts in more.values():
        yield from read_part("XMP", lambda packet: read_xmp(packet, size), _joined(parts))
    yield from read_part(WHERE, read_tail, tail)


def _segment(marker: int, body: bytes, size: Size | None) -> Iterator[Hidden]:
    """What hides in a segment that is whole by itself."""
    if marker == _COMMENT:
        if text := as_text(body):
            yield Hidden(Hides.TEXT, WHERE, "COM", text)
    elif body.startswith(_EXIF):
        yield from read_part("EXIF", read_exif, body)
    elif body.startswith(_XMP):
        yield from read_part("XMP", lambda packet: read_xmp(packet, size), body[len(_XMP) :])
    elif marker == 0xEB and body.startswith(_JUMBF):
        yield Hidden(Hides.ORIGIN, "C2PA", "JUMBF")
    elif body.startswith(b"JFXX\0\x10"):
        yield SmallCopy(Hides.THUMBNAIL, WHERE, "JFXX", picture=body[6:])
    elif body.startswith(b"JFXX\0") or (body.startswith(b"JFIF\0") and len(body) > _JFIF_SIZE):
        yield Hidden(Hides.THUMBNAIL, WHERE, body[:4].decode("ascii"))  # as bare colours, unused since the nineties
    elif not body.startswith(_HARMLESS):
        yield Hidden(Hides.OTHER, WHERE, f"APP{marker - _APP.start}")


def _parts(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of every segment that is no part of the pixels; last the end, with all that follows it."""
    found, count = _MARKER.search(content, len(START)), 0
    while found is not None:
        marker, at = content[found.end() - 1], found.end()
        if marker == _END:
            yield marker, content[at:]
            return
        if (count := count + 1) > _MOST_SEGMENTS:
            raise ValueError("too many segments")
        length = 0 if marker in _BARE else int.from_bytes(content[at : at + 2])
        if marker in _APP or marker == _COMMENT:
            yield marker, content[at + 2 : at + length]
        found = (_AFTER_SCAN if marker == _SCAN else _MARKER).search(content, at + length)


def _joined(parts: list[bytes]) -> bytes:
    """A long XMP packet from its parts, whatever their order; empty, so not readable, where one is missing."""
    placed = {int.from_bytes(part[4:_PLACE]): part[_PLACE:] for part in parts}
    whole = b"".join(placed[at] for at in sorted(placed))
    return whole if len(whole) == int.from_bytes(parts[0][:4]) else b""
