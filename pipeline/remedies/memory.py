"""The files that were made from photos, in the workspace's database: of which photo, and what is covered on them.

A verdict on such a file rests on this, so it is not read from a table in a folder that anybody can edit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlcipher3 import dbapi2 as sqlcipher

from consent.facts import Span
from pipeline.remedies.remedy import Kind
from pipeline.vision.observation import Box

TABLES = (
    # Files made from photos of a run: which remedy, what it covers or keeps, and the digests of both files.
    """
    CREATE TABLE remedy (
        run_id TEXT NOT NULL, photo TEXT NOT NULL, source_sha256 TEXT NOT NULL, sha256 TEXT NOT NULL,
        kind TEXT NOT NULL, how TEXT NOT NULL, faces TEXT NOT NULL, covered TEXT NOT NULL, keep TEXT NOT NULL,
        made_at TEXT NOT NULL, PRIMARY KEY (run_id, photo)
    ) STRICT
    """,
)


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made from a photo of a run. `covered`: the places of the covers, `keep`: the part of a crop.

    Both in pixels of the picture as published, and they count: `faces`, the numbers that the report gave, are told to
    people only. `how`: what it is covered with; empty for a crop. `spans`: of a film, from when to when each of
    `covered` lies there, in seconds; empty for a photo.
    """

    run_id: str
    photo: str
    source_sha256: str
    sha256: str
    kind: Kind
    how: str
    faces: tuple[int, ...]
    covered: tuple[Box, ...]
    keep: Box | None
    made_at: datetime
    spans: tuple[Span, ...] = ()

    @property
    def ending(self) -> str:
        """Of the file's name."""
        return ".webm" if self.spans or self.kind is Kind.SILENCE else ".jpg"


class RemedyMemory:
    """The part of an open database that is about files made from photos."""

    def __init__(self, db: sqlcipher.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._db, self._transaction = db, transaction

    def add(self, made: Made) -> None:
        """Note a file that was made, in place of one that was made before of this photo in this run."""
        row = (
            *(made.run_id, made.photo, made.source_sha256, made.sha256, made.kind.value, made.how),
            *(json.dumps(made.faces), json.dumps(_covers(made))),
            *(json.dumps(_plain(made.keep) if made.keep else None), made.made_at.isoformat(timespec="seconds")),
        )
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO remedy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def remove(self, made: Made) -> bool:
        """Forget a file that was made; says whether it was the one that counts for its photo."""
        about = (made.run_id, made.photo, made.sha256)
        with self._transaction():
            row = self._db.execute("DELETE FROM remedy WHERE run_id = ? AND photo = ? AND sha256 = ?", about)
        return bool(row.rowcount)

    def of_run(self, run_id: str) -> tuple[Made, ...]:
        """The files made from photos of a run, by name of the photo."""
        rows = self._db.execute("SELECT * FROM remedy WHERE run_id = ? ORDER BY photo", (run_id,)).fetchall()
        return tuple(map(_made, rows))


def ledger_body(made: Made) -> dict[str, str | int | list[int]]:
    """What the ledger says of a file that was made: of which, how, and the digests of both."""
    return {
        "run": made.run_id,
        "remedy": made.kind.value,
        "how": made.how,
        "faces": list(made.faces),
        "source_sha256": made.source_sha256,
        "sha256": made.sha256,
    }


def _covers(made: Made) -> list[list[float]]:
    """The place of each cover, and in a film its time behind it."""
    if not made.spans:
        return [_plain(box) for box in made.covered]
    return [[*_plain(box), *span] for box, span in zip(made.covered, made.spans, strict=True)]


def _plain(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]


def _made(row: tuple[str, ...]) -> Made:
    run_id, photo, source_sha256, sha256, kind, how, faces, covered, keep, made_at = row
    part, covers = json.loads(keep), json.loads(covered)
    return Made(
        *(run_id, photo, source_sha256, sha256, Kind(kind), how, tuple(json.loads(faces))),
        tuple(Box(*cover[:4]) for cover in covers),
        Box(*part) if part else None,
        datetime.fromisoformat(made_at),
        tuple((cover[4], cover[5]) for cover in covers if len(cover) > 4),
    )
