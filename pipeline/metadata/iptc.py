"""IPTC: captions, keywords and names as newspapers write them (IIM 4.2), in the resources of Photoshop."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from consent.hidden import Hides
from pipeline.metadata.hidden import Hidden, SmallCopy, as_text

WHERE = "IPTC"

_FIELDS: dict[int, tuple[str, Hides]] = {
    5: ("ObjectName", Hides.TEXT),
    7: ("EditStatus", Hides.TEXT),
    12: ("SubjectReference", Hides.TEXT),
    15: ("Category", Hides.TEXT),
    20: ("SupplementalCategories", Hides.TEXT),
    22: ("FixtureIdentifier", Hides.TEXT),
    25: ("Keywords", Hides.TEXT),
    26: ("ContentLocationCode", Hides.PLACE),
    27: ("ContentLocationName", Hides.PLACE),
    40: ("SpecialInstructions", Hides.TEXT),
    55: ("DateCreated", Hides.MOMENT),
    60: ("TimeCreated", Hides.MOMENT),
    62: ("DigitalCreationDate", Hides.MOMENT),
    80: ("By-line", Hides.PERSON),
    85: ("By-lineTitle", Hides.TEXT),
    90: ("City", Hides.PLACE),
    92: ("Sub-location", Hides.PLACE),
    95: ("Province-State", Hides.PLACE),
    100: ("Country-PrimaryLocationCode", Hides.PLACE),
    101: ("Country-PrimaryLocationName", Hides.PLACE),
    103: ("OriginalTransmissionReference", Hides.OTHER),
    105: ("Headline", Hides.TEXT),
    110: ("Credit", Hides.PERSON),
    115: ("Source", Hides.PERSON),
    116: ("CopyrightNotice", Hides.TEXT),
    118: ("Contact", Hides.PERSON),
    120: ("Caption-Abstract", Hides.TEXT),
    122: ("Writer-Editor", Hides.PERSON),
}
_TECHNICAL = frozenset({0, 3, 4, 8, 10, 30, 35, 37, 38, 42, 45, 47, 50, 63, 65, 70, 75, 130, 131, 135})
"""Versions, dates of release, programs and how it is printed: nothing of it is about anybody."""

_IIM, _SMALL, _SMALL_OLD, _NO_HEADER = 0x0404, 0x040C, 0x0409, 28
_WITHOUT_TEXT = frozenset({Hides.MOMENT, Hides.OTHER})


def read_photoshop(data: bytes) -> Iterator[Hidden]:
    """What hides in the resources of Photoshop: IPTC, and a small copy of the picture. `data`: from `8BIM` on."""
    at = 0
    while data.startswith(b"8BIM", at):
        (number,) = struct.unpack_from(">H", data, at + 4)
        named = at + 6 + (data[at + 6] + 2) // 2 * 2
        (size,) = struct.unpack_from(">L", data, named)
        start = named + 4
        if start + size > len(data):
            raise ValueError("a resource is longer than its segment")
        if number == _IIM:
            yield from read_iptc(data[start : start + size])
        if number in (_SMALL, _SMALL_OLD):
            yield SmallCopy(Hides.THUMBNAIL, "Photoshop", "8BIM", picture=data[start + _NO_HEADER : start + size])
        at = start + size + size % 2
    if data[at:].strip(b"\0"):
        raise ValueError("bytes that are no resource")


def read_iptc(data: bytes) -> Iterator[Hidden]:
    """What the datasets of IPTC tell. `ValueError` where they are damaged, after what could be read."""
    at = 0
    while at < len(data):
        if data[at] != 0x1C:
            if data[at:].strip(b"\0"):
                raise ValueError("no dataset")
            return
        record, number, size = struct.unpack_from(">BBH", data, at + 1)
        at += 5
        if size & 0x8000:
            length = size & 0x7FFF
            size, at = int.from_bytes(data[at : at + length]), at + length
        if at + size > len(data):
            raise ValueError("a dataset is longer than its part")
        text = as_text(data[at : at + size])
        at += size
        if record == 2 and text and number not in _TECHNICAL:
            field, kind = _FIELDS.get(number, (f"2:{number}", Hides.OTHER))
            yield Hidden(kind, WHERE, field, "" if kind in _WITHOUT_TEXT else text)
