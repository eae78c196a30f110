"""One thing that hides in a file, and the bounds of reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from consent.hidden import Hides

MOST_ENTRIES = 1000
"""Of one file. More than any program writes; the rest is told as not read."""

MOST_LETTERS = 100_000
"""Of all texts of one file together: a JPEG comment can have 65,533."""

MOST_BYTES = 64 * 1024 * 1024
"""Of one part of a file, unpacked. Depth maps and earlier pictures are kept in XMP, a few megabytes each."""

Area = tuple[float, float, float, float]
"""Left, top, width and height of a part of a picture, each as a part of the picture's width or height."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """One thing in a file besides the picture.

    `where`: the part of the file (EXIF, XMP, IPTC, ...); `name`: what it is called in that standard; `text`: the words
    that stand there, for a name, a text or a place in words: never a coordinate or a serial number, which nobody needs.
    `areas`: where on the upright picture the person of that name is, once for every way in which the file may mean it.
    """

    kind: Hides
    where: str
    name: str
    text: str = field(default="", repr=False)
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallCopy(Hidden):
    """A small copy of the picture as it is read, with its bytes, for as long as it takes to compare it."""

    picture: bytes = field(default=b"", repr=False)


Reader = Callable[[bytes], Iterable[Hidden]]


def read_part(where: str, read: Reader, content: bytes) -> Iterator[Hidden]:
    """What a reader finds in one part of a file. What it falls over is told as not readable, after what it found."""
    if len(content) > MOST_BYTES:
        yield Hidden(Hides.UNREADABLE, where, "")
        return
    try:
        yield from read(content)
    except Exception:  # noqa: BLE001 - damaged bytes raise anything; that they could not be read is what is told
        yield Hidden(Hides.UNREADABLE, where, "")


def bounded(entries: Iterable[Hidden]) -> tuple[Hidden, ...]:
    """Each thing once, and no more than a file may sensibly hold; that there is more is told too."""
    whole: list[Hidden] = []
    letters = 0
    once = dict.fromkeys(islice(entries, 10 * MOST_ENTRIES))
    for entry in once:
        letters += len(entry.text)
        if len(whole) == MOST_ENTRIES or letters > MOST_LETTERS:
            return (*whole, Hidden(Hides.UNREADABLE, entry.where, entry.name))
        whole.append(replace(entry, text=entry.text.strip()))
    return tuple(whole)


def as_text(content: bytes) -> str:
    """Letters as programs write them without saying how: UTF-8, else Windows-1252; up to the first NUL."""
    content = content.split(b"\0", 1)[0]
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace").strip()
