"""The tables by version: what is new in each, and what makes a database of an older version one of the next.

Each is a list of statements, since a trigger has semicolons of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.erasing import suppression
from pipeline.published import memory
from pipeline.remedies import memory as remedies
from pipeline.signing import memory as signing
from pipeline.store import decisions, ledger

VERSION = 7
_SINCE_VERSION_1 = (
    """
    CREATE TABLE person (
        person_id TEXT PRIMARY KEY, role TEXT NOT NULL, given_name TEXT NOT NULL, infix TEXT NOT NULL,
        family_name TEXT NOT NULL, "group" TEXT NOT NULL, birth_date TEXT NOT NULL, left_on TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE consent (
        person_id TEXT NOT NULL REFERENCES person, purpose TEXT NOT NULL, medium TEXT NOT NULL, answer TEXT NOT NULL,
        given_by TEXT NOT NULL, given_on TEXT NOT NULL, valid_until TEXT NOT NULL, withdrawn_on TEXT NOT NULL,
        form_version TEXT NOT NULL, evidence TEXT NOT NULL, recorded_at TEXT NOT NULL,
        UNIQUE (person_id, purpose, medium, answer, given_by, given_on, valid_until, withdrawn_on, form_version,
            evidence)
    ) STRICT
    """,
    """
    CREATE TABLE template (
        person_id TEXT NOT NULL REFERENCES person, recogniser TEXT NOT NULL, photo_sha256 TEXT NOT NULL,
        enrolled_on TEXT NOT NULL, vector BLOB NOT NULL, taken_on TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (person_id, recogniser, photo_sha256)
    ) STRICT
    """,
    """
    CREATE TABLE observation (
        photo_sha256 TEXT NOT NULL, models TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (photo_sha256, models)
    ) STRICT
    """,
)
_SINCE_VERSION_2 = ("CREATE TABLE calibration (calibrated_at TEXT NOT NULL, content TEXT NOT NULL) STRICT",)
_SINCE_VERSION_3 = (
    """
    CREATE TABLE identification (
        photo_sha256 TEXT NOT NULL, basis TEXT NOT NULL, observation_sha256 TEXT NOT NULL, content TEXT NOT NULL,
        PRIMARY KEY (photo_sha256, basis)
    ) STRICT
    """,
    "CREATE TABLE look_alike (first TEXT NOT NULL, second TEXT NOT NULL, PRIMARY KEY (first, second)) STRICT",
)
_SINCE_VERSION_4 = memory.TABLES
_SINCE_VERSION_5: tuple[str, ...] = (
    # How a template was made (`DlibResNet.version`); of those that are there already nobody wrote it down.
    "ALTER TABLE template ADD COLUMN version INTEGER NOT NULL DEFAULT 0",
    # Where the photos of a run lie, the text of its post (`has_message` tells an empty one from none), its names.csv.
    """
    CREATE TABLE run_source (
        run_id TEXT PRIMARY KEY, photos TEXT NOT NULL, message TEXT NOT NULL, has_message INTEGER NOT NULL,
        names_sha256 TEXT NOT NULL
    ) STRICT
    """,
    # When a photo was looked at, so that what was seen can have its time; what is there already begins now.
    "ALTER TABLE observation ADD COLUMN seen_on TEXT NOT NULL DEFAULT ''",
    "UPDATE observation SET seen_on = date('now')",
    # A part of the program has its tables beside its code, as memory has.
    *signing.TABLES,
    *ledger.TABLES,
    *suppression.TABLES,
    *memory.TABLES_5,
    *decisions.TABLES,
    *remedies.TABLES,
)
_SINCE_VERSION_6 = (
    # Where on a photo somebody of the register was found once, in parts of its width and height; it does not say who.
    """
    CREATE TABLE taken_for (
        photo_sha256 TEXT NOT NULL, x REAL NOT NULL, y REAL NOT NULL, width REAL NOT NULL,
        height REAL NOT NULL, PRIMARY KEY (photo_sha256, x, y, width, height)
    ) STRICT
    """,
)
_SINCE_VERSION_7 = (
    # The last decision of the desk that counted in the names.csv of a run. Older ones left out what was disputed.
    "ALTER TABLE run_source ADD COLUMN decisions INTEGER NOT NULL DEFAULT -1",
    # Of a decision that undoing made again, the id under which it was said first.
    "ALTER TABLE decision ADD COLUMN first INTEGER NOT NULL DEFAULT 0",
)
ALL = (
    *_SINCE_VERSION_1,
    *_SINCE_VERSION_2,
    *_SINCE_VERSION_3,
    *_SINCE_VERSION_4,
    *_SINCE_VERSION_5,
    *_SINCE_VERSION_6,
    *_SINCE_VERSION_7,
)
"""Every table of this version, for an empty database."""

UPGRADES: Mapping[int, tuple[str, ...]] = {
    1: ("ALTER TABLE template ADD COLUMN taken_on TEXT NOT NULL DEFAULT ''", *_SINCE_VERSION_2),
    # Who was found is found again: an older row does not tell which observation its face numbers are of.
    2: ("DROP TABLE IF EXISTS identification", *_SINCE_VERSION_3),
    3: _SINCE_VERSION_4,
    4: _SINCE_VERSION_5,
    5: _SINCE_VERSION_6,
    6: _SINCE_VERSION_7,
}
"""What makes a database of an older version one of the next."""
