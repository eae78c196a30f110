"""What can be said at the desk of a face, a person, a text or a photo, and what is asked once more before it counts."""

from __future__ import annotations

from collections.abc import Callable, Container

from consent.facts import IDENTIFIABLE_FACE_PX
from consent.messages import Message, UserError, say
from pipeline.desk.entry import Entry, things_of
from pipeline.matching.quality import why_not_comparable
from pipeline.naming import FACE, PHOTO, TEXT
from pipeline.naming_words import (
    MOST_REASON,
    NEED_A_REASON,
    Permissions,
    SetAside,
    Word,
    is_person_id,
    is_reason,
    is_too_long,
)
from pipeline.store.decisions import ADULT_WITH_PERMISSION
from pipeline.vision.observation import Box

TO_SAY_WHY = frozenset({ADULT_WITH_PERMISSION, *NEED_A_REASON})
"""What can only be said with a reason, that is kept with it."""


def checked(
    entry: Entry,
    what: str,
    number: int,
    who: str,
    reason: str,
    *,
    people: Container[str],
    taken_for: Callable[[], str | None],
) -> Box:
    """The place of what is decided on. Raises `UserError` for whatever is not plainly allowed.

    `people`: ids of the register; `taken_for`: asks whom the program takes the face for, whatever people said.
    """
    seen = entry.seen
    if seen is None:
        raise UserError(say("This photo could not be looked at, so nothing can be said of a face on it."))
    if what == PHOTO:
        if who != Word.MAY_HARM:
            raise UserError(say("Of a whole photo one can only say that it may harm somebody."))
        return Box(0, 0, seen.width, seen.height)
    if (what == TEXT) != (who == Word.MAY_STAY):
        raise UserError(say("Of a text, and of nothing else, one can say that it may stay."))
    box = next((seen.place(thing) for thing in things_of(seen, what) if thing.number == number), None)
    if box is None:
        raise UserError(say("This face is not on the photo any more. Open the photo again."))
    if what != TEXT and who not in TO_SAY_WHY and who not in people:
        raise UserError(say("The register does not know this person any more. Search again."))
    if who in TO_SAY_WHY and not is_reason(reason):
        raise UserError(say("Write why, in a few words."))
    if is_too_long(reason):
        raise UserError(say("Write it shorter: a reason has at most {most} characters.", most=MOST_REASON))
    if who == ADULT_WITH_PERMISSION and what == FACE and taken_for() is not None:
        raise UserError(
            say(
                "The program takes this face for somebody of the register, whose own answer counts. Say by name "
                "who it is."
            )
        )
    return box


def asked_once_more(entry: Entry, what: str, number: int, who: str, reason: str) -> Message | None:
    """What to ask before a face that can be seen well is set aside, or what was said before is; else None."""
    return _seen_well(entry, what, number, who, reason) or _said_before(entry, what, number, who)


def _said_before(entry: Entry, what: str, number: int, who: str) -> Message | None:
    """Whoever takes the chosen face for the next one would give a child the yes of another."""
    match entry.audited.told.get((what, number)):
        case SetAside(word=word, reason=why) if word != who:
            before = say("This one was set aside by a person already: “{reason}”.", reason=why)
        case Permissions() if who != ADULT_WITH_PERMISSION:
            before = say("A person said already that this is an adult with permission.")
        case str(said) if is_person_id(said) and said != who:
            before = say("A person said already who this is: {person}.", person=said)
        case _:
            return None
    return say(
        "{before} Does what you say now count instead? If you mean another face, go back and choose that one.",
        before=before,
    )


def _seen_well(entry: Entry, what: str, number: int, who: str, reason: str) -> Message | None:
    if what != FACE or who not in NEED_A_REASON or entry.seen is None:
        return None
    face = next(face for face in entry.seen.faces if face.number == number)
    if why_not_comparable(face, IDENTIFIABLE_FACE_PX) is not None:
        return None
    if who == Word.NO_FACE:
        return say(
            "The program measured a large, sharp face here. Is this really no face, but: “{reason}”?", reason=reason
        )
    return say(
        "The program measured a large, sharp face here: whoever knows this child would recognise it. You wrote: "
        "“{reason}”. Can really nobody recognise it?",
        reason=reason,
    )
