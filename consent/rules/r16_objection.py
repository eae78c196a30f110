"""R16: objection."""

from collections.abc import Iterator

from consent.facts import Case
from consent.findings import Finding, Outcome
from consent.messages import say
from consent.register import Answer

NO_OBJECTION = Finding("R16", Outcome.NOT_APPLICABLE, say("Nobody who was recognised has objected."))


def objection(case: Case) -> Iterator[Finding]:
    """An objection overrides any consent.

    Why: whoever is shown has a right to object (portrait right, AVG art. 21), whatever was signed.
    Example: a pupil with a yes for Facebook and an objection against all use is blocked.
    """
    objecting = [f for f in case.identified if case.consent(f).answer is Answer.OBJECTION]
    if not objecting:
        yield NO_OBJECTION
    for face in objecting:
        who = case.person(face).person_id
        reason = say("There is an objection against showing {person}.", person=who)
        yield Finding("R16", Outcome.BLOCK, reason, (face.number,), person_id=who)
