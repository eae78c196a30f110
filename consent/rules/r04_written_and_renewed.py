"""R4: in writing, renewed every year."""

from collections.abc import Iterator

from consent.facts import Case, FaceFact
from consent.findings import Finding, Outcome
from consent.messages import say
from consent.register import FormFault

FAULTS = {
    FormFault.EXPIRED: say("The form of {person} is no longer valid (until {until})."),
    FormFault.UNDATED: say("The form of {person} has no date, so it does not count."),
    FormFault.NO_EVIDENCE: say("The register does not say where the signed form of {person} is kept."),
    FormFault.NO_VERSION: say("The register does not say which version of the form {person} has."),
}

NO_FORM = Finding("R4", Outcome.NOT_APPLICABLE, say("There is no form to look at."))


def written_and_renewed(case: Case) -> Iterator[Finding]:
    """A yes counts only on a dated form, kept somewhere, of a known version and not expired.

    Why: the protocol asks for consent in writing, renewed every year, and the law for proof.
    Example: a form of last September is blocked from the first of August on.
    """
    answered = [f for f in case.identified if case.consent(f).answer.is_some_yes]
    if not answered:
        yield NO_FORM
    for face in answered:
        yield from _form(case, face)


def _form(case: Case, face: FaceFact) -> Iterator[Finding]:
    status, person = case.consent(face), case.person(face)
    who = person.person_id
    if person.left_on is not None and case.has_left(face):
        reason = say(
            "{person} left the school on {day}. Ask whether the consent still stands.",
            person=who,
            day=person.left_on.isoformat(),
        )
        owner = case.protocol.rules["R4"].owner
        yield Finding("R4", Outcome.HOLD, reason, (face.number,), person_id=who, owner=owner)
    if status.fault is not None:
        until = status.last_day.isoformat() if status.last_day else ""
        reason = say(FAULTS[status.fault].text, person=who, until=until)
        yield Finding("R4", Outcome.BLOCK, reason, (face.number,), person_id=who)
    else:
        assert status.last_day is not None
        reason = say("The form of {person} is valid until {until}.", person=who, until=status.last_day.isoformat())
        yield Finding("R4", Outcome.PASS, reason, (face.number,), person_id=who)
