"""From what people decided at the desk to rows of a file with names, so that one and the same code judges both."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.naming import PHOTO, HandRow, NamesFile
from pipeline.naming_words import Permission, Said, Word
from pipeline.store.decisions import ADULT_WITH_PERMISSION, REMEDY, HandDecision


def names_of(decisions: Iterable[HandDecision]) -> NamesFile:
    """The decisions that stand, as rows. A decision about a remedy names nobody.

    The name of the file is left out but for a photo that may harm: cameras give the same name to many photos, and a
    row that names one would hold the others as another version. A harmful one is better held too often.
    """
    rows: dict[str, list[HandRow]] = {}
    for decision in decisions:
        if decision.ended_at is None and decision.what != REMEDY:
            photo = decision.photo if decision.what == PHOTO else ""
            row = HandRow(photo, decision.what, decision.number, decision.box, who(decision))
            rows.setdefault(decision.photo_sha256, []).append(row)
    return NamesFile({sha256: tuple(of_photo) for sha256, of_photo in rows.items()})


def merged(first: NamesFile, second: NamesFile) -> NamesFile:
    """All rows of both. Where they contradict each other, the face or person is held."""
    sha256s = first.rows.keys() | second.rows.keys()
    return NamesFile({sha256: (*first.rows.get(sha256, ()), *second.rows.get(sha256, ())) for sha256 in sha256s})


def who(decision: HandDecision) -> Said:
    """What was said of the face, person or photo."""
    if decision.who == ADULT_WITH_PERMISSION:
        return Permission(decision.platform, decision.reason)
    return Word(decision.who) if decision.who in tuple(Word) else decision.who
