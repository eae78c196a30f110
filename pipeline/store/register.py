"""People and consents. Consent lines are only ever added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, fields
from datetime import date, datetime
from types import MappingProxyType

from consent import forgetting
from consent.people import Person, Role
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium, Validity
from pipeline.erasing import suppression
from pipeline.ledger.chain import Kind
from pipeline.store.database import Database
from pipeline.store.rows import as_day, as_texts


class RegisterTables(Database):
    """The people of the register and their consent lines."""

    def add(
        self,
        people: Iterable[Person],
        records: Iterable[ConsentRecord],
        at: datetime,
        files: Iterable[str] = (),
        emptied: Mapping[str, Collection[str]] = MappingProxyType({}),
    ) -> tuple[int, int]:
        """Take in people and consent lines, all or nothing; lines that are known are not repeated.

        The latest word on a person counts, but what a file leaves open changes nothing: the day on which somebody left,
        or a name that texts are searched for. Nothing is taken in of whom was `forgotten`. `files`: the SHA-256 of the
        files that they came from, for the ledger. `emptied`: fields of a person that are known and must not be, by id.
        Returns how many persons were written and how many lines are new.
        """
        people, records = list(people), list(records)
        columns = ", ".join(f'"{f.name}"' for f in fields(Person))
        # With a family name comes its infix, or that there is none.
        told_by = {f.name: "family_name" if f.name == "infix" else f.name for f in fields(Person)[1:]}
        renewed = ", ".join(
            f'"{name}" = CASE excluded."{by}" WHEN \'\' THEN person."{name}" ELSE excluded."{name}" END'
            for name, by in told_by.items()
        )
        with self.transaction():
            gone = self.forgotten({*(p.person_id for p in people), *(r.person_id for r in records)})
            people = [p for p in people if p.person_id not in gone]
            records = [r for r in records if r.person_id not in gone]
            self._db.executemany(
                f"INSERT INTO person ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                f"ON CONFLICT (person_id) DO UPDATE SET {renewed}",
                [as_texts(astuple(p)) for p in people],
            )
            for person_id, names in emptied.items():
                for name in names:
                    self._db.execute(f"UPDATE person SET \"{name}\" = '' WHERE person_id = ?", (person_id,))
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(*as_texts(astuple(r)), at.isoformat(timespec="seconds")) for r in records],
            )
            new = self._db.total_changes - before
            self.ledger.append(Kind.REGISTER, {"files": sorted(files), "persons": len(people), "new_lines": new}, at)
            return len(people), new

    def forgotten(self, person_ids: Iterable[str]) -> dict[str, date]:
        """Who of these was forgotten, and on which day. Nobody can be asked for whose id is not known."""
        return suppression.among(self._db, person_ids)

    def _forget_in_register(self, person: Person, new_id: str, at: datetime) -> int:
        """Keep the consent lines under an id that tells nothing, with an objection; within a transaction.

        Gives how many lines were there.
        """
        on = at.date()
        stays = as_texts(astuple(forgetting.forgotten(person, new_id, on)))
        refusal = (*as_texts(astuple(forgetting.objection(new_id, on))), at.isoformat(timespec="seconds"))
        self._db.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?, ?, ?)", stays)
        lines: int = self._db.execute(
            "UPDATE consent SET person_id = ? WHERE person_id = ?", (new_id, person.person_id)
        ).rowcount
        self._db.execute("INSERT INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", refusal)
        self._db.execute("DELETE FROM person WHERE person_id = ?", (person.person_id,))
        suppression.note(self._db, person.person_id, on)
        return lines

    def _drop_proof(self, person_id: str) -> int:
        """Forget the consent lines of a forgotten person, but for the objection; within a transaction."""
        dropped: int = self._db.execute(
            "DELETE FROM consent WHERE person_id = ? AND given_by <> ?", (person_id, forgetting.BY_FORGETTING)
        ).rowcount
        return dropped

    def _drop_person(self, person_id: str) -> None:
        """Forget that there was such a person at all; within a transaction."""
        self._db.execute("DELETE FROM consent WHERE person_id = ?", (person_id,))
        self._db.execute("DELETE FROM person WHERE person_id = ?", (person_id,))

    def people(self) -> dict[str, Person]:
        """Everybody in the register, by id."""
        rows = self._db.execute("SELECT * FROM person ORDER BY person_id").fetchall()
        return {row[0]: _person(row) for row in rows}

    def register(self, validity: Validity) -> ConsentRegister:
        """The register as of now, with all its history."""
        rows = self._db.execute("SELECT * FROM consent ORDER BY rowid").fetchall()
        records = tuple(_record(row) for row in rows)
        return ConsentRegister(self.people(), records, validity)


def _person(row: Sequence[str]) -> Person:
    return Person(row[0], Role(row[1]), row[2], row[3], row[4], row[5], as_day(row[6]), as_day(row[7]))


def _record(row: Sequence[str]) -> ConsentRecord:
    days = as_day(row[5]), as_day(row[6]), as_day(row[7])
    return ConsentRecord(row[0], row[1], Medium(row[2]), Answer(row[3]), row[4], *days, row[8], row[9])


def register_digest(register: ConsentRegister) -> str:
    """SHA-256 over people and consent lines, the same for the same register in whatever order it came."""
    items = [*map(astuple, register.people.values()), *map(astuple, register.records)]
    lines = sorted(json.dumps(as_texts(item)) for item in items)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
