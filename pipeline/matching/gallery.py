"""The gallery: the enrolled templates, whose they are, and from which reference photos they come."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipeline.matching.recogniser import Templates


@dataclass(frozen=True)
class Gallery:
    """Enrolled templates, n x d, with the person and the reference photo (SHA-256) of each row."""

    person_ids: tuple[str, ...]
    references: tuple[str, ...]
    templates: Templates

    def __post_init__(self) -> None:
        rows = len(self.person_ids)
        if self.templates.ndim != 2 or len(self.templates) != rows:
            raise ValueError(f"{rows} persons need as many templates, not {self.templates.shape}")
        if len(self.references) != rows:
            raise ValueError(f"{rows} persons need as many references, not {len(self.references)}")

    @property
    def people(self) -> tuple[str, ...]:
        """Each enrolled person once, in the order of the rows."""
        return tuple(dict.fromkeys(self.person_ids))

    def only(self, person_ids: Iterable[str]) -> Gallery:
        """The part of the gallery that belongs to these persons."""
        wanted = frozenset(person_ids)
        return self._rows(lambda person, _: person in wanted)

    def without(self, person_ids: Iterable[str]) -> Gallery:
        """The gallery as if these persons had never been enrolled."""
        gone = frozenset(person_ids)
        return self._rows(lambda person, _: person not in gone)

    def without_reference(self, sha256: str) -> Gallery:
        """The gallery as if this reference photo had not been enrolled, for whomever."""
        return self._rows(lambda _, reference: reference != sha256)

    def unguarded(self, pairs: Iterable[tuple[str, str]], whole: Gallery) -> frozenset[str]:
        """Persons of these pairs of look-alikes whose other half is not here with all references that `whole` has.

        A face of the other half would seem to be theirs alone, so nobody may take a name from them.
        """
        enrolled, compared = Counter(whole.person_ids), Counter(self.person_ids)
        complete = {person for person, rows in compared.items() if rows >= enrolled[person]}
        both = (pair for first, second in pairs for pair in ((first, second), (second, first)))
        return frozenset(person for person, other in both if person in compared and other not in complete)

    def _rows(self, keep: Callable[[str, str], bool]) -> Gallery:
        rows = [row for row, of in enumerate(zip(self.person_ids, self.references, strict=True)) if keep(*of)]
        return Gallery(
            tuple(self.person_ids[row] for row in rows),
            tuple(self.references[row] for row in rows),
            self.templates[rows],
        )

    @property
    def digest(self) -> str:
        """SHA-256 over persons, references and templates; the order of the rows does not matter.

        Whatever was worked out with a gallery holds for another one only where the digests are equal.
        """
        owners = zip(self.person_ids, self.references, strict=True)
        rows = [
            hashlib.sha256("\0".join(owner).encode() + b"\0" + template.astype("<f4").tobytes()).digest()
            for owner, template in zip(owners, self.templates, strict=True)
        ]
        return hashlib.sha256(b"".join(sorted(rows))).hexdigest()

    def distances(self, probes: Templates) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Enrolled persons (p) and each probe's distance to the nearest of a person's templates (n x p).

        Not a number where one of these distances is none.
        """
        return self.people, self._nearest(_distances(probes, self.templates))

    @cached_property
    def between(self) -> NDArray[np.float64]:
        """How near two persons are (p x p): the distance of their two nearest templates; infinite to oneself."""
        between = self._nearest(self._nearest(_distances(self.templates, self.templates)).T)
        np.fill_diagonal(between, np.inf)
        return between

    def _nearest(self, each: NDArray[np.float64]) -> NDArray[np.float64]:
        """The smallest number of each person (m x p) among those of the person's templates (m x n)."""
        column = {person: number for number, person in enumerate(self.people)}
        nearest = np.full((len(column), len(each)), np.inf)
        columns = np.array([column[person] for person in self.person_ids], np.intp)
        np.minimum.at(nearest, columns, each.T)
        return nearest.T


LOOK_ALIKE = 0.30
"""Two persons with templates so near to each other look alike to dlib's ResNet.

Measured on the demo (docs/measurements.md): the two pupils made to look alike lie at 0.27, the next pairs at 0.33
and 0.37. At 0.30 no wrong name is left; from 0.34 up right ones are held for nothing. Fixed, not a school's
to set: a bound that moved with the threshold could give a face a name that it did not have.
"""


@dataclass(frozen=True, slots=True)
class LookAlikes:
    """Two enrolled persons who may be taken for each other, and the distance of their nearest templates."""

    first: str
    second: str
    distance: float


def look_alikes(gallery: Gallery, nearest: float = LOOK_ALIKE) -> tuple[LookAlikes, ...]:
    """The pairs of persons that lie within `nearest` of each other, the nearest pair first."""
    rows, columns = np.nonzero(np.triu(~(gallery.between > nearest), k=1))
    pairs = (sorted((gallery.people[row], gallery.people[column])) for row, column in zip(rows, columns, strict=True))
    found = zip(pairs, gallery.between[rows, columns], strict=True)
    return tuple(
        sorted(
            (LookAlikes(first, second, float(distance)) for (first, second), distance in found),
            key=lambda pair: (pair.distance, pair.first, pair.second),
        )
    )


APART, HARDLY_ALIKE = 0.50, 0.45
"""Two references of one person farther apart are refused, and from the second number on warned about.

Measured (docs/measurements.md): 39 pairs of one person lie at 0.44 at most, and of a misfiled photo of the demo 63 %
beyond 0.50, 87 % beyond 0.45; of one of the adults on photographs all.
"""


def apart(gallery: Gallery, farther: float = APART) -> frozenset[tuple[str, str]]:
    """References (person, SHA-256) that lie `farther` from more than half of their person's other ones.

    Where there are two, nobody knows which of them is somebody else's, so it is both.
    """
    found = set()
    for person in gallery.people:
        own = gallery.only({person})
        if len(own.references) > 1:
            unlike = ~(_distances(own.templates, own.templates) <= farther)
            np.fill_diagonal(unlike, val=False)
            most = unlike.sum(axis=1) > (len(own.references) - 1) / 2
            found |= {(person, of) for of, alone in zip(own.references, most, strict=True) if alone}
    return frozenset(found)


def _distances(probes: Templates, templates: Templates) -> NDArray[np.float64]:
    """Euclidean distances (n x m)."""
    from scipy.spatial.distance import cdist  # takes longer to load than all else here, and most commands match nothing

    between: NDArray[np.float64] = cdist(probes, templates)
    return between
