"""May faces be matched, and whose? Biometric processing never starts silently (AVG art. 9)."""

from __future__ import annotations

from datetime import date

from consent.messages import Message, say
from consent.register import MATCHING, Answer, ConsentRegister, Medium
from pipeline.school import MatchingSettings


def why_not(settings: MatchingSettings) -> Message | None:
    """Why this school does not match faces; None where it does."""
    if not settings.enabled:
        return say("Face matching is off in school.toml. Faces are named by hand.")
    if not settings.dpia_reference.strip():
        return say("Face matching is off: school.toml names no DPIA (dpia_reference). Faces are named by hand.")
    return None


def may_be_matched(register: ConsentRegister, person_id: str, on: date, today: date) -> bool:
    """Whether a person has a valid consent for matching on a day, and has not taken it back since."""
    then = register.status(person_id, MATCHING, Medium.PHOTO, on)
    now = register.status(person_id, MATCHING, Medium.PHOTO, today)
    return person_id in register.people and then.is_yes and now.answer is Answer.YES
