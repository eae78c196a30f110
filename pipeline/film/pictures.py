"""The pictures that a contact sheet is made of, and the cut-out faces that templates are made of.

They are kept while a film is looked at, so that it is decoded once. Of a long track some are given up; where one of
these is wanted after all, and for a film that was looked at before, the film is decoded again (`decoded`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.film.choosing import PER_TRACK, best, largest, worth
from pipeline.film.reading import open_film, unchanged
from pipeline.film.sheet import show_sample, tile_of
from pipeline.film.tracking import BodySample, FaceTrack, Sample, Tracker
from pipeline.matching.identification import MatchingPolicy, comparable
from pipeline.matching.recogniser import align
from pipeline.photos import PhotoFile
from pipeline.vision.observation import Box, Shown

MOST_KEPT = 24
"""Pictures of a track that goes on, 144 kB each: eight for each of the three that are chosen of it in the end. Of one
that has ended only those chosen are kept, so 750 tracks take 320 MB."""

MOST_GOING_ON = 1200
"""Pictures of all tracks that go on: as much again. Where there are many, each keeps fewer, `PER_TRACK` at least."""

_NOWHERE = Box(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown (`TILE_PX` square) and what is compared (`align`), of one look; the latter where it may be."""

    tile: NDArray[np.uint8]
    chip: NDArray[np.uint8] | None

    @classmethod
    def of(cls, shown: Shown, pixels: NDArray[np.uint8], embed: MatchingPolicy | None) -> Picture:
        """Of a frame (height x width x 3, RGB)."""
        fit = embed is not None and shown.face is not None and bool(comparable([shown.face], embed)[0])
        return cls(tile_of(shown, pixels), align(pixels, shown.face) if fit and shown.face is not None else None)


Pictures = dict[Shown, Picture]
"""By what is shown, wherever it is going to stand (`anywhere`)."""


def anywhere(shown: Shown) -> Shown:
    """The same without its place on the sheet, which is known once all is."""
    return replace(shown, place=_NOWHERE)


@dataclass(slots=True)
class Album:
    """Keeps the pictures of a film that is being looked at. `embed`: of faces fit for this policy, what is compared."""

    embed: MatchingPolicy | None
    _going_on: list[tuple[FaceTrack, list[tuple[Sample, Shown]]]] = field(default_factory=list)
    _bodies: dict[int, Shown] = field(default_factory=dict)
    _known: int = 0
    pictures: Pictures = field(default_factory=dict)

    def add(self, tracker: Tracker, frame: int, pixels: NDArray[np.uint8]) -> None:
        """Keep what this whole look saw (frame and pixels: height x width x 3, RGB)."""
        size = pixels.shape[1], pixels.shape[0]
        self._going_on += [(track, []) for track in tracker.face_tracks[self._known :]]
        self._known = len(tracker.face_tracks)
        most = min(MOST_KEPT, max(PER_TRACK, MOST_GOING_ON // max(1, len(self._going_on))))
        for track, kept in self._going_on:
            if track.samples and track.samples[-1].frame == frame:
                kept.append((track.samples[-1], self._add(track.samples[-1], size, pixels)))
                while len(kept) > most:
                    self.pictures.pop(kept.pop(_spare([sample for sample, _ in kept]))[1], None)
        for number, body in enumerate(tracker.body_tracks):
            if body.samples[-1].frame == frame and largest(body.samples) is body.samples[-1]:
                if number in self._bodies:
                    self.pictures.pop(self._bodies[number], None)
                self._bodies[number] = self._add(body.samples[-1], size, pixels)
        self._close(tracker)

    def _add(self, sample: Sample | BodySample, size: tuple[int, int], pixels: NDArray[np.uint8]) -> Shown:
        shown = show_sample(sample, size, _NOWHERE)
        self.pictures[shown] = Picture.of(shown, pixels, self.embed)
        return shown

    def _close(self, tracker: Tracker) -> None:
        """Give up what is not going to be shown of tracks that have ended."""
        ended = [(track, kept) for track, kept in self._going_on if not tracker.follows(track)]
        self._going_on = [(track, kept) for track, kept in self._going_on if tracker.follows(track)]
        for track, kept in ended:
            chosen = best(track.samples)
            for sample, shown in kept:
                if not any(sample is one for one in chosen):
                    self.pictures.pop(shown, None)


def _spare(samples: Sequence[Sample]) -> int:
    """Which sample is missed least: of the two that are nearest to each other in time, the worse."""
    near = min(range(1, len(samples)), key=lambda i: samples[i].at_s - samples[i - 1].at_s)
    return min(near - 1, near, key=lambda i: worth(samples[i].face))


def decoded(file: PhotoFile, long_side: int, wanted: Iterable[Shown], embed: MatchingPolicy | None) -> Pictures:
    """The pictures of a film that was looked at before. Raises `UserError` for one that cannot be judged."""
    by_frame: dict[int, list[Shown]] = {}
    for shown in wanted:
        by_frame.setdefault(shown.frame, []).append(anywhere(shown))
    found: Pictures = {}
    if not by_frame:
        return found
    last = max(by_frame)
    with closing(open_film(file, long_side).frames(lambda number, _: number in by_frame)) as frames:
        for frame in frames:
            found |= {shown: Picture.of(shown, frame.pixels, embed) for shown in by_frame[frame.number]}
            if frame.number == last:
                break  # that it is whole was seen when it was looked at
    unchanged(file)
    return found
