"""What people said of a photo: in the table of the report (names.csv), and at the desk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipeline.deciding import contradicts, of_table_alone, outweighed, with_decisions
from pipeline.naming import HandRow, NamesFile
from pipeline.naming_words import Word
from pipeline.store import Store
from pipeline.store.decisions import HandDecision


def said_of(table: NamesFile, sha256: str, store: Store) -> NamesFile:
    """What people said of a photo, in the table of the report and at the desk: as the page to sign counts it."""
    table = replace(table, rows={sha256: rows} if (rows := table.rows.get(sha256)) else {})
    return outweighed(with_decisions(table, store.decisions.all(sha256)), store)


def in_table_alone(table: NamesFile, sha256: str, store: Store) -> tuple[HandRow, ...]:
    """What the table says of a photo and was never said at a desk."""
    rows = table.rows.get(sha256, ())
    return of_table_alone(NamesFile({sha256: rows}), store.decisions.all(sha256)) if rows else ()


def said_otherwise(
    decisions: Iterable[HandDecision], table: NamesFile, sha256: str, store: Store
) -> frozenset[tuple[str, int]]:
    """By kind and number, of what the decisions on a photo say otherwise than the table alone."""
    # A dispute that the run wrote there is settled by what is said now.
    rows = [row for row in in_table_alone(table, sha256, store) if row.who is not Word.DISPUTED]
    return frozenset(
        (row.what, row.number)
        for row in rows
        for said in decisions
        if (said.what, said.number) == (row.what, row.number) and contradicts(row.who, said.told)
    )
