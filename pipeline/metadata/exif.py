"""EXIF: where, when, with what and by whom, with words and a small copy of the picture (Exif 3.0, JEITA CP-3451)."""

from __future__ import annotations

from collections.abc import Iterator

from consent.hidden import Hides
from pipeline.metadata.hidden import Hidden, SmallCopy, as_text
from pipeline.metadata.tiff import EXIF, GPS, MAIN, SMALL, Tag, tags

WHERE = "EXIF"

_FIELDS: dict[int, tuple[str, Hides]] = {
    0x010D: ("DocumentName", Hides.TEXT),
    0x010E: ("ImageDescription", Hides.TEXT),
    0x0132: ("DateTime", Hides.MOMENT),
    0x013B: ("Artist", Hides.PERSON),
    0x013C: ("HostComputer", Hides.TEXT),
    0x8298: ("Copyright", Hides.TEXT),
    0x9003: ("DateTimeOriginal", Hides.MOMENT),
    0x9004: ("DateTimeDigitized", Hides.MOMENT),
    0x927C: ("MakerNote", Hides.DEVICE),
    0xA420: ("ImageUniqueID", Hides.DEVICE),
    0xA430: ("CameraOwnerName", Hides.PERSON),
    0xA431: ("BodySerialNumber", Hides.DEVICE),
    0xA435: ("LensSerialNumber", Hides.DEVICE),
    0xA436: ("ImageTitle", Hides.TEXT),
    0xA437: ("Photographer", Hides.PERSON),
    0xA438: ("ImageEditor", Hides.PERSON),
    0xC62F: ("CameraSerialNumber", Hides.DEVICE),
}
_WIDE = {
    0x9C9B: ("XPTitle", Hides.TEXT),
    0x9C9C: ("XPComment", Hides.TEXT),
    0x9C9D: ("XPAuthor", Hides.PERSON),
    0x9C9E: ("XPKeywords", Hides.TEXT),
    0x9C9F: ("XPSubject", Hides.TEXT),
}
"""What Windows writes, in UTF-16."""

_CODED = {0x9286: ("UserComment", Hides.TEXT)}
_CODED_GPS = {0x1B: ("GPSProcessingMethod", Hides.PLACE), 0x1C: ("GPSAreaInformation", Hides.PLACE)}
"""Texts that begin with eight bytes for how they are written."""

_COORDINATES = {2: "GPSLatitude", 4: "GPSLongitude", 20: "GPSDestLatitude", 22: "GPSDestLongitude"}
_WITH_TEXT = frozenset({Hides.PERSON, Hides.TEXT, Hides.PLACE})
_AT, _LENGTH, _STRIPS = 0x0201, 0x0202, 0x0111


def read_exif(data: bytes) -> Iterator[Hidden]:
    """What EXIF data tells besides how the picture is to be shown."""
    small: dict[int, int] = {}
    whole, picture = True, data.removeprefix(b"Exif\0\0")
    for tag in tags(data):
        if tag.content is None:
            whole = False
        elif tag.directory == SMALL:
            small[tag.number] = tag.as_number
        elif (entry := _entry(tag, tag.content)) is not None:
            yield entry
    if _AT in small:
        start, end = small[_AT], small[_AT] + small.get(_LENGTH, 0)
        yield SmallCopy(Hides.THUMBNAIL, WHERE, "IFD1", picture=picture[start:end] if end <= len(picture) else b"")
    elif _STRIPS in small:
        yield Hidden(Hides.THUMBNAIL, WHERE, "IFD1")  # as plain TIFF, which nobody has written for twenty years
    if not whole:
        yield Hidden(Hides.UNREADABLE, WHERE, "")


def _entry(tag: Tag, content: bytes) -> Hidden | None:
    if tag.directory == GPS:
        if tag.number in _CODED_GPS:
            return _told(*_CODED_GPS[tag.number], _coded(content, tag.order))
        if tag.number in _COORDINATES and any(content):
            return Hidden(Hides.PLACE, WHERE, _COORDINATES[tag.number])
        return None
    if tag.directory not in (MAIN, EXIF):
        return None
    if tag.number in _FIELDS:
        field, kind = _FIELDS[tag.number]
        if kind is Hides.DEVICE:
            return Hidden(kind, WHERE, field) if content.strip(b"\0 ") else None
        return _told(field, kind, as_text(content))
    if tag.number in _WIDE:
        return _told(*_WIDE[tag.number], content.decode("utf-16-le", errors="replace").split("\0", 1)[0])
    if tag.number in _CODED:
        return _told(*_CODED[tag.number], _coded(content, tag.order))
    return None


def _told(field: str, kind: Hides, text: str) -> Hidden | None:
    """The entry; None for a field that is there and empty, as cameras write them."""
    if not text.strip(" \0") or (kind is Hides.MOMENT and not text.strip(" 0:")):
        return None
    return Hidden(kind, WHERE, field, text if kind in _WITH_TEXT else "")


def _coded(content: bytes, order: str) -> str:
    code, letters = content[:8], content[8:]
    if code == b"UNICODE\0":
        # Not every program keeps to the order of the file, and in Latin letters every other byte is zero.
        low, high = letters[1::2].count(0), letters[::2].count(0)
        little = low > high or (low == high and order == "<")
        return letters.decode("utf-16-le" if little else "utf-16-be", errors="replace").split("\0", 1)[0]
    if code == b"JIS\0\0\0\0\0":
        return letters.decode("iso2022_jp", errors="replace")
    return as_text(letters if code in (b"ASCII\0\0\0", bytes(8)) else content)
