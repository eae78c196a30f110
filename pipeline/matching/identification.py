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
from pipeline.matching.gallery import Gallery
from pipeline.matching.quality import why_not_comparable
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


@dataclass(frozen=True, slots=True)
class Identification:
    """The result for one face: a person, or why not. Holds no template.

    `distance` to the best candidate and `second` to the runner-up; infinite where there is none.
    `identifiable` is False where the face was not compared, since its template would mean nothing.
    """

    face: int
    person_id: str | None
    why_unnamed: Message | None = None
    distance: float = float("inf")
    second: float = float("inf")
    identifiable: bool = True


def comparable(faces: Iterable[Face], policy: MatchingPolicy) -> tuple[tuple[Face, ...], tuple[Identification, ...]]:
    """Faces that are large, sharp and frontal enough to be compared, and for the others the reason why not."""
    looked_at = [(face, why_not_comparable(face, policy.smallest_face_px)) for face in faces]
    left_out = (Identification(face.number, None, why, identifiable=False) for face, why in looked_at if why)
    return tuple(face for face, why in looked_at if why is None), tuple(left_out)


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
    resembles_most = distances == distances.min(axis=1, keepdims=True)
    results = []
    for number, (face, row) in enumerate(zip(faces, distances, strict=True)):
        column = int(row.argmin())
        rivals = resembles_most[:, column].copy()
        rivals[number] = False
        rival = float(distances[rivals, column].min(initial=np.inf))
        results.append(_identify(face, people[column], row, rival, policy))
    return tuple(results)


def _identify(
    face: Face, person_id: str, distances: NDArray[np.float64], rival: float, policy: MatchingPolicy
) -> Identification:
    """The result for one face. `rival`: the distance to `person_id` of the nearest other face that resembles them most.

    Whether that face would be named does not matter: or a stricter threshold, which takes its name,
    would give this face a name that it did not have.
    """
    best, second = (float(d) for d in np.sort([*distances, np.inf])[:2])
    if not np.isfinite(distances).all():
        # An unknown distance to one person may be the smallest: then nobody is known to be nearest.
        reason = say("The face could not be compared with everybody who is enrolled.")
    elif not best <= policy.threshold:
        reason = say("The face resembles nobody who is enrolled closely enough.")
    elif not second - best >= policy.margin:
        reason = say("The face resembles two persons almost equally.")
    elif not rival - best >= policy.margin:
        # Two faces on one photo are two persons: only a clearly nearer one keeps the name.
        reason = say("Two faces on this photo resemble the same person.")
    else:
        return Identification(face.number, person_id, None, best, second)
    return Identification(face.number, None, reason, best, second)
