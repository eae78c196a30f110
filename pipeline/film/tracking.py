"""Faces and persons of one film, followed from frame to frame; without templates, so without biometric data.

A face is followed by the points inside its box, which must be found again in the next frame and from there back
where they were (Kalal et al. 2010, "Forward-backward error"). Two faces become one track only where no doubt is
left: whatever cannot be tied together is another track, and each is judged by itself. At a change of scene all end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from consent.facts import Orientation
from pipeline.vision.observation import Body, Box, Face
from pipeline.vision.observer import without_face

FLOW_SIDE_PX = 480
"""Long side of the grey picture on which points are followed."""

MOST_DRIFT = 1.0
"""Pixels of that picture: how far from where they were half of the points may come back. Within a scene
95 % of the faces measured stayed under 0.03, across a cut none came nearer than 134 (docs/measurements.md)."""

LINKED = 0.3
"""A face belongs to a track where it shares this part of the union with the box that the points foretell. Boxes of
two faces of one frame share less (`pipeline.vision.faces.OVERLAP`)."""

COAST_S = 1.01
"""How long a face may go unfound and still be the same, while its points are followed: from one look to the next,
because the glimpses between them do not find small faces."""

_GRID = 6
"""Points across a face and down it. With half and twice as many nearly the same tracks come out, and following takes
three fifths and two and a half times the time (docs/measurements.md)."""

_MOST_GROWN = 1.25
"""How much larger or smaller a face may become from one frame to the next, a quarter of a second later: a guard
against points that went elsewhere. With 1.06 and with 2 the same tracks came out (docs/measurements.md)."""

_LOOK_GAP_S = 1.3


@dataclass(frozen=True, slots=True)
class Sample:
    """A face of a track as a whole look saw it. `others`: boxes of the other faces of that frame."""

    frame: int
    at_s: float
    face: Face
    others: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class BodySample:
    """A person without a face, as a whole look saw it. `others`: boxes of the faces of that frame."""

    frame: int
    at_s: float
    body: Body
    others: tuple[Box, ...] = ()


@dataclass(slots=True)
class FaceTrack:
    """A face that is or was followed. `box`: where it is now, `to_s`: when it was last found."""

    box: Box
    from_s: float
    to_s: float
    side_px: float
    samples: list[Sample] = field(default_factory=list)
    path: list[tuple[float, Box, bool]] = field(default_factory=list)
    """Each frame on which it was found, or its points were: the time, the place, and whether the face was found."""


@dataclass(slots=True)
class BodyTrack:
    """A person without a face, followed from look to look."""

    box: Box
    from_s: float
    to_s: float
    samples: list[BodySample] = field(default_factory=list)

    @property
    def orientation(self) -> Orientation:
        """From behind only where every look said so; facing where any did."""
        said = {sample.body.orientation for sample in self.samples}
        if Orientation.FACING in said:
            return Orientation.FACING
        return said.pop() if len(said) == 1 else Orientation.UNKNOWN


class Tracker:
    """Follows the faces of a film. Give it each frame in turn: `move` first, then `faces`, and `bodies` of a look."""

    def __init__(self) -> None:
        self._grey: NDArray[np.uint8] | None = None
        self._live: list[FaceTrack] = []
        self._bodies: list[BodyTrack] = []
        self.face_tracks: list[FaceTrack] = []
        self.body_tracks: list[BodyTrack] = []

    def move(self, pixels: NDArray[np.uint8], at_s: float, cut: bool, times: float = 1.0) -> None:
        """Go on to the next frame (height x width x 3, RGB); `cut`: another scene begins with it.

        `times`: how many pixels of the film one of this picture stands for; boxes are in pixels of the film.
        """
        grey, scale = _small(pixels)
        scale /= times
        if cut or self._grey is None or self._grey.shape != grey.shape:
            self._live, self._bodies = [], []
        else:
            self._live = list(self._going_on(self._grey, grey, scale, at_s))
        self._grey = grey

    def _going_on(
        self, before: NDArray[np.uint8], now: NDArray[np.uint8], scale: float, at_s: float
    ) -> Iterator[FaceTrack]:
        """The tracks that go on: their points are found again, and their face was found not long ago."""
        recent = [track for track in self._live if at_s - track.to_s <= COAST_S]
        boxes = followed(before, now, [_times(track.box, scale) for track in recent])
        for track, box in zip(recent, boxes, strict=True):
            if box is not None:
                track.box = _times(box, 1 / scale)
                track.path.append((at_s, track.box, False))
                yield track

    def follows(self, track: FaceTrack) -> bool:
        """Whether this track may still go on."""
        return any(track is live for live in self._live)

    def strangers(self, found: Sequence[Face]) -> bool:
        """Whether one of these faces belongs to no track."""
        return len(self._pairs(found)) < len(found)

    def faces(self, frame: int, at_s: float, found: Sequence[Face], whole: bool) -> None:
        """The faces of this frame. `whole`: of a whole look; a glimpse only tells that somebody is still there."""
        pairs = self._pairs(found)
        for number, face in enumerate(found):
            track = pairs.get(number)
            if track is None and not whole:
                continue  # a glimpse with somebody new is followed by a look, which begins the track
            if track is None:
                track = FaceTrack(face.box, at_s, at_s, 0.0)
                self._live.append(track)
                self.face_tracks.append(track)
            track.box, track.to_s = face.box, at_s
            if track.path and track.path[-1][0] == at_s:
                track.path.pop()
            track.path.append((at_s, face.box, True))
            track.side_px = max(track.side_px, face.box.side)
            if whole:
                others = tuple(other.box for other in found if other is not face)
                track.samples.append(Sample(frame, at_s, face, others))

    def _pairs(self, found: Sequence[Face]) -> dict[int, FaceTrack]:
        """By index of a face, its track: where each is the only one that the other could be."""
        near = np.array([[t.box.share(f.box) >= LINKED for t in self._live] for f in found], bool)
        near = near.reshape(len(found), len(self._live))
        alone = near & (near.sum(axis=0) == 1) & (near.sum(axis=1) == 1)[:, None]
        return {int(f): self._live[int(t)] for f, t in zip(*np.nonzero(alone), strict=True)}

    def bodies(self, frame: int, at_s: float, found: Sequence[Body], faces: Sequence[Face]) -> None:
        """The persons without a face of a whole look. Whose face is being followed, though unfound, is known by it."""
        unseen = tuple(
            Face(number, track.box, 1.0, ()) for number, track in enumerate(self._live, 1) if track.to_s < at_s
        )
        strangers = [found[i] for i in without_face([body.box for body in found], unseen)]
        others = tuple(face.box for face in faces)
        going_on = [track for track in self._bodies if at_s - track.to_s <= _LOOK_GAP_S]
        now = []
        for body in strangers:
            near = [track for track in going_on if track.box.share(body.box) >= LINKED]
            rivals = [other for other in strangers if near and near[0].box.share(other.box) >= LINKED]
            if len(near) == 1 and len(rivals) == 1:
                track = near[0]
            else:
                track = BodyTrack(body.box, at_s, at_s)
                self.body_tracks.append(track)
            track.box, track.to_s = body.box, at_s
            track.samples.append(BodySample(frame, at_s, body, others))
            now.append(track)
        self._bodies = now


def followed(before: NDArray[np.uint8], now: NDArray[np.uint8], boxes: Sequence[Box]) -> list[Box | None]:
    """Where the boxes of one grey picture lie on the next; None where the points of one are not found again."""
    moves = zip(*flow(before, now, boxes), strict=True)
    return [_moved(box, start, end, drift) for box, (start, end, drift) in zip(boxes, moves, strict=True)]


def _moved(box: Box, start: NDArray[np.float32], end: NDArray[np.float32], drift: NDArray[np.float32]) -> Box | None:
    middle = float(np.median(drift))
    if not middle <= MOST_DRIFT:
        return None
    good = drift <= middle  # half of the points at least
    start, end = start[good], end[good]
    shift = np.median(end - start, axis=0)
    spread = float(np.linalg.norm(start - start.mean(axis=0), axis=1).mean())
    grown = float(np.linalg.norm(end - end.mean(axis=0), axis=1).mean()) / max(spread, 1e-6)
    grown = min(max(grown, 1 / _MOST_GROWN), _MOST_GROWN)
    width, height = box.width * grown, box.height * grown
    x, y = box.centre
    return Box(float(x + shift[0] - width / 2), float(y + shift[1] - height / 2), width, height)


def flow(
    before: NDArray[np.uint8], now: NDArray[np.uint8], boxes: Sequence[Box]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Points inside n boxes on one grey picture (n x p x 2), where they are on the next, and how far off (n x p).

    That is after coming back from there, in pixels; infinitely far where a point was lost. Of all boxes at once,
    because each call makes both pictures ready anew.
    """
    if not boxes:
        return np.empty((0, 0, 2), np.float32), np.empty((0, 0, 2), np.float32), np.empty((0, 0), np.float32)
    points = np.concatenate([_grid(box) for box in boxes])[:, None]
    there, found, _ = cv2.calcOpticalFlowPyrLK(before, now, points, np.empty_like(points))
    back, again, _ = cv2.calcOpticalFlowPyrLK(now, before, there, np.empty_like(points))
    drift = np.linalg.norm(back - points, axis=2).ravel()
    drift[(found.ravel() == 0) | (again.ravel() == 0)] = np.inf
    shape = (len(boxes), -1, 2)
    return points.reshape(shape), np.asarray(there, np.float32).reshape(shape), drift.reshape(shape[:2])


def _grid(box: Box) -> NDArray[np.float32]:
    steps = (np.arange(_GRID) + 0.5) / _GRID
    x, y = np.meshgrid(box.x + steps * box.width, box.y + steps * box.height)
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def _small(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], float]:
    """The grey picture on which points are followed, and its scale."""
    height, width = pixels.shape[:2]
    scale = min(1.0, FLOW_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, np.uint8), scale


def _times(box: Box, scale: float) -> Box:
    return Box(box.x * scale, box.y * scale, box.width * scale, box.height * scale)
