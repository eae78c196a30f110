"""What is said at the desk of a photo counts for the post that it was approved for too: given, changed or taken back.

A post that was approved is judged again by the facts of that moment. A name, a permission or the word that nobody could
recognise somebody is such a fact; so where it goes, the facts follow: nobody knows then who it is. They become milder
only where a person says something of the very same face or body again, known by its number and size.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import reduce

from consent.facts import BodyFact, FaceFact, Orientation, PhotoFacts, TextFact, TextPlace
from consent.messages import Message, say
from pipeline.naming_words import OF_REGISTER, WITHOUT_A_REASON, WITHOUT_EVIDENCE, Permissions, Said, Word, merged
from pipeline.published.kept import NAME_ERASED, PERMISSION_ENDED, KeptPicture
from pipeline.store.decisions import ADULT_WITH_PERMISSION, FACE, PERSON, PHOTO, TEXT, HandDecision
from pipeline.vision.persons import LARGEST_FACE

WORD_ENDED = say(
    "What somebody said of this one at the desk was changed or taken back after the post was approved. Look who it is."
)

TEXT_ENDED = say(
    "What somebody said at the desk, that a text on this picture may stay, was taken back after the post was approved. "
    "Look at that text."
)

_NOTHING: Said | None = None

SAME_SIDE_PX = 0.5
"""Two boxes whose sides differ by less are one: a face that was looked at anew may have another number."""


def after(
    picture: KeptPicture,
    platform: str,
    decision: HandDecision,
    standing: Collection[HandDecision],
    *,
    outweighed: bool,
    on: date,
) -> KeptPicture:
    """The picture as it is known once a decision about its photo was made, or has ended on that day.

    `platform`: where it is public; a permission for another one says nothing. `standing`: the decisions about the photo
    that stand by now: of those that contradict each other none counts, nor does a bare word that needs a reason.
    `outweighed`: whether somebody of the register was found there once, so that no permission and no word that it is no
    face counts.
    """
    now = [one for one in standing if (one.what, one.number) == (decision.what, decision.number)]
    if decision.what == PHOTO:
        return replace(picture, facts=replace(picture.facts, may_harm=bool(now)))
    if decision.what == TEXT:
        return picture if now else _with_open_text(picture, decision.number)
    if decision.what not in (FACE, PERSON):
        return picture
    said = reduce(merged, (one.told for one in now), _NOTHING)
    if said is Word.DISPUTED:
        return _disputed(picture, decision)
    if isinstance(said, Word) and said in WITHOUT_A_REASON:
        return _without_a_reason(picture, platform, decision, standing, WITHOUT_A_REASON[said], on)
    if isinstance(said, Permissions) and platform in {one.platform_id for one in said.given} - said.platforms:
        return _without_a_reason(picture, platform, decision, standing, WITHOUT_EVIDENCE, on)
    if not any(map(decision.says_what, now)):
        picture = _taken_back(picture, platform, decision, on)
    counting = [one for one in now if one.who != ADULT_WITH_PERMISSION or one.platform == platform]
    return _said(picture, platform, counting[-1], standing, outweighed) if counting else picture


def _said(
    picture: KeptPicture, platform: str, decision: HandDecision, standing: Collection[HandDecision], outweighed: bool
) -> KeptPicture:
    """With what is said of a face or body. Where its number and size do not agree, nobody knows who was meant."""
    facts, side = picture.facts, _side(decision)
    body, face = _body(facts, decision), _face(facts, decision)
    if body is not None and abs(body.largest_face_px - side) < SAME_SIDE_PX:
        if decision.who == Word.NO_FACE and outweighed:
            return picture  # somebody of the register was found there once: there is a person
        if decision.who in tuple(Word):
            return replace(picture, facts=_with_body(facts, replace(body, ruled_out=True)))
        facts = replace(facts, bodies=tuple(b for b in facts.bodies if b is not body))
        # Not the number of one that is said to be no face: that may be taken back.
        taken = {f.number for f in facts.faces} | {one.number for one in standing if one.what == FACE}
        face = FaceFact(1 + max(taken, default=0), side, None)
    elif decision.what == PERSON and (body is not None or face is None or not _is_of_body(face, decision, standing)):
        # Another face may be just as large: one of which nobody said or took back a word was never that of this body.
        return _disputed(picture, decision) if body is not None else picture
    if face is None:  # cut away, or said to be none
        return picture
    if abs(face.side_px - side) >= SAME_SIDE_PX:
        return _disputed(picture, decision)
    if decision.who == Word.NO_FACE and outweighed:
        return picture  # the answer of whoever it was taken for counts
    if decision.who == Word.NO_FACE:
        return replace(picture, facts=replace(facts, faces=tuple(f for f in facts.faces if f.number != face.number)))
    if decision.who == Word.NOT_RECOGNISABLE:
        face = replace(face, ruled_out=True, permitted_for=frozenset(), why_unnamed=None)
    elif decision.who != ADULT_WITH_PERMISSION:
        picture = replace(picture, by_hand=picture.by_hand | {face.number})
        face = replace(face, ruled_out=False, permitted_for=frozenset(), why_unnamed=None, person_id=decision.who)
    elif face.person_id is None and outweighed:
        lost = face.why_unnamed is not None and face.why_unnamed.text == NAME_ERASED.text
        why = face.why_unnamed if lost else OF_REGISTER
        face = replace(face, ruled_out=False, permitted_for=frozenset(), why_unnamed=why)
    elif face.person_id is None:  # whoever has a name goes by the register
        face = replace(face, ruled_out=False, permitted_for=face.permitted_for | {platform}, why_unnamed=None)
    return replace(picture, facts=_with_face(facts, face))


def _taken_back(picture: KeptPicture, platform: str, decision: HandDecision, on: date) -> KeptPicture:
    """Without what the decision said."""
    facts, who = picture.facts, decision.who
    body, face = _body(facts, decision), _face(facts, decision)
    if body is not None:
        return replace(picture, facts=_with_body(facts, replace(body, ruled_out=False)))
    if face is None:
        if decision.what != FACE or who != Word.NO_FACE:
            return picture
        return replace(picture, facts=_with_face(facts, FaceFact(decision.number, _side(decision), None, WORD_ENDED)))
    if who == ADULT_WITH_PERMISSION and decision.platform in face.permitted_for:
        face = replace(face, permitted_for=face.permitted_for - {decision.platform})
        if decision.platform == platform:
            face = replace(face, why_unnamed=PERMISSION_ENDED._replace(values=(("day", on.isoformat()),)))
    elif who == Word.NOT_RECOGNISABLE and face.ruled_out:
        face = replace(face, ruled_out=False, why_unnamed=face.why_unnamed if face.person_id else WORD_ENDED)
    elif face.person_id == who and face.number in picture.by_hand:
        picture = replace(picture, by_hand=picture.by_hand - {face.number})
        face = replace(face, person_id=None, why_unnamed=WORD_ENDED)
    return replace(picture, facts=_with_face(facts, face))


def _without_a_reason(  # noqa: PLR0917 - what is said of one face, of which post, and since when it does not count
    picture: KeptPicture,
    platform: str,
    decision: HandDecision,
    standing: Collection[HandDecision],
    why: Message,
    on: date,
) -> KeptPicture:
    """As if the word had been taken back; of a face nobody knows who it is, whatever the program found."""
    back = _taken_back(picture, platform, decision, on)
    if decision.what == FACE:
        return _disputed(back, decision, why)
    if _body(picture.facts, decision) is not None:
        return back
    face = _face(picture.facts, decision)
    # A face that a body became by its permission. Of one whose permission had ended before, that stays known.
    permitted = face is not None and platform in face.permitted_for and _is_of_body(face, decision, standing)
    return _disputed(back, decision, why) if permitted else picture


def _disputed(picture: KeptPicture, decision: HandDecision, why: Message | None = None) -> KeptPicture:
    """Without anything that was said or found of this face or body; `why` nobody knows who it is."""
    facts = picture.facts
    body, face = _body(facts, decision), _face(facts, decision)
    if body is not None:
        facts = _with_body(facts, replace(body, orientation=Orientation.UNKNOWN, ruled_out=False))
    elif face is not None:
        known = bool(face.person_id or face.permitted_for or face.ruled_out)
        why = why or (WORD_ENDED if known else face.why_unnamed)
        face = replace(face, person_id=None, permitted_for=frozenset(), ruled_out=False, why_unnamed=why)
        facts = _with_face(facts, face)
        picture = replace(picture, by_hand=picture.by_hand - {face.number})
    return replace(picture, facts=facts)


def _with_open_text(picture: KeptPicture, number: int) -> KeptPicture:
    """With the text again that might stay and may not any more; what it said was not kept. Never milder than before."""
    texts = (text for text in picture.facts.texts if text.number != number)
    open_text = TextFact(number, TextPlace.VISIBLE, "", TEXT_ENDED)
    return replace(picture, facts=replace(picture.facts, texts=(*texts, open_text)))


def _side(decision: HandDecision) -> float:
    """The side of the face that a decision is about; of a body it is the largest that its face could have."""
    return decision.box.side * (LARGEST_FACE if decision.what == PERSON else 1)


def _face(facts: PhotoFacts, decision: HandDecision) -> FaceFact | None:
    """The face with that number. What became of a body when it got a name is the last face of its size."""
    if decision.what == FACE:
        return next((face for face in facts.faces if face.number == decision.number), None)
    same = (face for face in facts.faces if abs(face.side_px - _side(decision)) < SAME_SIDE_PX)
    return max(same, key=lambda face: face.number, default=None)


def _is_of_body(face: FaceFact, decision: HandDecision, standing: Collection[HandDecision]) -> bool:
    """Whether a face is what became of the body of a decision: a word of it was taken back, or permissions stand.

    Not where somebody said something of the face itself.
    """
    if any((one.what, one.number) == (FACE, face.number) for one in standing):
        return False
    why = face.why_unnamed.text if face.why_unnamed else ""
    theirs = {one.platform for one in standing if (one.what, one.number) == (PERSON, decision.number)}
    ended = (WORD_ENDED.text, PERMISSION_ENDED.text, OF_REGISTER.text, WITHOUT_EVIDENCE.text)
    return why in ended or not face.permitted_for.isdisjoint(theirs)


def _body(facts: PhotoFacts, decision: HandDecision) -> BodyFact | None:
    if decision.what == FACE:
        return None
    return next((body for body in facts.bodies if body.number == decision.number), None)


def _with_face(facts: PhotoFacts, face: FaceFact) -> PhotoFacts:
    return replace(facts, faces=(*(f for f in facts.faces if f.number != face.number), face))


def _with_body(facts: PhotoFacts, body: BodyFact) -> PhotoFacts:
    return replace(facts, bodies=tuple(body if b.number == body.number else b for b in facts.bodies))
