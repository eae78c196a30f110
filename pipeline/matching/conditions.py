"""May faces be matched, and whose? Biometric processing never starts silently (AVG art. 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from consent.messages import Message, say
from consent.register import MATCHING, Answer, ConsentRegister, Medium, add_months
from pipeline.matching.calibration import Calibration, Limits
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
    # Only stricter than what holds without it; a threshold that is left out is the calibrated one, if there is one.
    threshold: Annotated[float, Field(ge=0, le=_UNCALIBRATED.threshold, strict=True)] | None = None
    margin: Annotated[float, Field(ge=_UNCALIBRATED.margin, strict=True)] = _UNCALIBRATED.margin
    smallest_face_px: Annotated[float, Field(ge=_UNCALIBRATED.smallest_face_px, strict=True)] = (
        _UNCALIBRATED.smallest_face_px
    )
    # The face of a child changes. No measurement of our own: a convention, and nobody may go far beyond it.
    reference_months: Annotated[int, Field(ge=1, le=36, strict=True)] = 18
    """Months that a reference photo counts, from the day on which it was taken."""
    __pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)

    def references_since(self, on: date) -> date:
        """The first day on which a photo may have been taken to be a reference on the day `on`."""
        return add_months(max(on, date(4, 1, 1)), -self.reference_months)  # the calendar begins in the year 1

    @property
    def policy(self) -> MatchingPolicy:
        """The thresholds as identification takes them, without a calibration."""
        threshold = _UNCALIBRATED.threshold if self.threshold is None else self.threshold
        return MatchingPolicy(threshold, self.margin, self.smallest_face_px)


@dataclass(frozen=True, slots=True)
class InForce:
    """The policy that faces are matched by, and the calibration that it rests on, if any.

    `changed`: the gallery or the program is no longer what was calibrated; without `calibration`, the figures
    were made by a version of the program that wrote down others, and only their threshold still counts.
    """

    policy: MatchingPolicy
    calibration: Calibration | None = None
    changed: bool = False


def in_force(settings: MatchingSettings, calibration: Calibration | Limits | None, gallery: str, basis: str) -> InForce:
    """The policy for a gallery and a recogniser, by their digests: the stricter of school.toml and the calibration."""
    if calibration is None:
        return InForce(settings.policy)
    policy = MatchingPolicy(
        min(calibration.threshold, settings.policy.threshold),
        max(calibration.margin, settings.margin),
        max(calibration.smallest_face_px, settings.smallest_face_px),
    )
    if isinstance(calibration, Limits):
        return InForce(policy, changed=True)
    return InForce(policy, calibration, (calibration.gallery, calibration.basis) != (gallery, basis))


def why_not(settings: MatchingSettings) -> Message | None:
    """Why this school does not match faces; None where it does."""
    if not settings.enabled:
        return say("Face matching is off in school.toml. Faces are named by hand.")
    if not settings.dpia_reference.strip():
        return say("Face matching is off: school.toml names no DPIA (dpia_reference). Faces are named by hand.")
    return None


def how_to_allow(settings: MatchingSettings, file: str) -> Message | None:
    """What the school does before a command that compares faces works; `file`: its settings. None where it does."""
    if why_not(settings) is None:
        return None
    return say(
        "Face matching is off. First the school needs a data protection impact assessment (DPIA). Where there is one, "
        'write in {file} under [matching]: enabled = true, and on the next line: dpia_reference = "DPIA 2026-03" '
        "(the name of yours).",
        file=file,
    )


def may_be_matched(register: ConsentRegister, person_id: str, on: date, today: date) -> bool:
    """Whether a person has a valid consent for matching on a day, and has not taken it back since."""
    if person_id not in register.people or register.matching(person_id, max(on, today)).answer is not Answer.YES:
        return False
    return register.status_for(person_id, MATCHING, Medium.PHOTO, on, today).is_yes


def has_taken_back(register: ConsentRegister, person_id: str, today: date) -> bool:
    """Whether a template must go: there is no yes for matching any more, however old its form."""
    return register.matching(person_id, today).answer is not Answer.YES
