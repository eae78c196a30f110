"""The encrypted file: opened with its key, checked page by page, brought up to date, written all or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlcipher3 import dbapi2 as sqlcipher

from consent.messages import UserError, say
from pipeline.keys import bits_of
from pipeline.store import schema
from pipeline.store.ledger import LedgerTables

Unavailable = sqlcipher.OperationalError
"""Raised where another program uses the database for longer than `_PATIENCE`, or the disk is full."""

_PATIENCE = 60.0
"""Seconds to wait for another program: longer than any of its transactions, of which none waits for a photo.

The longest writes the report of a run with its ledger entry: 6.4 s of work for 1,000 photos (docs/measurements.md).
"""


class Database:
    """An open database. A context manager; used from the thread that opened it."""

    def __init__(self, path: Path, key: str) -> None:
        if not path.is_file():
            raise UserError(say("The database {file} is missing. Is this the right workspace?", file=path.name))
        self._db = _open(path, key)
        version = _version_if_sound(self._db)
        if version is None:
            self._db.close()
            raise UserError(say("The key does not fit the database {file}, or the file is damaged.", file=path.name))
        self.ledger = LedgerTables(self._db)
        """What was done, entry after entry."""
        if version in schema.UPGRADES:
            version = self._upgrade()
        if version != schema.VERSION:
            self._db.close()
            raise UserError(
                say(
                    "The database {file} belongs to another version of this program ({version}; this one knows "
                    "{known}). Nothing was changed. Use the newest version of the program, or restore a backup of the "
                    "database.",
                    file=path.name,
                    version=version,
                    known=schema.VERSION,
                )
            )

    def _upgrade(self) -> int:
        """Bring the database up to date, all or nothing; says of which version it is then."""
        with self.transaction():
            # Read again: another program may have done it since.
            before: int = self._db.execute("PRAGMA user_version").fetchone()[0]
            version = before
            while version in schema.UPGRADES:
                for statement in schema.UPGRADES[version]:
                    self._db.execute(statement)
                version += 1
            if version != before:
                self._db.execute(f"PRAGMA user_version = {version}")
                self._after_upgrade()
                self.ledger.begin(version, before)
        return version

    def _after_upgrade(self) -> None:
        """What must be worked out anew from the rows of an older version; within a transaction."""

    @staticmethod
    def create(path: Path, key: str) -> None:
        """Make an empty database. Raises `UserError` where one is there already."""
        if path.exists():
            raise UserError(say("There is a database already: {file}.", file=str(path)))
        db = _open(path, key)
        with db:
            db.execute("BEGIN IMMEDIATE")
            for statement in (*schema.ALL, f"PRAGMA user_version = {schema.VERSION}"):
                db.execute(statement)
            LedgerTables(db).begin(schema.VERSION, 0)
        db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written within it, or nothing of it; one within another is part of the outer one."""
        if self._db.in_transaction:
            yield
            return
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")  # what is read within it no other program changes meanwhile
            yield


def _open(path: Path, key: str) -> sqlcipher.Connection:
    db = sqlcipher.connect(str(path), timeout=_PATIENCE)
    db.execute("PRAGMA cipher_log_level = NONE")  # a wrong key is told once, by the error it raises
    if bits := bits_of(key):
        # Taken as they are: what SQLCipher does against guessing (256,000 rounds, a fifth of a second) adds nothing.
        db.execute(f"PRAGMA key = \"x'{bits}'\"")
    else:
        quoted = key.replace("'", "''")
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
