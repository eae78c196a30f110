"""What was seen on a photo: faces and persons, with boxes in pixels of the picture as published.

Of a film it is its contact sheet: each face and person of it is a track, shown by its best pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

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

    Somebody's name may stand there: it is kept in the encrypted database only.
    """

    number: int
    box: Box
    text: str
    score: float


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

    def side_px(self, thing: Face | Body) -> float:
        """The shorter side of a face or a body, in pixels of the picture as published; in a film, the largest seen."""
        if self.film is None:
            return thing.box.side
        return next(t.side_px for t in self._tracks(thing) if t.number == thing.number)

    def span(self, thing: Face | Body) -> Span | None:
        """When a face or a body of a film is seen."""
        if self.film is None:
            return None
        return next(t.span for t in self._tracks(thing) if t.number == thing.number)

    def _tracks(self, thing: Face | Body) -> tuple[Track, ...]:
        assert self.film is not None
        return self.film.faces if isinstance(thing, Face) else self.film.bodies
