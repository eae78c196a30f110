"""Signing in the workspace's database: codes, signatures, the files they are about, and what was approved."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from sqlcipher3 import dbapi2 as sqlcipher

from consent.signing import SignOff
from pipeline.erasing.retention import Swept
from pipeline.published.post import id_of_approved
from pipeline.signing.codes import HashedCode

TABLES = (
    # The code of a signer, as a hash, and how many wrong ones were given in a row since it was right.
    """
    CREATE TABLE signer_code (
        signer TEXT PRIMARY KEY, salt TEXT NOT NULL, hash TEXT NOT NULL, cost TEXT NOT NULL, set_at TEXT NOT NULL,
        wrong INTEGER NOT NULL DEFAULT 0, wrong_at TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    # Signatures, only ever added. `photos`: the names of the photos, as the run has them, that they are about.
    """
    CREATE TABLE sign_off (
        run_id TEXT NOT NULL, signer TEXT NOT NULL, roles TEXT NOT NULL, at TEXT NOT NULL, answers TEXT NOT NULL,
        digest TEXT NOT NULL, photos TEXT NOT NULL
    ) STRICT
    """,
    # The clean files that were made to be signed for, by their name, and the SHA-256 that they must have.
    """
    CREATE TABLE clean_file (
        run_id TEXT NOT NULL, name TEXT NOT NULL, source_sha256 TEXT NOT NULL, sha256 TEXT NOT NULL,
        PRIMARY KEY (run_id, name)
    ) STRICT
    """,
    # What was approved, and the digests of its files by name.
    """
    CREATE TABLE approval (
        run_id TEXT PRIMARY KEY, platform TEXT NOT NULL, at TEXT NOT NULL, digest TEXT NOT NULL, files TEXT NOT NULL
    ) STRICT
    """,
)


@dataclass(frozen=True, slots=True)
class KeptCode:
    """The code of a signer, since when, and the wrong ones given in a row since."""

    code: HashedCode
    set_at: datetime
    wrong: int
    wrong_at: datetime | None


@dataclass(frozen=True, slots=True)
class Approval:
    """A post that was approved: the digest of what was signed for, and of each file in its folder."""

    run_id: str
    platform: str
    at: datetime
    digest: str
    files: Mapping[str, str]


class SigningMemory:
    """The part of an open database that is about signing. Every change is a transaction, or a part of one."""

    def __init__(self, db: sqlcipher.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._db, self._transaction = db, transaction

    # Codes

    def code(self, signer: str) -> KeptCode | None:
        """The code of a signer; None where none was set."""
        row = self._db.execute(
            "SELECT salt, hash, cost, set_at, wrong, wrong_at FROM signer_code WHERE signer = ?", (signer,)
        ).fetchone()
        if row is None:
            return None
        wrong_at = datetime.fromisoformat(row[5]) if row[5] else None
        return KeptCode(HashedCode(*row[:3]), datetime.fromisoformat(row[3]), row[4], wrong_at)

    def set_code(self, signer: str, code: HashedCode, at: datetime) -> None:
        """Keep the code of a signer in place of the one before."""
        row = (signer, code.salt, code.hash, code.cost, at.isoformat(timespec="seconds"))
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO signer_code VALUES (?, ?, ?, ?, ?, 0, '')", row)

    def count_wrong(self, signer: str, wrong: int, at: datetime | None) -> None:
        """Note how many wrong codes were given in a row, and when the last was."""
        moment = at.isoformat() if at else ""
        with self._transaction():
            self._db.execute("UPDATE signer_code SET wrong = ?, wrong_at = ? WHERE signer = ?", (wrong, moment, signer))

    # Signatures

    def add_sign_off(self, run_id: str, said: SignOff, photos: tuple[str, ...]) -> None:
        """Add a signature, and the photos that it is about."""
        row = (
            run_id,
            said.signer,
            json.dumps(said.roles),
            said.at.isoformat(timespec="seconds"),
            json.dumps(dict(said.answers)),
            said.digest,
            json.dumps(photos),
        )
        with self._transaction():
            self._db.execute("INSERT INTO sign_off VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def sign_offs(self, run_id: str) -> tuple[SignOff, ...]:
        """All signatures of a run, in the order in which they were given."""
        rows = self._db.execute(
            "SELECT signer, roles, at, answers, digest FROM sign_off WHERE run_id = ? ORDER BY rowid", (run_id,)
        )
        return tuple(
            SignOff(signer, tuple(json.loads(roles)), datetime.fromisoformat(at), json.loads(answers), digest)
            for signer, roles, at, answers, digest in rows
        )

    def last_choice(self, run_id: str) -> frozenset[str] | None:
        """The photos that the last signature of a run is about; None where nobody signed."""
        row = self._db.execute(
            "SELECT photos FROM sign_off WHERE run_id = ? ORDER BY rowid DESC LIMIT 1", (run_id,)
        ).fetchone()
        return frozenset(json.loads(row[0])) if row else None

    def photos_signed(self, run_id: str) -> dict[str, tuple[str, ...]]:
        """The photos that each signer's last signature of a run is about."""
        rows = self._db.execute("SELECT signer, photos FROM sign_off WHERE run_id = ? ORDER BY rowid", (run_id,))
        return {signer: tuple(json.loads(photos)) for signer, photos in rows}

    # Files

    def clean_file(self, run_id: str, name: str, source_sha256: str) -> str | None:
        """The SHA-256 of the clean file that was made of this very photo; None where none was made."""
        row = self._db.execute(
            "SELECT sha256 FROM clean_file WHERE run_id = ? AND name = ? AND source_sha256 = ?",
            (run_id, name, source_sha256),
        ).fetchone()
        return row[0] if row else None

    def made_of(self, photo_sha256: str) -> frozenset[str]:
        """The SHA-256 of every file to sign for that was made of a photo, also where a remedy lies between the two."""
        made = "SELECT ? UNION SELECT sha256 FROM remedy WHERE source_sha256 = ?"
        rows = self._db.execute(
            f"SELECT sha256 FROM clean_file WHERE source_sha256 IN ({made})", (photo_sha256, photo_sha256)
        )
        return frozenset(sha256 for (sha256,) in rows)

    def went_out(self) -> dict[str, tuple[datetime, frozenset[str]]]:
        """Of each run that was approved: when, and the SHA-256 of what its files were made of."""
        rows = self._db.execute(
            "SELECT a.run_id, a.at, a.files, c.source_sha256, c.sha256 FROM approval a JOIN clean_file c USING (run_id)"
        )
        found: dict[str, tuple[datetime, frozenset[str]]] = {}
        for run_id, at, files, source, made in rows:
            if made in json.loads(files).values():
                moment, sources = found.get(run_id, (datetime.fromisoformat(at), frozenset()))
                found[run_id] = moment, sources | {source}
        return found

    def keep_clean_file(self, run_id: str, name: str, source_sha256: str, sha256: str) -> None:
        """Note the SHA-256 of a clean file and of the photo that it was made of."""
        with self._transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO clean_file VALUES (?, ?, ?, ?)", (run_id, name, source_sha256, sha256)
            )

    # How long

    def drop_old(self, before: date) -> Swept:
        """Forget the signatures and the approval of runs of which the last is of before that day; counts runs.

        A post that is still kept as public keeps them. With them goes which files were made of which photos; of a run
        that nobody signed for, that goes with its folder.
        """
        last: dict[str, date] = {}
        for run_id, at in self._db.execute("SELECT run_id, at FROM sign_off UNION ALL SELECT run_id, at FROM approval"):
            last[run_id] = max(datetime.fromisoformat(at).date(), last.get(run_id, date.min))
        public = {post_id for (post_id,) in self._db.execute("SELECT post_id FROM published_post")}
        gone = [run for run, day in last.items() if day < before and id_of_approved(run) not in public]
        with self._transaction():
            for table in ("sign_off", "approval"):
                self._db.executemany(f"DELETE FROM {table} WHERE run_id = ?", [(run,) for run in gone])
            signed = "SELECT run_id FROM sign_off UNION SELECT run_id FROM approval UNION SELECT run_id FROM run_source"
            for table in ("clean_file", "remedy"):
                self._db.execute(f"DELETE FROM {table} WHERE run_id NOT IN ({signed})")
        left = [day for day in last.values() if day >= before]
        return Swept(len(gone), len(last) - len(gone), min(left, default=None))

    # What was approved

    def approval(self, run_id: str) -> Approval | None:
        """What was approved of a run; None where nothing was."""
        row = self._db.execute("SELECT * FROM approval WHERE run_id = ?", (run_id,)).fetchone()
        return _approval(*row) if row else None

    def approvals(self) -> tuple[Approval, ...]:
        """Everything that was approved, in that order."""
        return tuple(_approval(*row) for row in self._db.execute("SELECT * FROM approval ORDER BY rowid"))

    def add_approval(self, approval: Approval) -> None:
        """Note that a post was approved."""
        row = (approval.run_id, approval.platform, approval.at.isoformat(timespec="seconds"), approval.digest)
        with self._transaction():
            self._db.execute("INSERT INTO approval VALUES (?, ?, ?, ?, ?)", (*row, json.dumps(dict(approval.files))))


def _approval(run_id: str, platform: str, at: str, digest: str, files: str) -> Approval:
    return Approval(run_id, platform, datetime.fromisoformat(at), digest, json.loads(files))
