"""What people decided of faces, persons and photos. A decision is never changed: it ends, or another follows.

It is bound to the photo by SHA-256 and to the face or person by number and place of its box, as a row of names.csv is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlcipher3 import dbapi2 as sqlcipher

from consent.forgetting import forgotten_id, is_forgotten
from consent.messages import UserError, say
from consent.people import Person
from pipeline.erasing import suppression
from pipeline.erasing.retention import Swept
from pipeline.naming_words import Permission, Told, Word, with_reason
from pipeline.vision.observation import Box

TABLES = (
    # What people decided at the desk; `who` is a person id or a word, `reason` their own text, for those in school.
    """
    CREATE TABLE decision (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, "by" TEXT NOT NULL, photo_sha256 TEXT NOT NULL,
        photo TEXT NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL, x REAL NOT NULL, y REAL NOT NULL,
        width REAL NOT NULL, height REAL NOT NULL, who TEXT NOT NULL, platform TEXT NOT NULL, reason TEXT NOT NULL,
        ended_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX decision_of_photo ON decision (photo_sha256)",
)
_COLUMNS = 'at, "by", photo_sha256, photo, what, number, x, y, width, height, who, platform, reason, ended_at, first'

PHOTO, FACE, PERSON, TEXT, REMEDY = "photo", "face", "person", "text", "remedy"
"""What a decision is about: a person is a body whose face was not found, a text can be read on the photo, and a remedy
is a file made from it."""

ADULT_WITH_PERMISSION = "adult_with_permission"
"""Beside the words of `pipeline.naming_words`: a permission for the decision's platform, its reason the evidence."""


@dataclass(frozen=True, slots=True)
class HandDecision:
    """What somebody decided of one thing on a photo. `by`: a signer's id, or empty; `photo`: the file's name then.

    `box`: its `Observation.place`. `id` is 0 until it is kept; `ended_at` is None as long as it stands. `first`: the id
    under which it was said first, where undoing made it again; else 0.
    """

    at: datetime
    photo_sha256: str
    photo: str
    what: str
    number: int
    box: Box
    who: str
    platform: str = ""
    reason: str = ""
    by: str = ""
    ended_at: datetime | None = None
    id: int = 0
    first: int = 0

    @property
    def told(self) -> Told:
        """What is said of the face, person or photo."""
        if self.who == ADULT_WITH_PERMISSION:
            return Permission(self.platform, self.reason)
        return with_reason(Word(self.who), self.reason) if self.who in tuple(Word) else self.who

    @property
    def names_somebody(self) -> bool:
        """Whether `who` is the id of a person."""
        return self.what in (FACE, PERSON) and self.who not in (*Word, ADULT_WITH_PERMISSION)

    def leaves(self, other: HandDecision) -> bool:
        """Whether another decision about the same face stays beside this one: permissions for two platforms do."""
        both = self.who == other.who == ADULT_WITH_PERMISSION
        return both and self.platform != other.platform

    def says_what(self, other: HandDecision) -> bool:
        """Whether another decision says the same of the same."""
        mine, theirs = ((d.photo_sha256, d.what, d.number, d.who, d.platform) for d in (self, other))
        return mine == theirs


class Decisions:
    """The decisions in an open database, used from the thread that opened it.

    `record`: called within the transaction with each decision that is made or ended, and the moment.
    """

    def __init__(
        self,
        db: sqlcipher.Connection,
        transaction: Callable[[], AbstractContextManager[None]],
        record: Callable[[HandDecision, datetime], None] = lambda decision, at: None,
    ) -> None:
        self._db, self._transaction, self._record = db, transaction, record

    def make(self, decision: HandDecision, replaces: Collection[int] = ()) -> HandDecision:
        """Keep a decision and end those that it replaces, at once and for good; gives it with its id.

        `replaces`: the decisions that whoever decides has seen. One that somebody else made meanwhile stays beside the
        new one, so that a contradiction holds the photo instead of one word overwriting the other unseen. Raises
        `UserError` for a person who was forgotten meanwhile.
        """
        with self._transaction():
            if suppression.among(self._db, [decision.who]):
                raise UserError(say("{person} was forgotten, so nobody can be named so.", person=decision.who))
            self._end(replaces, decision.at)
            values = (
                *(decision.at.isoformat(), decision.by, decision.photo_sha256, decision.photo, decision.what),
                *(decision.number, decision.box.x, decision.box.y, decision.box.width, decision.box.height),
                *(decision.who, decision.platform, decision.reason, "", decision.first),
            )
            marks = ", ".join("?" * len(values))
            number = self._db.execute(f"INSERT INTO decision ({_COLUMNS}) VALUES ({marks})", values).lastrowid
            kept = self._read("WHERE id = ?", (number,))[0]
            self._record(kept, decision.at)
        return kept

    def end(self, ids: Iterable[int], at: datetime) -> tuple[HandDecision, ...]:
        """End decisions that still stand, and give them as they are then. Ending one twice changes nothing."""
        with self._transaction():
            return self._end(ids, at)

    def revive(self, ids: Iterable[int], ended: Iterable[int], at: datetime) -> dict[int, int]:
        """Undo: end some decisions, and make again those that had ended for them, as new ones.

        Gives the new id of each that was made again.
        """
        with self._transaction():
            self._end(ids, at)
            old = [decision for key in ended for decision in self._read("WHERE id = ?", (key,))]
            again = ((one, replace(one, at=at, ended_at=None, first=one.first or one.id)) for one in old)
            return {one.id: self.make(said_again).id for one, said_again in again}

    def standing(self, photo_sha256: str | None = None) -> tuple[HandDecision, ...]:
        """The decisions that stand, oldest first; of one photo only, where it is given."""
        if photo_sha256 is None:
            return self._read("WHERE ended_at = ''", ())
        return self._read("WHERE ended_at = '' AND photo_sha256 = ?", (photo_sha256,))

    def all(self, photo_sha256: str | None = None) -> tuple[HandDecision, ...]:
        """Every decision that was ever made, oldest first; of one photo only, where it is given."""
        if photo_sha256 is None:
            return self._read("", ())
        return self._read("WHERE photo_sha256 = ?", (photo_sha256,))

    def state(self) -> tuple[int, int]:
        """A value that changes with every decision that is made or ended, also by another program."""
        made, ended = self._db.execute("SELECT count(*), count(nullif(ended_at, '')) FROM decision").fetchone()
        return made, ended

    def forget(self, person: Person, new_id: str) -> int:
        """Give a person another id wherever they were named; says in how many decisions. In a transaction.

        A reason that tells the name goes: whoever was set aside for it is held again until another is given.
        """
        person_id, told = person.person_id, " ".join(person.full_name.casefold().split())
        for decision in self.all():
            if told and told in " ".join(decision.reason.casefold().split()):
                self._db.execute("UPDATE decision SET reason = '' WHERE id = ?", (decision.id,))
        named: int = self._db.execute(
            "UPDATE decision SET who = ?, reason = '' WHERE who = ?", (new_id, person_id)
        ).rowcount
        return named

    def names(self, person_id: str) -> bool:
        """Whether a decision names this person."""
        return bool(self._db.execute("SELECT 1 FROM decision WHERE who = ? LIMIT 1", (person_id,)).fetchall())

    def drop_old(self, before: date) -> Swept:
        """Forget what was decided before that day, but for what holds a photo: that it may harm, that one was named.

        Who was named goes. That face stays one that nobody knows: else the program could give it another name, which
        the person at the desk had put right.
        """
        with self._transaction():
            old = [one for one in self.all() if one.at.date() < before and not is_forgotten(one.who)]
            named = [one.id for one in old if one.names_somebody and one.ended_at is None]
            gone = [one.id for one in old if one.id not in named and (one.ended_at or one.who != Word.MAY_HARM)]
            ended = [one.id for one in self.all() if is_forgotten(one.who) and one.ended_at and one.at.date() < before]
            self._db.executemany("DELETE FROM decision WHERE id = ?", [(number,) for number in (*gone, *ended)])
            self._db.executemany(
                "UPDATE decision SET who = ?, reason = '' WHERE id = ?",
                [(forgotten_id(f"decision-{number}"), number) for number in named],
            )
            left = [one.at.date() for one in self.all() if one.at.date() >= before]
        return Swept(len(named) + len(gone) + len(ended), len(left), min(left, default=None))

    def _end(self, ids: Iterable[int], at: datetime) -> tuple[HandDecision, ...]:
        ended: list[HandDecision] = []
        for number in ids:
            row = self._db.execute(
                "UPDATE decision SET ended_at = ? WHERE id = ? AND ended_at = ''", (at.isoformat(), number)
            )
            if row.rowcount:
                ended += self._read("WHERE id = ?", (number,))
        for one in ended:
            self._record(one, at)
        return tuple(ended)

    def _read(self, where: str, values: tuple[object, ...]) -> tuple[HandDecision, ...]:
        rows = self._db.execute(f"SELECT {_COLUMNS}, id FROM decision {where} ORDER BY id", values).fetchall()
        return tuple(map(_decision, rows))


def _decision(row: tuple[Any, ...]) -> HandDecision:
    at, by, sha256, photo, what, number, x, y, width, height, who, platform, reason, ended_at, first, key = row
    return HandDecision(
        at=datetime.fromisoformat(at),
        photo_sha256=sha256,
        photo=photo,
        what=what,
        number=number,
        box=Box(x, y, width, height),
        who=who,
        platform=platform,
        reason=reason,
        by=by,
        ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
        id=key,
        first=first,
    )
