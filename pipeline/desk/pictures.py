"""Pictures for the person at the desk: made when they are asked for, kept in memory, never written to disk.

Nothing is hidden on them, or nobody could say who is who. They go to a page on this very computer, by message.
Of a film its contact sheet is shown, on which its faces are; of a new film, pictures from all of it. And a film can be
played: what of it cannot be told from stills is who speaks, and whether a cover slips for a moment.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from consent.messages import UserError
from pipeline.film.look import show
from pipeline.film.reading import ahead, open_film
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.photos import PhotoFile, file_digest, is_film, load_photo, read_file
from pipeline.vision.observation import Box, Observation

THUMBNAIL_PX = 320
"""Long side of a card's picture: a card is 220 px broad, and many screens have two dots a pixel."""

LARGE_PX = 1600
"""Long side of the opened photo: more than the page gives it on a screen of 1920 px."""

CLOSE_UP_OF_PX = 6000
"""Long side at which a photo is read for a close-up: that of the largest pictures of telephones and cameras at hand."""

CLOSE_UP_PX = 640
"""Shorter side of a close-up at least, so that a small face fills the page too."""

AROUND = 0.5
"""What is shown around a face on each side, in parts of its size: hair, and whatever it belongs to."""

STRIP = (4, 3)
"""Pictures of a new film across and down, evenly over its time."""

STRIP_PX = 480
"""Long side of each of them."""

MOST_FILM = 300_000_000
"""Bytes of a film that is played on the page, which holds all of it: five minutes of a telephone's.

Source: the settings of an iPhone's camera, which name 60 MB a minute for what it films unless told otherwise (1080p, 30
pictures a second).
"""

FILM_PART = 1 << 20
"""Bytes of a film that are sent at once: a web socket takes ten times that."""

KINDS = {
    **dict.fromkeys((".mp4", ".m4v", ".mov", ".3gp"), "video/mp4"),
    **dict.fromkeys((".webm", ".mkv"), "video/webm"),
    **{".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".png": "image/png"},
}
"""As what a browser takes a film. A file of QuickTime is built as an MP4, and Matroska as WebM."""

_QUALITY = 82


@dataclass(frozen=True, slots=True)
class FilmPart:
    """Some bytes of a film, and whether they are its last."""

    content: bytes
    is_last: bool


def film_part(path: Path, sha256: str, offset: int) -> FilmPart | None:
    """The part of a film's file from `offset` on, as it is; None where it is gone, too large, or another file by now.

    All of it is compared before the first part is given and before the last one, with which the page begins to play.
    """
    try:
        size = path.stat().st_size
        is_last = offset + FILM_PART >= size
        if size > MOST_FILM or ((offset == 0 or is_last) and file_digest(path) != sha256):
            return None
        with path.open("rb") as file:
            file.seek(offset)
            return FilmPart(file.read(FILM_PART), is_last)
    except OSError:
        return None


def kind(path: Path) -> str:
    """The media type as which a browser may try to play a film."""
    return KINDS.get(path.suffix.lower(), "video/x-msvideo")


def thumbnail(path: Path, name: str, sha256: str, seen: Observation | None = None) -> bytes | None:
    """A small JPEG of a photo without metadata; None where the file cannot be shown or is another one by now.

    `seen`: of a film, what was seen on it, for its contact sheet.
    """
    return _kept_small(path, name, sha256, _Seen(seen))


def large(path: Path, name: str, sha256: str, seen: Observation | None = None) -> bytes | None:
    """The photo as a JPEG to be looked at; None as for `thumbnail`."""
    return _kept_large(path, name, sha256, _Seen(seen))


def close_up(path: Path, name: str, sha256: str, seen: Observation, box: Box) -> bytes | None:
    """A face or a person large, with what is around it; `box` as on the observation. None as for `thumbnail`."""
    file = read_file(path, name)
    if file.sha256 != sha256:
        return None
    pixels = _of_film(file, _Seen(seen)) if is_film(file) else load_photo(path, name, CLOSE_UP_OF_PX).pixels
    if pixels is None:
        return None
    image, out = Image.fromarray(pixels), BytesIO()
    across, down = image.width / seen.width, image.height / seen.height
    margin = AROUND * box.side
    edges = (box.x - margin, box.y - margin, box.x + box.width + margin, box.y + box.height + margin)
    left, top, right, bottom = (edge * scale for edge, scale in zip(edges, (across, down) * 2, strict=True))
    part = image.crop(
        (max(0, int(left)), max(0, int(top)), min(image.width, ceil(right)), min(image.height, ceil(bottom)))
    )
    larger = max(1.0, CLOSE_UP_PX / max(1, min(part.size)))
    part = part.resize((round(part.width * larger), round(part.height * larger)), Image.Resampling.BICUBIC)
    part.thumbnail((LARGE_PX, LARGE_PX))
    part.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


class _Seen:
    """What was seen on a file; the file's own digest tells it apart, so this tells nothing apart."""

    def __init__(self, seen: Observation | None) -> None:
        self.sheet = seen if seen is not None and seen.film is not None else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Seen) and (self.sheet is None) == (other.sheet is None)

    def __hash__(self) -> int:
        return hash(self.sheet is None)


@lru_cache(maxsize=2000)
def _kept_small(path: Path, name: str, sha256: str, seen: _Seen) -> bytes | None:
    return _jpeg(path, name, sha256, THUMBNAIL_PX, seen)


@lru_cache(maxsize=8)
def _kept_large(path: Path, name: str, sha256: str, seen: _Seen) -> bytes | None:
    return _jpeg(path, name, sha256, LARGE_PX, seen)


def _jpeg(path: Path, name: str, sha256: str, long_side: int, seen: _Seen) -> bytes | None:
    file = read_file(path, name)
    if file.sha256 != sha256:
        return None  # boxes and verdict are about other bytes
    pixels = _of_film(file, seen) if is_film(file) else load_photo(path, name, long_side).pixels
    if pixels is None:
        return None
    image, out = Image.fromarray(pixels), BytesIO()
    image.thumbnail((long_side, max(long_side, image.height) if long_side == LARGE_PX else long_side))
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


@lru_cache(maxsize=20)
def _of_film(file: PhotoFile, seen: _Seen) -> NDArray[np.uint8] | None:
    try:
        if seen.sheet is None:
            return _strip(file)
        # At the scale at which it was looked at, or other parts of the pictures are shown.
        return show(file, max(seen.sheet.size), seen.sheet, None, _no_recogniser)[1]
    except UserError:
        return None  # it was held for this very reason


def _no_recogniser() -> DlibResNet:
    raise ValueError("a picture for the desk makes no templates")


def _strip(file: PhotoFile) -> NDArray[np.uint8] | None:
    """Pictures of a film, evenly over its time, on one sheet (height x width x 3, RGB)."""
    film, (across, down) = open_film(file, STRIP_PX), STRIP
    seconds = film.seconds or 1.0
    taken: set[int] = set()

    def wanted(number: int, at_s: float) -> bool:
        part = min(int(at_s / seconds * across * down), across * down - 1)
        is_new = part not in taken
        taken.add(part)
        return is_new

    with closing(ahead(film.frames(wanted))) as frames:
        shown = [frame.pixels for frame in frames]
    if not shown:
        return None
    height, width = shown[0].shape[:2]
    sheet = np.full((height * -(-len(shown) // across), width * min(across, len(shown)), 3), 235, np.uint8)
    for i, pixels in enumerate(shown):
        y, x = i // across * height, i % across * width
        sheet[y : y + height, x : x + width] = pixels
    return sheet
