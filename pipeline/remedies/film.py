"""Covering people in a film for good, in every picture on which they may be, and looking whether that was done.

Who stays is known by their track; whoever else is found is covered, also who was never seen by the audit. Between two
places of a track both and all between them lie under the cover, before its first and after its last one a larger cover
stays for as long as a whole look may have to wait. Then the new film is searched for faces, and covered anew where one
is left. A film in which faces keep appearing is not kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consent.facts import Span
from consent.messages import UserError, say
from pipeline.film.reading import Frame, ahead, open_film
from pipeline.film.sampling import GLIMPSE_EVERY_S, LOOK_EVERY_S, Scenes
from pipeline.film.tracking import LINKED
from pipeline.film.writing import pace, write_film, written
from pipeline.photos import PhotoFile, read_file
from pipeline.remedies.cover import CROWN, GREY, part_of
from pipeline.vision.observation import Box, Face, Film, Observation, Track

AROUND_S = GLIMPSE_EVERY_S
"""How long before and after a picture a face stays covered that belongs to no track."""

BEYOND_S = LOOK_EVERY_S
"""How long before its first and after its last place a track stays covered, but for a cut: until then a whole look
would have found it again."""

BEYOND_TIMES = 1.5
"""Sides of the cover there, in its sides: nobody knows where the face went."""

UNDER_A_COVER = 0.9
"""As for photos (`pipeline.remedies.judging`)."""

ROUNDS = 3
"""How often a film is written at most. Small faces show once the encoder has smoothed what was around them."""

Glimpse = Callable[[NDArray[np.uint8], float], Sequence[Face]]
"""Finds faces on a picture that was made so many times smaller (`Observer.glimpse`)."""

LEFT = say(
    "In the new film the program still finds faces that are nobody’s who may be seen, so it was not kept. Cut it, "
    "or make it without these moments."
)


@dataclass(frozen=True, slots=True)
class Cover:
    """What is covered, in pixels of the film as published, and from when to when, in seconds; both inclusive."""

    box: Box
    span: Span

    def at(self, at_s: float) -> bool:
        """Whether it lies there at that time."""
        return self.span[0] - _ROUNDING_S <= at_s <= self.span[1] + _ROUNDING_S


_ROUNDING_S = 2e-3
"""WebM counts milliseconds."""


@dataclass
class Whereabouts:
    """The path of a track, asked by time."""

    track: Track
    times: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.times = [spot[0] for spot in self.track.path]

    def at(self, at_s: float, near_s: float = AROUND_S) -> Box | None:
        """Where it was, between its places; near its ends, where it was then; None at another time."""
        path = self.track.path
        if not path or not self.times[0] - near_s <= at_s <= self.times[-1] + near_s:
            return None
        i = bisect_left(self.times, at_s)
        if i == 0 or i == len(path):
            return Box(*path[min(i, len(path) - 1)][1:5])
        (before, *one), (after, *other) = path[i - 1][:5], path[i][:5]
        part = (at_s - before) / (after - before) if after > before else 0.0
        return Box(*(a + part * (b - a) for a, b in zip(one, other, strict=True)))


class Kept:
    """Those who may be seen, and those who may not, by their tracks. `cuts`: times at which another scene begins."""

    def __init__(self, film: Film, covered: Collection[int]) -> None:
        self._stay = [Whereabouts(track) for track in film.faces if track.number not in covered]
        self._go = [Whereabouts(track) for track in film.faces if track.number in covered]
        self.cuts: list[float] = []

    def strangers(self, faces: Sequence[Face], at_s: float) -> list[Face]:
        """The faces of a picture that are not for certain those of people who stay: each of these has one at most."""
        claimed = set()
        gone = [box for path in self._go if (box := path.at(at_s)) is not None]
        free = [i for i, face in enumerate(faces) if not any(face.box.share(box) >= LINKED for box in gone)]
        for path in self._stay:
            box = path.at(at_s)
            if box is None or self._is_cut_off(path, at_s):
                continue
            share, best = max(((faces[i].box.share(box), i) for i in free if i not in claimed), default=(0.0, -1))
            if share >= LINKED:
                claimed.add(best)
        return [face for i, face in enumerate(faces) if i not in claimed]

    def _is_cut_off(self, path: Whereabouts, at_s: float) -> bool:
        """Whether another scene lies between a track and this time: then nobody there is the same for certain."""
        first_s, last_s = path.times[0], path.times[-1]
        return any(last_s < cut <= at_s or at_s < cut <= first_s for cut in self.cuts)


def along(track: Track, cuts: Iterable[float]) -> Iterator[Cover]:
    """The covers of a track. `cuts`: times at which another scene begins. Raises `UserError` where nobody knows it."""
    if not track.path:
        raise UserError(say("Where this face was in the film is not known. Audit the film again."))
    places = [(spot[0], around(Box(*spot[1:5]))) for spot in track.path]
    for (from_s, one), (to_s, other) in pairwise(places):
        yield Cover(_hull(one, other), (from_s, to_s))
    (first_s, first), (last_s, last) = places[0], places[-1]
    cuts = sorted(cuts)
    begin = max([0.0, first_s - BEYOND_S, *(cut for cut in cuts if cut <= first_s)])
    end = min([last_s + BEYOND_S, *(cut for cut in cuts if cut > last_s)])
    yield Cover(_wider(first, BEYOND_TIMES), (begin, first_s))
    yield Cover(_wider(last, BEYOND_TIMES), (last_s, end))


def around(face: Box) -> Box:
    """The head around a face, whichever way it is turned: a cover moves with it, and nobody looks at each picture."""
    return _wider(face, 1 + 2 * CROWN)


class Covers:
    """The covers of a film, by the seconds in which they may lie there: there are thousands."""

    def __init__(self, covers: Iterable[Cover]) -> None:
        self.all = tuple(covers)
        self._by_second: dict[int, list[Cover]] = {}
        for cover in self.all:
            first, last = (int(max(0.0, at_s)) for at_s in (cover.span[0] - _ROUNDING_S, cover.span[1] + _ROUNDING_S))
            for second in range(first, last + 1):
                self._by_second.setdefault(second, []).append(cover)

    def at(self, at_s: float) -> list[Box]:
        """Where they lie at that time."""
        return [cover.box for cover in self._by_second.get(int(at_s), ()) if cover.at(at_s)]

    def hide(self, box: Box, at_s: float, part: float = UNDER_A_COVER) -> bool:
        """Whether that part of a face at least lies under one of them at that time."""
        return any(box.overlap(cover) >= part * box.width * box.height for cover in self.at(at_s))

    def painted(self, frame: Frame) -> NDArray[np.uint8]:
        """The picture with its covers, all grey: a mean would tell more with each picture that it is taken of."""
        pixels = frame.pixels.copy()
        for cover in self.at(frame.at_s):
            place = part_of(cover, pixels)
            if place is not None:
                pixels[place] = GREY
        return pixels


def cover_film(  # noqa: PLR0917 - what it takes to make one film
    file: PhotoFile,
    film: Film,
    numbers: Collection[int],
    long_side: int,
    target: Path,
    glimpse: Glimpse,
    look: Callable[[PhotoFile], Sequence[tuple[float, Face]]],
) -> tuple[Cover, ...]:
    """Write the film with these faces covered to `target`, and give the covers.

    `look`: a whole look at the new film, which gives the faces found there with their times. Raises `UserError` where
    faces are left that are nobody's who may be seen; then nothing is kept.
    """
    kept = Kept(film, numbers)
    found = list(_searched(file, long_side, kept, glimpse, kept.cuts))
    covers = Covers(cover for track in film.faces if track.number in numbers for cover in along(track, kept.cuts))
    for _ in range(ROUNDS):
        covers = Covers((*covers.all, *_of_strangers(found, covers)))
        write_film(file, long_side, target, covers.painted)
        new = read_file(target, target.name)
        found = _bare(_searched(new, long_side, kept, glimpse), covers)
        # A whole look finds small faces as well.
        found = found or _bare(((at, face) for at, face in look(new) if kept.strangers([face], at)), covers)
        if not found:
            return covers.all
    target.unlink(missing_ok=True)
    raise UserError(LEFT)


def faces_at(seen: Observation | None) -> list[tuple[float, Face]]:
    """The faces found in a film, with their times; none where it could not be looked at."""
    if seen is None or seen.film is None:
        return []
    spots = (spot for track in seen.film.faces for spot in track.path if spot[5])
    return [(spot[0], Face(0, Box(*spot[1:5]), 1.0, ())) for spot in spots]


def _bare(found: Iterable[tuple[float, Face]], covers: Covers) -> list[tuple[float, Face]]:
    """The faces that lie under no cover."""
    return [(at_s, face) for at_s, face in found if not covers.hide(face.box, at_s)]


def _searched(
    file: PhotoFile, long_side: int, kept: Kept, glimpse: Glimpse, cuts: list[float] | None = None
) -> Iterator[tuple[float, Face]]:
    """The faces of a film that are nobody's who stays, with their times; notes where another scene begins.

    Every picture that is written, of the new film every one: with 15 a second a face that came from behind something
    and moved by its own width a picture was half bare on one (docs/measurements.md).
    """
    film, scenes = open_film(file, long_side), Scenes()
    with closing(ahead(film.frames(lambda number, at_s: True))) as frames:
        for frame in frames if cuts is None else written(frames, pace(film)):
            if scenes(frame.small) and cuts is not None:
                cuts.append(frame.at_s)
            for face in kept.strangers(glimpse(frame.small, frame.times), frame.at_s):
                yield frame.at_s, face


def _of_strangers(found: Iterable[tuple[float, Face]], covers: Covers) -> Iterator[Cover]:
    """A cover around each face that belongs to no track, but for one that lies under a larger one all the time."""
    for at_s, face in found:
        head, span = around(face.box), (max(0.0, at_s - AROUND_S), at_s + AROUND_S)
        if not all(covers.hide(head, moment, 1.0) for moment in (span[0], at_s, span[1])):
            yield Cover(head, span)


def _wider(box: Box, times: float) -> Box:
    x, y = box.centre
    return Box(x - box.width * times / 2, y - box.height * times / 2, box.width * times, box.height * times)


def _hull(one: Box, other: Box) -> Box:
    left, top = min(one.x, other.x), min(one.y, other.y)
    right, bottom = max(one.x + one.width, other.x + other.width), max(one.y + one.height, other.y + other.height)
    return Box(left, top, right - left, bottom - top)
