"""What hides in files made of boxes: WebP (RIFF), and HEIC and AVIF (ISO 14496-12)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from pi_heif import register_heif_opener
from PIL import Image

from consent.hidden import Hides
from pipeline.metadata.exif import read_exif
from pipeline.metadata.hidden import Hidden, as_text, read_part
from pipeline.metadata.regions import Size
from pipeline.metadata.xmp import read_xmp

register_heif_opener()

_RIFF_PIXELS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_DULL = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip", b"idat"})
_FILM = frozenset({b"mpvd", b"moov", b"moof"})
"""The film of a motion photo (Motion Photo format 1.0), and tracks."""

_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""The UUID of a box with a C2PA manifest (C2PA 2.1, A.4.3)."""

_READ = {"Exif", "mime"}


def read_webp(content: bytes, size: Size | None) -> Iterator[Hidden]:
    """What hides in a WebP file."""
    at = 12
    while at + 8 <= len(content):
        name, length = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        body = content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
        if name == b"EXIF":
            yield from read_part("EXIF", read_exif, body)
        elif name == b"XMP ":
            yield from read_part("XMP", lambda packet: read_xmp(packet, size), body)
        elif name == b"C2PA":
            yield Hidden(Hides.ORIGIN, "C2PA", "JUMBF")
        elif name not in _RIFF_PIXELS:
            yield Hidden(Hides.OTHER, "WebP", as_text(name))


def read_boxes(content: bytes, size: Size | None) -> Iterator[Hidden]:
    """What hides in a HEIC or AVIF file. EXIF and XMP come from the decoder, which knows where the items lie."""
    with Image.open(BytesIO(content)) as image:
        kind, info = image.format or "", dict(image.info)
    if exif := info.get("exif"):
        yield from read_part("EXIF", read_exif, exif)
    if packet := info.get("xmp"):
        yield from read_part("XMP", lambda packet: read_xmp(packet, size), packet)
    for item in info.get("metadata") or ():
        if item.get("type") not in _READ:
            yield Hidden(Hides.OTHER, kind, str(item.get("type", "")))
    if info.get("thumbnails"):
        yield Hidden(Hides.THUMBNAIL, kind, "thmb")
    if info.get("aux") or info.get("depth_images"):
        yield Hidden(Hides.PICTURE, kind, "auxl")
    yield from _top_boxes(content, kind)


def _top_boxes(content: bytes, kind: str) -> Iterator[Hidden]:
    at = 0
    while at + 8 <= len(content):
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        head = 8
        if length == 1:
            length, head = int.from_bytes(content[at + 8 : at + 16]), 16
        if name == b"uuid" and content[at + head : at + head + 16] == _C2PA:
            yield Hidden(Hides.ORIGIN, "C2PA", "JUMBF")
        elif name in _FILM:
            yield Hidden(Hides.FILM, kind, as_text(name))
        elif name not in _DULL:
            yield Hidden(Hides.OTHER, kind, as_text(name))
        if length == 0:  # the last box goes on to the end
            return
        at += max(length, head)
