"""Open-set identification: a face gets a name only if one person is near and nobody else is nearly so.

ISO/IEC 19795 words: a face of the photo is a probe, the enrolled templates are the gallery. Whoever is
not named stays unknown and is held; an error of the first kind (a wrong name, FPIR) may clear a child,
one of the second kind (no name, FNIR) only costs a look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consent.facts import IDENTIFIABLE_FACE_PX
from consent.messages import Message, say
from pipeline.matching.gallery import LOOK_ALIKE, Gallery
from pipeline.matching.quality import why_not_comparable, why_unidentifiable
from pipeline.matching.recogniser import Templates
from pipeline.vision.observation import Face


@dataclass(frozen=True, slots=True)
class MatchingPolicy:
    """When a face is given a name. Distances are Euclidean, between templates.

    Defaults until a school has calibrated on its own pupils: dlib's usual 0.6 would accept most pairs
    of children. Measured on the demo's synthetic children (docs/measurements.md): at 0.40 with a margin
    of 0.06, 69 of 88 faces are named, none wrongly; with the right person taken out of the gallery, 1 of
    the 84 that can be compared gets a wrong name. Below 40 px a template means nothing: EN 62676-4 asks
    250 px a metre to identify a stranger, and a face is about 0.16 m wide.

    The last two are not a school's to set. Beyond `unlike` two faces are taken for two persons: no face
    of 40 px of the demo lies farther from its own references. Persons within `look_alike` of each other
    are held between each other.
    """

    threshold: float = 0.40
    margin: float = 0.06
    smallest_face_px: float = IDENTIFIABLE_FACE_PX
    unlike: float = 0.50
    look_alike: float = LOOK_ALIKE


TAKEN_FOR = MatchingPolicy().threshold
"""A face so near to a person of the gallery may be that person, whatever keeps the name back.

The loosest threshold there is, and not the one in force: a stricter one takes names away, and must not turn somebody of
the register into an outsider."""


@dataclass(frozen=True, slots=True)
class Identification:
    """The result for one face: a person, or why not. Holds no template.

    `distance` to the best candidate and `second` to the runner-up; infinite where there is none.
    `identifiable` is False where a measurement says that the template of this face would mean nothing.
    `resembles`: of a face without a name, the best candidate where that one is near (`TAKEN_FOR`).
    """

    face: int
    person_id: str | None
    why_unnamed: Message | None = None
    distance: float = float("inf")
    second: float = float("inf")
    identifiable: bool = True
    resembles: str | None = None

    @property
    def taken_for(self) -> str | None:
        """Whom of the register this face may well be, named or not: nobody may speak for that one as an outsider."""
        return self.person_id or self.resembles


def comparable(faces: Iterable[Face], policy: MatchingPolicy) -> tuple[tuple[Face, ...], tuple[Identification, ...]]:
    """Faces that are large, sharp and frontal enough to be compared, and for the others the reason why not."""
    looked_at = [(face, why_not_comparable(face, policy.smallest_face_px)) for face in faces]
    left_out = (
        Identification(face.number, None, why, identifiable=why_unidentifiable(face) is None)
        for face, why in looked_at
        if why
    )
    return tuple(face for face, why in looked_at if why is None), tuple(left_out)


def identify(
    faces: Sequence[Face],
    probes: Templates,
    gallery: Gallery,
    policy: MatchingPolicy,
    unguarded: Collection[str] = (),
) -> tuple[Identification, ...]:
    """Name faces of one photo. `probes`: one row a face. Two faces are never given one name.

    `unguarded`: persons of the gallery whose look-alike is not compared any more. Their names are never given.

    A face and a person must be nearest to each other, by a margin to the next person and to the next face. The
    margins are such that every name is part of the best assignment (least sum of distances, `policy.unlike` for a
    face that stays unknown), of the whole photo and of any part of it. Solving the assignment itself would not do:
    one more face on the photo, or one more person enrolled, can turn it over and so give a face a new name. Nor
    may a rival count only if it would be named, or a stricter threshold would.
    """
    if len(faces) != len(probes):
        raise ValueError(f"{len(faces)} faces need as many probes, not {len(probes)}")
    if not gallery.person_ids:
        reason = say("Nobody is enrolled, so nobody can be recognised by the program.")
        return tuple(Identification(face.number, None, reason) for face in faces)
    if not faces:
        return ()
    people, found = gallery.distances(probes)
    distances = np.where(np.isfinite(found), found, np.nan)
    alike = ~(gallery.between > policy.look_alike)
    results = []
    for number, (face, row) in enumerate(zip(faces, distances, strict=True)):
        best = int(row.argmin())
        rival = float(np.delete(distances[:, best], number).min(initial=np.inf))
        doubles = np.flatnonzero(alike[best]).tolist()
        double = min(doubles, key=row.__getitem__, default=None)
        alone = people[best] in unguarded
        results.append(_identify(face, people, row, rival=rival, double=double, alone=alone, policy=policy))
    return tuple(results)


def _identify(
    face: Face,
    people: tuple[str, ...],
    distances: NDArray[np.float64],
    *,
    rival: float,
    double: int | None,
    alone: bool,
    policy: MatchingPolicy,
) -> Identification:
    """The result for one face.

    `rival`: how near the nearest other face is to this one's best candidate; `double`: which of the
    candidate's look-alikes is nearest to this face; `alone`: one of these is not compared at all.
    """
    column = int(distances.argmin())
    best, second = (float(d) for d in np.sort([*distances, np.inf])[:2])
    if np.isnan(distances).any():
        # An unknown distance to one person may be the smallest: then nobody is known to be nearest.
        reason = say("The face could not be compared with everybody who is enrolled.")
        best, second = (float(d) for d in np.sort([*distances[~np.isnan(distances)], np.inf, np.inf])[:2])
    elif not best <= policy.threshold:
        reason = say("The face resembles nobody who is enrolled closely enough.")
    elif double is not None and not distances[double] > policy.unlike:
        first, other = sorted((people[column], people[double]))
        reason = say("The face resembles {first} and {other}, who look alike.", first=first, other=other)
    elif alone:
        reason = say(
            "The face resembles {person}. Somebody who looks like {person} is not compared any more, or not with "
            "every reference photo.",
            person=people[column],
        )
    elif not second - best >= policy.margin:
        reason = say("The face resembles two persons almost equally.")
    elif np.isnan(rival):
        reason = say("Another face here could not be compared, and might be the same person.")
    elif not rival - best >= max(policy.margin, policy.unlike - second):
        # If this face had to make do with its second best and the rival with nobody, the rival would have the name.
        reason = say("Two faces here resemble the same person.")
    else:
        return Identification(face.number, people[column], None, best, second)
    # Where the distance to somebody is missing, it may be that one.
    near = best <= TAKEN_FOR or bool(np.isnan(distances).any())
    return Identification(face.number, None, reason, best, second, resembles=people[column] if near else None)
