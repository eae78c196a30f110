"""Open-set identification: a face gets a name only if one person is near and nobody else is nearly so.

ISO/IEC 19795 words: a face of the photo is a probe, the enrolled templates are the gallery. Whoever is
not named stays unknown and is held; an error of the first kind (a wrong name, FPIR) may clear a child,
one of the second kind (no name, FNIR) only costs a look.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consent.messages import Message, say
from pipeline.matching.recogniser import Templates
from pipeline.vision.observation import Face


@dataclass(frozen=True, slots=True)
class MatchingPolicy:
    """When a face is given a name. Distances are Euclidean, between templates.

    Defaults until a school has calibrated on its own pupils: dlib's usual 0.6 would accept most pairs
    of children. Measured on the demo's synthetic children (docs/measurements.md): at 0.40 with a margin
    of 0.06, 68 of 88 faces are named, none wrongly; with the right person taken out of the gallery, 2 of
    88 get a wrong name. Below 40 px a template means nothing: EN 62676-4 asks 250 px a metre to identify
    a stranger, and a face is about 0.16 m wide.
    """

    threshold: float = 0.40
    margin: float = 0.06
    smallest_face_px: float = 40.0


@dataclass(frozen=True)
class Gallery:
    """Enrolled templates, n x d, and the person of each row."""

    person_ids: tuple[str, ...]
    templates: Templates

    def __post_init__(self) -> None:
        if self.templates.ndim != 2 or len(self.templates) != len(self.person_ids):
            raise ValueError(f"{len(self.person_ids)} persons need as many templates, not {self.templates.shape}")

    def only(self, person_ids: Iterable[str]) -> Gallery:
        """The part of the gallery that belongs to these persons."""
        wanted = frozenset(person_ids)
        rows = [row for row, owner in enumerate(self.person_ids) if owner in wanted]
        return Gallery(tuple(self.person_ids[row] for row in rows), self.templates[rows])

    def distances(self, probes: Templates) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Enrolled persons (p) and each probe's distance to the nearest of a person's templates (n x p)."""
        people = tuple(dict.fromkeys(self.person_ids))
        each = np.linalg.norm(probes[:, None].astype(np.float64) - self.templates[None], axis=2)
        columns = [np.flatnonzero([owner == person for owner in self.person_ids]) for person in people]
        return people, np.stack([each[:, rows].min(axis=1) for rows in columns], axis=1)


@dataclass(frozen=True, slots=True)
class Identification:
    """The result for one face: a person, or why not. Holds no template.

    `distance` to the best candidate and `second` to the runner-up; infinite where there is none.
    """

    face: int
    person_id: str | None
    why_unnamed: Message | None = None
    distance: float = float("inf")
    second: float = float("inf")


def comparable(faces: Iterable[Face], policy: MatchingPolicy) -> tuple[tuple[Face, ...], tuple[Identification, ...]]:
    """Faces that are large enough to be compared, and for the others the reason why they get no name."""
    faces = tuple(faces)
    large = tuple(f for f in faces if f.box.side >= policy.smallest_face_px)
    reason = say("The face is too small to be compared, but who knows this person may recognise it.")
    return large, tuple(Identification(f.number, None, reason) for f in faces if f not in large)


def identify(
    faces: Sequence[Face], probes: Templates, gallery: Gallery, policy: MatchingPolicy
) -> tuple[Identification, ...]:
    """Name faces of one photo. `probes`: one row a face. Two faces are never given one name."""
    if len(faces) != len(probes):
        raise ValueError(f"{len(faces)} faces need as many probes, not {len(probes)}")
    if not gallery.person_ids:
        reason = say("Nobody is enrolled, so nobody can be recognised by the program.")
        return tuple(Identification(face.number, None, reason) for face in faces)
    if not faces:
        return ()
    people, distances = gallery.distances(probes)
    single = [_identify(face, people, row, policy) for face, row in zip(faces, distances, strict=True)]
    return _one_face_each(single, policy)


def _identify(
    face: Face, people: tuple[str, ...], distances: NDArray[np.float64], policy: MatchingPolicy
) -> Identification:
    order = np.argsort(distances)
    best = float(distances[order[0]])
    second = float(distances[order[1]]) if len(order) > 1 else float("inf")
    person_id = people[int(order[0])]
    if not best <= policy.threshold:
        reason = say("The face resembles nobody who is enrolled closely enough.")
    elif not second - best >= policy.margin:
        reason = say("The face resembles two persons almost equally.")
    else:
        return Identification(face.number, person_id, None, best, second)
    return Identification(face.number, None, reason, best, second)


def _one_face_each(found: list[Identification], policy: MatchingPolicy) -> tuple[Identification, ...]:
    """Two faces on one photo are two persons: of those that claim one name only a clearly nearer one keeps it."""
    reason = say("Two faces on this photo resemble the same person.")

    def keeps(one: Identification) -> bool:
        rivals = [r for r in found if r.person_id == one.person_id and r.face != one.face]
        return all(rival.distance - one.distance >= policy.margin for rival in rivals)

    return tuple(
        one if one.person_id is None or keeps(one) else Identification(one.face, None, reason, one.distance, one.second)
        for one in found
    )
