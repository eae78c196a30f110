"""From what people decided at the desk to rows of a file with names, so that one and the same code judges both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from math import inf

from pipeline.naming import PHOTO, HandRow, NamesFile
from pipeline.naming_words import NEED_A_REASON, Permission, SetAside, Told, Word, is_person_id
from pipeline.store import Store
from pipeline.store.decisions import REMEDY, HandDecision

SOME_REASON = "a reason"
"""In place of any reason, where it only counts that there is one."""


def names_of(decisions: Iterable[HandDecision]) -> NamesFile:
    """The decisions that stand, as rows. A decision about a remedy names nobody.

    The name of the file is left out but for a photo that may harm: cameras give the same name to many photos, and a
    row that names one would hold the others as another version. A harmful one is better held too often.
    """
    rows: dict[str, list[HandRow]] = {}
    for decision in decisions:
        if decision.ended_at is None and decision.what != REMEDY:
            photo = decision.photo if decision.what == PHOTO else ""
            row = HandRow(photo, decision.what, decision.number, decision.box, decision.told)
            rows.setdefault(decision.photo_sha256, []).append(row)
    return NamesFile({sha256: tuple(of_photo) for sha256, of_photo in rows.items()})


def with_decisions(names: NamesFile, decisions: Collection[HandDecision]) -> NamesFile:
    """A file with names, and all decisions that were ever made; those that stand count beside the file's rows.

    The file may be of an earlier run, in which decisions stand as rows: a row that says what was decided and taken back
    since does not count, or it would bring that back. It may also be newer, and nobody can tell: so it is told of
    (`NamesFile.taken_back`), unless something else was decided instead. Where file and decisions contradict each other,
    the face or person is held.
    Whether somebody has a permission for a platform, the decisions alone say once there was one: its evidence comes
    back from a table in other letters, so nobody can tell the row of an earlier run by it.
    A dispute that a run wrote into its table counts until somebody says anew, after that run, what is there, and
    nothing of before it stands beside that.
    What may hold a photo does not go unseen, since somebody may have written it anew: that it may harm stays, and of a
    face with a name that was taken back nobody knows who it is.
    """
    now = names_of(decisions).rows
    standing = [decision for decision in decisions if decision.ended_at is None]
    # Also what ended without its reason, which was erased, is known again; what stands so keeps no row alive.
    kept = {_about(d.photo_sha256, d.what, d.number, d.told) for d in standing}
    gone = {_decided(decision) for decision in decisions if decision.ended_at is not None} - kept
    known = inf if names.known is None else names.known
    older, since = ({_thing(d) for d in standing if ((d.first or d.id) > known) is new} for new in (False, True))
    anew = since - older
    counting: dict[str, tuple[HandRow, ...]] = {}
    taken_back: dict[str, tuple[HandRow, ...]] = {}
    for sha256 in names.rows.keys() | now.keys():
        said = now.get(sha256, ())
        decided = {(row.what, row.number) for row in said}
        settled = {(row.what, row.number) for row in said if not isinstance(row.who, Permission)}
        still, back = [], []
        for row in names.rows.get(sha256, ()):
            if row.who is Word.DISPUTED and (sha256, row.what, row.number) in anew:
                continue
            about = _about(sha256, row.what, row.number, row.who)
            with_reason = isinstance(row.who, Word) and row.who in NEED_A_REASON and SetAside(row.who, SOME_REASON)
            # Older versions wrote no reasons into their tables.
            is_gone = about in gone or (with_reason and (*about[:3], with_reason) in gone)
            if row.who is Word.MAY_HARM or not is_gone:
                still += [] if isinstance(row.who, Permission) and about in kept else [row]
                continue
            if is_person_id(row.who) and (row.what, row.number) not in decided:
                still.append(replace(row, who=Word.DISPUTED))
            if (row.what, row.number) not in settled:
                back.append(row)
        counting[sha256], taken_back[sha256] = (*still, *said), tuple(back)
    return NamesFile(_without_empty(counting), taken_back=_without_empty(taken_back))


def _without_empty(rows: Mapping[str, tuple[HandRow, ...]]) -> dict[str, tuple[HandRow, ...]]:
    return {sha256: of_photo for sha256, of_photo in rows.items() if of_photo}


def of_table_alone(names: NamesFile, decisions: Collection[HandDecision]) -> tuple[HandRow, ...]:
    """The rows of a file with names that say what was never said at the desk, so that nobody can take it back there.

    `decisions`: all that were ever made of the photos of the file.
    """
    at_the_desk = set(map(_decided, decisions))
    return tuple(
        row
        for sha256, rows in names.rows.items()
        for row in rows
        if _about(sha256, row.what, row.number, row.who) not in at_the_desk
    )


def contradicts(one: Told, other: Told | None) -> bool:
    """Whether two words about one face cannot both stand; None is no word. Permissions for two platforms can."""
    if isinstance(one, Permission) and isinstance(other, Permission):
        return one.platform_id == other.platform_id and one != other
    return one != other


def outweighed(names: NamesFile, store: Store) -> NamesFile:
    """The same names with the places where somebody of the register was found, so that no permission counts there.

    Nor does a word that it is no face. Whoever judges by names asks this first. Else the end of a template would turn
    the one it was of into an outsider, and what is taken back must never make a verdict milder.
    """
    return replace(names, taken_for={sha256: store.taken_for(sha256) for sha256 in names.outweighable})


def _thing(decision: HandDecision) -> tuple[str, str, int]:
    return decision.photo_sha256, decision.what, decision.number


def _decided(decision: HandDecision) -> tuple[str, str, int, Told]:
    """What a decision says, and of what, also where its reason or evidence was erased since."""
    told = decision.told
    if isinstance(told, Word) and told in NEED_A_REASON:
        told = SetAside(told, SOME_REASON)
    return _about(decision.photo_sha256, decision.what, decision.number, told)


def _about(sha256: str, what: str, number: int, told: Told) -> tuple[str, str, int, Told]:
    """What a row or a decision says, and of what; a reason or an evidence comes back from a table in other letters."""
    if isinstance(told, Permission):
        told = Permission(told.platform_id.casefold(), "")
    if isinstance(told, SetAside):
        told = SetAside(told.word, SOME_REASON)
    return sha256, what, number, told
