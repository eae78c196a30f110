"""The chunks of a PNG file that are no pixels (PNG, third edition, and the C2PA specification for caBX)."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from consent.hidden import Hides
from pipeline.metadata.exif import read_exif
from pipeline.metadata.hidden import MOST_BYTES, Hidden, as_text, read_part
from pipeline.metadata.iptc import read_iptc, read_photoshop
from pipeline.metadata.regions import Size
from pipeline.metadata.xmp import read_xmp

WHERE = "PNG"
START = b"\x89PNG\r\n\x1a\n"
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_PIXELS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP"})
_PIXELS_TOO = frozenset({b"bKGD", b"hIST", b"pHYs", b"sPLT", b"acTL", b"fcTL", b"fdAT", b"mDCV", b"cLLI"})
_PERSONS = frozenset({"author", "artist", "creator"})
_MOMENTS = frozenset({"creation time", "date:create", "date:modify", "date:timestamp"})
_DULL = frozenset({"software", "icc", "srgb"})
_MOST_CHUNKS = 1_000_000
"""A picture of 500 MB, the most that is read, has fewer: programs write 8 KiB or more at a time."""


def read_png(content: bytes, size: Size | None) -> Iterator[Hidden]:
    """What hides in a PNG file. `size`: of the picture, for the places of face regions."""
    at = len(START)
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(content):
            break
        length, name = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        body = content[at + 8 : at + 8 + length]
        at += 12 + length
        if name in _TEXTS:
            yield from read_part(WHERE, lambda chunk, name=name: _read_text(chunk, name, size), body)  # type: ignore[misc]
        elif name == b"eXIf":
            yield from read_part("EXIF", read_exif, body)
        elif name == b"tIME":
            yield Hidden(Hides.MOMENT, WHERE, "tIME")
        elif name == b"caBX":
            yield Hidden(Hides.ORIGIN, "C2PA", "JUMBF")
        elif name == b"IEND":
            break
        elif name not in _PIXELS | _PIXELS_TOO:
            yield Hidden(Hides.OTHER, WHERE, as_text(name))
    if content[at:].strip(b"\0"):
        yield Hidden(Hides.OTHER, WHERE, "bytes after the end")


def _read_text(chunk: bytes, name: bytes, size: Size | None) -> Iterator[Hidden]:
    key, _, body = chunk.partition(b"\0")
    keyword = as_text(key)
    if name == b"zTXt":
        body = _unpacked(body[1:])
    if name == b"iTXt":
        packed, (_, _, body) = body[:1] == b"\x01", [*body[2:].split(b"\0", 2), b"", b""][:3]
        body = _unpacked(body) if packed else body
    if keyword == "XML:com.adobe.xmp":
        yield from read_part("XMP", lambda packet: read_xmp(packet, size), body)
    elif keyword.startswith("Raw profile type "):
        yield from _read_raw(keyword.rpartition(" ")[2].casefold(), body, size)
    elif keyword.casefold() in _MOMENTS:
        yield Hidden(Hides.MOMENT, WHERE, keyword)
    elif (text := as_text(body)) and keyword.casefold() not in _DULL:
        kind = Hides.PERSON if keyword.casefold() in _PERSONS else Hides.TEXT
        yield Hidden(kind, WHERE, keyword, text)


def _read_raw(kind: str, body: bytes, size: Size | None) -> Iterator[Hidden]:
    """A part of another format in hexadecimal digits, as ImageMagick writes it: name, length and digits on lines."""
    data = bytes.fromhex("".join(body.decode("ascii").split()[2:]))
    if kind in ("exif", "app1"):
        packet = data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0")
        if packet is not data:
            yield from read_xmp(packet, size)
        else:
            yield from read_exif(data)
    elif kind == "xmp":
        yield from read_xmp(data, size)
    elif kind == "iptc":
        yield from read_photoshop(data) if data.startswith(b"8BIM") else read_iptc(data)
    elif kind not in ("icc", "icm"):
        yield Hidden(Hides.OTHER, WHERE, kind)


def _unpacked(data: bytes) -> bytes:
    """Unpacked bytes; `ValueError` where they are more than is read or cut off, `zlib.error` where they are damaged."""
    unpacking = zlib.decompressobj()
    whole = unpacking.decompress(data, MOST_BYTES)
    if not unpacking.eof:
        raise ValueError("too much, or cut off")
    return whole
