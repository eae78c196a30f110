"""The contact sheet of a film: a row of pictures for each track, which is judged, named and shown like a photo.

Of a face its head is shown, and whoever else is in the picture is pixelated: they have a row of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from consent.facts import Sound
from pipeline.film.choosing import best, largest
from pipeline.film.tracking import BodySample, BodyTrack, FaceTrack, Sample
from pipeline.reporting.pictures import around_head, pixelate
from pipeline.vision.observation import Body, Box, Face, Film, Observation, Shown, Track

TILE_PX = 160
"""Side of one picture."""

WIDTH_PX = 1000
"""Six pictures: two tracks side by side."""

AROUND = 2.4
"""Side of what is shown of a face, in sides of its box: the head, with hair and chin."""

_GAP = 8
_GREY = 235


@dataclass(slots=True)
class _Cursor:
    """Where the next row of pictures goes."""

    x: int = _GAP
    y: int = _GAP

    def places(self, count: int) -> list[Box]:
        wide = count * TILE_PX
        if self.x + wide > WIDTH_PX and self.x > _GAP:
            self.x, self.y = _GAP, self.y + TILE_PX + _GAP
        found = [Box(self.x + i * TILE_PX, self.y, TILE_PX, TILE_PX) for i in range(count)]
        self.x += wide + _GAP
        return found


def lay_out(
    sha256: str,
    size: tuple[int, int],
    heard: tuple[float, Sound],
    faces: Iterable[FaceTrack],
    bodies: Iterable[BodyTrack],
) -> Observation:
    """What was seen of a film, as it stands on its contact sheet.

    `size`: width and height of its frames; `heard`: how many seconds it lasts, and its sound.
    """
    cursor, width, height = _Cursor(), *size
    face_tracks = tuple(_face_track(n, t, cursor, size) for n, t in enumerate(_in_order(faces), 1))
    ordered = _in_order(bodies)
    body_tracks = tuple(_body_track(n, t, cursor, size) for n, t in enumerate(ordered, 1))
    film = Film(*heard, width, height, face_tracks, body_tracks)
    seen_bodies = tuple(
        Body(t.number, t.shown[0].place, largest(b.samples).body.score, b.orientation)
        for t, b in zip(body_tracks, ordered, strict=True)
    )
    return Observation(
        sha256, WIDTH_PX, cursor.y + TILE_PX + _GAP, tuple(map(_on_sheet, face_tracks)), seen_bodies, film=film
    )


T = TypeVar("T", FaceTrack, BodyTrack)


def _in_order(tracks: Iterable[T]) -> list[T]:
    return sorted(tracks, key=lambda track: (track.from_s, track.samples[0].frame, _left(track)))


def _left(track: FaceTrack | BodyTrack) -> float:
    first = track.samples[0]
    return first.face.box.x if isinstance(first, Sample) else first.body.box.x


def _face_track(number: int, track: FaceTrack, cursor: _Cursor, size: tuple[int, int]) -> Track:
    chosen = best(track.samples)
    shown = tuple(show_sample(s, size, at) for s, at in zip(chosen, cursor.places(len(chosen)), strict=True))
    return Track(number, (track.from_s, track.to_s), track.side_px, shown, tuple(_spot(*at) for at in track.path))


def _body_track(number: int, track: BodyTrack, cursor: _Cursor, size: tuple[int, int]) -> Track:
    sample = largest(track.samples)
    shown = show_sample(sample, size, cursor.places(1)[0])
    path = tuple(_spot(s.at_s, s.body.box, True) for s in track.samples)
    return Track(number, (track.from_s, track.to_s), sample.body.box.side, (shown,), path)


def show_sample(sample: Sample | BodySample, size: tuple[int, int], place: Box) -> Shown:
    """How a sample is shown in that place. `size`: width and height of the frames."""
    face = sample.face if isinstance(sample, Sample) else None
    part = _square(sample.face.box, AROUND, size) if isinstance(sample, Sample) else _square(sample.body.box, 1.0, size)
    return Shown(sample.frame, sample.at_s, face, part, _near(sample.others, part), place)


def _spot(at_s: float, box: Box, found: bool) -> tuple[float, ...]:
    """A point of a path, to a tenth of a pixel."""
    place = (round(value, 1) for value in (box.x, box.y, max(box.width, 0.1), max(box.height, 0.1)))
    return (round(at_s, 4), *place, int(found))


def _square(box: Box, times: float, size: tuple[int, int]) -> Box:
    """The square around a box, moved into the frame where it would reach over its edge."""
    side = min(times * max(box.width, box.height), *size)
    x, y = box.centre
    left, top = (min(max(c - side / 2, 0), whole - side) for c, whole in zip((x, y), size, strict=True))
    return Box(left, top, side, side)


def _near(others: Iterable[Box], part: Box) -> tuple[Box, ...]:
    return tuple(box for box in others if around_head(box).overlap(part))


def _on_sheet(track: Track) -> Face:
    shown = track.shown[0]
    face = shown.face
    assert face is not None
    marks = tuple((b.x, b.y) for b in (shown.on_sheet(Box(x, y, 1, 1)) for x, y in face.landmarks))
    return Face(track.number, shown.on_sheet(face.box), face.score, marks, face.sharpness)


def draw_sheet(seen: Observation, tile: Callable[[Shown], NDArray[np.uint8] | None]) -> NDArray[np.uint8]:
    """The contact sheet, height x width x 3, RGB. `tile`: what stands in a place, as `tile_of` makes it; None: grey."""
    assert seen.film is not None
    sheet = np.full((seen.height, seen.width, 3), _GREY, np.uint8)
    for track in (*seen.film.faces, *seen.film.bodies):
        for shown in track.shown:
            x, y, picture = int(shown.place.x), int(shown.place.y), tile(shown)
            if picture is not None:
                sheet[y : y + TILE_PX, x : x + TILE_PX] = picture
    return sheet


def tile_of(shown: Shown, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """One picture of a track (`TILE_PX` square), cut out of its frame (height x width x 3, RGB)."""
    part = _hidden_part(shown, pixels) if shown.hidden else pixels[_whole(shown.part, pixels.shape)]
    tile = cv2.resize(part, (TILE_PX, TILE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(tile, np.uint8)


def _hidden_part(shown: Shown, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The part that is shown, as if the heads to hide had been pixelated on the whole frame.

    Blocks are means of whole heads, so as much of the frame is taken as these reach: in a crowd that is little of it.
    """
    heads = [around_head(box) for box in shown.hidden]
    top, left, near = _near_by((shown.part, *heads), pixels)
    hidden = pixelate(near, (replace(head, x=head.x - left, y=head.y - top) for head in heads))

    def place(box: Box) -> tuple[slice, slice]:
        rows, columns = _whole(box, pixels.shape)
        return (
            slice(max(0, rows.start - top), max(0, rows.stop - top)),
            slice(max(0, columns.start - left), max(0, columns.stop - left)),
        )

    if shown.face is not None:
        hidden[place(shown.face.box)] = near[place(shown.face.box)]
    return np.asarray(hidden[place(shown.part)], np.uint8)


def _near_by(boxes: Sequence[Box], pixels: NDArray[np.uint8]) -> tuple[int, int, NDArray[np.uint8]]:
    """What of the frame these reach, and the row and column at which it begins.

    These are even: halves between pixels are then rounded as on the whole frame.
    """
    height, width = pixels.shape[:2]
    top, left = (
        int(np.clip(min(ends), 0, most)) // 2 * 2
        for ends, most in (([b.y for b in boxes], height), ([b.x for b in boxes], width))
    )
    bottom, right = (ceil(max(0, *ends)) for ends in ([b.y + b.height for b in boxes], [b.x + b.width for b in boxes]))
    return top, left, pixels[top:bottom, left:right]


def _whole(box: Box, shape: Sequence[int]) -> tuple[slice, slice]:
    """Rows and columns of a box, inside the picture and at least one of each."""
    left, top = min(max(int(box.x), 0), shape[1] - 1), min(max(int(box.y), 0), shape[0] - 1)
    right, bottom = min(round(box.x + box.width), shape[1]), min(round(box.y + box.height), shape[0])
    return slice(top, max(bottom, top + 1)), slice(left, max(right, left + 1))
