"""What a person may say of a face instead of a name, and how it is written in a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

from consent.messages import Message, say


class Word(StrEnum):
    """What may stand in `who` instead of a person."""

    NO_FACE = "no_face"
    NOT_RECOGNISABLE = "not_recognisable"
    MAY_HARM = "may_harm"
    MAY_STAY = "may_stay"
    """Of a text on a photo: it gives nobody away, or the name may be read there."""
    TAKEN_FOR = "taken_for"
    """Nobody writes this: a person said that it is no face, and it was once taken for somebody of the register."""
    DISPUTED = "disputed"
    """Nobody writes this: rows about one face or person say different things, so none of them counts."""


@dataclass(frozen=True, slots=True)
class Permission:
    """An adult who is not in the register said yes to this very photo, for one platform.

    `evidence`: what shows it (a mail, a form), for those in school. Whoever is in the register goes by the register:
    name that person instead.
    """

    platform_id: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Permissions:
    """All that was said of one adult who is not in the register: a permission for each of some platforms.

    `outweighed`: the face was once taken for somebody of the register, so that none of them counts.
    """

    given: tuple[Permission, ...]
    outweighed: bool = False

    @property
    def platforms(self) -> frozenset[str]:
        """For which platforms they are."""
        return frozenset(one.platform_id for one in self.given)


OF_REGISTER = say(
    "A person said that this is an adult outside the register, but the program takes this face for somebody of the "
    "register, or did so before, and that person's own answer counts. Say by name who it is."
)
"""A permission may be older than the enrolment that shows whose face it is, or newer than its end."""

NO_FACE_OF_REGISTER = say(
    "A person said that this is no face, but the program takes it for somebody of the register, or did so before. Say "
    "by name who it is, or that nobody can recognise this one, and why."
)

Told = str | Word | Permission
"""What one row or one decision says: a person id, a word, or a permission."""

Said = str | Word | Permissions
"""What all rows together say of one face, person or text."""


def merged(said: Said | None, told: Told) -> Said:
    """What was said so far, and one more row: a dispute, unless they say the same or permit for different platforms."""
    if isinstance(told, Permission):
        before = said.given if isinstance(said, Permissions) else ()
        given = tuple(sorted({*before, told}, key=lambda one: one.platform_id))
        one_each = len({one.platform_id for one in given}) == len(given)
        return Permissions(given) if one_each and (said is None or before) else Word.DISPUTED
    return told if said in (None, told) else Word.DISPUTED


WORDS = {
    "no_face": Word.NO_FACE,
    "no face": Word.NO_FACE,
    "geen gezicht": Word.NO_FACE,
    "not_recognisable": Word.NOT_RECOGNISABLE,
    "not recognisable": Word.NOT_RECOGNISABLE,
    "niet herkenbaar": Word.NOT_RECOGNISABLE,
    "may_harm": Word.MAY_HARM,
    "may harm": Word.MAY_HARM,
    "kan schaden": Word.MAY_HARM,
    "may_stay": Word.MAY_STAY,
    "may stay": Word.MAY_STAY,
    "kan blijven": Word.MAY_STAY,
}

IN_DUTCH = {
    Word.NO_FACE: "geen gezicht",
    Word.TAKEN_FOR: "geen gezicht",
    Word.NOT_RECOGNISABLE: "niet herkenbaar",
    Word.MAY_HARM: "kan schaden",
    Word.MAY_STAY: "kan blijven",
}
"""How the words are written back; they are read in both languages."""

_PERMISSION = re.compile(r"(?:volwassene met toestemming|adult with permission)\b(.*)", re.IGNORECASE | re.DOTALL)
_FOR_WHAT = re.compile(r"\s+(?:voor|for)\s+(\w+)\s*:\s*(\S.*)", re.IGNORECASE | re.DOTALL)


def is_person_id(who: Told | Said | None) -> TypeGuard[str]:
    """Whether this names somebody of the register."""
    return isinstance(who, str) and not isinstance(who, Word)


def word(text: str) -> Word | Permission | Message | None:
    """What a cell says that is no name; None where it may be one, and what is wrong with a permission."""
    permission = _PERMISSION.fullmatch(text.strip())
    if permission is None:
        return WORDS.get(" ".join(text.casefold().split()))
    said = _FOR_WHAT.fullmatch(permission[1])
    if said is None:
        return say("write “volwassene met toestemming voor facebook: …”, and after the colon where that can be read.")
    return Permission(said[1].casefold(), said[2].strip())


def written(who: Said | None) -> tuple[str, ...]:
    """The cells that `word` reads back, one a row: at least one, empty where nothing is said.

    A dispute is not carried on: the row is open again.
    """
    if isinstance(who, Permissions):
        return tuple(f"volwassene met toestemming voor {one.platform_id}: {one.evidence}" for one in who.given)
    return (IN_DUTCH.get(who, "") if isinstance(who, Word) else who or "",)
