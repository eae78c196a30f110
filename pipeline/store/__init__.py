"""The workspace's database: people, consents, templates and what was seen, encrypted by SQLCipher.

Everything that tells of persons is in this one file. `schema` has its tables by version; each other module has
the part of them that it names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from consent.forgetting import forgotten_id, is_forgotten
from pipeline import remembered
from pipeline.erasing import suppression
from pipeline.erasing.retention import Swept
from pipeline.ledger.chain import Kind
from pipeline.published.memory import PublishedMemory
from pipeline.remedies.memory import RemedyMemory
from pipeline.signing.memory import SigningMemory
from pipeline.store.afterwards import after
from pipeline.store.calibrations import CalibrationTables
from pipeline.store.database import Unavailable
from pipeline.store.decisions import Decisions, HandDecision
from pipeline.store.observations import ObservationTables, SeenBefore
from pipeline.store.register import RegisterTables, register_digest
from pipeline.store.runs import RunSource, RunTables
from pipeline.store.templates import Template

__all__ = ["RunSource", "SeenBefore", "Store", "Template", "Unavailable", "register_digest"]


@dataclass(frozen=True, slots=True)
class Erased:
    """What went when a person was forgotten, and how many consent lines stay as proof; counts.

    `photos`: of which what was found was forgotten; `pictures`: of published posts, and `decisions`, where the
    person was named. `token`: by which the ledger spoke of the person.
    """

    token: str
    templates: int
    photos: int
    pictures: int
    decisions: int
    lines: int


class Store(RegisterTables, ObservationTables, CalibrationTables, RunTables):
    """An open database. A context manager; used from the thread that opened it."""

    def __init__(self, path: Path, key: str) -> None:
        super().__init__(path, key)
        self.published = PublishedMemory(self._db, self.transaction)
        """What is kept of published posts."""
        self.signing = SigningMemory(self._db, self.transaction)
        """Codes, signatures and what was approved."""
        self.decisions = Decisions(self._db, self.transaction, self._record_decision)
        """What people decided at the desk."""
        self.remedies = RemedyMemory(self._db, self.transaction)
        """The files that were made from photos."""

    def _record_decision(self, decision: HandDecision, at: datetime) -> None:
        """A decision in the ledger, within its transaction: no text of anybody's, and a token for a person.

        And in what is kept of posts that were approved with that photo on them.
        """
        self.ledger.append(
            Kind.DECISION,
            {
                "decision": decision.id,
                "photo": decision.photo_sha256,
                "what": decision.what,
                "number": decision.number,
                "who": self.ledger.opaque(decision.who) if decision.names_somebody else decision.who,
                "platform": decision.platform,
                "by": decision.by,
                "stands": int(decision.ended_at is None),
            },
            at,
        )
        self.carry_on(decision, self.decisions.standing(decision.photo_sha256), at)

    def carry_on(self, decision: HandDecision, standing: Collection[HandDecision], at: datetime) -> None:
        """Bring what is said of a photo into what is kept of posts that were approved with it. In a transaction.

        `standing`: what is said of that photo by then.
        """
        if files := self.signing.made_of(decision.photo_sha256):
            outweighed = self.was_taken_for(decision.photo_sha256, decision.what, decision.number, decision.box)
            self.published.change(
                files,
                lambda picture, platform: after(
                    picture, platform, decision, standing, outweighed=outweighed, on=at.date()
                ),
            )

    def drop_templates(self, person_ids: Iterable[str]) -> None:
        """Erase the templates of these persons and whatever was found with them; freed pages are overwritten.

        Whom they looked like is not forgotten (`_mark_look_alikes`).
        """
        gone = frozenset(person_ids)
        with self.transaction():
            erased = self._tokens(gone & self.enrolled())
            if erased:
                self.ledger.append(Kind.ENROLMENT, {"erased": erased}, datetime.now())
            self._db.executemany("DELETE FROM template WHERE person_id = ?", [(p,) for p in gone])
            rows = self._db.execute("SELECT rowid, content FROM identification").fetchall() if gone else ()
            found = [(row,) for row, content in rows if remembered.tells_of(content, gone)]
            self._db.executemany("DELETE FROM identification WHERE rowid = ?", found)
            self.published.erase_names(gone)

    def forget(self, person_id: str, at: datetime) -> Erased | None:
        """Erase a person at once: templates and what was found with them go, everything else under another id.

        What stays tells no more who it was: consent lines as proof, with an objection from this day; names that
        were given, so that nobody on those pictures is cleared; whom the person looked like. Who is not in the
        register cannot be forgotten, and gives None.
        """
        with self.transaction():
            people = self.people()
            person = people.get(person_id)
            if person is None or is_forgotten(person_id):
                return None
            token = self.ledger.opaque(person_id)
            new_id, before = forgotten_id(token), self._rows_of()
            pictures = self.published.forget(person_id, new_id, at.date())
            decisions = self.decisions.forget(person, new_id)
            self.drop_templates([person_id])
            self._forget_look_alike(person_id, new_id)
            lines = self._forget_in_register(person, new_id, at)
            after = self._rows_of()
            self.forget_words_of(person)
            self.forget_messages_of(person)
            self.published.forget_words_of(person, people.values(), new_id)
            erased = Erased(token, before[0] - after[0], before[1] - after[1], pictures, decisions, lines)
            told = {name: value for name, value in asdict(erased).items() if name != "token"}
            self.ledger.append(Kind.FORGET, {"person": token, **told}, at)
            self.ledger.forget(person_id)
        return erased

    def drop_proof(self, before: date, at: datetime) -> Swept:
        """Forget who left before that day, and their consent lines with them; what is counted are persons.

        Where they still are on a picture that is kept, or guard whom they looked like, their objection stays.
        """
        with self.transaction():
            gone = [p.person_id for p in self.people().values() if p.left_on is not None and p.left_on < before]
            removed = 0
            for person_id in gone:
                erased = None if is_forgotten(person_id) else self.forget(person_id, at)
                new_id = forgotten_id(erased.token) if erased else person_id
                dropped = self._drop_proof(new_id)
                removed += bool(erased or dropped)
                named = self.published.shows(new_id) or self.decisions.names(new_id)
                if not (named or any(new_id in pair for pair in self.look_alikes())):
                    self._drop_person(new_id)
            suppression.drop(self._db, before)
            left = [p.left_on for p in self.people().values() if p.left_on is not None and p.left_on >= before]
        return Swept(removed, len(left), min(left, default=None))

    def _rows_of(self) -> tuple[int, int]:
        """How many templates there are, and photos with something found."""
        count = "SELECT (SELECT count(*) FROM template), (SELECT count(*) FROM identification)"
        templates, photos = self._db.execute(count).fetchone()
        return templates, photos

    def _after_upgrade(self) -> None:
        self._mark_look_alikes()
        self._mark_found_before()
