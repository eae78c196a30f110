"""Trying the gallery on itself: each reference photo as the face of a stranger, and as a face not seen before.

A stranger: the person is taken out of the gallery, so that every name is wrong. Not seen before: only this
photo is taken out, so that the person's own name is right. Which faces are compared and who is named is decided by
`comparable` and `identify` themselves, as in an audit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from consent.people import Person
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import MatchingPolicy, comparable, identify
from pipeline.matching.recogniser import Templates
from pipeline.vision.observation import Face

INF = float("inf")

Kin = Mapping[str, frozenset[str]]
"""For a person, who may look like them."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One comparison of a degraded reference with the gallery. Holds no template.

    `reference`: SHA-256 of the photo; `version`: how it was degraded. `stranger`: whether the person was
    taken out of the gallery. `named`: who gets named at the widest threshold, and so at every stricter one
    that is not below `distance`, the distance to the nearest person; `second` is that to the next. `own` and
    `kin`: the distances to the person's other photos and to the nearest one marked as kin. Infinite where
    there is none. `compared`: False where an audit would have left the face out, as not identifiable: nobody
    is named then, and there are no distances.
    """

    person_id: str
    reference: str
    version: str
    stranger: bool
    named: str | None
    distance: float = INF
    second: float = INF
    own: float = INF
    kin: float = INF
    compared: bool = True

    @property
    def wrong(self) -> bool:
        """Whether the name, if there is one, is another's."""
        return self.named not in (None, self.person_id)

    def name_at(self, threshold: float) -> str | None:
        """Who is named where the distance may be `threshold` at most."""
        return self.named if self.distance <= threshold else None


@dataclass(frozen=True)
class Tried:
    """What the reference photos were put through.

    `gallery` and `basis`: digests of what they were compared with, and what that rests on. `persons`: enrolled.
    `absent`: enrolled references without a usable photo in the folder; `others`: photos of the folder
    that are not enrolled.
    """

    trials: tuple[Trial, ...]
    recogniser: str
    gallery: str
    basis: str
    persons: int
    kin: Kin
    absent: int = 0
    others: int = 0


def kin_of(people: Mapping[str, Person], look_alikes: Iterable[tuple[str, str]] = ()) -> Kin:
    """For each person who may look like them: those of the same family name, and the pairs that are given.

    A family name is no proof of kinship, and siblings may bear two: a mark, that decides nothing.
    """
    families: dict[str, list[str]] = {}
    for person in people.values():
        if family := person.family_name.strip().casefold():
            families.setdefault(family, []).append(person.person_id)
    pairs = [*look_alikes, *(pair for family in families.values() for pair in combinations(family, 2))]
    kin: dict[str, set[str]] = {}
    for one, other in pairs:
        kin.setdefault(one, set()).add(other)
        kin.setdefault(other, set()).add(one)
    return {person_id: frozenset(others) for person_id, others in kin.items()}


def trials_of(
    reference: str,
    versions: Sequence[tuple[str, Face]],
    probes: Templates,
    gallery: Gallery,
    *,
    kin: Kin,
    widest: MatchingPolicy,
) -> list[Trial]:
    """All trials of one enrolled reference photo. `probes`: a row for each of `versions` (name, face).

    `widest`: the policy with the loosest threshold that is of interest. A stricter threshold only takes
    names away (the law of `identify`), so one look serves all of them. No trial as "not seen before"
    where the person has no other photo, and none as a stranger where nobody else is enrolled.
    """
    owners = dict.fromkeys(p for p, of in zip(gallery.person_ids, gallery.references, strict=True) if of == reference)
    left = gallery.without_reference(reference)
    trials = []
    for person_id in owners:
        strangers_see = gallery.without({person_id})
        related = gallery.only(kin.get(person_id, ()))
        others = left.only({person_id})
        settings = [(True, strangers_see)] if strangers_see.person_ids else []
        if others.person_ids:
            settings.append((False, left))
        for (version, face), probe in zip(versions, probes, strict=True):
            # One face at a time, as if it were alone on a photo: there is no other face to be a rival.
            compared, left_out = comparable([face], widest)
            own, near = (_nearest(some, probe) if compared else INF for some in (others, related))
            for stranger, seen in settings:
                (found,) = left_out or identify(compared, probe[None], seen, widest)
                distances = found.distance, found.second, own, near
                trials.append(
                    Trial(person_id, reference, version, stranger, found.person_id, *distances, bool(compared))
                )
    return trials


def _nearest(some: Gallery, probe: NDArray[np.float32]) -> float:
    return float(some.distances(probe[None])[1].min()) if some.person_ids else INF
