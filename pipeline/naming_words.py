"""What a person may say of a face instead of a name, and how it is written in a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

from consent.messages import Message, say


class Word(StrEnum):
    """What may stand in `who` instead of a person.

    The first two count only with a reason (`SetAside`): one word must not clear somebody who has no yes.
    """

    NO_FACE = "no_face"
    NOT_RECOGNISABLE = "not_recognisable"
    MAY_HARM = "may_harm"
    MAY_STAY = "may_stay"
    """Of a text on a photo: it gives nobody away, or the name may be read there."""
    TAKEN_FOR = "taken_for"
    """Nobody writes this: a person said that it is no face, and it was once taken for somebody of the register."""
    DISPUTED = "disputed"
    """Rows about one face, person or text say different things, or another place, so none of them counts.

    A run writes it into its own table, where it counts until somebody says anew what is there.
    """
    OTHER_VERSION = "other_version"
    """Of a photo: what was said is about other content of that name. A run writes it into its own table."""


NEED_A_REASON = frozenset({Word.NO_FACE, Word.NOT_RECOGNISABLE})
"""Words that take a face or a person out of what needs a yes."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A face or a person that needs no yes, as a person says: `word` is one of `NEED_A_REASON`, and `reason` says why.

    The reason is for those in school; it may tell who it is.
    """

    word: Word
    reason: str

    def __post_init__(self) -> None:
        if self.word not in NEED_A_REASON or not is_reason(self.reason):
            raise ValueError("who is set aside without a reason is not set aside")


@dataclass(frozen=True, slots=True)
class Permission:
    """An adult who is not in the register said yes to this very photo, for one platform.

    `evidence`: what shows it (a mail, a form), for those in school; empty where it was erased, and then it permits
    nothing. Whoever is in the register goes by the register:
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
        """For which platforms they are, with what shows it."""
        return frozenset(one.platform_id for one in self.given if one.evidence)


OF_REGISTER = say(
    "A person said that this is an adult outside the register, but the program takes this face for somebody of the "
    "register, or did so before, and that person's own answer counts. Say by name who it is."
)
"""A permission may be older than the enrolment that shows whose face it is, or newer than its end."""

NO_FACE_OF_REGISTER = say(
    "A person said that this is no face, but the program takes it for somebody of the register, or did so before. Say "
    "by name who it is, or that nobody can recognise this one, and why."
)

WITHOUT_A_REASON = {
    Word.NO_FACE: say(
        "A person said that this is no face, without saying what it is instead, so it does not count. Say that at the "
        "desk (key F), or write in names.csv, for example: geen gezicht: een pop."
    ),
    Word.NOT_RECOGNISABLE: say(
        "A person said that nobody can recognise this one, without saying why, so it does not count. Say that at the "
        "desk (key N), or write in names.csv, for example: niet herkenbaar: ver weg en onscherp."
    ),
}
"""Why a face is held of which no more was said than the bare word."""

WITHOUT_EVIDENCE = say(
    "A person said that this adult gave permission, and what shows it was erased since, so it does not count. Say anew "
    "at the desk where the permission can be read, or who it is."
)
"""Why a face is held whose permission shows nothing any more."""

DISPUTED = say(
    "What people said here contradicts itself. Say anew at the desk who it is; what stands in a file with names is "
    "changed in that file."
)
"""Why a face is held of which rows or decisions say different things."""

Told = str | Word | Permission | SetAside
"""What one row or one decision says: a person id, a word, a word with its reason, or a permission."""

Said = str | Word | Permissions | SetAside
"""What all rows together say of one face, person or text."""


def is_reason(text: str) -> bool:
    """Whether a text says anything: at least one word of three letters, such as “pop”."""
    folded = _folded(text)
    words = set(_A_WORD.findall(folded)) - _ARTICLES
    return bool(words) and folded not in WORDS and folded != DO_NOT_ASK_AGAIN


def is_too_long(text: str) -> bool:
    """Whether a reason or an evidence is longer than whoever signs would read."""
    return len(text) > MOST_REASON


def with_reason(who: Word, reason: str) -> Word | SetAside:
    """A word as it counts: set aside where its reason says anything, else the bare word."""
    return SetAside(who, reason) if who in NEED_A_REASON and is_reason(reason) else who


def is_set_aside(said: Said | Told | None, *words: Word) -> TypeGuard[SetAside]:
    """Whether a face or a person needs no yes, as a person said with a reason; of those words, where any are given."""
    return isinstance(said, SetAside) and (not words or said.word in words)


def merged(said: Said | None, told: Told) -> Said:
    """What was said so far, and one more row: a dispute, unless they say the same or permit for different platforms.

    Of one word that is said twice the later reason stays.
    """
    if isinstance(told, SetAside):
        return told if said is None or _word_of(said) is told.word else Word.DISPUTED
    if isinstance(said, SetAside):
        return said if told is said.word else Word.DISPUTED
    if isinstance(told, Permission):
        before = said.given if isinstance(said, Permissions) else ()
        given = tuple(sorted({*before, told}, key=lambda one: one.platform_id))
        one_each = len({one.platform_id for one in given}) == len(given)
        return Permissions(given) if one_each and (said is None or before) else Word.DISPUTED
    return told if said in (None, told) else Word.DISPUTED


def _word_of(said: Said) -> Said:
    return said.word if isinstance(said, SetAside) else said


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
    "disputed": Word.DISPUTED,
    "tegenstrijdig": Word.DISPUTED,
    "other version": Word.OTHER_VERSION,
    "andere versie": Word.OTHER_VERSION,
}

IN_DUTCH = {
    Word.NO_FACE: "geen gezicht",
    Word.TAKEN_FOR: "geen gezicht",
    Word.NOT_RECOGNISABLE: "niet herkenbaar",
    Word.MAY_HARM: "kan schaden",
    Word.MAY_STAY: "kan blijven",
    Word.DISPUTED: "tegenstrijdig",
    Word.OTHER_VERSION: "andere versie",
}
"""How the words are written back; they are read in both languages."""

DO_NOT_ASK_AGAIN = "do_not_ask_again"
"""What stands for a reason where an older version of the program asked for none."""

MOST_REASON = 300
"""Characters of a reason or an evidence at the desk. In a table there may be more: older ones must stay readable."""

_A_WORD = re.compile(r"[^\W\d_]{3,}")
_ARTICLES = {"een", "het", "dit", "dat", "the", "this", "that"}
_BECAUSE = re.compile(r"(.+?)\s*(?:[:,;(.–-]|\b(?:omdat|want|because|since)\b)\s*(.*)", re.IGNORECASE | re.DOTALL)
_PERMISSION = re.compile(r"(?:volwassene met toestemming|adult with permission)\b(.*)", re.IGNORECASE | re.DOTALL)
_ERASED = re.compile(r"(?:toestemming zonder bewijs voor|permission without evidence for)\s+(\w+)", re.IGNORECASE)
_FOR_WHAT = re.compile(r"\s+(?:voor|for)\s+(\w+)\s*:\s*(\S.*)", re.IGNORECASE | re.DOTALL)


def is_person_id(who: Told | Said | None) -> TypeGuard[str]:
    """Whether this names somebody of the register."""
    return isinstance(who, str) and not isinstance(who, Word)


def word(text: str) -> Word | SetAside | Permission | Message | None:
    """What a cell says that is no name; None where it may be one, and what is wrong with a permission."""
    erased = _ERASED.fullmatch(text.strip())
    if erased is not None:
        return Permission(erased[1].casefold(), "")
    permission = _PERMISSION.fullmatch(text.strip())
    if permission is None:
        return _word(text)
    said = _FOR_WHAT.fullmatch(permission[1])
    if said is None:
        return say("write “volwassene met toestemming voor facebook: …”, and after the colon where that can be read.")
    return Permission(said[1].casefold(), said[2].strip())


def _word(text: str) -> Word | SetAside | None:
    bare = WORDS.get(_folded(text))
    if bare is not None:
        return bare
    because = _BECAUSE.fullmatch(text.strip())
    first = WORDS.get(_folded(because[1])) if because else None
    return with_reason(first, because[2].strip(" ()")) if because and first in NEED_A_REASON else None


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def written(who: Said | None) -> tuple[str, ...]:
    """The cells that `word` reads back, one a row: at least one, empty where nothing is said.

    A dispute is written as one: whoever reads the table again must not take the program's name for what people said.
    """
    if isinstance(who, Permissions):
        return tuple(
            f"volwassene met toestemming voor {one.platform_id}: {one.evidence}"
            if one.evidence
            else f"toestemming zonder bewijs voor {one.platform_id}"
            for one in who.given
        )
    if isinstance(who, SetAside):
        return (f"{IN_DUTCH[who.word]}: {who.reason}",)
    return (IN_DUTCH[who] if isinstance(who, Word) else who or "",)
