"""The ledger in the database, and the tokens by which its entries speak of persons."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime

from sqlcipher3 import dbapi2 as sqlcipher

from pipeline.ledger import chain
from pipeline.ledger.chain import Body, Entry, Kind, Problem, Row

_REFUSED = "BEGIN SELECT RAISE(ABORT, 'entries of the ledger are only ever added, at its end'); END"
TABLES = (
    """
    CREATE TABLE ledger (
        number INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT
    """,
    # They keep a mistake in the program from doing harm. Who has the key can drop them: `verify` does without them.
    f"CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger {_REFUSED}",
    f"CREATE TRIGGER ledger_is_not_cut BEFORE DELETE ON ledger {_REFUSED}",
    f"""
    CREATE TRIGGER ledger_is_a_chain BEFORE INSERT ON ledger
    WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM ledger)
        OR NEW.previous <> coalesce((SELECT digest FROM ledger ORDER BY number DESC LIMIT 1), '')
    {_REFUSED}
    """,
    "CREATE TABLE opaque (person_id TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE) STRICT",
)


class LedgerTables:
    """The part of an open database that is the ledger. Entries are only ever added."""

    def __init__(self, db: sqlcipher.Connection) -> None:
        self._db = db

    def begin(self, version: int, was: int) -> None:
        """Note of which version the database now is, and was; 0 where it is new. Within a transaction.

        The first entry has something random in it, so that no digest of it can be guessed, nor occur at another school.
        """
        start = {} if self.head() else {"start": secrets.token_hex(16)}
        self.append(Kind.DATABASE, {"version": version, "was": was, **start}, datetime.now())

    def append(self, kind: Kind, body: Body, at: datetime) -> Entry:
        """Add an entry in the transaction of what it records, so that both are written or neither.

        `body` holds no names and no person ids: a person is a token (`opaque`). Raises `RuntimeError` outside a
        transaction.
        """
        self._must_be_within()
        row = chain.link(self._last(), kind, body, at)
        self._db.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)", row)
        return chain.read(row)

    def head(self) -> str:
        """The digest of the last entry, which stands for the whole ledger up to it; empty where all was removed."""
        last = self._last()
        return last.digest if last else ""

    def last_of(self, *kinds: Kind) -> int:
        """The number of the last entry of these kinds; 0 where there is none."""
        marks = ", ".join("?" * len(kinds))
        last: int | None = self._db.execute(
            f"SELECT max(number) FROM ledger WHERE kind IN ({marks})", kinds
        ).fetchone()[0]
        return last or 0

    def entry(self, digest: str) -> Entry | None:
        """The entry whose digest begins like this; None where there is none."""
        found = next((row for row in self.rows() if row.digest.startswith(digest)), None)
        return chain.read(found) if found else None

    def entries(self) -> tuple[Entry, ...]:
        """All entries, the first one first. Raises `UserError` where one cannot be read."""
        return tuple(map(chain.read, self.rows()))

    def rows(self) -> Iterator[Row]:
        """All entries as they are kept, whatever was done to them."""
        return self._rows("ORDER BY number")

    def verify(self) -> tuple[Problem, ...]:
        """What is wrong with the chain; nothing where it holds. Its end may be cut off all the same."""
        return tuple(chain.problems(self.rows()))

    def opaque(self, person_id: str) -> str:
        """The random token by which entries speak of a person, made at its first use. Within a transaction."""
        self._must_be_within()
        self._db.execute("INSERT OR IGNORE INTO opaque VALUES (?, ?)", (person_id, secrets.token_hex(8)))
        token: str = self._db.execute("SELECT token FROM opaque WHERE person_id = ?", (person_id,)).fetchone()[0]
        return token

    def forget(self, person_id: str) -> None:
        """Erase whose token it was: from then on it tells nobody anything. Within a transaction."""
        self._must_be_within()
        self._db.execute("DELETE FROM opaque WHERE person_id = ?", (person_id,))

    def _last(self) -> Row | None:
        return next(self._rows("ORDER BY number DESC LIMIT 1"), None)

    def _rows(self, which: str) -> Iterator[Row]:
        # As bytes: what somebody put there may be no text at all.
        columns = ", ".join(f"CAST({name} AS BLOB)" for name in Row._fields[1:])
        for number, *texts in self._db.execute(f"SELECT number, {columns} FROM ledger {which}").fetchall():
            yield Row(number, *(text.decode(errors="replace") for text in texts))

    def _must_be_within(self) -> None:
        if not self._db.in_transaction:
            raise RuntimeError("The ledger is written within store.transaction() only.")
