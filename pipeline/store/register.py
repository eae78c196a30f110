"""People and consents. Consent lines are only ever added."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields
from datetime import datetime

from consent.people import Person, Role
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium, Validity
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
    ) -> tuple[int, int]:
        """Take in people and consent lines, all or nothing; lines that are known are not repeated.

        The latest word on a person counts, but a day on which somebody left is never forgotten.
        `files`: the SHA-256 of the files that they came from, for the ledger.
        Returns how many persons were written and how many lines are new.
        """
        people, records = list(people), list(records)
        columns = ", ".join(f'"{f.name}"' for f in fields(Person))
        renewed = ", ".join(f'"{f.name}" = excluded."{f.name}"' for f in fields(Person)[1:-1])
        # An older file without the day on which somebody left must not bring that person back.
        renewed += ", left_on = CASE excluded.left_on WHEN '' THEN person.left_on ELSE excluded.left_on END"
        with self.transaction():
            self._db.executemany(
                f"INSERT INTO person ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                f"ON CONFLICT (person_id) DO UPDATE SET {renewed}",
                [as_texts(astuple(p)) for p in people],
            )
            before = self._db.total_changes
            self._db.executemany(
                "INSERT OR IGNORE INTO consent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(*as_texts(astuple(r)), at.isoformat(timespec="seconds")) for r in records],
            )
            new = self._db.total_changes - before
            self.ledger.append(Kind.REGISTER, {"files": sorted(files), "persons": len(people), "new_lines": new}, at)
            return len(people), new

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
