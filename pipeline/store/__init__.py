"""The workspace's database: people, consents, templates and what was seen, encrypted by SQLCipher.

Everything that tells of persons is in this one file. `schema` has its tables by version; each other module has
the part of them that it names.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pipeline import remembered
from pipeline.ledger.chain import Kind
from pipeline.published.memory import PublishedMemory
from pipeline.signing.memory import SigningMemory
from pipeline.store.calibrations import CalibrationTables
from pipeline.store.database import Unavailable
from pipeline.store.observations import ObservationTables, SeenBefore
from pipeline.store.register import RegisterTables, register_digest
from pipeline.store.runs import RunSource, RunTables
from pipeline.store.templates import Template

__all__ = ["RunSource", "SeenBefore", "Store", "Template", "Unavailable", "register_digest"]


class Store(RegisterTables, ObservationTables, CalibrationTables, RunTables):
    """An open database. A context manager; used from the thread that opened it."""

    def __init__(self, path: Path, key: str) -> None:
        super().__init__(path, key)
        self.published = PublishedMemory(self._db, self.transaction)
        """What is kept of published posts."""
        self.signing = SigningMemory(self._db, self.transaction)
        """Codes, signatures and what was approved."""

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

    def _after_upgrade(self) -> None:
        self._mark_look_alikes()
