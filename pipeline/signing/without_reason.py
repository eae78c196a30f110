"""Posts that older versions of the program let pass by a bare word: that it is no face, or nobody can recognise it.

Such a word counts only with a reason by now. So what is kept of those posts is brought up to that, as if the word had
been taken back: from what was decided at the desk, and from the names.csv of the run that was approved.
A permission whose evidence was erased since is treated alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from consent.people import Person
from pipeline.candidates import NAMES_FILE
from pipeline.deciding import with_decisions
from pipeline.naming import BODY, FACE, HandRow, NamesFile
from pipeline.naming_table import read_names
from pipeline.naming_words import NEED_A_REASON, Permission, Said, Word, merged
from pipeline.photos import file_digest
from pipeline.store import Store
from pipeline.store.decisions import HandDecision
from pipeline.workspace import Workspace


def hold_without_a_reason(space: Workspace, store: Store, at: datetime) -> None:
    """Bring up to date what is kept of approved posts. Doing it again changes nothing."""
    with store.transaction():
        for decision in store.decisions.standing():
            told = decision.told
            if told in NEED_A_REASON or (isinstance(told, Permission) and not told.evidence):
                store.carry_on(decision, store.decisions.standing(decision.photo_sha256), at)
        decisions, people = store.decisions.all(), store.people()
        for approval in store.signing.approvals():
            names = with_decisions(_as_it_was(space, store, approval.run_id, people), decisions)
            for decision in _bare(names, at):
                store.carry_on(decision, [decision], at)


def _as_it_was(space: Workspace, store: Store, run_id: str, people: Mapping[str, Person]) -> NamesFile:
    """The names.csv of a run; nothing where it is gone, or not the one any more that the approval rested on."""
    table, source = space.reports / run_id / NAMES_FILE, store.source(run_id)
    if source is None or not table.is_file() or file_digest(table) != source.names_sha256:
        return NamesFile()
    return read_names(table, people, skip_faults=True)  # who is named there may be gone from the register by now


def _bare(names: NamesFile, at: datetime) -> Iterator[HandDecision]:
    """What is said of faces and persons by a bare word alone, as if it had been decided."""
    for sha256, rows in names.rows.items():
        said: dict[tuple[str, int], tuple[HandRow, Said]] = {}
        for row in (row for row in rows if row.what in (FACE, BODY)):
            before = said.get((row.what, row.number))
            said[row.what, row.number] = row, merged(before[1] if before else None, row.who)
        for row, who in said.values():
            if isinstance(who, Word) and who in NEED_A_REASON:
                yield HandDecision(at, sha256, row.photo, row.what, row.number, row.box, who)
