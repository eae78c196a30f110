"""What hides in a file, in words: kinds and the fields that they stand in, never what stands there."""

from __future__ import annotations

from collections.abc import Iterable

from consent.hidden import Hides
from consent.messages import Message, say
from pipeline.metadata.hidden import Hidden

KINDS = {
    Hides.PLACE: say("Where it was taken."),
    Hides.PERSON: say("Names of persons: who is on it, who made it, or whose camera it was."),
    Hides.TEXT: say("Words: captions, keywords or remarks."),
    Hides.BEFORE: say("A small copy that shows something else than the photo."),
    Hides.FILM: say("Film or sound."),
    Hides.PICTURE: say("A second picture, or how far everything is away."),
    Hides.ORIGIN: say("A signed account of how it was made, which may hold names and earlier pictures."),
    Hides.UNREADABLE: say("Something that could not be read."),
    Hides.THUMBNAIL: say("A small copy of the photo."),
    Hides.MOMENT: say("When it was taken."),
    Hides.DEVICE: say("With which camera: a serial number, or notes of its maker."),
    Hides.OTHER: say("Other data."),
}
"""What matters most comes first."""


def by_kind(hidden: Iterable[Hidden]) -> tuple[tuple[Message, str], ...]:
    """Each kind that is there, with the parts of the file and the fields in which it stands."""
    hidden = tuple(hidden)
    return tuple((told, fields(one for one in hidden if one.kind is kind)) for kind, told in KINDS.items()
                 if any(one.kind is kind for one in hidden))  # fmt: skip


def fields(hidden: Iterable[Hidden]) -> str:
    """The fields of these entries by part of the file: `EXIF Artist, XMP dc:creator`."""
    return ", ".join(dict.fromkeys(f"{one.where} {one.name}".strip() for one in hidden))
