"""Whom not to take in again: the forgotten, by a digest of their id.

A school's next export still has the child. Whoever came back with it, without the refusals that were made since, could
be cleared; so forgetting needs a memory of its own. Of an id one can ask whether it was forgotten, but the list cannot
be read. That keeps it from somebody who looks, not from somebody with the key who tries every id.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date

from sqlcipher3 import dbapi2 as sqlcipher

TABLES = (
    # Of each forgotten id a salted digest, and the day.
    "CREATE TABLE forgotten (salt BLOB NOT NULL, digest BLOB NOT NULL, forgotten_on TEXT NOT NULL) STRICT",
)


def note(db: sqlcipher.Connection, person_id: str, on: date) -> None:
    """Note that a person was forgotten. Belongs in the transaction of the caller."""
    salt = secrets.token_bytes(32)
    db.execute("INSERT INTO forgotten VALUES (?, ?, ?)", (salt, _digest(person_id, salt), on.isoformat()))


def among(db: sqlcipher.Connection, person_ids: Iterable[str]) -> dict[str, date]:
    """Who of these was forgotten, and when."""
    rows = db.execute("SELECT salt, digest, forgotten_on FROM forgotten").fetchall()
    return {
        person_id: date.fromisoformat(day)
        for person_id in set(person_ids)
        for salt, digest, day in rows
        if _digest(person_id, salt) == digest
    }


def drop(db: sqlcipher.Connection, before: date) -> None:
    """Take off the list who was forgotten before that day. Belongs in the transaction of the caller."""
    db.execute("DELETE FROM forgotten WHERE forgotten_on < ?", (before.isoformat(),))


def _digest(person_id: str, salt: bytes) -> bytes:
    return hashlib.blake2b(person_id.encode(), digest_size=32, key=salt).digest()
