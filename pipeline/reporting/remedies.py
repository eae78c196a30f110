"""What would make a photo publishable: from the reasons of a verdict to the steps a person can take.

Pure: it looks at nothing but the verdict and what is offered. Asking again after a refusal is no remedy, because
consent has to be given freely (AVG art. 7); those steps lead to another photo instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from consent.findings import Finding, Outcome
from consent.judging import Verdict
from consent.messages import Message, say
from consent.register import Answer, FormFault
from consent.rules.r02_consent_for_platform import REFUSALS
from consent.rules.r04_written_and_renewed import FAULTS
from pipeline.photos import MOVING
from pipeline.remedies.remedy import CONVERTED, Kind, Remedy
from pipeline.reporting.words import NOT_A_PHOTO, drawn
from pipeline.run import AuditedPhoto

SAVE_PHOTO = say("Look at this file yourself, or save it again as a JPEG and run the audit again.")
SAVE_FILM = say("Look at this film yourself, or save it again as MP4 and run the audit again.")
WITHOUT = say("Choose a photo or film without {person}.")

BY_REASON = {
    REFUSALS[Answer.NO].text: WITHOUT,
    REFUSALS[Answer.WITHDRAWN].text: say(
        "Choose a photo or film without {person}. See also whether an earlier post has to be taken down."
    ),
    REFUSALS[Answer.OBJECTION].text: WITHOUT,
    REFUSALS[Answer.NONE].text: say(
        "Ask for consent for {person} on the form, or choose a photo or film without {person}."
    ),
    FAULTS[FormFault.EXPIRED].text: say("Have the form of {person} renewed and put it in the register."),
    FAULTS[FormFault.UNDATED].text: say("Put the date of the form of {person} in the register."),
    FAULTS[FormFault.NO_EVIDENCE].text: say("Put in the register where the signed form of {person} is kept."),
    FAULTS[FormFault.NO_VERSION].text: say("Put in the register which version of the form {person} has."),
    "The parents of {person} want to be asked first.": say(
        "Ask the parents of {person} and put their answer in the register."
    ),
    "{person} may be shown in a group only: {least} persons or more.": say(
        "Choose a photo or film that shows {person} in a group of {least} or more."
    ),
    "{person} left the school on {day}. Ask whether the consent still stands.": say(
        "Ask whether the consent of {person} still stands, and put the answer in the register."
    ),
    "{person} was named for more than one face: all but one of them are somebody else.": say(
        "Look which of these faces is {person}, and say who the others are."
    ),
    "There is an objection against showing {person}.": WITHOUT,
    "{person} is no pupil, but needs a yes as well.": WITHOUT,
    "A single pupil can be recognised. The protocol asks for several children together.": say(
        "Choose a photo or film with more children who have a yes, or one from behind."
    ),
    "One pupil is recognised; whether the others are children, nobody has said yet.": say(
        "Look who the others on it are, and name them."
    ),
    "The school does not use {platform}.": say("Choose a platform that the school uses."),
    "Somebody noted that this may harm a person on it.": say(
        "Let the privacy officer decide whether it may harm anybody."
    ),
    "This rule could not be applied ({kind}).": say("Run the audit again. If it stays like this, do not publish."),
}
"""The step by the reason's English sentence. A test compares these with the sentences in the rules."""


def cover_step(verdict: Verdict) -> Message | None:
    """What to cover, and that a person confirms the result; None where covering does not help."""
    if verdict.cover_texts:
        places = ", ".join(filter(None, (_listed(verdict.cover), _listed(verdict.cover_texts, "T"))))
        return say("Cover {places}, and let a person confirm the result.", places=places)
    if not verdict.cover:
        return None
    numbers = _listed(verdict.cover)
    if len(verdict.cover) == 1:
        return say("Cover face {faces}, and let a person confirm that nobody recognises this person.", faces=numbers)
    return say("Cover faces {faces}, and let a person confirm that nobody recognises these persons.", faces=numbers)


def ways(photo: AuditedPhoto) -> tuple[Message, ...]:
    """What could be done with the picture, each of them enough, the cheapest first; nothing where nothing helps."""
    cover = cover_step(photo.verdict)
    if not photo.remedies:
        return (cover,) if cover else ()
    return tuple(_way(remedy, photo) for remedy in photo.remedies)


def of_the_new_file(photo: AuditedPhoto) -> Message | None:
    """What to know of the file that one of the ways makes; None where no film is made."""
    makes = photo.verdict.cover or any(remedy.kind is not Kind.BACK_VIEW for remedy in photo.remedies)
    return CONVERTED if photo.facts.film is not None and makes else None


def _way(remedy: Remedy, photo: AuditedPhoto) -> Message:
    if remedy.kind is Kind.BACK_VIEW:
        return say("Take {photo} instead: the same scene, with nobody recognisable.", photo=remedy.instead)
    if remedy.kind is Kind.SILENCE:
        return say("Remove the sound of the film, and let a person confirm the result.")
    if remedy.kind is Kind.COVER:
        step = cover_step(photo.verdict)
        assert step is not None
        return step
    gone = ", ".join(filter(None, (_listed(remedy.faces), _listed(remedy.bodies, "P"), _listed(remedy.texts, "T"))))
    return say(
        "Crop the photo so that {gone} is not on it: {percent} % of it stays. Let a person confirm the result.",
        gone=gone,
        percent=int(100 * (1 - remedy.lost)),
    )


def steps(verdict: Verdict) -> tuple[Message, ...]:
    """What has to be done about the reasons, each step once, in the order of the reasons. None for publish."""
    return tuple(dict.fromkeys(_steps(verdict)))


def _steps(verdict: Verdict) -> Iterator[Message]:
    reasons = [f for f in verdict.reasons if f.rule != NOT_A_PHOTO]
    if len(reasons) < len(verdict.reasons):
        yield SAVE_FILM if PurePath(verdict.photo).suffix.lower() in MOVING else SAVE_PHOTO
    known = [f for f in reasons if f.reason.text in BY_REASON]
    unnamed = [f for f in reasons if f.outcome is Outcome.HOLD and f not in known]
    faces = _numbers(number for f in unnamed for number in f.faces)
    if len(faces) == 1:
        yield say("Say who face {faces} is, in names.csv.", faces=_listed(faces))
    elif faces:
        yield say("Say who faces {faces} are, in names.csv.", faces=_listed(faces))
    bodies = _numbers(number for f in unnamed for number in f.bodies)
    texts = _numbers(number for f in unnamed for number in drawn(f.texts))
    if texts:
        yield say("Look at text {texts}: cover it, or say “kan blijven” in names.csv.", texts=_listed(texts, "T"))
    if any(not f.faces and not f.bodies and not drawn(f.texts) for f in unnamed):
        yield say("Put it to the person who decides.")
    if len(bodies) == 1:
        yield say(
            "Look at person {bodies}: say who it is, or that nobody recognises this one.", bodies=_listed(bodies, "P")
        )
    elif bodies:
        yield say(
            "Look at persons {bodies}: say who they are, or that nobody recognises them.", bodies=_listed(bodies, "P")
        )
    for finding in known:
        yield _filled(BY_REASON[finding.reason.text], finding)


def _filled(step: Message, finding: Finding) -> Message:
    """The step with those values of the reason that it has a gap for, so that equal steps are equal."""
    return Message(step.text, tuple((gap, value) for gap, value in finding.reason.values if f"{{{gap}}}" in step.text))


def _numbers(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))


def _listed(numbers: tuple[int, ...], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{number}" for number in numbers)
