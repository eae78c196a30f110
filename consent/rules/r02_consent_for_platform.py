"""R2: consent for this platform."""

from collections.abc import Iterator

from consent.facts import BodyFact, Case, FaceFact, Orientation
from consent.findings import Finding, Outcome
from consent.messages import Message, say
from consent.register import Answer, Medium

REFUSALS = {
    Answer.NO: say("{person} has no consent for {platform}: it was refused."),
    Answer.NONE: say("{person} has no consent for {platform}: the register holds no answer."),
    Answer.WITHDRAWN: say("{person} has no consent for {platform}: it was withdrawn."),
    Answer.OBJECTION: say("{person} has no consent for {platform}: there is an objection."),
}

NO_ANSWER_ABOUT_FILM = say(
    "{person} has no consent for film on {platform}: the register holds no answer. A yes for photos is none for film."
)

PERMITTED = say("An adult who is not in the register gave permission for this very photo or film.")

NOBODY = Finding("R2", Outcome.NOT_APPLICABLE, say("Nobody can be recognised."))


def consent_for_platform(case: Case) -> Iterator[Finding]:
    """Everybody who can be recognised has a yes for this platform and medium, on the day.

    Why: consent is per purpose; a yes for one platform is never a yes for another. A face without
    a name has no yes, a person whose face was not found may have one that was missed, and of two
    faces with the same name one has the wrong name. A face that is too small, blurred or turned to
    be compared is not identifiable, which is not the same as unknown, nor as anonymous: who knows
    this person may recognise it. It is held. Only where the protocol says `unidentifiable_faces = "advise"`
    and the face is smaller than 40 px is it mentioned, and holds nothing up. An adult outside the register may
    say yes to this very photo on this platform, where a person declared so and noted what shows it.
    Example: a pupil who refused Facebook blocks the photo for Facebook; an unknown face holds it.
    """
    if not case.recognisable and not case.unseen:
        yield NOBODY
    for face in case.recognisable:
        if face in case.permitted:
            yield Finding("R2", Outcome.PASS, PERMITTED, (face.number,))
        else:
            yield _named(case, face) if face.person_id in case.register.people else _unnamed(case, face)
    for face in case.named_twice:
        yield _named_twice(case, face)
    for body in case.unseen:
        yield _unseen(case, body)


def _named(case: Case, face: FaceFact) -> Finding:
    person = case.person(face).person_id
    outcome, reason = _answered(case, face, person)
    owner = case.protocol.rules["R2"].owner if outcome is Outcome.HOLD else None
    return Finding("R2", outcome, reason, (face.number,), person_id=person, owner=owner)


def _answered(case: Case, face: FaceFact, person: str) -> tuple[Outcome, Message]:
    """What the register's answer comes to for this face."""
    answer, platform = case.consent(face).answer, case.platform.name
    if answer is Answer.YES:
        return Outcome.PASS, say("{person} has a yes for {platform}.", person=person, platform=platform)
    if answer is Answer.ASK_FIRST:
        return Outcome.HOLD, say("The parents of {person} want to be asked first.", person=person)
    if answer is Answer.GROUP_ONLY and case.in_group(face):
        return Outcome.PASS, say("{person} may be shown in a group, and this is one.", person=person)
    if answer is Answer.GROUP_ONLY:
        least = case.protocol.parameters.group_only_min_persons
        reason = say("{person} may be shown in a group only: {least} persons or more.", person=person, least=least)
        return Outcome.BLOCK, reason
    refusal = REFUSALS[answer]
    if answer is Answer.NONE and case.asked is Medium.FILM:
        refusal = NO_ANSWER_ABOUT_FILM
    return Outcome.BLOCK, say(refusal.text, person=person, platform=platform)


def _unnamed(case: Case, face: FaceFact) -> Finding:
    reason = face.why_unnamed or say("Nobody has said yet who this is.")
    if face.permitted_for:
        given = ", ".join(sorted(face.permitted_for))
        reason = say("The permission was given for another platform: {platform}.", platform=given)
    if face in case.passed_over:
        return Finding("R2", Outcome.ADVICE, reason, (face.number,))
    owner = case.protocol.rules["R2"].owner
    return Finding("R2", Outcome.HOLD, reason, (face.number,), person_id=face.person_id, owner=owner)


def _named_twice(case: Case, face: FaceFact) -> Finding:
    person = case.person(face).person_id
    reason = say("{person} was named for more than one face: all but one of them are somebody else.", person=person)
    owner = case.protocol.rules["R2"].owner
    return Finding("R2", Outcome.HOLD, reason, (face.number,), person_id=person, owner=owner)


def _unseen(case: Case, body: BodyFact) -> Finding:
    if body.orientation is Orientation.FACING:
        reason = say("Somebody faces the camera, but no face was found there. Please look.")
    else:
        reason = say("Somebody is there without a face that was found, and not clearly from behind. Please look.")
    owner = case.protocol.rules["R2"].owner
    return Finding("R2", Outcome.HOLD, reason, bodies=(body.number,), owner=owner)
