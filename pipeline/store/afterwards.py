"""What was said at the desk of a photo counts for the post that it was approved for too, once it is taken back.

A post that was approved is judged again by the facts of that moment. A permission for a face, or the word that nobody
could recognise it, is such a fact and stands in no register; so where it is taken back, the facts follow. They become
milder again only where the very same face, by its number and size, gets a word again: `undo` at the desk.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from consent.facts import FaceFact
from consent.messages import say
from pipeline.naming_words import Word
from pipeline.published.kept import PERMISSION_ENDED, KeptPicture
from pipeline.store.decisions import ADULT_WITH_PERMISSION, FACE, PERSON, PHOTO, HandDecision

WORD_ENDED = say(
    "Somebody said of this one that nobody could recognise it, and took that back after the post was approved. Look "
    "who it is."
)

SAME_SIDE_PX = 0.5
"""Two boxes whose sides differ by less are one: a face that was looked at anew may have another number."""


def taken_back(picture: KeptPicture, decision: HandDecision, on: date) -> KeptPicture:
    """The picture without what a decision said of it, which ended on that day. Never milder."""
    facts = picture.facts
    if decision.what == PHOTO:
        facts = replace(facts, may_harm=False)
    elif decision.what == PERSON:
        bodies = (replace(b, ruled_out=False) if b.number == decision.number else b for b in facts.bodies)
        facts = replace(facts, bodies=tuple(bodies))
    elif decision.what == FACE:
        faces = tuple(_without(f, decision, on) if f.number == decision.number else f for f in facts.faces)
        if decision.who == Word.NO_FACE and all(face.number != decision.number for face in faces):
            faces = (*faces, FaceFact(decision.number, decision.box.side, None, WORD_ENDED))
        facts = replace(facts, faces=faces)
    return replace(picture, facts=facts)


def said_again(picture: KeptPicture, platform: str, decision: HandDecision) -> KeptPicture:
    """The picture with what a decision says of a face of which something was taken back; and that it may harm.

    `platform`: where it is public. A permission for another one says nothing.
    """
    facts, by_hand = picture.facts, picture.by_hand
    if decision.what == PHOTO and decision.who == Word.MAY_HARM:
        return replace(picture, facts=replace(facts, may_harm=True))
    open_again = [face for face in facts.faces if decision.what == FACE and _is_open_again(face, decision)]
    if not open_again:
        return picture
    (before,) = open_again
    others = tuple(face for face in facts.faces if face is not before)
    if decision.who == Word.NO_FACE:
        return replace(picture, facts=replace(facts, faces=others))
    if decision.who == ADULT_WITH_PERMISSION:
        if decision.platform != platform:
            return picture
        after = replace(before, permitted_for=decision.platform, why_unnamed=None)
    elif decision.who == Word.NOT_RECOGNISABLE:
        after = replace(before, ruled_out=True, why_unnamed=None)
    else:
        after = replace(before, person_id=decision.who, why_unnamed=None)
        by_hand |= {before.number}
    return replace(picture, facts=replace(facts, faces=(*others, after)), by_hand=by_hand)


def _without(face: FaceFact, decision: HandDecision, on: date) -> FaceFact:
    if decision.who == ADULT_WITH_PERMISSION and face.permitted_for == decision.platform:
        return replace(face, permitted_for="", why_unnamed=replace(PERMISSION_ENDED, values=(("day", on.isoformat()),)))
    if decision.who == Word.NOT_RECOGNISABLE and face.ruled_out:
        return replace(face, ruled_out=False, why_unnamed=face.why_unnamed if face.person_id else WORD_ENDED)
    return face


def _is_open_again(face: FaceFact, decision: HandDecision) -> bool:
    why = face.why_unnamed.text if face.why_unnamed else ""
    same = face.number == decision.number and abs(face.side_px - decision.box.side) < SAME_SIDE_PX
    return same and face.person_id is None and why in (PERMISSION_ENDED.text, WORD_ENDED.text)
