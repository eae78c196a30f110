"""The directories of EXIF, which is built as a TIFF file: tags with their raw values.

Pillow reads them too, but says only by warnings, which threads share, that it could not read something. What could
not be read may hold a name, so here it is told.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAIN, EXIF, GPS, SMALL, INTEROP = "IFD0", "ExifIFD", "GPS", "IFD1", "InteropIFD"
"""The directories, by the names in EXIF: of the picture, the exposure, the place, the thumbnail."""

_POINTERS = {0x8769: EXIF, 0x8825: GPS, 0xA005: INTEROP}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
"""Bytes of a value by its type (TIFF 6.0; 129 is text in UTF-8, EXIF 3.0)."""

_MOST_TAGS = 2000


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a directory. `content`: its raw bytes; None where it points outside the data."""

    directory: str
    number: int
    content: bytes | None
    order: str
    """`<` or `>`, as `struct` writes the order of bytes."""

    @property
    def as_number(self) -> int:
        """The first value of a whole number."""
        content = self.content or b""
        return int.from_bytes(content[:4], "little" if self.order == "<" else "big") if content else 0


def tags(data: bytes) -> Iterator[Tag]:
    """Every tag of EXIF data, with its header or without. `ValueError` where it is no such data."""
    data = data.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        raise ValueError("no TIFF header")
    (start,) = struct.unpack_from(f"{order}L", data, 4)
    waiting, visited, count = [(MAIN, start)], set(), 0
    while waiting:
        directory, at = waiting.pop(0)
        if at in visited or at == 0:
            continue
        visited.add(at)
        if at + 2 > len(data):
            yield Tag(directory, 0, None, order)
            continue
        (entries,) = struct.unpack_from(f"{order}H", data, at)
        for entry in range(entries):
            count += 1
            tag = _tag(data, directory, at + 2 + 12 * entry, order) if count <= _MOST_TAGS else None
            yield tag or Tag(directory, 0, None, order)
            if tag is None:
                return
            if tag.number in _POINTERS:
                waiting.append((_POINTERS[tag.number], tag.as_number))
        end = at + 2 + 12 * entries
        if directory == MAIN and end + 4 <= len(data):
            waiting.append((SMALL, struct.unpack_from(f"{order}L", data, end)[0]))


def _tag(data: bytes, directory: str, at: int, order: str) -> Tag | None:
    """The tag at that place; None where the data ends before it."""
    if at + 12 > len(data):
        return None
    number, kind, count = struct.unpack_from(f"{order}HHL", data, at)
    size = _SIZES.get(kind, 0) * count
    if kind not in _SIZES:
        return Tag(directory, number, None, order)
    start = at + 8 if size <= 4 else struct.unpack_from(f"{order}L", data, at + 8)[0]
    content = data[start : start + size] if start + size <= len(data) else None
    # SHORT values lie at the beginning of their four bytes in either order.
    return Tag(directory, number, content, order)
