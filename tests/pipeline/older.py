"""Databases as an older version of the program left them."""

from __future__ import annotations

import re

from sqlcipher3 import dbapi2 as sqlcipher

from pipeline.store import schema

_TABLE = re.compile(r"CREATE TABLE (\w+)")
_COLUMN = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+)")


def make_older(db: sqlcipher.Connection, version: int) -> None:
    """Take out of an open database of this version whatever came after that one."""
    for since in sorted(schema.UPGRADES, reverse=True):
        for statement in schema.UPGRADES[since] if since >= version else ():
            if table := _TABLE.search(statement):
                db.execute(f"DROP TABLE {table[1]}")
            if column := _COLUMN.search(statement):
                db.execute(f"ALTER TABLE {column[1]} DROP COLUMN {column[2]}")
    db.execute(f"PRAGMA user_version = {version}")
    db.commit()
