"""Labelled photos as the program sees them: what it finds, and whose face each found face really is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.optimize import linear_sum_assignment
from tqdm import tqdm

from benchmarks.labelled import BadFolder, Label, LabelledFolder, Probe
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import MatchingPolicy, comparable
from pipeline.matching.recogniser import Recogniser, Templates
from pipeline.photos import load_photo
from pipeline.vision.observation import Box, Face, Observation
from pipeline.vision.observer import Observer

SAME = 0.3
"""A found face is a labelled one where the boxes share at least this part of their union."""


@dataclass(frozen=True)
class Looked:
    """One labelled photo, looked at. Boxes of `labels` are in pixels of the picture as published, as those found.

    `found`: number of the found face by the row of its label; `compared`: the faces that are large and good enough,
    in the order of the rows of `templates` (by recogniser).
    """

    labels: tuple[Label, ...]
    boxes: Mapping[int, Box]
    complete: bool
    seen: Observation
    found: Mapping[int, int]
    compared: tuple[Face, ...]
    templates: Mapping[str, Templates]

    @property
    def enrolled(self) -> tuple[Label, ...]:
        """Enrolled persons whose face can be seen."""
        return tuple(label for label in self.labels if label.person_id is not None and label.face_visible)

    @property
    def people(self) -> frozenset[str]:
        """Every enrolled person on the photo, seen from whatever side."""
        return frozenset(label.person_id for label in self.labels if label.person_id is not None)

    def faces_of(self, label: Label) -> frozenset[int]:
        """Numbers of the found faces that may be this person's: one where there is a box, else all not spoken for."""
        if label.row in self.boxes:
            return frozenset({self.found[label.row]} if label.row in self.found else ())
        return frozenset(face.number for face in self.seen.faces) - set(self.found.values())


@dataclass(frozen=True)
class Measured:
    """All that was looked at once, whatever is worked out from it. Holds templates: in memory only."""

    folder: LabelledFolder
    photos: tuple[Looked, ...]
    galleries: Mapping[str, Gallery]
    refused: int
    policy: MatchingPolicy
    """The program's own rule. Only for the program's own recogniser its threshold means anything."""


def look(
    folder: LabelledFolder, observer: Observer, recognisers: Sequence[Recogniser], policy: MatchingPolicy, side_px: int
) -> Measured:
    """Look at every reference and probe. `side_px`: the long side of a picture as published."""
    owners, references, rows = [], [], {recogniser.name: [] for recogniser in recognisers}
    for person_id, path in _track(folder.references, "references"):
        sha256, pixels = _read(path, side_px)
        compared, _ = comparable(observer(sha256, pixels).faces, policy)
        if len(compared) != 1:  # refused at enrolment too: nobody could say whose face it is
            continue
        owners.append(person_id)
        references.append(sha256)
        for recogniser in recognisers:
            rows[recogniser.name].append(recogniser.embed_reference(pixels, compared[0]))
    galleries = {
        recogniser.name: Gallery(
            tuple(owners), tuple(references), np.array(rows[recogniser.name]).reshape(-1, recogniser.dimensions)
        )
        for recogniser in recognisers
    }
    photos = tuple(_look_at(probe, observer, recognisers, policy, side_px) for probe in _track(folder.probes, "probes"))
    return Measured(folder, photos, galleries, len(folder.references) - len(owners), policy)


def _look_at(
    probe: Probe, observer: Observer, recognisers: Sequence[Recogniser], policy: MatchingPolicy, side_px: int
) -> Looked:
    sha256, pixels = _read(probe.path, side_px)
    with Image.open(probe.path) as image:
        scale = max(pixels.shape[:2]) / max(image.size)
    seen = observer(sha256, pixels)
    boxes = {label.row: _scaled(label.box, scale) for label in probe.labels if label.box is not None}
    visible = {label.row: boxes[label.row] for label in probe.labels if label.face_visible and label.row in boxes}
    compared, _ = comparable(seen.faces, policy)
    return Looked(
        probe.labels,
        boxes,
        probe.complete,
        seen,
        pair(visible, seen.faces),
        compared,
        {recogniser.name: recogniser.embed(pixels, compared) for recogniser in recognisers},
    )


def pair(boxes: Mapping[int, Box], faces: Sequence[Face]) -> dict[int, int]:
    """Number of the found face for each true box (by row) that has one; no face is two persons'."""
    if not boxes or not faces:
        return {}
    shared = np.array([[share(box, face.box) for face in faces] for box in boxes.values()])
    pairs = zip(*linear_sum_assignment(shared, maximize=True), strict=True)
    rows = tuple(boxes)
    return {rows[r]: faces[c].number for r, c in pairs if shared[r, c] >= SAME}


def share(one: Box, other: Box) -> float:
    """The part of their union that two boxes share, 0 to 1."""
    shared = one.overlap(other)
    return shared / (one.width * one.height + other.width * other.height - shared)


def _scaled(box: Box, scale: float) -> Box:
    return Box(box.x * scale, box.y * scale, box.width * scale, box.height * scale)


def _read(path: Path, side_px: int) -> tuple[str, NDArray[np.uint8]]:
    photo = load_photo(path, path.name, side_px)
    if photo.pixels is None:
        raise BadFolder(f"{path.name}: {photo.problem} Take it out of the folder and of its table.")
    return photo.sha256, photo.pixels


def _track(things: Iterable, what: str) -> Iterable:
    return tqdm(things, desc=what, unit="photo", disable=None, leave=False)
