"""What was seen on a photo: faces and persons, with boxes in pixels of the picture as published.

Of a film it is its contact sheet: each face and person of it is a track, shown by its best pictures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from consent.facts import Orientation, Sound, Span
from pipeline.metadata.hidden import Hidden


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle: left, top, width and height in pixels of the picture as published."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if not (self.width > 0 and self.height > 0):
            raise ValueError(f"a box has a positive width and height, not {self.width} x {self.height}")

    @property
    def side(self) -> float:
        """The shorter side."""
        return min(self.width, self.height)

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box."""
        return self.x + self.width / 2, self.y + self.height / 2

    def scaled(self, across: float, down: float) -> Box:
        """The same place on a picture that is so many times as wide and as high."""
        return Box(self.x * across, self.y * down, self.width * across, self.height * down)

    def contains(self, x: float, y: float) -> bool:
        """Whether a point lies in the box."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height

    def overlap(self, other: Box) -> float:
        """Area shared with `other`, in square pixels."""
        width = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        height = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(0.0, width) * max(0.0, height)

    def touches(self, other: Box) -> bool:
        """Whether the middle of one box lies in the other."""
        return self.contains(*other.centre) or other.contains(*self.centre)

    def share(self, other: Box) -> float:
        """The part of their union that both have in common, 0 to 1."""
        shared = self.overlap(other)
        return shared / (self.width * self.height + other.width * other.height - shared)


@dataclass(frozen=True, slots=True)
class Face:
    """A detected face, numbered from left to right.

    `landmarks`: five (x, y) points: right eye, left eye, nose tip, right and left corner of the
    mouth, right and left as the person's own; so the first is the one more to the left of an
    upright frontal picture. `sharpness`: as `pipeline.matching.quality` measures it from the pixels;
    None where nobody measured it.
    """

    number: int
    box: Box
    score: float
    landmarks: tuple[tuple[float, float], ...]
    sharpness: float | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """A detected person without a found face, numbered from left to right."""

    number: int
    box: Box
    score: float
    orientation: Orientation


@dataclass(frozen=True, slots=True)
class SeenText:
    """A line of text that was read, numbered from left to right. `score`: mean of its letters, 0 to 1.

    `on_strip`: of a film, where it was read first (`on_strip`). Somebody's name may stand there: it is kept in the
    encrypted database only.
    """

    number: int
    box: Box
    text: str
    score: float
    on_strip: Box | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of a track. `face`: as it is on the frame, in pixels of the film; None of a person without a face.

    `frame`: its number from 0, `at_s`: its time. `part`: what of the frame is shown, `hidden`: heads of others in it,
    both in pixels of the film; `place`: where that stands on the contact sheet.
    """

    frame: int
    at_s: float
    face: Face | None
    part: Box
    hidden: tuple[Box, ...]
    place: Box

    def on_sheet(self, box: Box) -> Box:
        """A box of the frame, in pixels of the contact sheet."""
        scale = self.place.width / self.part.width
        x, y = self.place.x + (box.x - self.part.x) * scale, self.place.y + (box.y - self.part.y) * scale
        return Box(x, y, box.width * scale, box.height * scale)


@dataclass(frozen=True, slots=True)
class Track:
    """A face or a person of a film, followed without a doubt. `side_px`: the largest shorter side of its boxes.

    `path`: where it was, one frame after the other: the time in seconds, the box (left, top, width, height, in pixels
    of the film), and 1 where it was found there, 0 where only its points were followed. Many, so numbers alone.
    """

    number: int
    span: Span
    side_px: float
    shown: tuple[Shown, ...]
    path: tuple[tuple[float, ...], ...] = ()


_PICTURES_A_SECOND = 10
"""Of the strip. With more, a place in an hour has more digits than a spreadsheet shows and writes back."""


def on_strip(at_s: float, box: Box, width: int) -> Box:
    """A place in a film as one box: as if its pictures, so many pixels wide, lay side by side, ten a second."""
    return replace(box, x=box.x + round(at_s * _PICTURES_A_SECOND) * width)


def _strip_box(spot: tuple[float, ...], width: int) -> Box:
    return on_strip(spot[0], Box(*spot[1:5]), width)


@dataclass(frozen=True, slots=True)
class Film:
    """What is known of a film beside its contact sheet. Width and height of its frames, in pixels as published."""

    seconds: float
    sound: Sound
    width: int
    height: int
    faces: tuple[Track, ...]
    bodies: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class Observation:
    """All that was seen on one photo. Width and height in pixels of the picture as published.

    `ending`: of the file's name under which it was seen, with the dot, in small letters; empty where there was no
    file. Under another one the same bytes may be refused (`pipeline.photos.FORMATS`). `hidden`: what the file holds
    besides the picture.
    """

    sha256: str
    width: int
    height: int
    faces: tuple[Face, ...]
    bodies: tuple[Body, ...]
    ending: str = ""
    hidden: tuple[Hidden, ...] = ()
    texts: tuple[SeenText, ...] = ()
    film: Film | None = None
    """None for a photo. Of a film, faces and bodies above are its tracks as they stand on the contact sheet."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture as published; of a film that of its frames, and not of the contact sheet."""
        return (self.width, self.height) if self.film is None else (self.film.width, self.film.height)

    def side_px(self, thing: Face | Body) -> float:
        """The shorter side of a face or a body, in pixels of the picture as published; in a film, the largest seen."""
        if self.film is None:
            return thing.box.side
        return self._track(thing).side_px

    def span(self, thing: Face | Body) -> Span | None:
        """When a face or a body of a film is seen."""
        if self.film is None:
            return None
        return self._track(thing).span

    def place(self, thing: Face | Body | SeenText) -> Box:
        """By which a word of a person is bound to it: on a photo its box.

        The contact sheet of a film moves with each track that another look finds more. So there it is where it was
        found largest, or read first, on the strip (`on_strip`).
        """
        if self.film is None:
            return thing.box
        if isinstance(thing, SeenText):
            return thing.on_strip or thing.box
        spots, width = self._found(thing), self.film.width
        return _strip_box(max(spots, key=lambda spot: min(spot[3:5])), width)

    def trail(self, thing: Face | Body) -> tuple[Box, ...]:
        """All places where it was: on a photo one, in a film one for each picture of the strip, found or followed.

        Another look may divide the same track otherwise and find it at other moments; each part lies on this.
        """
        if self.film is None:
            return (thing.box,)
        track, width = self._track(thing), self.film.width
        spots = {round(spot[0] * _PICTURES_A_SECOND): spot for spot in reversed(track.path)}
        if not spots:  # nobody knows where
            first, last = (round(at_s * _PICTURES_A_SECOND) for at_s in track.span)
            moments = range(first, last + 1)
            spots = {at: (at / _PICTURES_A_SECOND, 0.0, 0.0, width, self.film.height) for at in moments}
        return tuple(_strip_box(spots[at], width) for at in sorted(spots))

    def touches(self, thing: Face | Body, places: Iterable[Box]) -> bool:
        """Whether a face or a body was where one of these places is, in parts of the picture's width and height.

        Less than two boxes of one thing share is asked: whoever asks this holds where there is a doubt.
        """
        return bool(self.touched([thing], places))

    def touched(self, things: Sequence[Face | Body], places: Iterable[Box]) -> list[Face | Body]:
        """Those of these things for which that is so, all asked at once: an hour of film can have 144,000 places."""
        if not things:
            return []
        theirs = [place.scaled(*self.size) for place in places]
        if self.film is None:
            return [thing for thing in things if any(thing.box.touches(place) for place in theirs)]
        width, near = self.film.width, defaultdict(list)
        for place in theirs:
            near[int(place.centre[0] // width)].append(place)
        # A box over the edge of its picture has its middle in the next one of the strip.
        return [
            thing
            for thing in things
            if any(
                box.touches(place)
                for box in self.trail(thing)
                for at in (int(box.centre[0] // width) + step for step in (-1, 0, 1))
                for place in near.get(at, ())
            )
        ]

    def _found(self, thing: Face | Body) -> Sequence[tuple[float, ...]]:
        """Where the path of a track says that it was found."""
        assert self.film is not None
        track = self._track(thing)
        whole = (track.span[0], 0.0, 0.0, self.film.width, self.film.height, 1)  # nobody knows where
        return [spot for spot in track.path if spot[5]] or [whole]

    def _track(self, thing: Face | Body) -> Track:
        return next(track for track in self._tracks(thing) if track.number == thing.number)

    def _tracks(self, thing: Face | Body) -> tuple[Track, ...]:
        assert self.film is not None
        return self.film.faces if isinstance(thing, Face) else self.film.bodies
