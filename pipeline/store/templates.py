"""Templates: of whom, by which recogniser, from which photo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from consent.forgetting import is_forgotten
from pipeline.ledger.chain import Kind
from pipeline.matching.gallery import Gallery, look_alikes
from pipeline.store.database import Database
from pipeline.store.rows import as_texts


@dataclass(frozen=True, slots=True)
class Template:
    """An enrolled template (d float32) of a person, and the reference photo that it came from."""

    person_id: str
    recogniser: str
    photo_sha256: str
    enrolled_on: date
    vector: NDArray[np.float32]
    taken_on: date | None = None
    """The day of the photo; where it is not known, its age counts from the day of enrolment."""
    version: int = 0
    """Of the way in which the recogniser made it; 0: nobody knows."""


@dataclass(frozen=True, slots=True)
class KeptTemplate:
    """That there is a template, without the template itself."""

    person_id: str
    photo_sha256: str
    enrolled_on: date
    taken_on: date | None


class TemplateTables(Database):
    """The templates, and who looks alike."""

    def replace_templates(
        self, templates: Iterable[Template], may_be_enrolled: Callable[[], Collection[str]] | None = None
    ) -> frozenset[str]:
        """Keep these templates in place of all that there were of their persons, at once.

        A photo that was enrolled before keeps its first day: enrolling it again makes it no younger. Asked while
        no other program can write, `may_be_enrolled` gives the persons who may have a template at all; nothing is
        kept of the others, and their ids come back.
        """
        made = list(templates)
        with self.transaction():
            first = self.first_enrolled()
            allowed = {t.person_id for t in made} if may_be_enrolled is None else may_be_enrolled()
            templates = [t for t in made if t.person_id in allowed]
            self._db.executemany("DELETE FROM template WHERE person_id = ?", [(t.person_id,) for t in templates])
            self._db.executemany(
                "INSERT INTO template (person_id, recogniser, photo_sha256, enrolled_on, vector, taken_on, version) "
                "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # one photo given twice
                [
                    (
                        *as_texts((t.person_id, t.recogniser, t.photo_sha256)),
                        min(t.enrolled_on, first.get(t.photo_sha256, t.enrolled_on)).isoformat(),
                        _bytes(t.vector),
                        *as_texts([t.taken_on]),
                        t.version,
                    )
                    for t in templates
                ],
            )
            self._mark_look_alikes()
            if templates:
                enrolled = self._tokens(t.person_id for t in templates)
                photos = len({t.photo_sha256 for t in templates})
                self.ledger.append(Kind.ENROLMENT, {"enrolled": enrolled, "photos": photos}, datetime.now())
        return frozenset(t.person_id for t in made if t.person_id not in allowed)

    def _mark_look_alikes(self) -> None:
        """Note who looks alike among all who have templates; within a transaction.

        What was noted of somebody who has none any more stays. That template went because of a consent that is no
        more, and the one who stays would else get a name on the other's photos. It is an id, nothing biometric,
        and it protects that very person. So does what was noted of two whose templates are of different versions.
        """
        kinds = self._db.execute("SELECT DISTINCT recogniser, length(vector) / 4, version FROM template").fetchall()
        galleries = (self.gallery(recogniser, dimensions, version=of) for recogniser, dimensions, of in kinds)
        pairs = {(pair.first, pair.second) for gallery in galleries for pair in look_alikes(gallery)}
        self._db.execute(
            "DELETE FROM look_alike WHERE EXISTS (SELECT 1 FROM template a JOIN template b USING (recogniser, version)"
            " WHERE a.person_id = first AND b.person_id = second)"
        )
        self._db.executemany("INSERT OR IGNORE INTO look_alike VALUES (?, ?)", sorted(pairs))

    def _tokens(self, person_ids: Iterable[str]) -> list[str]:
        """By which the ledger speaks of these persons, in an order that tells nothing."""
        return sorted(map(self.ledger.opaque, set(person_ids)))

    def look_alikes(self) -> tuple[tuple[str, str], ...]:
        """Ids of the persons who look alike, also of those who have no template any more."""
        return tuple(self._db.execute("SELECT first, second FROM look_alike ORDER BY 1, 2"))

    def _forget_look_alike(self, person_id: str, new_id: str) -> None:
        """Let a person go on guarding whom they looked like, under an id that tells nothing; within a transaction.

        Where the other one is forgotten too, nobody is left to guard.
        """
        pairs = self._db.execute("SELECT * FROM look_alike WHERE ? IN (first, second)", (person_id,)).fetchall()
        self._db.execute("DELETE FROM look_alike WHERE ? IN (first, second)", (person_id,))
        others = [first if second == person_id else second for first, second in pairs]
        guarded = [tuple(sorted((other, new_id))) for other in others if not is_forgotten(other)]
        self._db.executemany("INSERT INTO look_alike VALUES (?, ?)", guarded)

    def first_enrolled(self) -> dict[str, date]:
        """The first day on which each enrolled photo (SHA-256) was, for whomever."""
        rows = self._db.execute("SELECT photo_sha256, min(enrolled_on) FROM template GROUP BY photo_sha256")
        return {sha256: date.fromisoformat(day) for sha256, day in rows}

    def enrolled(self) -> frozenset[str]:
        """Ids of the persons with a template."""
        return frozenset(row[0] for row in self._db.execute("SELECT DISTINCT person_id FROM template"))

    def kept_templates(self) -> list[KeptTemplate]:
        """Of whom and from which photos there are templates, by any recogniser; each photo once."""
        rows = self._db.execute(
            "SELECT person_id, photo_sha256, min(enrolled_on), max(taken_on) FROM template GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [
            KeptTemplate(person, photo, date.fromisoformat(enrolled), date.fromisoformat(taken) if taken else None)
            for person, photo, enrolled, taken in rows
        ]

    def gallery(
        self, recogniser: str, dimensions: int, since: date = date.min, *, version: int | None = None
    ) -> Gallery:
        """The templates that one recogniser made, of photos taken on that day or later.

        Without `version` those of all: they say who is enrolled, and are not to be compared with each other.
        """
        rows = self._db.execute(
            "SELECT person_id, photo_sha256, vector FROM template WHERE recogniser = ? "
            "AND CASE taken_on WHEN '' THEN enrolled_on ELSE taken_on END >= ? "
            "AND version = ifnull(?, version) ORDER BY 1, 2",
            (recogniser, since.isoformat(), version),
        ).fetchall()
        vectors = [np.frombuffer(row[2], "<f4") for row in rows]
        templates = np.array(vectors, np.float32).reshape(len(rows), dimensions)
        return Gallery(tuple(row[0] for row in rows), tuple(row[1] for row in rows), templates)


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return vector.astype("<f4").tobytes()
