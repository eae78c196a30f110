"""Where the photos of a run lie and what its text is: what no file of a run folder tells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from consent.people import Person
from consent.texts import Sought, personal_data_in
from pipeline.store.database import Database

_COLUMNS = "photos, message, has_message, names_sha256, decisions"


@dataclass(frozen=True, slots=True)
class RunSource:
    """What a run of candidates was made from: the folder of its photos, and the text of the post where there is one.

    `names_sha256`: of names.csv as the run wrote it. What people said stands in that file, and nowhere else.
    `decisions`: the id of the last decision that counted in it; -1 where an older version wrote it, which left out what
    was disputed and what was said of another version of a file.
    """

    photos: Path
    message: str | None = None
    names_sha256: str = ""
    decisions: int = 0


class RunTables(Database):
    """The sources of runs."""

    def keep_source(self, run_id: str, source: RunSource) -> None:
        """Keep what a run was made from, in place of that of a run of the same name that was cut off."""
        # Halves of surrogate pairs, which a damaged text may hold, are no UTF-8.
        message = (source.message or "").encode("utf-8", "backslashreplace").decode()
        row = (run_id, str(source.photos), message, int(source.message is not None), source.names_sha256)
        with self.transaction():
            self._db.execute("INSERT OR REPLACE INTO run_source VALUES (?, ?, ?, ?, ?, ?)", (*row, source.decisions))

    def source_runs(self) -> tuple[str, ...]:
        """The ids of the runs of which it is known what they were made from."""
        return tuple(row[0] for row in self._db.execute("SELECT run_id FROM run_source ORDER BY 1"))

    def photo_folders(self) -> tuple[Path, ...]:
        """Where the photos of runs lie."""
        return tuple(Path(row[0]) for row in self._db.execute("SELECT DISTINCT photos FROM run_source ORDER BY 1"))

    def forget_messages_of(self, person: Person) -> None:
        """Forget the texts that tell of a person. Such a run can no longer be signed for. In the caller's transaction.

        Else whoever signs would be told nothing of a name that no register has any more.
        """
        sought = Sought([person])
        rows = self._db.execute("SELECT run_id, message FROM run_source").fetchall()
        gone = [(r,) for r, text in rows if any(found.person_ids for found in personal_data_in(text, sought))]
        self._db.executemany("UPDATE run_source SET message = '' WHERE run_id = ?", gone)

    def known_to(self, names_sha256: str) -> int | None:
        """The last decision that counted in a table with names that a run wrote; None where no run wrote it."""
        row = self._db.execute("SELECT max(decisions) FROM run_source WHERE names_sha256 = ?", (names_sha256,))
        known: int | None = row.fetchone()[0]
        return known

    def drop_source(self, run_id: str) -> None:
        """Forget what a run was made from."""
        with self.transaction():
            self._db.execute("DELETE FROM run_source WHERE run_id = ?", (run_id,))

    def source(self, run_id: str) -> RunSource | None:
        """What a run was made from; None for a run of an older version of the program."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM run_source WHERE run_id = ?", (run_id,)).fetchone()
        return _source(*row) if row else None


def _source(photos: str, message: str, has_message: int, names_sha256: str, decisions: int) -> RunSource:
    return RunSource(Path(photos), message if has_message else None, names_sha256, decisions)
