"""May faces be matched, and whose? Biometric processing never starts silently (AVG art. 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from consent.messages import Message, say
from consent.register import MATCHING, Answer, ConsentRegister, Medium
from pipeline.matching.identification import MatchingPolicy

_UNCALIBRATED = MatchingPolicy()


@dataclass(frozen=True, slots=True)
class MatchingSettings:
    """Whether faces may be compared at all, and when two are taken for one person.

    Comparing faces makes biometric data (AVG art. 9): off unless the school switches it on and names
    its data protection impact assessment.
    """

    enabled: bool = False
    dpia_reference: str = ""
    # Only stricter than what was measured, as long as nothing was measured on the school's own pupils.
    threshold: Annotated[float, Field(ge=0, le=_UNCALIBRATED.threshold, strict=True)] = _UNCALIBRATED.threshold
    margin: Annotated[float, Field(ge=_UNCALIBRATED.margin, strict=True)] = _UNCALIBRATED.margin
    smallest_face_px: Annotated[float, Field(ge=_UNCALIBRATED.smallest_face_px, strict=True)] = (
        _UNCALIBRATED.smallest_face_px
    )
    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    @property
    def policy(self) -> MatchingPolicy:
        """The thresholds as identification takes them."""
        return MatchingPolicy(self.threshold, self.margin, self.smallest_face_px)


def why_not(settings: MatchingSettings) -> Message | None:
    """Why this school does not match faces; None where it does."""
    if not settings.enabled:
        return say("Face matching is off in school.toml. Faces are named by hand.")
    if not settings.dpia_reference.strip():
        return say("Face matching is off: school.toml names no DPIA (dpia_reference). Faces are named by hand.")
    return None


def may_be_matched(register: ConsentRegister, person_id: str, on: date, today: date) -> bool:
    """Whether a person has a valid consent for matching on a day, and has not taken it back since."""
    return person_id in register.people and register.status_for(person_id, MATCHING, Medium.PHOTO, on, today).is_yes


def has_taken_back(register: ConsentRegister, person_id: str, today: date) -> bool:
    """Whether a template must go: there is no yes for matching any more, however old its form."""
    return register.status(person_id, MATCHING, Medium.PHOTO, today).answer is not Answer.YES
