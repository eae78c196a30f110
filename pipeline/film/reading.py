"""The frames of a film, one at a time, upright and at the scale as published: memory does not grow with its length.

Films are decoded by OpenCV's FFmpeg, moving pictures (GIF, WebP, AVIF, PNG) by Pillow. A film that ends before its
time, or goes on after it, raises a `UserError`: what nobody could see is not judged.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from consent.facts import Sound
from consent.messages import UserError, say
from pipeline.film.container import (
    DAMAGED,
    MOST_DECODED,
    MOST_PIXELS,
    MOST_SECONDS,
    TOO_MUCH_TO_DECODE,
    read_container,
    sound_in,
)
from pipeline.photos import FILMS, PhotoFile, file_digest, shows_through

# Read once, when OpenCV opens its first film: what FFmpeg says of a damaged file belongs in the report alone.
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

import cv2

LEAST_SHOWN = 0.95
"""The part of the frames that must come out. Of VP8 some are counted that are never shown; a film that was cut off
says so in its container or ends before its time."""

MISSING_S = 1.0
"""How much earlier than it says a film may end: less than the time between two looks."""

NO_DURATION_S = 0.1
"""How long browsers show a picture of a GIF that says 0."""

MOST_PICTURES = 20_000
"""Of a moving picture: half an hour at 10 a second. Pillow needs all of them in memory, packed as they are."""

SMALL_SIDE_PX = 640
"""Of the picture for glimpses, movement and cuts: made smaller once a frame, in the thread that decodes."""

MOST_MOVING_PIXELS = 40_000_000_000
"""Of all pictures of a moving picture together, each of which is decoded: MOST_PICTURES of 1600 x 1200, minutes."""

MOVING_RATE = 25.0
"""Of a moving picture, in which each picture may stand for as long as it likes."""

_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture of a film. `number` from 0, `at_s`: its time, `pixels`: height x width x 3, uint8 RGB, upright.

    `small`: the same with a long side of `SMALL_SIDE_PX` at most, for all that needs no more.
    """

    number: int
    at_s: float
    pixels: NDArray[np.uint8]
    small: NDArray[np.uint8]

    @property
    def times(self) -> float:
        """How many pixels of the picture one of the small picture stands for."""
        return float(self.pixels.shape[1] / self.small.shape[1])


Wanted = Callable[[int, float], bool]


class FilmSource(Protocol):
    """A film that was opened. `seconds` is known when all frames were read. `rate`: how many a second, roughly."""

    seconds: float
    rate: float
    sound: Sound

    def frames(self, wanted: Wanted) -> Generator[Frame, None, None]:
        """Those frames, by number and time, that are wanted. Close it if you break off."""
        ...


def open_film(file: PhotoFile, long_side: int) -> FilmSource:
    """A film or moving picture. Raises `UserError` for one that cannot be judged."""
    if file.ending in FILMS:
        assert file.path is not None
        return _Video(file, file.path, long_side)
    return _MovingPicture(file.content, long_side)


def unchanged(file: PhotoFile) -> None:
    """Raises `UserError` for a film that is not the file any more that was asked for."""
    if file.path is not None and file_digest(file.path) != file.sha256:
        raise UserError(say("The film was changed while it was looked at. Audit it again."))


class _Video(FilmSource):
    def __init__(self, file: PhotoFile, path: Path, long_side: int) -> None:
        self._file, self._path, self._long_side = file, path, long_side
        self._says = read_container(path, file.ending)
        self.seconds, self.sound = self._says.seconds, self._says.sound
        self.rate = self._says.frames / self._says.seconds

    def frames(self, wanted: Wanted) -> Generator[Frame, None, None]:
        capture = cv2.VideoCapture(str(self._path), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
        try:
            if not capture.isOpened():
                raise UserError(
                    say("The film cannot be decoded on this computer. Save it as MP4 with H.264 and audit it again.")
                )
            yield from self._decoded(capture, wanted)
        finally:
            capture.release()
        unchanged(self._file)

    def _decoded(self, capture: cv2.VideoCapture, wanted: Wanted) -> Iterator[Frame]:
        number, at_s = -1, -1.0
        while capture.grab():
            number += 1
            before, at_s = at_s, capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if not before < at_s:
                raise UserError(say("The times of the pictures of this film make no sense. Save it anew."))
            if at_s > self.seconds + MISSING_S:
                raise UserError(say("The film goes on after the end that it names. Save it anew."))
            if number * self._says.size > MOST_DECODED:
                raise UserError(TOO_MUCH_TO_DECODE)
            if not wanted(number, at_s):
                continue
            shown, bgr = capture.retrieve()
            if not shown:
                raise UserError(DAMAGED)
            yield _frame(number, at_s, np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8), self._long_side)
        if at_s < self.seconds - MISSING_S or number + 1 < LEAST_SHOWN * self._says.frames:
            raise UserError(DAMAGED)


class _MovingPicture(FilmSource):
    def __init__(self, content: bytes, long_side: int) -> None:
        self._content, self._long_side, self.seconds, self.rate = content, long_side, 0.0, MOVING_RATE
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise UserError(say("The pictures of the film are enormous and were not opened."))
            self._count = getattr(image, "n_frames", 1)
            if self._count > MOST_PICTURES:
                raise UserError(say("The moving picture has more than {count} pictures.", count=MOST_PICTURES))
            if self._count * image.width * image.height > MOST_MOVING_PIXELS:
                raise UserError(TOO_MUCH_TO_DECODE)
            # Of these formats only AVIF can have sound.
            self.sound = sound_in(content) if image.format == "AVIF" else Sound.NONE

    def frames(self, wanted: Wanted) -> Generator[Frame, None, None]:
        number, at_s = -1, 0.0
        with Image.open(BytesIO(self._content)) as image:
            pictures = enumerate(ImageSequence.Iterator(image))
            while (found := _decoded(pictures)) is not None:
                number, one, shown_s = found
                if wanted(number, at_s):
                    if shows_through(one):
                        raise UserError(say("Parts of the picture are see-through, so nobody knows what will be seen."))
                    yield _frame(number, at_s, np.asarray(one.convert("RGB")), self._long_side)
                at_s += shown_s
                if at_s > MOST_SECONDS:
                    raise UserError(
                        say(
                            "The film is longer than {minutes} minutes. Cut it into parts.",
                            minutes=round(MOST_SECONDS / 60),
                        )
                    )
        if number + 1 != self._count:
            raise UserError(DAMAGED)
        self.seconds = at_s


def _decoded(pictures: Iterator[tuple[int, Image.Image]]) -> tuple[int, Image.Image, float] | None:
    """The next picture with its number, and for how many seconds it stands; None after the last one."""
    try:
        found = next(pictures, None)
        if found is None:
            return None
        found[1].load()
        return *found, float(found[1].info.get("duration") or 0) / 1000 or NO_DURATION_S
    except Exception as error:  # on damaged bytes decoders raise anything (EOFError, struct.error, SyntaxError, ...)
        raise UserError(DAMAGED) from error


def _frame(number: int, at_s: float, pixels: NDArray[np.uint8], long_side: int) -> Frame:
    pixels = _scaled(pixels, long_side)
    return Frame(number, at_s, pixels, _scaled(pixels, SMALL_SIDE_PX))


def _scaled(pixels: NDArray[np.uint8], long_side: int) -> NDArray[np.uint8]:
    """The picture at the scale as published: `long_side` px at most."""
    height, width = pixels.shape[:2]
    scale = long_side / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def ahead(frames: Generator[Frame, None, None]) -> Generator[Frame, None, None]:
    """The same frames, decoded a little ahead in a thread of its own while the last one is looked at."""
    with ThreadPoolExecutor(1, "decode") as thread, closing(frames):
        waiting: deque[Future[Frame | None]] = deque()
        try:
            while True:
                while len(waiting) < _AHEAD:
                    waiting.append(thread.submit(next, frames, None))
                frame = waiting.popleft().result()
                if frame is None:
                    return
                yield frame
        finally:
            for future in waiting:
                future.cancel()
            thread.shutdown()
