"""Naming by hand: what people said of a photo, in a table (`naming_table.py`) or at the desk, and what it comes to.

This is the route of a school that does not match faces, and of every face that the program cannot
name. What was said is bound to its photo by the SHA-256 and to its face by the place of the box, so that a
name can never slide onto another face.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeGuard

from consent.findings import Finding, Outcome
from consent.messages import Message, say
from pipeline.naming_words import (
    DISPUTED,
    WITHOUT_A_REASON,
    Permission,
    Permissions,
    Said,
    SetAside,
    Told,
    Word,
    is_person_id,
    is_set_aside,
    merged,
)
from pipeline.reporting.words import visible
from pipeline.vision.observation import Body, Box, Face, Observation, SeenText
from pipeline.vision.persons import LARGEST_FACE

FACE, BODY, TEXT, PHOTO = "face", "person", "text", "photo"

_LETTERS = {FACE: "", BODY: "P", TEXT: "T"}

BY_HAND = "hand"
"""The rule id of a finding that tells what a person said."""

TAKEN_BACK = say(
    "A row in the file with names says something that was taken back at the desk, so it does not count: nobody can "
    "tell whether the row is newer. If it is right, say it again at the desk."
)

SAME_PLACE = 0.5
"""A row belongs to a face whose box shares at least this part of their union with the row's box.

What PASCAL VOC asks of two boxes of one thing. Boxes only differ where a later version looks in another way.
"""


Thing = Face | Body | SeenText


@dataclass(frozen=True, slots=True)
class HandNames:
    """What people said of one photo: by number of a face or of a body, a person id, a word or permissions.

    `texts`: by number of a text that can be read on it, that it may stay, or that this is disputed.
    `of_another_version`: the names are about a file of this name with other content. `taken_back`: by kind and number,
    of what a row says something that does not count, because the desk took the same back.
    """

    faces: Mapping[int, Said] = field(default_factory=dict)
    bodies: Mapping[int, Said] = field(default_factory=dict)
    texts: Mapping[int, Said] = field(default_factory=dict)
    may_harm: bool = False
    of_another_version: bool = False
    taken_back: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class HandRow:
    """What a person said of one thing on a photo, with its place (`Observation.place`).

    `photo`: the file's name, or empty.
    """

    photo: str
    what: str
    number: int
    box: Box
    who: Told


@dataclass(frozen=True)
class NamesFile:
    """A filled-in names.csv: its rows by the SHA-256 of the photo.

    `taken_for`: by the same SHA-256, where on photos that are `outweighable` somebody of the register was found once,
    in parts of their width and height. `taken_back`: rows that do not count and are only told of, by the same.
    `known`: of a table that a run wrote, the last decision that counted in it; None of any other, as nobody knows.
    """

    rows: Mapping[str, tuple[HandRow, ...]] = field(default_factory=dict)
    taken_for: Mapping[str, tuple[Box, ...]] = field(default_factory=dict)
    taken_back: Mapping[str, tuple[HandRow, ...]] = field(default_factory=dict)
    known: int | None = None

    @property
    def outweighable(self) -> frozenset[str]:
        """SHA-256 of the photos on which somebody was said to have a permission, or to be no face.

        Either takes a face out of what the register is asked for, so it does not count for somebody of the register.
        """
        return frozenset(
            sha
            for sha, rows in self.rows.items()
            if any(isinstance(row.who, Permission) or is_set_aside(row.who, Word.NO_FACE) for row in rows)
        )

    def for_photo(self, name: str, seen: Observation) -> HandNames:
        """What was said of this photo. A face counts where number and place agree; else nobody knows who was meant."""
        if not self.rows and not self.taken_back:
            return HandNames()
        said_of: dict[str, dict[int, Said]] = {FACE: {}, BODY: {}, TEXT: {}}
        things_of: dict[str, Sequence[Thing]] = {FACE: seen.faces, BODY: seen.bodies, TEXT: seen.texts}
        rows, back = self.rows.get(seen.sha256, ()), self.taken_back.get(seen.sha256, ())
        about = {row.what for row in (*rows, *back)}
        places = {what: {t.number: seen.place(t) for t in things_of[what]} for what in things_of if what in about}
        for row in rows:
            if row.what != PHOTO:
                said = said_of[row.what]
                there = _at(row.box, places[row.what])
                for number in {n for n in (there, row.number) if n is not None}:
                    said[number] = merged(said.get(number), row.who) if there == row.number else Word.DISPUTED
        found = self.taken_for.get(seen.sha256, ())
        for what, things in ((FACE, seen.faces), (BODY, seen.bodies)):
            said = said_of[what]
            permitted = {n: who for n, who in said.items() if isinstance(who, Permissions)}
            no_face = {number for number, who in said.items() if is_set_aside(who, Word.NO_FACE)}
            for thing in seen.touched([t for t in things if t.number in permitted.keys() | no_face], found):
                who = permitted.get(thing.number)
                said[thing.number] = replace(who, outweighed=True) if who else Word.TAKEN_FOR
        return HandNames(
            said_of[FACE],
            said_of[BODY],
            said_of[TEXT],
            may_harm=any(row.who is Word.MAY_HARM for row in rows),
            of_another_version=_in_a_table(name) in self._names and all(r.who is Word.OTHER_VERSION for r in rows),
            taken_back=frozenset((r.what, r.number) for r in back if _at(r.box, places[r.what]) == r.number),
        )

    def unused(self, sha256s: Set[str], names: Set[str]) -> tuple[str, ...]:
        """Names of photos that something was said of, and that are not in the batch in any version."""
        told = {row.photo for sha256, rows in self.rows.items() for row in rows if sha256 not in sha256s}
        return tuple(sorted(told - set(map(_in_a_table, names))))

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(row.photo for rows in self.rows.values() for row in rows if row.photo)


def _in_a_table(name: str) -> str:
    """A file's name as it comes back from a table."""
    return visible(name).strip()


def _at(box: Box, places: Mapping[int, Box]) -> int | None:
    """The number of the one thing at that place; `places` by number."""
    best = max(places, key=lambda number: box.share(places[number]), default=None)
    return best if best is not None and box.share(places[best]) >= SAME_PLACE else None


def with_named_bodies(seen: Observation, names: HandNames) -> tuple[Observation, HandNames]:
    """Make a face of every body that a person gave a name: somebody saw a face there that the program missed.

    The face gets the next free number and, as its box, the largest that a face could have on that body.
    """
    if not any(is_somebody(who) for who in names.bodies.values()):
        return seen, names
    faces, named, film = list(seen.faces), dict(names.faces), seen.film
    for body in seen.bodies:
        who = names.bodies.get(body.number)
        if not is_somebody(who):
            continue
        side = LARGEST_FACE * body.box.side
        box = Box(body.box.x + (body.box.width - side) / 2, body.box.y, side, side)
        faces.append(Face(len(faces) + 1, box, 1.0, ()))
        named[len(faces)] = who
        if film is not None:
            track = next(track for track in film.bodies if track.number == body.number)
            track = replace(track, number=len(faces), side_px=LARGEST_FACE * track.side_px, shown=())
            film = replace(film, faces=(*film.faces, track))
    bodies = tuple(b for b in seen.bodies if not is_somebody(names.bodies.get(b.number)))
    return replace(seen, faces=tuple(faces), bodies=bodies, film=film), replace(names, faces=named)


def hand_findings(said: HandNames) -> Iterator[Finding]:
    """What people said of a photo, for its card and its record: it weighs as much as any rule."""
    for number, who in sorted(said.faces.items()):
        yield Finding(BY_HAND, Outcome.NOT_APPLICABLE, _statement(who), (number,), person_id=_id(who))
    for number, who in sorted(said.bodies.items()):
        yield Finding(BY_HAND, Outcome.NOT_APPLICABLE, _statement(who), bodies=(number,), person_id=_id(who))
    for number, who in sorted(said.texts.items()):
        yield Finding(BY_HAND, Outcome.NOT_APPLICABLE, _of_text(who), texts=(number,))
    for what, number in sorted(said.taken_back):
        faces, bodies, texts = ((number,) if what == kind else () for kind in (FACE, BODY, TEXT))
        yield Finding(BY_HAND, Outcome.NOT_APPLICABLE, TAKEN_BACK, faces, bodies=bodies, texts=texts)


def label(what: str, number: int) -> str:
    """What a face, a person or a text is called on pictures: 1, P1 or T1."""
    return f"{_LETTERS[what]}{number}"


def all_told(said: HandNames) -> dict[tuple[str, int], Said]:
    """By kind and number, what people said of faces, persons and texts."""
    kinds = ((FACE, said.faces), (BODY, said.bodies), (TEXT, said.texts))
    return {(what, number): who for what, of in kinds if of for number, who in sorted(of.items())}


def _of_text(who: Said) -> Message:
    if who is Word.MAY_STAY:
        return say("A person said that this text may stay.")
    return say("What people said of this text contradicts itself.")


def _id(who: Said) -> str | None:
    return who if is_person_id(who) else None


def _statement(who: Said) -> Message:
    match who:
        case Permissions():
            return say(
                "A person said that this is an adult outside the register who gave permission for this photo or film."
            )
        case SetAside(Word.NO_FACE) | Word.TAKEN_FOR:
            return say("A person said that this is no face, and what it is.")
        case SetAside():
            return say("A person said that nobody can recognise this one, and why.")
        case Word.NO_FACE | Word.NOT_RECOGNISABLE:
            return WITHOUT_A_REASON[Word(who)]
        case Word.DISPUTED:
            return DISPUTED
    return say("A person said that this is {person}.", person=who)


def is_somebody(who: Said | None) -> TypeGuard[str | Permissions]:
    """Whether this is a person, in the register or outside it."""
    return who is not None and not isinstance(who, Word | SetAside)
