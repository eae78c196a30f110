"""The workspace's database: people, consents, templates and what was seen, encrypted by SQLCipher.

Everything that tells of persons is in this one file. Consent lines are only ever added.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError
from sqlcipher3 import dbapi2 as sqlcipher

from consent.messages import UserError, say
from consent.people import Person, Role
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium, Validity
from pipeline import remembered
from pipeline.matching.calibration import Calibration, Limits
from pipeline.matching.gallery import Gallery, look_alikes
from pipeline.matching.identification import Identification
from pipeline.published import memory
from pipeline.published.memory import PublishedMemory
from pipeline.vision.observation import Observation

Unavailable = sqlcipher.OperationalError
"""Raised where another program uses the database for longer than `_PATIENCE`, or the disk is full."""

_PATIENCE = 60.0
"""Seconds to wait for another program: longer than any of its transactions, of which none waits for a photo."""

_CALIBRATION = TypeAdapter(Calibration)
_LIMITS = TypeAdapter(Limits)

_SCHEMA_VERSION = 4
_SCHEMA = """
CREATE TABLE person (
    person_id TEXT PRIMARY KEY, role TEXT NOT NULL, given_name TEXT NOT NULL, infix TEXT NOT NULL,
    family_name TEXT NOT NULL, "group" TEXT NOT NULL, birth_date TEXT NOT NULL, left_on TEXT NOT NULL
) STRICT;
CREATE TABLE consent (
    person_id TEXT NOT NULL REFERENCES person, purpose TEXT NOT NULL, medium TEXT NOT NULL, answer TEXT NOT NULL,
    given_by TEXT NOT NULL, given_on TEXT NOT NULL, valid_until TEXT NOT NULL, withdrawn_on TEXT NOT NULL,
    form_version TEXT NOT NULL, evidence TEXT NOT NULL, recorded_at TEXT NOT NULL,
    UNIQUE (person_id, purpose, medium, answer, given_by, given_on, valid_until, withdrawn_on, form_version, evidence)
) STRICT;
CREATE TABLE template (
    person_id TEXT NOT NULL REFERENCES person, recogniser TEXT NOT NULL, photo_sha256 TEXT NOT NULL,
    enrolled_on TEXT NOT NULL, vector BLOB NOT NULL, taken_on TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person_id, recogniser, photo_sha256)
) STRICT;
CREATE TABLE observation (
    photo_sha256 TEXT NOT NULL, models TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (photo_sha256, models)
) STRICT;
"""
_SINCE_VERSION_2 = "CREATE TABLE calibration (calibrated_at TEXT NOT NULL, content TEXT NOT NULL) STRICT;"
_SINCE_VERSION_3 = """
CREATE TABLE identification (
    photo_sha256 TEXT NOT NULL, basis TEXT NOT NULL, observation_sha256 TEXT NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (photo_sha256, basis)
) STRICT;
CREATE TABLE look_alike (first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (first, second)) STRICT;
"""
_UPGRADES = {
    1: "ALTER TABLE template ADD COLUMN taken_on TEXT NOT NULL DEFAULT '';" + _SINCE_VERSION_2,
    # Who was found is found again: an older row does not tell which observation its face numbers are of.
    2: "DROP TABLE IF EXISTS identification;" + _SINCE_VERSION_3,
    3: memory.SCHEMA,
}
"""What makes a database of an older version one of the next."""


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


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """What is remembered of a photo; None for what is not. `found`: who its faces are, or why they have no name."""

    observation: Observation | None
    found: tuple[Identification, ...] | None


class Store:
    """An open database. A context manager; used from the thread that opened it."""

    def __init__(self, path: Path, key: str) -> None:
        if not path.is_file():
            raise UserError(say("The database {file} is missing. Is this the right workspace?", file=path.name))
        self._db = _open(path, key)
        version = _version_if_sound(self._db)
        if version is None:
            self._db.close()
            raise UserError(say("The key does not fit the database {file}, or the file is damaged.", file=path.name))
        if version in _UPGRADES:
            version = self._upgrade()
        if version != _SCHEMA_VERSION:
            self._db.close()
            raise UserError(
                say(
                    "The database {file} belongs to another version of this program ({version}).",
                    file=path.name,
                    version=version,
                )
            )
        self.published = PublishedMemory(self._db)
        """What is kept of published posts."""

    def _upgrade(self) -> int:
        """Bring the database up to date, all or nothing; says of which version it is then."""
        with self._transaction():
            # Read again: another program may have done it since.
            before: int = self._db.execute("PRAGMA user_version").fetchone()[0]
            version = before
            while version in _UPGRADES:
                for statement in _UPGRADES[version].split(";"):
                    self._db.execute(statement)
                version += 1
            if version != before:
                self._db.execute(f"PRAGMA user_version = {version}")
                self._mark_look_alikes()
        return version

    @staticmethod
    def create(path: Path, key: str) -> None:
        """Make an empty database. Raises `UserError` where one is there already."""
        if path.exists():
            raise UserError(say("There is a database already: {file}.", file=str(path)))
        db = _open(path, key)
        with db:
            db.executescript(
                f"{_SCHEMA}{_SINCE_VERSION_2}{_SINCE_VERSION_3}{memory.SCHEMA}PRAGMA user_version = {_SCHEMA_VERSION};"
            )
        db.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")  # what is read within it no other program changes meanwhile
            yield

    # People and consents

    def add(self, people: Iterable[Person], records: Iterable[ConsentRecord], at: datetime) -> tuple[int, int]:
        """Take in people and consent lines, all or nothing; lines that are known are not repeated.

        The latest word on a person counts, but a day on which somebody left is never forgotten.
        Returns how many persons were written and how many lines are new.
        """
        people, records = list(people), list(records)
        columns = ", ".join(f'"{f.name}"' for f in fields(Person))
        renewed = ", ".join(f'"{f.name}" = excluded."{f.name}"' for f in fields(Person)[1:-1])
        # An older file without the day on which somebody left must not bring that person back.
        renewed += ", left_on = CASE excluded.left_on WHEN '' THEN person.left_on ELSE excluded.left_on END"
        with self._transaction():
            self._db.executemany(
                f"INSERT INTO person ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                f"ON CONFLICT (person_id) DO UPDATE SET {renewed}",
                [_row(astuple(p)) for p in people],
            )
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(*_row(astuple(r)), at.isoformat(timespec="seconds")) for r in records],
            )
            return len(people), self._db.total_changes - before

    def people(self) -> dict[str, Person]:
        """Everybody in the register, by id."""
        rows = self._db.execute("SELECT * FROM person ORDER BY person_id").fetchall()
        return {row[0]: Person(row[0], Role(row[1]), *row[2:6], _day(row[6]), _day(row[7])) for row in rows}

    def register(self, validity: Validity) -> ConsentRegister:
        """The register as of now, with all its history."""
        rows = self._db.execute("SELECT * FROM consent ORDER BY rowid").fetchall()
        records = tuple(
            ConsentRecord(
                row[0], row[1], Medium(row[2]), Answer(row[3]), row[4], *(_day(d) for d in row[5:8]), row[8], row[9]
            )
            for row in rows
        )
        return ConsentRegister(self.people(), records, validity)

    # Templates

    def replace_templates(
        self, templates: Iterable[Template], may_be_enrolled: Callable[[], Collection[str]] | None = None
    ) -> frozenset[str]:
        """Keep these templates in place of all that there were of their persons, at once.

        A photo that was enrolled before keeps its first day: enrolling it again makes it no younger. Asked while
        no other program can write, `may_be_enrolled` gives the persons who may have a template at all; nothing is
        kept of the others, and their ids come back.
        """
        made = list(templates)
        with self._transaction():
            first = self.first_enrolled()
            allowed = {t.person_id for t in made} if may_be_enrolled is None else may_be_enrolled()
            templates = [t for t in made if t.person_id in allowed]
            self._db.executemany("DELETE FROM template WHERE person_id = ?", [(t.person_id,) for t in templates])
            self._db.executemany(
                "INSERT INTO template (person_id, recogniser, photo_sha256, enrolled_on, vector, taken_on) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # one photo given twice
                [
                    (
                        *_row((t.person_id, t.recogniser, t.photo_sha256)),
                        min(t.enrolled_on, first.get(t.photo_sha256, t.enrolled_on)).isoformat(),
                        _bytes(t.vector),
                        *_row([t.taken_on]),
                    )
                    for t in templates
                ],
            )
            self._mark_look_alikes()
        return frozenset(t.person_id for t in made if t.person_id not in allowed)

    def _mark_look_alikes(self) -> None:
        """Note who looks alike among all who have templates; within a transaction.

        What was noted of somebody who has none any more stays. That template went because of a consent that is no
        more, and the one who stays would else get a name on the other's photos. It is an id, nothing biometric,
        and it protects that very person.
        """
        kinds = self._db.execute("SELECT DISTINCT recogniser, length(vector) / 4 FROM template").fetchall()
        pairs = {(pair.first, pair.second) for kind in kinds for pair in look_alikes(self.gallery(*kind))}
        enrolled = "(SELECT person_id FROM template)"
        self._db.execute(f"DELETE FROM look_alike WHERE first IN {enrolled} AND second IN {enrolled}")
        self._db.executemany("INSERT INTO look_alike VALUES (?, ?)", sorted(pairs))

    def look_alikes(self) -> tuple[tuple[str, str], ...]:
        """Ids of the persons who look alike, also of those who have no template any more."""
        return tuple(self._db.execute("SELECT first, second FROM look_alike ORDER BY 1, 2"))

    def first_enrolled(self) -> dict[str, date]:
        """The first day on which each enrolled photo (SHA-256) was, for whomever."""
        rows = self._db.execute("SELECT photo_sha256, min(enrolled_on) FROM template GROUP BY photo_sha256")
        return {sha256: date.fromisoformat(day) for sha256, day in rows}

    def enrolled(self) -> frozenset[str]:
        """Ids of the persons with a template."""
        return frozenset(row[0] for row in self._db.execute("SELECT DISTINCT person_id FROM template"))

    def drop_templates(self, person_ids: Iterable[str]) -> None:
        """Erase the templates of these persons and whatever was found with them; freed pages are overwritten.

        Whom they looked like is not forgotten (`_mark_look_alikes`).
        """
        gone = frozenset(person_ids)
        with self._transaction():
            self._db.executemany("DELETE FROM template WHERE person_id = ?", [(p,) for p in gone])
            rows = self._db.execute("SELECT rowid, content FROM identification").fetchall() if gone else ()
            found = [(row,) for row, content in rows if remembered.tells_of(content, gone)]
            self._db.executemany("DELETE FROM identification WHERE rowid = ?", found)
            self.published.erase_names(gone)

    def gallery(self, recogniser: str, dimensions: int, since: date = date.min) -> Gallery:
        """The templates that one recogniser made, of photos taken on that day or later."""
        rows = self._db.execute(
            "SELECT person_id, photo_sha256, vector FROM template WHERE recogniser = ? "
            "AND CASE taken_on WHEN '' THEN enrolled_on ELSE taken_on END >= ? ORDER BY 1, 2",
            (recogniser, since.isoformat()),
        ).fetchall()
        vectors = [np.frombuffer(row[2], "<f4") for row in rows]
        templates = np.array(vectors, np.float32).reshape(len(rows), dimensions)
        return Gallery(tuple(row[0] for row in rows), tuple(row[1] for row in rows), templates)

    # Calibrations: figures and digests, neither persons nor templates

    def add_calibration(self, calibration: Calibration) -> None:
        """Keep a calibration, beside those that were made before."""
        content = _CALIBRATION.dump_json(calibration).decode()
        with self._transaction():
            self._db.execute("INSERT INTO calibration VALUES (?, ?)", (calibration.calibrated_at.isoformat(), content))

    def calibration(self, recogniser: str) -> Calibration | Limits | None:
        """The latest calibration of a recogniser, if there is one."""
        return next(iter(self.calibrations(recogniser)), None)

    def calibrations(self, recogniser: str) -> list[Calibration | Limits]:
        """All calibrations of a recogniser, the latest first; only the limits of what cannot be read."""
        rows = self._db.execute("SELECT calibrated_at, content FROM calibration ORDER BY rowid DESC")
        known = (_calibration(datetime.fromisoformat(at), content, recogniser) for at, content in rows)
        return [one for one in known if one.recogniser == recogniser]

    # What was seen and who was found: boxes, sizes, ids and two distances a face, never a template

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
        with self._transaction():
            known = self._db.execute("SELECT * FROM observation WHERE photo_sha256 = ?", row[:1]).fetchall()
            if known != [row]:
                self._db.execute("DELETE FROM observation WHERE photo_sha256 = ?", row[:1])
                self._db.execute("DELETE FROM identification WHERE photo_sha256 = ?", row[:1])
                self._db.execute("INSERT INTO observation VALUES (?, ?, ?)", row)

    def add_identifications(
        self, observation: Observation, basis: str, found: Iterable[Identification], compared: Iterable[str]
    ) -> None:
        """Remember who was found among the faces of an observation, in place of what was found on another basis.

        Not where one of the persons `compared` has no template any more: erased meanwhile, and with that what
        was found with it.
        """
        with self._transaction():
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


def _calibration(at: datetime, content: str, recogniser: str) -> Calibration | Limits:
    """A calibration as it was kept; where it is not of this version of the program, its limits.

    If need be the strictest, by which nobody is named, since a threshold that cannot be read may have been any.
    """
    try:
        return _CALIBRATION.validate_json(content)
    except ValidationError:
        try:
            return _LIMITS.validate_json(content)
        except ValidationError:
            return Limits(at, recogniser, threshold=0.0, margin=0.0, smallest_face_px=0.0)


def register_digest(register: ConsentRegister) -> str:
    """SHA-256 over people and consent lines, the same for the same register in whatever order it came."""
    lines = sorted(json.dumps(_row(astuple(item))) for item in (*register.people.values(), *register.records))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


_AT_ONCE = 500
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


def _open(path: Path, key: str) -> sqlcipher.Connection:
    db = sqlcipher.connect(str(path), timeout=_PATIENCE)
    quoted = key.replace("'", "''")
    db.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told once, by the error it raises
    db.execute(f"PRAGMA key = '{quoted}'")
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA secure_delete = ON")
    return db


def _version_if_sound(db: sqlcipher.Connection) -> int | None:
    """The schema version; None where the key is wrong or any page was altered or is missing.

    Every page is looked at now, rather than in the middle of a run.
    """
    try:
        altered = db.execute("PRAGMA cipher_integrity_check").fetchall()
        whole = not altered and db.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        return db.execute("PRAGMA user_version").fetchone()[0] if whole else None
    except sqlcipher.DatabaseError as error:
        if "locked" in str(error):
            raise UserError(say("Another program is using the database. Try again when it is done.")) from None
        return None


def _bytes(vector: NDArray[np.float32]) -> bytes:
    return vector.astype("<f4").tobytes()


def _row(values: Iterable[object]) -> tuple[str, ...]:
    return tuple("" if v is None else v.isoformat() if isinstance(v, date) else str(v) for v in values)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
