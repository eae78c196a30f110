"""What was seen and who was found: boxes, sizes, ids and two distances a face, never a template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from consent.people import Person
from pipeline import remembered
from pipeline.erasing.retention import Swept
from pipeline.matching.identification import Identification
from pipeline.store.rows import as_day
from pipeline.store.templates import TemplateTables
from pipeline.vision.observation import Box, Observation


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What is remembered of a photo; None for what is not. `found`: who its faces are, or why they have no name."""

    observation: Observation | None
    found: tuple[Identification, ...] | None


class ObservationTables(TemplateTables):
    """What was seen on photos, and who was found there with the templates."""

    def seen_before(self, photo_sha256: str, models: str, basis: str) -> SeenBefore:
        """What these models saw on that photo, and who was found there on that basis, as far as it is remembered."""
        row = self._db.execute(f"{_SEEN_AND_FOUND} AND o.photo_sha256 = ?3", (models, basis, photo_sha256)).fetchone()
        return SeenBefore(None, None) if row is None else SeenBefore(*_seen_and_found(*row))

    def all_seen_before(
        self, models: str, basis: str
    ) -> Iterator[tuple[Observation, tuple[Identification, ...] | None]]:
        """What these models saw on any photo, and who was found on that basis, one photo after another."""
        last = ""
        # In parts: a question that stays open would keep every other program from writing.
        while rows := self._db.execute(
            f"{_SEEN_AND_FOUND} AND o.photo_sha256 > ?3 ORDER BY o.photo_sha256 LIMIT {_AT_ONCE}", (models, basis, last)
        ).fetchall():
            for row in rows:
                seen, found = _seen_and_found(*row)
                last = seen.sha256
                yield seen, found

    def add_observation(self, observation: Observation, models: str) -> None:
        """Remember what these models saw, at once, in place of what others saw on that photo.

        Who was found there is forgotten, unless the very same was seen: faces may have other numbers now.
        """
        row = (observation.sha256, models, remembered.of_observation(observation))
        with self.transaction():
            known = self._db.execute(f"SELECT {_SEEN} FROM observation WHERE photo_sha256 = ?", row[:1]).fetchall()
            if known != [row]:
                self._db.execute("DELETE FROM observation WHERE photo_sha256 = ?", row[:1])
                self._db.execute("DELETE FROM identification WHERE photo_sha256 = ?", row[:1])
                self._db.execute(f"INSERT INTO observation ({_SEEN}, seen_on) VALUES (?, ?, ?, date('now'))", row)

    def add_identifications(
        self, observation: Observation, basis: str, found: Iterable[Identification], compared: Iterable[str]
    ) -> None:
        """Remember who was found among the faces of an observation, in place of what was found on another basis.

        Not where one of the persons `compared` has no template any more: erased meanwhile, and with that what
        was found with it. Where somebody of the register was found stays all the same, without a word of whom.
        """
        found = tuple(found)
        with self.transaction():
            self._mark_taken_for(observation.sha256, _places(observation, found))
            if not self.enrolled().issuperset(compared):
                return
            self._db.execute("DELETE FROM identification WHERE photo_sha256 = ?", (observation.sha256,))
            self._db.execute(
                "INSERT INTO identification VALUES (?, ?, ?, ?)",
                (
                    observation.sha256,
                    basis,
                    remembered.digest(remembered.of_observation(observation)),
                    remembered.of_identifications(found),
                ),
            )

    def forget_words_of(self, person: Person) -> None:
        """Forget what was seen on photos that tell this person's name, in the file or to be read, and who was found.

        Such a photo is looked at again when it is audited again; until then nothing is known of it.
        """
        with self.transaction():
            rows = self._db.execute("SELECT photo_sha256, content FROM observation").fetchall()
            rows = rows if person.full_name else []
            gone = [(photo,) for photo, content in rows if remembered.names(content, person)]
            for table in ("identification", "observation"):
                self._db.executemany(f"DELETE FROM {table} WHERE photo_sha256 = ?", gone)

    def _mark_taken_for(self, photo_sha256: str, places: Iterable[Box]) -> None:
        """Note where somebody of the register was found; within a transaction.

        It outlives template, name and observation: a permission for somebody outside the register may come later.
        """
        self._db.executemany(
            "INSERT OR IGNORE INTO taken_for VALUES (?, ?, ?, ?, ?)",
            [(photo_sha256, box.x, box.y, box.width, box.height) for box in places],
        )

    def _mark_found_before(self) -> None:
        """Note the same of what an older version found; within a transaction. It wrote down named faces only."""
        rows = self._db.execute(
            "SELECT photo_sha256, o.content, i.observation_sha256, i.content FROM observation o "
            "JOIN identification i USING (photo_sha256)"
        ).fetchall()
        for photo_sha256, seen, found_on, found in rows:
            if found_on == remembered.digest(seen):
                self._mark_taken_for(photo_sha256, remembered.places_of_named(seen, found))

    def taken_for(self, photo_sha256: str) -> tuple[Box, ...]:
        """Where on that photo somebody of the register was found once, in parts of its width and height."""
        places = self._db.execute("SELECT x, y, width, height FROM taken_for WHERE photo_sha256 = ?", (photo_sha256,))
        return tuple(Box(*place) for place in places)

    def was_taken_for(self, photo_sha256: str, what: str, number: int, box: Box) -> bool:
        """Whether somebody of the register was found once where a face or a body of that photo is.

        `box`: its `Observation.place`. Of a photo of which nobody remembers how large it is, any place may be this one.
        """
        places = self.taken_for(photo_sha256)
        rows = self._db.execute("SELECT content FROM observation WHERE photo_sha256 = ?", (photo_sha256,)).fetchall()
        if not (places and rows):
            return bool(places)
        (seen,) = (remembered.observation(content) for (content,) in rows[:1])
        things = seen.faces if what == "face" else seen.bodies
        here = any(box.touches(place.scaled(*seen.size)) for place in places)
        return here or any(seen.touches(thing, places) for thing in things if thing.number == number)

    def drop_observations(self, before: date) -> Swept:
        """Forget what was seen before that day, and who was found there."""
        with self.transaction():
            day = (before.isoformat(),)
            self._db.execute(
                "DELETE FROM identification WHERE photo_sha256 IN "
                "(SELECT photo_sha256 FROM observation WHERE seen_on < ?)",
                day,
            )
            removed = self._db.execute("DELETE FROM observation WHERE seen_on < ?", day).rowcount
            kept, oldest = self._db.execute("SELECT count(*), min(seen_on) FROM observation").fetchone()
        return Swept(removed, kept, as_day(oldest or ""))


_AT_ONCE = 500
_SEEN = "photo_sha256, models, content"
_SEEN_AND_FOUND = (
    "SELECT o.content, i.observation_sha256, i.content FROM observation o LEFT JOIN identification i"
    " ON i.photo_sha256 = o.photo_sha256 AND i.basis = ?2 WHERE o.models = ?1"
)


def _seen_and_found(
    seen: str, found_on: str | None, found: str | None
) -> tuple[Observation, tuple[Identification, ...] | None]:
    """A row of `_SEEN_AND_FOUND`. Who was found counts only for the observation that it was found on."""
    observation = remembered.observation(seen)
    if found is None or found_on != remembered.digest(seen):
        return observation, None
    return observation, remembered.identifications(found)


def _places(observation: Observation, found: Iterable[Identification]) -> list[Box]:
    """Where the faces were that may well be somebody of the register, in parts of the picture's width and height."""
    taken = {one.face for one in found if one.taken_for is not None}
    boxes = (box for face in observation.faces if face.number in taken for box in observation.trail(face))
    width, height = observation.size
    return [box.scaled(1 / width, 1 / height) for box in boxes]
