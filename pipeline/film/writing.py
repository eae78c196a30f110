"""A film written anew: its pictures alone, without sound and with nothing else in the file.

VP8 in WebM is what the FFmpeg of OpenCV's wheels can write on every system under licences that let it be passed on
(docs/dependencies.md) and what every browser shows; of H.264 there is no such encoder. Nothing is copied: the pictures
that were judged, upright and at the size as published, are encoded, and what was written is opened again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from math import ceil
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from consent.facts import Sound
from consent.messages import UserError, say
from pipeline.film.container import read_container
from pipeline.film.reading import FilmSource, Frame, ahead, open_film
from pipeline.models.silence import quiet
from pipeline.photos import PhotoFile

ENDING = ".webm"

MOST_A_SECOND = 30.0
"""Pictures a second at most; platforms show no more of a film of a school."""

Paint = Callable[[Frame], NDArray[np.uint8]]


def write_film(
    file: PhotoFile,
    long_side: int,
    target: Path,
    paint: Paint = lambda frame: frame.pixels,
    on_frame: Callable[[float], None] = lambda at_s: None,
) -> None:
    """Write a film's pictures to `target`, each as `paint` gives it. Every picture is shown as long as it was.

    `on_frame` is called with the time of each, and may raise. Raises `UserError` for a film that cannot be read or
    written, or where anything but pictures is left in the result; then nothing is kept.
    """
    film = open_film(file, long_side)
    out = _Out(target, pace(film))
    try:
        with closing(ahead(film.frames(lambda number, at_s: True))) as frames:
            for frame in frames:
                on_frame(frame.at_s)
                out.show(paint(frame), frame.at_s)
        out.end(film.seconds)
        _must_be_clean(target)
    except BaseException:
        out.close()
        target.unlink(missing_ok=True)
        raise


def pace(film: FilmSource) -> float:
    """How many pictures a second are written of a film."""
    return min(film.rate, MOST_A_SECOND)


def written(frames: Iterable[Frame], rate: float) -> Iterator[Frame]:
    """Those that are written at that pace: of several before the next place, only the last one is ever shown."""
    waiting = None
    for frame in frames:
        if waiting is not None and _places_before(frame.at_s, rate) > _places_before(waiting.at_s, rate):
            yield waiting
        waiting = frame
    if waiting is not None:
        yield waiting


def _places_before(at_s: float, rate: float) -> int:
    """How many places of a film at that pace are filled before a picture of that time: each with the nearest one."""
    return max(0, ceil(at_s * rate - 0.5))


def write_pictures(pictures: Iterable[NDArray[np.uint8]], rate: float, target: Path) -> None:
    """Write pictures (height x width x 3, RGB, all of one size), so many a second, as a film to `target`."""
    out, shown = _Out(target, rate), 0
    try:
        for picture in pictures:
            out.show(picture, shown / rate)
            shown += 1
        out.end(shown / rate)
    except BaseException:
        out.close()
        target.unlink(missing_ok=True)
        raise


class _Out:
    """The file, written at an even pace: a picture stands until the next one comes."""

    def __init__(self, target: Path, rate: float) -> None:
        self._target, self._rate = target, rate
        self._writer: cv2.VideoWriter | None = None
        self._now: NDArray[np.uint8] | None = None
        self._written = 0

    def show(self, pixels: NDArray[np.uint8], at_s: float) -> None:
        """From this time on this picture is shown."""
        self._until(at_s)
        self._now = pixels

    def end(self, seconds: float) -> None:
        """The film is that long, and whole."""
        self._until(seconds)
        if self._now is not None and not self._written:  # shorter than a picture
            self._write(self._now)
        self.close()

    def close(self) -> None:
        """Write no more."""
        if self._writer is not None:
            self._writer.release()
            self._writer = None

    def _until(self, at_s: float) -> None:
        """Write what is shown now up to this time, to the nearest place."""
        if self._now is None:
            return
        while self._written < _places_before(at_s, self._rate):
            self._write(self._now)

    def _write(self, pixels: NDArray[np.uint8]) -> None:
        # The encoder takes even sides only: of an odd one the last pixel goes.
        height, width = (side // 2 * 2 for side in pixels.shape[:2])
        if self._writer is None:
            code = cv2.VideoWriter.fourcc(*"VP80")
            with quiet():  # OpenCV remarks that WebM has no such code, and takes it
                self._writer = cv2.VideoWriter(str(self._target), cv2.CAP_FFMPEG, code, self._rate, (width, height))
            if not self._writer.isOpened():
                raise UserError(say("This computer cannot write films: its OpenCV has no encoder for VP8."))
        self._writer.write(cv2.cvtColor(pixels[:height, :width], cv2.COLOR_RGB2BGR))
        self._written += 1


def leftovers(path: Path) -> tuple[str, ...]:
    """What a WebM file holds besides a film's pictures, by the ids of its parts; nothing of a clean one.

    Only what is needed to show pictures passes (Matroska, RFC 9559): so attachments, chapters and what nobody has
    thought of yet are left over, and so is whatever stands behind the end.
    """
    return tuple(_leftovers(path))


_HEADER, _SEGMENT = 0x1A45DFA3, 0x18538067
_PARTS = frozenset({0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B, 0xEC, 0xBF})
"""Table of contents, facts of the film as a whole, tracks, clusters of pictures, index, empty space, check sum."""

_TAGS = 0x1254C367
_MOST_TAGS = 300
"""FFmpeg notes itself and the length of the film there."""


def _leftovers(path: Path) -> Iterator[str]:
    size = path.stat().st_size
    with path.open("rb") as file:
        kind, length = _element(file)
        if kind != _HEADER:
            yield "no WebM"
            return
        file.seek(length, os.SEEK_CUR)
        kind, length = _element(file)
        if kind != _SEGMENT or file.tell() + length != size:
            yield "bytes after the end"
            return
        while file.tell() < size:
            kind, length = _element(file)
            if kind not in _PARTS and not (kind == _TAGS and length <= _MOST_TAGS):
                yield f"part {kind:X}"
            file.seek(length, os.SEEK_CUR)


def _element(file: BinaryIO) -> tuple[int, int]:
    """The id and the length of the part that begins here (EBML, RFC 8794)."""
    first = file.read(1)
    wide = 9 - first[0].bit_length() if first and first[0] else 1
    kind = int.from_bytes(first + file.read(wide - 1))
    first = file.read(1)
    wide = 9 - first[0].bit_length() if first and first[0] else 1
    length = int.from_bytes(first + file.read(wide - 1)) & ~(1 << 7 * wide)
    return kind, length


def _must_be_clean(target: Path) -> None:
    left = leftovers(target)
    if left:
        raise UserError(say("The new file is not clean ({left}), so it was not kept.", left=", ".join(left)))
    if read_container(target, ENDING).sound is not Sound.NONE:
        raise UserError(say("The new file is not clean ({left}), so it was not kept.", left="sound"))
