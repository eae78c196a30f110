"""R10: everyone, not only pupils."""

from collections.abc import Iterator

from consent.facts import Case
from consent.findings import Finding, Outcome
from consent.messages import say
from consent.people import Role

NO_ADULT = Finding("R10", Outcome.NOT_APPLICABLE, say("Nobody was recognised who is not a pupil."))


def everyone(case: Case) -> Iterator[Finding]:
    """Staff, parents and visitors need a yes too, and no photo may harm anybody on it.

    Why: the protocol forbids pictures of others without their permission, or with consequences
    that hurt them. Whether a photo hurts is for a person to say, never for the program.
    Example: a teacher without a yes holds the photo, and so does a photo somebody flagged.
    """
    owner = case.protocol.rules["R10"].owner
    if case.photo.may_harm:
        reason = say("Somebody noted that this may harm a person on it.")
        yield Finding("R10", Outcome.HOLD, reason, owner=owner)
    adults = [f for f in case.identified if case.person(f).role is not Role.PUPIL]
    for face in case.permitted:
        yield Finding("R10", Outcome.PASS, say("This adult is no pupil and has a yes too."), (face.number,))
    if not adults and not case.permitted and not case.photo.may_harm:
        yield NO_ADULT
    for face in adults:
        who = case.person(face).person_id
        if case.is_cleared(face):
            reason, outcome = say("{person} is no pupil and has a yes too.", person=who), Outcome.PASS
        else:
            reason, outcome = say("{person} is no pupil, but needs a yes as well.", person=who), Outcome.HOLD
        owned = owner if outcome is Outcome.HOLD else None
        yield Finding("R10", outcome, reason, (face.number,), person_id=who, owner=owned)
